"""A person's own page, opened by a personal link, no account needed. It never shows anybody else's data."""
