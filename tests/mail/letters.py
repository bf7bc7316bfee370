"""Letters for tests, written without the rooms that usually write them."""

from __future__ import annotations

from datetime import datetime
from itertools import count

from jam.mail.actions import About, Recipient, draft
from jam.mail.models import Letter

_numbers = count(900_001)  # apart from the rows that other makers make


def letter(
    address: str = "ana@clinic.example",
    name: str = "Ana Lee",
    *,
    kind: str = "sign-in",
    due_at: datetime | None = None,
    batch: str | None = None,
    scope: tuple[str, int] = ("account", 1),
    **values: str,
) -> Letter:
    """A letter that is due, to one person; its links lead to sign-in pages of nobody."""
    number = next(_numbers)
    given = {"name": name, "minutes": "30", "title": "Peers", "program": "Jam", "when": "today", **values}
    links = dict.fromkeys(("sign_in", "my_page", "join_page"), ("sign-in", number))
    made = draft(
        kind,
        Recipient(address, name, "person", number),
        About(scope=scope, values=given, links=links),
        key=f"test:{number}",
        due_at=due_at,
        batch=batch,
    )
    assert made is not None
    return made
