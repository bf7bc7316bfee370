"""The versions of wordings: which counts where, and how one differs from another."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher

from sqlalchemy import and_, func, select

from jam.base.database import db
from jam.mail.homes import EVERYBODY, Home
from jam.mail.models import Wording
from jam.mail.wording import source


@dataclass(frozen=True)
class Standing:
    """Whose wording of a kind counts at a home: its own or everybody's, else Jam's (`version` is None)."""

    home: Home
    version: Wording | None


@dataclass(frozen=True)
class Line:
    """A line of a difference: `same`, `gone` or `new`."""

    how: str
    words: str


def versions(kind: str, home: Home) -> list[Wording]:
    """Every version of a home's own wording, newest first."""
    query = select(Wording).where(
        Wording.kind == kind, Wording.home_kind == home.kind, Wording.home_id == home.id
    )
    return list(db.session.scalars(query.order_by(Wording.version.desc())))


def newest() -> dict[tuple[str, str, int], Wording]:
    """The newest version of each kind and home, also where it only goes back to the level above: one query."""
    last = (
        select(Wording.kind, Wording.home_kind, Wording.home_id, func.max(Wording.version).label("version"))
        .group_by(Wording.kind, Wording.home_kind, Wording.home_id)
        .subquery()
    )
    same = and_(
        Wording.kind == last.c.kind,
        Wording.home_kind == last.c.home_kind,
        Wording.home_id == last.c.home_id,
        Wording.version == last.c.version,
    )
    found = db.session.scalars(select(Wording).join(last, same))
    return {(each.kind, each.home_kind, each.home_id): each for each in found}


def standing(kind: str, home: Home, known: dict[tuple[str, str, int], Wording]) -> Standing:
    """Whose wording counts at a home, by the newest versions."""
    for each in dict.fromkeys((home, EVERYBODY)):
        version = known.get((kind, each.kind, each.id))
        if version is not None and version.body is not None:
            return Standing(each, version)
    return Standing(EVERYBODY, None)


def above(kind: str, home: Home, known: dict[tuple[str, str, int], Wording]) -> tuple[Standing, str]:
    """What counts at a home that has no wording of its own: whose it is, and what it says."""
    rest = {key: each for key, each in known.items() if key != (kind, home.kind, home.id)}
    level = standing(kind, home, rest)
    return level, (level.version.body if level.version else None) or source(kind)


def difference(before: str, after: str) -> list[Line]:
    """What became of the lines of one wording in another; empty lines do not count."""
    old, new = ([line.strip() for line in words.splitlines() if line.strip()] for words in (before, after))
    found: list[Line] = []
    for tag, from_old, to_old, from_new, to_new in SequenceMatcher(None, old, new, False).get_opcodes():
        if tag == "equal":
            found += [Line("same", line) for line in old[from_old:to_old]]
        else:
            found += [Line("gone", line) for line in old[from_old:to_old]]
            found += [Line("new", line) for line in new[from_new:to_new]]
    return found
