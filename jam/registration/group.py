"""Letters that staff write to a group of a session's people: checked, shown, tried on oneself, and sent. The caller commits."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from jam.audit.actions import one_batch, record
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.mail.actions import About, Recipient, draft, hold, withdraw
from jam.mail.checks import Problem, Typed, problems, typed
from jam.mail.kinds import Example, with_foot
from jam.mail.models import Letter
from jam.mail.queries import current, in_batch
from jam.mail.rules import GRACE, State
from jam.mail.wording import Written, joined, parts, placeholders, write
from jam.people.models import Account, Person
from jam.registration.letters import GROUP, home_of, seat_links, seat_values
from jam.registration.models import Registration
from jam.registration.roster import Asked, of_event
from jam.registration.rules import ALIVE, HOLDING
from jam.schedule.models import Event

#: What the letters that staff have not finished are about: the session, but nobody's seat.
_DRAFT = "group-draft"


@dataclass(frozen=True)
class Sent:
    """One letter to a group: how many got it, and where its letters stand."""

    batch: str
    subject: str
    written_at: datetime
    states: Mapping[str, int]


def first_words(event: Event) -> tuple[str, str]:
    """Subject and body that staff begin with."""
    return parts(current(GROUP, home_of(event)))


def wrong(given: Typed) -> list[Problem]:
    """What stands in the way of sending it."""
    return problems(GROUP, given)


def wording(subject: str, body: str) -> str:
    """A wording as letters are made of. Refused when something stands in the way of sending it."""
    given = typed(subject, body)
    if found := wrong(given):
        raise Refused(found[0].words)
    return joined(given.subject, given.body)


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
    values, links = with_foot(GROUP, seat_values(seat), seat_links(seat, GROUP), seat.person_id)
    return write(words, values, links)


def example(seat: Registration) -> Example:
    """Somebody whom the letter would reach, to see it with their eyes."""
    return Example(f"registration:{seat.id}", seat.name, seat_values(seat), seat_links(seat, GROUP))


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
        GROUP,
        Recipient(address, account.person.name, "person", account.person_id),
        About(
            scope=("account", account.id),
            values={**seat_values(seat), "name": account.person.name},
            links=dict.fromkeys(("my_page", "join_page"), ("me", account.person_id)),
            trial=True,
        ),
        key=f"group-test:{mark}:{account.id}:{now().timestamp():.0f}",
        wording=words,
    )
    return True


def keep(
    event: Event, asked: Asked, given: Typed, account: Account, *, mark: str, draft_id: int | None, by: str
) -> Letter:
    """Keep a letter that is not finished, whatever stands in it; nobody gets it. The one of `draft_id` is written over.

    Refused when the account has no address, since a letter is somebody's.
    """
    words = joined(given.subject, given.body)
    # What stands in curly brackets stays as it is: whom it is for is not known yet.
    values = {each: f"{{{each}}}" for each in placeholders(words)}
    found = unfinished_one(event, draft_id)
    if found is None:
        if account.person.address is None:
            raise Refused("Your account has no address, so nothing can be kept for you.")
        found = draft(
            GROUP,
            Recipient(account.person.address, account.person.name, "person", account.person_id),
            About(scope=(_DRAFT, event.id), values=values),
            key=f"{_DRAFT}:{secrets.token_hex(16)}",
            wording=words,
            state=State.DRAFT,
        )
        assert found is not None
    written = write(words, values, {})
    found.wording, found.values = words, values
    found.subject, found.text, found.html = written.subject or "No subject yet", written.text, written.html
    found.data = {"asked": asked.chosen(), "mark": mark}
    record("registration.keep_draft", "letter", found.id, by=by)
    return found


def unfinished(event: Event) -> list[Letter]:
    """Letters to groups of a session's people that are kept to be continued, newest first."""
    query = select(Letter).where(
        Letter.scope_kind == _DRAFT, Letter.scope_id == event.id, Letter.state == State.DRAFT
    )
    return list(db.session.scalars(query.order_by(Letter.id.desc())))


def unfinished_one(event: Event, id: int | None) -> Letter | None:
    """The one of them with this id."""
    return next((each for each in unfinished(event) if each.id == id), None)


def finish(event: Event, draft_id: int | None, why: str, *, by: str) -> None:
    """Put a draft away: it was sent, or thrown away."""
    found = unfinished_one(event, draft_id)
    if found is not None:
        withdraw([found], why, by=by)


def sent(event: Event) -> list[Sent]:
    """Letters to groups of a session, newest first: one query."""
    rows = db.session.execute(
        select(
            Letter.batch, Letter.state, func.count(), func.max(Letter.subject), func.min(Letter.created_at)
        )
        .where(Letter.scope_kind == "event", Letter.scope_id == event.id, Letter.kind == GROUP)
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
        if each.kind == GROUP and (each.scope_kind, each.scope_id) == ("event", event.id)
    ]


def _draft(seat: Registration, words: str, key: str, due_at: datetime) -> Letter | None:
    address = seat.person.address
    assert address is not None
    return draft(
        GROUP,
        Recipient(address, seat.name, "person", seat.person_id),
        About(
            scope=("event", seat.event_id),
            values=seat_values(seat),
            links=seat_links(seat, GROUP),
            data={"state": seat.event.state},
        ),
        key=key,
        due_at=due_at,
        wording=words,
    )
