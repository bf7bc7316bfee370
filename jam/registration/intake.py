"""People from a file become registrations: what each row would do, and doing it in one transaction. The caller commits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select

from jam.audit.actions import one_batch, record, record_many
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.base.text import clean_line, clean_text
from jam.mail.rules import GRACE
from jam.people.actions import Details
from jam.people.models import Address, Organization, Person
from jam.people.queries import organization_at_end
from jam.people.rules import checked_name, normal_address, normal_organization
from jam.registration import actions, seats
from jam.registration.columns import Columns, state_of, zip_of
from jam.registration.letters import write_letter, write_seat_letter
from jam.registration.models import Answer, Question, Registration
from jam.registration.queries import waiting_ahead
from jam.registration.question_rules import from_words
from jam.registration.questions import NEEDS_LIMIT, NOTHING, Said, asked_at
from jam.registration.rules import ALIVE, Need, Source, Status
from jam.registration.tables import Table
from jam.schedule.models import Event
from jam.schedule.rules import State
from jam.vocabulary.queries import names
from jam.vocabulary.rules import Kind

_CHUNK = 500


class Fate(StrEnum):
    """What becomes of a row."""

    SEAT = "seat"
    WAITING = "waiting"
    THERE = "there"
    REFUSED = "refused"


FATE_WORDS = {
    Fate.SEAT: "Gets a seat",
    Fate.WAITING: "Goes on the waiting list",
    Fate.THERE: "Is registered already",
    Fate.REFUSED: "Left out",
}


@dataclass
class Row:
    """A row of the file, and what it would do. `why` says why it is left out; `notes` what was not understood."""

    cells: Sequence[str]
    fate: Fate = Fate.REFUSED
    why: str = ""
    typed: str = ""
    normal: str = ""
    details: Details | None = None
    person_id: int | None = None
    earlier: bool = False
    notes: tuple[str, ...] = ()
    said: Said = NOTHING
    heard: str = ""


@dataclass(frozen=True)
class Plan:
    """All rows of a file, in their order."""

    rows: list[Row]

    def count(self, fate: Fate) -> int:
        """How many rows have this fate."""
        return sum(row.fate is fate for row in self.rows)

    @property
    def newcomers(self) -> int:
        """People whom Jam does not know yet."""
        return sum(row.fate in (Fate.SEAT, Fate.WAITING) and row.person_id is None for row in self.rows)

    @property
    def refused(self) -> list[Row]:
        """Rows that are left out."""
        return [row for row in self.rows if row.fate is Fate.REFUSED]


def why_not(event: Event) -> str | None:
    """Why nobody can be imported; None when they can."""
    if event.state != State.PUBLISHED or event.ends_at <= now():
        return "People can be imported only while a session is published and not over."
    return None


def plan(event: Event, table: Table, columns: Columns) -> Plan:
    """What an import would do, row by row; nothing is written."""
    vocabulary = {
        "job_role": {name.casefold(): id for id, name in names(Kind.JOB_ROLE).items()},
        "sector": {name.casefold(): id for id, name in names(Kind.SECTOR).items()},
    }
    asked = [each for each in asked_at(event) if field_of(each) in columns.of]
    rows = [_read(cells, columns, vocabulary, asked) for cells in table.rows]
    people = _known(row.normal for row in rows if row.normal)
    there = {
        id: status
        for id, status in db.session.execute(
            select(Registration.person_id, Registration.status).where(Registration.event_id == event.id)
        )
    }
    free, seen, once = seats.free_for_newcomers(event), set[str](), set[int]()
    for row in rows:
        if row.why:
            continue
        found = people.get(row.normal)
        row.person_id = found[0] if found else None
        if row.normal in seen or (row.person_id is not None and row.person_id in once):
            row.why = "This person stands in the file more than once; the first row counts."
            continue
        seen.add(row.normal)
        once |= {row.person_id} if row.person_id is not None else set()
        if row.details is None or not row.details.name:
            if found is None:
                row.why = "A name is missing."
                continue
            row.details = _named(row.details, found[1])
        status = there.get(row.person_id or 0)
        row.earlier = status is not None
        if status in ALIVE:
            row.fate = Fate.THERE
        elif free is None or free > 0:
            row.fate, free = Fate.SEAT, None if free is None else free - 1
        elif event.waiting_list:
            row.fate = Fate.WAITING
        else:
            row.why = "The session is full."
    return Plan(rows)


def take(event: Event, table: Table, columns: Columns, *, letters: bool, by: str) -> Plan:
    """Do what `plan` says; returns what was done. Refused when the session takes nobody.

    Letters, if there shall be any, wait ten minutes and can be called back together.
    """
    actions.lock(event)
    why = why_not(event)
    if why:
        raise Refused(why)
    done = plan(event, table, columns)
    wanted = [row for row in done.rows if row.fate in (Fate.SEAT, Fate.WAITING)]
    with one_batch() as batch:
        _add_people([row for row in wanted if row.person_id is None], by)
        for row in wanted:
            if row.earlier and row.details:
                actions.register(
                    event, row.typed, row.details, source=Source.IMPORT, by=by, quiet=not letters,
                    said=row.said, heard=row.heard,
                )  # fmt: skip
        made = _register(event, [row for row in wanted if not row.earlier], by)
        if letters:
            _tell(made, batch)
        if wanted:
            record("registration.import", "event", event.id, by=by, changes={"people": (None, len(wanted))})
    return done


def field_of(question: Question) -> str:
    """What a column with the answers to a question is called among the fields."""
    return f"q{question.id}"


def _read(
    cells: Sequence[str], columns: Columns, vocabulary: dict[str, dict[str, int]], asked: Sequence[Question]
) -> Row:
    """A row by itself: is there an address, and what does it say."""
    row, notes = Row(cells, typed=columns.cell(cells, "email")), []
    found: dict[str, int | None] = {}
    for field, word in (("job_role", "job role"), ("sector", "sector")):
        cell = columns.cell(cells, field)
        found[field] = vocabulary[field].get(cell.casefold())
        if cell and found[field] is None:
            notes.append(f"The {word} “{cell[:60]}” is not on your list; left empty.")
    state, code = columns.cell(cells, "state"), columns.cell(cells, "zip")
    for cell, read, word in ((state, state_of(state), "state"), (code, zip_of(code), "ZIP code")):
        if cell and read is None:
            notes.append(f"“{cell[:60]}” is no {word}; left empty.")
    try:
        row.normal = normal_address(row.typed) if row.typed else ""
        name = columns.name(cells)
        row.details = Details(
            name=checked_name(name) if name else "",
            organization=clean_line(columns.cell(cells, "organization"), 160, "The organization's name"),
            job_role_id=found["job_role"],
            sector_id=found["sector"],
            state=state_of(state),
            zip=zip_of(code),
        )
        row.heard = clean_line(columns.cell(cells, "heard"), 200, "How somebody heard of us")
        row.said = Said(
            _answers(cells, columns, asked, notes),
            clean_text(columns.cell(cells, "needs"), NEEDS_LIMIT, "What somebody needs"),
        )
    except Refused as error:
        row.why = error.message
    if not row.typed:
        row.why = "An e-mail address is missing."
    row.notes = tuple(notes)
    return row


def _answers(
    cells: Sequence[str], columns: Columns, asked: Sequence[Question], notes: list[str]
) -> list[tuple[int, str, Any]]:
    """What a row answers; what is no answer is noted and left empty."""
    found = []
    for question in asked:
        try:
            value = from_words(question.asked, columns.cell(cells, field_of(question)))
        except Refused as error:
            notes.append(f"{error.message} Left empty.")
            continue
        if value is not None:
            found.append((question.id, question.label, value))
    return found


def _named(details: Details | None, name: str) -> Details:
    if details is None:
        return Details(name)
    return Details(
        name, details.organization, details.job_role_id, details.sector_id, details.state, details.zip
    )


def _known(normals: Iterable[str]) -> dict[str, tuple[int, str]]:
    """Id and name of the people of these addresses."""
    wanted, found = list(dict.fromkeys(normals)), dict[str, tuple[int, str]]()
    for start in range(0, len(wanted), _CHUNK):
        query = (
            select(Address.normal, Person.id, Person.name)
            .join(Person, Person.id == Address.person_id)
            .where(Address.normal.in_(wanted[start : start + _CHUNK]))
        )
        found |= {normal: (id, name) for normal, id, name in db.session.execute(query)}
    return found


def _organizations(rows: Sequence[Row]) -> dict[str, int]:
    """Ids by normal name of all organizations of these rows; new ones are made."""
    wanted = {
        normal_organization(row.details.organization): row.details.organization for row in rows if row.details
    }
    wanted.pop("", None)
    keys, found = list(wanted), dict[str, int]()
    for start in range(0, len(keys), _CHUNK):
        query = select(Organization).where(Organization.normal.in_(keys[start : start + _CHUNK]))
        found |= {each.normal: organization_at_end(each).id for each in db.session.scalars(query)}
    made = [Organization(name=wanted[key], normal=key) for key in keys if key not in found]
    db.session.add_all(made)
    db.session.flush()
    return found | {each.normal: each.id for each in made}


def _add_people(rows: Sequence[Row], by: str) -> None:
    """Make the people of these rows, as `people.actions.find_or_add` makes one."""
    homes, present = _organizations(rows), now()
    people = []
    for row in rows:
        said = row.details or Details(row.typed)
        people.append(
            Person(
                name=said.name, organization_id=homes.get(normal_organization(said.organization)),
                job_role_id=said.job_role_id, sector_id=said.sector_id, state=said.state, zip=said.zip,
                created_at=present, link_version=0,
            )
        )  # fmt: skip
    db.session.add_all(people)
    db.session.flush()
    for row, person in zip(rows, people, strict=True):
        row.person_id = person.id
        db.session.add(
            Address(
                person_id=person.id, address=clean_line(row.typed, 254), normal=row.normal, preferred=True
            )
        )
    db.session.flush()
    record_many("people.add", "person", [(each.id, {"name": (None, each.name)}) for each in people], by=by)


def _register(event: Event, rows: Sequence[Row], by: str) -> list[Registration]:
    """Make the registrations of these rows as the plan has them; the event's lock keeps the plan true."""
    last = db.session.scalar(
        select(func.max(Registration.queue_number)).where(Registration.event_id == event.id)
    )
    number, present = last or 0, now()
    made: list[Registration] = []
    for row in rows:
        said = row.details or Details(row.typed)
        waits = row.fate is Fate.WAITING
        number += waits
        given: dict[str, Any] = {
            key: getattr(said, key) for key in ("job_role_id", "sector_id", "state", "zip")
        }
        made.append(
            Registration(
                event_id=event.id, person_id=row.person_id, name=said.name, organization=said.organization,
                status=Status.WAITING if waits else Status.CONFIRMED, source=Source.IMPORT, registered_at=present,
                queue_number=number if waits else None, heard=row.heard, accommodation=row.said.accommodation or None,
                accommodation_state=Need.ASKED if row.said.accommodation else None, **given,
            )
        )  # fmt: skip
    db.session.add_all(made)
    db.session.flush()
    db.session.add_all(
        Answer(registration_id=seat.id, question_id=id, label=label, value=value)
        for seat, row in zip(made, rows, strict=True)
        for id, label, value in row.said.answers
    )
    for status in (Status.CONFIRMED, Status.WAITING):
        changed = [(seat.id, {"status": (None, status)}) for seat in made if seat.status == status]
        record_many(f"registration.{status}", "registration", changed, by=by)
    return made


def _tell(made: Sequence[Registration], batch: str) -> None:
    due_at, place = now() + GRACE, 0
    for seat in made:
        if seat.status == Status.CONFIRMED:
            write_seat_letter(
                "registered", seat, "REQUEST", values={"message": ""}, due_at=due_at, batch=batch
            )
            continue
        place = place or waiting_ahead(seat)
        place += 1
        write_letter(
            "waiting", seat, batch, values={"place": str(place), "message": ""}, due_at=due_at, batch=batch
        )
