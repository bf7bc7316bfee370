"""The letters about a seat: what they are called and what goes into them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from jam.base.database import db
from jam.base.words import when
from jam.base.zones import EASTERN
from jam.mail.actions import About, Recipient, draft, empty
from jam.mail.kinds import STOP, because, heading, invented, links_say, needs, of_staff, register
from jam.mail.models import Letter
from jam.mail.rules import State
from jam.people.queries import rows_of
from jam.people.rules import Stop
from jam.registration.answers import owed
from jam.registration.models import Registration
from jam.registration.questions import asked_at
from jam.registration.rules import HOLDING, Source, Status, next_sequence
from jam.registration.signals import seat_letter
from jam.schedule.models import Event

_SEAT = {
    "name": "the name given at registration",
    "title": "the session's title",
    "program": "the program's name",
    "when": "date and time in the recipient's zone",
    "my_page": "link to the recipient's own page",
    "join_page": "link to the page that lets the recipient into the session",
}

_WORD = {"message": "a word from staff"}

register("registered", "You have a seat", **_SEAT)
register("seat-cancelled", "Your registration is cancelled", **_SEAT)
_STANDING = {"standing": "what becomes of the recipient's registration, in a sentence"}
register("moved", "The session has moved", was="the time it had", **_STANDING, **_WORD, **_SEAT)
register("cancelled", "The session is cancelled", **_STANDING, **_WORD, **_SEAT)
register("reinstated", "The session takes place after all", **_STANDING, **_WORD, **_SEAT)
register("waiting", "You are on the waiting list", place="place on the list", **_WORD, **_SEAT)
register("promoted", "A seat became free, and it is yours", **_SEAT)
register("offered", "A seat is free for you", until="until when it is kept", **_SEAT)
register("offer-lapsed", "The offered seat went on", **_SEAT)
register("pending", "Your registration waits for approval", **_SEAT)
register("approved", "Your registration is approved", **_WORD, **_SEAT)
register("declined", "Your registration is declined", **_WORD, **_SEAT)
register(
    "accommodation", "What you asked for", answer="whether it is arranged, in a sentence", **_WORD, **_SEAT
)

#: A letter that staff write themselves; its wording is what they begin with.
GROUP = "group"
register(GROUP, "A letter to a group", **_SEAT)

register(
    "registered-by",
    "A colleague registered you",
    who="the name of whoever did it, as typed",
    stands="how the registration stands, in a sentence",
    asks="what the organizers ask, and where to answer it",
    not_me="link to the page that takes it back",
    **_WORD,
    **_SEAT,
)

_PASS = {
    "name": "the name given with the pass",
    "program": "the program's name",
    "dates": "the sessions, a line each, in the recipient's zone",
    "my_page": "link to the recipient's own page",
}

register("pass", "You hold the series pass", **_PASS)
register("pass-dates", "New dates for holders of the series pass", **_PASS)
register("pass-left", "The series pass has ended", **_PASS)

_STANDS = {
    Status.CONFIRMED: "You have a seat. The invitation in this mail puts the session into your calendar.",
    Status.WAITING: "The session is full, and you are on the waiting list. You get a mail as soon as a seat is free for you.",
    Status.OFFERED: "A seat is free for you. Another mail says until when it is kept.",
    Status.PENDING: "The organizers look at each registration. You get a mail as soon as they have decided.",
    Status.DECLINED: "The organizers cannot give you a seat. Our other sessions are open to you.",
}

_PLACE_STAYS = {
    Status.WAITING: "You stay on the waiting list, and get a mail as soon as a seat is free for you.",
    Status.OFFERED: "The seat that became free is still kept for you; take it on your page.",
    Status.PENDING: "Your registration still waits for approval by the organizers.",
}
#: What becomes of a registration when its session changes; there is nothing to say of a place that is gone with it.
_AFTER = {
    "moved": {
        Status.CONFIRMED: "Your seat moves with it, and so does the entry in your calendar. There is nothing you need to do.",
        **_PLACE_STAYS,
    },
    "cancelled": {Status.CONFIRMED: "It leaves your calendar by itself."},
    "reinstated": {
        Status.CONFIRMED: "Your seat is kept, and the session is back in your calendar with this mail.",
        **_PLACE_STAYS,
    },
}

#: What stands before the link to the page of whoever was registered by a colleague, where the organizers ask nothing.
NOTHING_ASKED = "Everything else is on your own page:"

#: Kinds of letters about a seat.
SEATS = (
    "registered", "registered-by", "seat-cancelled", "accommodation", "waiting", "promoted", "offered", "offer-lapsed",
    "pending", "approved", "declined", "moved", "cancelled", "reinstated", GROUP,
)  # fmt: skip
#: Kinds of letters about a pass.
PASSES = ("pass", "pass-dates", "pass-left")
_REGISTERED = "You get this mail because somebody registered you with this address for a session."
_A_SEAT = "A seat"
heading(_A_SEAT, "registered", "registered-by", "seat-cancelled", "accommodation")
heading("The waiting list", "waiting", "promoted", "offered", "offer-lapsed")
heading("Approval", "pending", "approved", "declined")
heading("A session changes", "moved", "cancelled", "reinstated")
heading("The series pass", *PASSES)
heading("Letters you write yourself", GROUP)
because(_REGISTERED, *SEATS)
because("You get this mail because somebody took the series pass with this address.", *PASSES)

links_say(my_page="Open your page", join_page="Join the session", not_me="This was not meant for me")
of_staff("message")
needs("registered", "title", "when", "join_page", "my_page")
needs("promoted", "title", "when", "join_page", "my_page")
needs("approved", "title", "when", "message", "join_page", "my_page")
needs("registered-by", "title", "when", "who", "stands", "asks", "message", "not_me")
needs("seat-cancelled", "title", "when", "my_page")
needs("accommodation", "title", "answer", "message")
needs("waiting", "title", "when", "message", "my_page")
needs("offered", "title", "when", "until", "my_page")
needs("offer-lapsed", "title", "my_page")
needs("pending", "title", "when", "my_page")
needs("declined", "title", "message")
needs("moved", "title", "when", "message", "standing", "my_page")
needs("cancelled", "title", "when", "message", "standing")
needs("reinstated", "title", "when", "message", "standing", "my_page")
needs(GROUP)
needs("pass", "program", "dates", "my_page")
needs("pass-dates", "program", "dates", "my_page")
needs("pass-left", "program", "dates")
invented(
    name="Ana Lee",
    title="Peers in the crisis line",
    program="Workforce Solutions Jam",
    when="Tuesday, December 15, 2026, 1:00 to 2:00 p.m. Eastern",
    was="Tuesday, December 15, 2026, 12:00 noon to 1:00 p.m. Eastern",
    until="December 10, 2026, 1:00 p.m. Eastern",
    place="3",
    who="Ben Ode",
    stands=_STANDS[Status.CONFIRMED],
    standing=_AFTER["moved"][Status.CONFIRMED],
    asks=NOTHING_ASKED,
    message="We are sorry for the short notice.",
    answer="What you asked for is arranged.",
    dates="Tuesday, December 15, 2026, 1:00 to 2:00 p.m. Eastern: Peers in the crisis line\n"
    "Tuesday, January 19, 2027, 1:00 to 2:00 p.m. Eastern: Nights on call",
)

#: Letters that tell of a change of the session.
CHANGES = ("moved", "cancelled", "reinstated")
#: A letter to somebody whom a colleague registered; unlike the other first letters it may tell of a place in a queue.
BY_COLLEAGUE = "registered-by"
#: First letters of a registration: they leave once, with the truth.
WELCOMES = ("registered", "promoted", "approved", BY_COLLEAGUE)

#: Stands for whoever registered somebody and was erased since.
_SOMEBODY = "A colleague"


def zone_of(registration: Registration) -> str:
    """The zone in which to tell this person the time: their own choice, or Eastern."""
    return registration.person.time_zone or EASTERN


def write_seat_letter(
    kind: str,
    registration: Registration,
    method: str,
    *,
    values: Mapping[str, str] | None = None,
    data: Mapping[str, Any] | None = None,
    due_at: datetime | None = None,
    batch: str | None = None,
) -> Letter | None:
    """Write a letter about a seat with its calendar part (REQUEST or CANCEL); None when no address is known.

    It takes the next SEQUENCE of this person's invitation, which also makes its key.
    """
    if registration.person.address is None:
        return None
    registration.invite_sequence = next_sequence(registration.invite_sequence, registration.event.sequence)
    key = f"seat:{registration.id}:{registration.invite_sequence}"
    letter = _write(kind, registration, key, values, data, due_at, batch)
    if letter is not None:
        seat_letter.send(None, letter=letter, registration=registration, method=method)
    return letter


def write_letter(
    kind: str,
    registration: Registration,
    cause: int | str,
    *,
    values: Mapping[str, str] | None = None,
    data: Mapping[str, Any] | None = None,
    due_at: datetime | None = None,
    batch: str | None = None,
) -> Letter | None:
    """Write a letter to somebody who has no seat: no calendar part, no way in.

    `cause` is the id of what it tells (an audit entry or a batch); one cause makes one letter. None when no address is known.
    """
    if registration.person.address is None:
        return None
    return _write(kind, registration, f"{kind}:{registration.id}:{cause}", values, data, due_at, batch)


def write_by_colleague(
    registration: Registration, who: str, cause: int | str, *, message: str = "", batch: str | None = None
) -> Letter | None:
    """Tell somebody that a colleague registered them, and how that stands now; with an invitation when they have a seat.

    `who` is the colleague's name as typed, which the letter keeps, so that it can be written anew. None when no address is
    known.
    """
    status = Status(registration.status)
    values = {
        "who": who,
        "stands": stands(status),
        "asks": _what_is_asked(registration),
        "message": message,
    }
    data = {"who": who}
    if status == Status.CONFIRMED:
        return write_seat_letter(BY_COLLEAGUE, registration, "REQUEST", values=values, data=data, batch=batch)
    return write_letter(BY_COLLEAGUE, registration, cause, values=values, data=data, batch=batch)


def _what_is_asked(registration: Registration) -> str:
    """The words before the link to their page: somebody else filled in the form, and nobody can answer for another."""
    if owed([registration.id]):
        return "The organizers ask everybody a few questions. Please answer them on your own page:"
    if asked_at(registration.event):
        return "The organizers also ask a few questions. You can answer them on your own page:"
    return NOTHING_ASKED


def forget_colleague(registration: Registration, *, by: str) -> None:
    """Take the name of whoever registered somebody out of the letters to that one; what has not left is written anew."""
    naming = [letter for letter in _after_colleague(registration) if letter.data.get("who")]
    changes = [letter for letter in naming if letter.kind in CHANGES]
    for letter in changes:  # their words tell of the session alone
        letter.data = {**letter.data, "who": _SOMEBODY}
    firsts = [letter for letter in naming if letter.kind == BY_COLLEAGUE]
    if empty(firsts, "Whoever it names was erased.", by=by):
        write_by_colleague(registration, _SOMEBODY, "erased")


def _after_colleague(registration: Registration) -> list[Letter]:
    """The letters to somebody that may name the colleague who registered them, oldest first."""
    query = select(Letter).where(
        Letter.scope_kind == "event",
        Letter.scope_id == registration.event_id,
        Letter.recipient_kind == "person",
        Letter.recipient_id.in_(rows_of(registration.person)),
        Letter.kind.in_((BY_COLLEAGUE, *CHANGES)),
    )
    return list(db.session.scalars(query.order_by(Letter.id)))


def named_as(registration: Registration) -> str | None:
    """The name of whoever registered somebody, as they typed it there; None where nothing tells it any more."""
    names = [letter.data["who"] for letter in _after_colleague(registration) if letter.data.get("who")]
    return names[-1] if names else None


def untold(registration: Registration) -> str | None:
    """The same name, as long as no letter has told the person that somebody registered them; None once one has."""
    if registration.source != Source.COLLEAGUE:
        return None
    left = (State.SENDING, State.SENT)
    if any(each.kind == BY_COLLEAGUE and each.state in left for each in _after_colleague(registration)):
        return None
    return named_as(registration)


def _write(
    kind: str,
    registration: Registration,
    key: str,
    values: Mapping[str, str] | None,
    data: Mapping[str, Any] | None,
    due_at: datetime | None,
    batch: str | None,
) -> Letter | None:
    event, address = registration.event, registration.person.address
    assert address is not None
    return draft(
        kind,
        Recipient(address, registration.name, "person", registration.person_id),
        About(
            scope=("event", event.id),
            values={**seat_values(registration), **(values or {})},
            links=seat_links(registration, kind),
            data=data or {},
            home=home_of(event),
        ),
        key=key,
        due_at=due_at,
        batch=batch,
    )


def seat_values(registration: Registration) -> dict[str, str]:
    """What stands in the placeholders of every letter about a seat."""
    event = registration.event
    return {
        "name": registration.name,
        "title": event.title,
        "program": event.program.name,
        "when": when(event.starts_at, event.ends_at, zone_of(registration)),
    }


def seat_links(registration: Registration, kind: str) -> dict[str, tuple[str, int]]:
    """The personal links of a letter about a seat."""
    links = {"my_page": ("me", registration.person_id), "join_page": ("join", registration.id)}
    if kind == BY_COLLEAGUE:
        links["not_me"] = ("not-me", registration.id)
    if kind == GROUP and registration.status not in HOLDING:  # then it is about no seat of theirs
        links[STOP] = (Stop.FOLLOW_UPS, registration.person_id)
    return links


def home_of(event: Event) -> tuple[str, int]:
    """Whose wording letters about a session follow: its program's."""
    return "program", event.program_id


def after_change(kind: str, status: Status) -> str:
    """What becomes of a registration when its session changes, in a sentence; empty where there is nothing to say."""
    return _AFTER[kind].get(status, "")


def stands(status: Status) -> str:
    """How a registration that a colleague made stands, in a sentence."""
    return _STANDS[status]


def knows(starts_at: datetime, ends_at: datetime, cancelled: bool) -> list[Any]:
    """What a person knows of a session, as a letter keeps it."""
    return [starts_at.isoformat(), ends_at.isoformat(), cancelled]
