"""The public front: home, sessions, programs. It shows what other rooms hold and writes nothing."""
