"""What happened to a session, in words for staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from jam.audit.models import AuditDetail, AuditEntry
from jam.audit.queries import history
from jam.base.database import db
from jam.base.words import count, when
from jam.people.models import Account, Person
from jam.schedule.models import Event

_DONE = {
    "schedule.make_event": "made it as a draft",
    "schedule.add_past": "published it as a session of the past",
    "archive.import_seats": "imported registrations",
    "attendance.import": "imported an attendance report",
    "schedule.edit": "changed",
    "schedule.agenda": "changed the run of show",
    "schedule.lay_template": "put a template over the run of show",
    "schedule.publish": "published it",
    "schedule.move": "moved it",
    "schedule.cancel": "cancelled it",
    "schedule.reinstate": "reinstated it",
    "registration.many": "changed several registrations at once",
    "registration.group": "wrote to a group of people",
    "registration.import": "imported people",
    "registration.links": "took in personal join links",
    "registration.undo": "undid a change of registrations",
}

_FIELDS = {
    "title": "the title",
    "summary": "the summary",
    "visibility": "who sees it",
    "closed": "whether registration is open",
    "capacity": "the seats",
    "waiting_list": "the waiting list",
    "offer_hours": "how long an offered seat is kept",
    "approval": "who approves registrations",
    "join_url": "the join link",
    "recording_url": "the recording",
    "slides_url": "the slides",
    "terms": "levers and focus areas",
    "agenda": "the agenda",
    "program": "the program’s name",
}

#: What changes a run of show as a whole.
_RUNS = ("schedule.agenda", "schedule.lay_template")

_NOBODY = {"clock": "Jam", "command": "A command", "demo": "The demonstration"}


@dataclass(frozen=True)
class Line:
    """One thing that happened."""

    at: datetime
    who: str
    what: str


def lines(event: Event) -> list[Line]:
    """The session's history, newest first: three queries."""
    entries = history("event", event.id)
    names = _names({entry.actor for entry, _ in entries})
    return [
        Line(entry.at, names.get(entry.actor, entry.actor), _what(entry, details, event))
        for entry, details in entries
    ]


def agenda_changed(event: Event) -> Line | None:
    """Who changed the run of show last, and when: three queries."""
    entry = db.session.scalar(
        select(AuditEntry)
        .join(AuditDetail, AuditDetail.entry_id == AuditEntry.id)
        .where(
            AuditEntry.object_kind == "event",
            AuditEntry.object_id == event.id,
            AuditDetail.field == "agenda",
        )
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
    if entry is None:
        return None
    who = _names({entry.actor}).get(entry.actor, "Somebody")
    return Line(entry.at, who, _DONE["schedule.agenda"])


def _names(actors: set[str]) -> dict[str, str]:
    ids = [int(actor.removeprefix("account:")) for actor in actors if actor.startswith("account:")]
    rows = db.session.execute(
        select(Account.id, Person.name)
        .join(Person, Person.id == Account.person_id)
        .where(Account.id.in_(ids))
    )
    return {**_NOBODY, **{f"account:{id}": name for id, name in rows}}


def _what(entry: AuditEntry, details: Sequence[AuditDetail], event: Event) -> str:
    by_field = {detail.field: detail for detail in details}
    done = _DONE.get(entry.action, entry.action)
    if entry.action == "schedule.edit":
        fields = [_FIELDS.get(field, field) for field in by_field]
        return f"{done} {_listed(fields)}"
    if entry.action in _RUNS and {"agenda", "minutes"} <= by_field.keys():
        items = count(int(by_field["agenda"].after or 0), "item", "items")
        return f"{done}: {items}, {count(int(by_field['minutes'].after or 0), 'minute', 'minutes')}"
    if entry.action == "schedule.move" and {"starts_at", "ends_at"} <= by_field.keys():
        was = _span(by_field["starts_at"].before, by_field["ends_at"].before, event.time_zone)
        new = _span(by_field["starts_at"].after, by_field["ends_at"].after, event.time_zone)
        return f"{done} from {was} to {new}"
    return done


def _span(start: str | None, end: str | None, zone: str) -> str:
    if start is None or end is None:
        return "an unknown time"
    return when(datetime.fromisoformat(start), datetime.fromisoformat(end), zone)


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else "it"
