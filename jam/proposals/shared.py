"""Where everybody can read what was shared. The library above hands it in, so that this room need not know it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from jam.proposals.models import Proposal

#: The public addresses of these proposals, by id; what nobody can read is left out.
Pages = Callable[[Iterable[int]], dict[int, str]]

_pages: list[Pages] = []


def hand_in(pages: Pages) -> None:
    """Say where what was shared can be read; handed in again, it takes the place of the earlier one."""
    _pages[:] = [pages]


def pages_of(proposals: Iterable[Proposal]) -> dict[int, str]:
    """Where these can be read, by id; one query at most."""
    ids = [each.id for each in proposals if each.credit is not None]
    return _pages[0](ids) if ids and _pages else {}


def page_of(proposal: Proposal) -> str | None:
    """Where one can be read; None while nobody can."""
    return pages_of([proposal]).get(proposal.id)
