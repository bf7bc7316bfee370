"""Demonstration data: two programs, their sessions, and invented people who come to them. It never touches a database in use.

Everything is made up, and every address ends in a domain that is reserved for examples.
"""

from __future__ import annotations

from jam.demo.loading import Loaded, load

__all__ = ["Loaded", "load"]
