"""What Jam knows of whoever brings a case, and what that finds in its texts and attachments."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from jam.base.database import db
from jam.base.privacy import ERASED
from jam.cases.fields import texts_of
from jam.cases.identifier_kinds import Finding, Known
from jam.cases.identifiers import look
from jam.cases.models import Copy, EchoCase
from jam.cases.reading import name_as_text
from jam.people.models import Address, Organization, Person
from jam.people.organizations import merged_into
from jam.people.queries import organization_at_end
from jam.people.rules import FREE_MAIL

#: Of people at the same organization, so many are looked for.
MOST_COLLEAGUES = 300


def known_of(case: EchoCase) -> Known:
    """The submitter's organization with its other names, its domains, the town they told, and everybody who works there."""
    application = case.member.application
    names, domains = [application.organization], set[str]()
    people = {case.person.name, *(each.name for each in application.team)}
    ids = [id for id in (application.organization_id, case.person.organization_id) if id is not None]
    homes = [organization_at_end(each) for each in map(_organization, ids) if each is not None]
    for home in homes:
        names += [home.name, *(each.name for each in merged_into(home))]
        domains |= {home.domain} if home.domain else set()
    if homes:
        query = (
            select(Person.name)
            .where(Person.organization_id.in_([each.id for each in homes]), Person.erased_at.is_(None))
            .order_by(Person.id.desc())
        )
        people |= set(db.session.scalars(query.limit(MOST_COLLEAGUES)))
    team = [case.person_id, *(each.person_id for each in application.team)]
    addresses = db.session.scalars(select(Address.normal).where(Address.person_id.in_(team)))
    domains |= {each.rpartition("@")[2] for each in addresses} - FREE_MAIL
    names += lines(case.known_as)
    return Known(
        organizations=tuple(dict.fromkeys(name for name in names if name)),
        domains=tuple(sorted(domains)),
        towns=tuple(lines(case.towns)),
        people=tuple(sorted(name for name in people if name and name != ERASED)),
    )


def lines(typed: str) -> list[str]:
    """The lines of a text that say something."""
    return [line.strip() for line in typed.splitlines() if line.strip()]


def _organization(id: int) -> Organization | None:
    return db.session.get(Organization, id)


@dataclass(frozen=True)
class Place:
    """Findings in one place of a case: a text, an attachment's name, or an attachment's text."""

    key: str
    heading: str
    text: str
    findings: list[Finding]


def places(case: EchoCase, copy: Copy, *, files: bool = True) -> list[Place]:
    """Every text of a copy with what was found in it; and with the attachments' names and texts."""
    known, words = known_of(case), case.words(copy)
    found = [
        Place(name, heading, words[name], look(words[name], known))
        for name, heading, *_ in texts_of(case)
        if words.get(name)
    ]
    for file in case.files if files else ():
        name = name_as_text(file.name)
        found.append(Place(f"name{file.id}", "An attachment's name", file.name, look(name, known)))
        found.append(
            Place(f"file{file.id}", f"In the attachment “{file.name}”", file.words, look(file.words, known))
        )
        beside = "\n".join(f"{where}: {words}" for where, words in file.hidden)
        found.append(Place(f"hidden{file.id}", "Beside its text", beside, look(beside, known)))
    return found


def pieces(place: Place) -> list[tuple[str, Finding | None]]:
    """A text cut into what was found and what lies between."""
    cut: list[tuple[str, Finding | None]] = []
    last = 0
    for each in place.findings:
        cut += [(place.text[last : each.start], None), (place.text[each.start : each.end], each)]
        last = each.end
    return [*(each for each in cut if each[0]), *([(place.text[last:], None)] if place.text[last:] else [])]


def around(place: Place, each: Finding, width: int = 40) -> tuple[str, str, str]:
    """A finding with the words before and after it, for texts too long to be shown whole."""
    before = place.text[max(0, each.start - width) : each.start]
    return before, place.text[each.start : each.end], place.text[each.end : each.end + width]
