"""Persons and their addresses, organizations, and who may sign in. It never knows what a person registered for."""
