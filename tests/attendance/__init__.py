"""The attendance room."""
