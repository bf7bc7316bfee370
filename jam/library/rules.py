"""When something may stand in the library, and what may be said beside it."""

from __future__ import annotations

from dataclasses import dataclass

from jam.proposals.rules import WORDS, Credit, Kind, State


def why_not(kind: Kind, state: State, credit: Credit | None) -> str | None:
    """Why something cannot stand in the library now, in words for staff; None when it can."""
    if kind is not Kind.SHARE:
        return "This is offered to be presented. Only what is shared stands in the library."
    if state is not State.ACCEPTED:
        return f"It stands at “{WORDS[state].lower()}”. Accept it first, and tell them."
    if credit is None:
        return "Who shared it has not agreed yet. They are asked on their own page."
    return None


@dataclass(frozen=True)
class Said:
    """What may stand beside an entry: as much as its submitter agreed to."""

    name: str = ""
    organization: str = ""
    #: USPS abbreviation.
    state: str | None = None
    sector_id: int | None = None

    @property
    def words(self) -> str:
        """Who shared it, in a line; empty where nobody may be named."""
        return ", ".join(part for part in (self.name, self.organization) if part)


def said(
    credit: Credit | None, name: str, organization: str, state: str | None, sector_id: int | None
) -> Said:
    """What of a submitter may be shown."""
    if credit is Credit.NAME:
        return Said(name, organization, state, sector_id)
    if credit is Credit.ORGANIZATION and organization:
        return Said("", organization, state, sector_id)
    return Said()
