"""Who did what, when: an append-only record beside every change. It never decides anything and is never rewritten; who
undoes an action reads in it what moved."""
