"""The entry point for web servers: `wsgi:app`."""

from jam import create_app

app = create_app()
