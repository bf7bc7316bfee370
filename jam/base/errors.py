"""The one error that means "the person asked for something that cannot be": it carries the sentence to show."""

from __future__ import annotations


class Refused(Exception):
    """Bad input or an impossible wish.

    `message` says what happened and what to do, in words for the person who asked. Nothing has been changed
    when it is raised, or the caller rolls back. `status` is the HTTP status of the page that shows it.
    """

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
