"""Sessions in people's own calendars: feeds, files and invitations. It never decides when a session is."""
