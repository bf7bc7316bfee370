"""The staff's front page: what needs me today, and one person's whole story. It writes nothing of its own."""
