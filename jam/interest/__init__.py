"""How people want to take part, and who gets the news. It never signs anybody up who has not confirmed it by mail."""
