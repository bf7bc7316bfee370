"""The ground floor: settings, database, time, text, links and access. It knows no webinar."""
