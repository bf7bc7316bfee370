"""Letters that staff write to a group of a session's people: checked, shown, tried on oneself, and sent. The caller commits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from jam.audit.actions import one_batch, record
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.base.text import clean_line, clean_text
from jam.mail.actions import About, Recipient, draft, hold
from jam.mail.kinds import kinds
from jam.mail.models import Letter
from jam.mail.queries import in_batch
from jam.mail.rules import GRACE
from jam.mail.wording import Written, placeholders, source, write
from jam.people.models import Account, Person
from jam.registration.letters import GROUP as KIND
from jam.registration.letters import seat_links, seat_values
from jam.registration.models import Registration
from jam.registration.roster import Asked, of_event
from jam.registration.rules import ALIVE, HOLDING
from jam.schedule.models import Event

#: What staff may use, in the order in which it is explained.
NAMES = ("name", "title", "when", "my_page", "join_page")
_LINKS = {"my_page": "Open your own page", "join_page": "Join the session"}
#: A link's placeholder that stands by itself, not as the target of a link.
_BARE = re.compile(r"(?<!\]\()\{(my_page|join_page)\}")


@dataclass(frozen=True)
class Sent:
    """One letter to a group: how many got it, and where its letters stand."""

    batch: str
    subject: str
    written_at: datetime
    states: Mapping[str, int]


def first_words() -> tuple[str, str]:
    """Subject and body that staff begin with."""
    head, _, body = source(KIND).partition("\n\n")
    return head.removeprefix("Subject:").strip(), body.strip()


def explained() -> list[tuple[str, str]]:
    """What may stand in curly brackets, and what it becomes."""
    return [(name, kinds[KIND].placeholders[name]) for name in NAMES]


def wording(subject: str, body: str) -> str:
    """A wording as letters are made of. Refused when something is missing or stands in brackets that Jam does not know."""
    subject = clean_line(subject, 150, "The subject")
    body = clean_text(body, 10_000, "The letter")
    if not subject:
        raise Refused("Give the letter a subject.")
    if not body:
        raise Refused("Write the letter first.")
    unknown = sorted(placeholders(subject + body) - set(NAMES))
    if unknown:
        raise Refused(
            f"Jam does not know {{{unknown[0]}}}. Use only the words in brackets that are listed below."
        )
    if placeholders(subject) & set(_LINKS):
        raise Refused("A link cannot stand in the subject. Put it into the letter.")
    # A paragraph inside the body must not end the head: the subject is one line already.
    body = _BARE.sub(lambda found: f"[{_LINKS[found[1]]}]({{{found[1]}}})", body)
    return f"Subject: {subject}\n\n{body}"


def group(event: Event, asked: Asked) -> Select[Registration, str]:
    """Who gets it: everybody who fits and still hopes to come, or whom staff asked for by status.

    Nobody without a seat who wants no such letters.
    """
    welcome = or_(Registration.status.in_(HOLDING), Registration.person.has(Person.follow_ups))
    query = of_event(event, asked).where(welcome)
    return query if asked.status else query.where(Registration.status.in_(ALIVE))


def recipients(event: Event, asked: Asked) -> list[Registration]:
    """Those of the group who have an address."""
    people = joinedload(Registration.person).selectinload(Person.addresses)
    rows = db.session.execute(group(event, asked).options(people, selectinload(Registration.event)))
    return [seat for seat, _ in rows if seat.person.address is not None]


def shown(seat: Registration, words: str) -> Written:
    """The letter as one recipient would get it, with marks for the links."""
    return write(words, seat_values(seat), seat_links(seat, KIND))


def send(
    event: Event, to: Iterable[Registration], words: str, *, mark: str, by: str, held: bool = False
) -> str | None:
    """Write to all of them; returns the batch of the letters, which wait ten minutes, or until staff let them go.

    `mark` tells this letter from others: sent twice with the same mark it is sent once, and the second time gives None.
    """
    due_at = now() + GRACE
    with one_batch() as batch:
        written = [
            letter
            for seat in to
            if (letter := _draft(seat, words, f"group:{mark}:{seat.id}", due_at)) is not None
        ]
        if not written:
            return None
        if held:
            hold(written, "Held back by staff when it was written.", by=by)
        record("registration.group", "event", event.id, by=by, changes={"people": (None, len(written))})
    return batch


def try_on(seat: Registration, account: Account, words: str, *, mark: str) -> bool:
    """Send the letter to staff as if they were in the group, with links to their own page; whether there is an address."""
    address = account.person.address
    if address is None:
        return False
    draft(
        KIND,
        Recipient(address, account.person.name, "person", account.person_id),
        About(
            scope=("account", account.id),
            values={**seat_values(seat), "name": account.person.name},
            links=dict.fromkeys(_LINKS, ("me", account.person_id)),
        ),
        key=f"group-test:{mark}:{account.id}:{now().timestamp():.0f}",
        wording=words,
    )
    return True


def sent(event: Event) -> list[Sent]:
    """Letters to groups of a session, newest first: one query."""
    rows = db.session.execute(
        select(
            Letter.batch, Letter.state, func.count(), func.max(Letter.subject), func.min(Letter.created_at)
        )
        .where(Letter.scope_kind == "event", Letter.scope_id == event.id, Letter.kind == KIND)
        .group_by(Letter.batch, Letter.state)
    )
    found: dict[str, Sent] = {}
    for batch, state, number, subject, at in rows:
        earlier = found.get(batch)
        states = {**(earlier.states if earlier else {}), state: number}
        found[batch] = Sent(batch, subject, min(at, earlier.written_at) if earlier else at, states)
    return sorted(found.values(), key=lambda each: each.written_at, reverse=True)


def who_got(event: Event, batch: str) -> list[Letter]:
    """The letters of one letter to a group; none when the batch is another session's."""
    return [
        each
        for each in in_batch(batch)
        if each.kind == KIND and (each.scope_kind, each.scope_id) == ("event", event.id)
    ]


def _draft(seat: Registration, words: str, key: str, due_at: datetime) -> Letter | None:
    address = seat.person.address
    assert address is not None
    return draft(
        KIND,
        Recipient(address, seat.name, "person", seat.person_id),
        About(
            scope=("event", seat.event_id),
            values=seat_values(seat),
            links=seat_links(seat, KIND),
            data={"state": seat.event.state},
        ),
        key=key,
        due_at=due_at,
        wording=words,
    )
