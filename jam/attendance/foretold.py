"""What an import would change in a session of which something is known already: its figures, the people behind them, and what
stays of what staff said. Worked out from the rows that would count, by the rules that count them afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import and_, select

from jam.attendance import queries
from jam.attendance.intake import CHUNK, Intake
from jam.attendance.keeping import earlier_decisions, values
from jam.attendance.ledger import otherwise
from jam.attendance.models import Attendance, AttendanceCorrection, AttendanceMove, AttendanceRow
from jam.attendance.moves import key_of, moves_at
from jam.attendance.presence import Presence, presence_of, put_right, together
from jam.attendance.queries import Summary, entry_key
from jam.base.database import db
from jam.base.words import count
from jam.people.models import Address, Person
from jam.registration.models import Registration
from jam.registration.rules import Status

#: How somebody's attendance changes, the weightiest first, in words for one person and for many.
GOES, COMES, MINUTES, ROLE, TIMES = "goes", "comes", "minutes", "role", "times"
WAYS = {
    GOES: ("person does not count as there any more", "people do not count as there any more"),
    COMES: ("person comes in", "people come in"),
    MINUTES: ("person has other minutes", "people have other minutes"),
    ROLE: ("person has another role", "people have another role"),
    TIMES: ("person has other times and the same minutes", "people have other times and the same minutes"),
}
#: How many people of one kind are named.
MOST_NAMED = 100

#: The figures of a session: their names in JSON and in words.
FIGURES = {
    "registered": "Registered",
    "came": "Of the registered came",
    "registered_at_start": "Registered when it began",
    "came_at_start": "Of those registered when it began came",
    "attendees": "Attendees",
    "walk_ins": "Walk-ins",
    "people": "People in all",
    "unknown_heads": "Unknown heads",
    "attendee_minutes": "Minutes together",
    "median_minutes": "Median stay in minutes",
    "peak": "Most at one moment",
    "unknown_minutes": "Attendees without a known time",
    "undecided": "Entries to decide",
}
Number = float | int | None
#: What is decided of an entry, and its name.
Entry = tuple[str | None, str]
#: Name and address of somebody.
Named = tuple[str, str | None]


@dataclass(frozen=True)
class Figure:
    """One figure of the session now and after the import; None where it cannot be known."""

    name: str
    before: Number
    after: Number

    @property
    def label(self) -> str:
        """The figure in words."""
        return FIGURES[self.name]

    @property
    def words(self) -> tuple[str, str, str]:
        """Both and the change between them as they are read, in whole numbers."""
        shown = ["not known" if each is None else f"{each:,.0f}" for each in (self.before, self.after)]
        if self.before is None or self.after is None:
            return shown[0], shown[1], ""
        apart = int(f"{self.after:.0f}") - int(f"{self.before:.0f}")
        return shown[0], shown[1], f"+{apart:,}" if apart > 0 else f"−{-apart:,}"

    @property
    def changes(self) -> bool:
        """Whether somebody who reads both sees a change."""
        before, after, _ = self.words
        return before != after


@dataclass(frozen=True)
class Change:
    """One person's attendance now and after the import; None where they were not there. `person_id` is None for somebody whom
    Jam does not know yet."""

    person_id: int | None
    name: str
    address: str | None
    before: Presence | None
    after: Presence | None


@dataclass(slots=True, eq=False)
class _Row:
    """A line that would count: as it is kept, or as it would be."""

    id: int | None
    key: str
    section: str
    attended: bool | None
    name: str
    email: str | None
    person: int | None
    decided: str | None
    joined: datetime | None
    left: datetime | None
    seconds: int | None
    registrant: str | None

    @property
    def there(self) -> bool:
        """As `AttendanceRow.was_there`, of a line that counts."""
        return self.joined is not None if self.attended is None else self.attended


@dataclass
class Foretold:
    """What would change.

    - figures: all of them, also those that stay.
    - before, after: the attendance of everybody whose changes; people whom Jam does not know yet stand under numbers below 0.
    - by_hand: corrections that stand and go on counting; against: those of them that this report says otherwise.
    - holding, resting: names of decided entries that stand in what counts afterwards, and of those that do not.
    - moves: lines that staff gave to somebody else, each with whether there are any afterwards; they go where their like went.
    """

    figures: list[Figure]
    before: dict[int, Presence]
    after: dict[int, Presence]
    by_hand: list[AttendanceCorrection]
    against: set[int]
    holding: list[str]
    resting: list[str]
    moves: list[tuple[AttendanceMove, bool]]
    newcomers: dict[int, Named]

    @cached_property
    def kinds(self) -> dict[int, str]:
        """How the attendance of each person changes of whom it does."""
        ids = self.before.keys() | self.after.keys()
        return {id: _kind(self.before.get(id), self.after.get(id)) for id in ids}

    @cached_property
    def counts(self) -> Counter[str]:
        """How many people there are of each kind."""
        return Counter(self.kinds.values())

    @property
    def changed(self) -> list[Figure]:
        """Figures that would be read differently."""
        return [each for each in self.figures if each.changes]

    @property
    def anything(self) -> bool:
        """Whether anything of the session would be another."""
        return bool(self.kinds) or any(each.before != each.after for each in self.figures)

    @cached_property
    def people(self) -> dict[str, list[Change]]:
        """People of each kind by name, the first hundred of each."""
        known = {id: each for id, each in self.newcomers.items() if id in self.kinds}
        known.update(_names(id for id in self.kinds if id > 0))
        found: dict[str, list[Change]] = {}
        for id in sorted(self.kinds, key=lambda id: (known[id][0].casefold(), abs(id))):
            listed = found.setdefault(self.kinds[id], [])
            if len(listed) < MOST_NAMED:
                whose = id if id > 0 else None
                listed.append(Change(whose, *known[id], self.before.get(id), self.after.get(id)))
        return found

    @property
    def sentences(self) -> list[str]:
        """The change in figures and how many people stand behind it, without a name."""
        if not self.anything:
            return ["The figures of the session and everybody’s attendance stay as they are."]
        figures = [f"{each.label} {_arrow(each)}" for each in self.changed]
        found = [f"What changes in the session: {'; '.join(figures)}."] if figures else []
        people = [in_words(kind, self.counts[kind]) for kind in WAYS if self.counts[kind]]
        return found + ([f"Behind it: {'; '.join(people)}."] if people else [])

    @property
    def undecided(self) -> int:
        """How many entries are to decide afterwards."""
        return int(self.figures[-1].after or 0)

    @property
    def in_short(self) -> str:
        """How many came before and come now, in a sentence."""
        attendees = next(each for each in self.figures if each.name == "attendees")
        if not attendees.changes:
            return f"It shows as many attendees as before: {attendees.words[1]}."
        return f"Attendees {_arrow(attendees)}."

    @property
    def json(self) -> dict[str, Any]:
        """Figures before and after, how many people change in which way, and who, the first hundred of each."""
        return {
            "figures": {each.name: [each.before, each.after] for each in self.figures if each.before != each.after},
            "people": {kind: self.counts[kind] for kind in WAYS},
            "named": [
                {
                    "name": each.name,
                    "address": each.address,
                    "change": kind,
                    "role": [each.before and each.before[0], each.after and each.after[0]],
                    "seconds": [each.before and each.before[1], each.after and each.after[1]],
                }
                for kind in WAYS
                for each in self.people.get(kind, ())
            ],
        }  # fmt: skip


def foretell(intake: Intake) -> Foretold | None:
    """What an import would change; None where nothing is known of who came to the session, or a later report than this one
    counts, so that nothing changes. Nothing is written."""
    event = intake.event
    now = queries.summary(event) if not intake.earlier.superseded else None
    if now is None:
        return None
    # Whoever is not known yet has a number of their own until they are made.
    numbers = {address: -number for number, address in enumerate(intake.newcomers, 1)}
    future = replace(intake, people=intake.people | numbers)
    rows, moves = [*_staying(intake), *_coming(intake, future)], moves_at(event.id)
    for move in moves:
        for row in _moved_by(move, rows, move.from_person_id):
            row.person = move.person_id
    there = [row for row in rows if row.there]
    found = together(
        (row.person, row.section, row.joined, row.left, row.seconds)
        for row in there
        if row.person is not None
    )
    by_hand = queries.corrections([event.id])
    against = {each.id for each in by_hand if otherwise(each, found.get(each.person_id))}
    put_right(found, by_hand)
    after = {id: presence_of(each) for id, each in found.items()}
    entries = _entries((row, row.person_id) for row in queries.entry_rows(event))
    entries_then = _entries((row, row.person) for row in there)
    kept = {key for key, (decided, _) in entries_then.items() if decided}
    decided = [(key in kept, name) for key, (said, name) in entries.items() if said]
    then, before = _summary(future, there, after), _attendances(event.id)
    for id in [id for id, presence in before.items() if after.get(id) == presence]:
        del before[id], after[id]
    return Foretold(
        figures=_figures(now, _open(entries), then, _open(entries_then)),
        before=before,
        after=after,
        by_hand=by_hand,
        against=against,
        holding=[name for holds, name in decided if holds],
        resting=[name for holds, name in decided if not holds],
        moves=[(move, any(row.there for row in _moved_by(move, rows, move.person_id))) for move in moves],
        newcomers={numbers[address]: (name, address) for address, name in intake.newcomers.items()},
    )  # fmt: skip


def _attendances(event_id: int) -> dict[int, Presence]:
    """What stands of everybody who was there."""
    query = select(
        Attendance.person_id, Attendance.role, Attendance.seconds, Attendance.first_joined_at, Attendance.last_left_at
    )  # fmt: skip
    rows = db.session.execute(query.where(Attendance.event_id == event_id))
    return {id: (role, seconds, first, last) for id, role, seconds, first, last in rows}


def _staying(intake: Intake) -> Iterator[_Row]:
    """Lines that are here and go on counting, in the order in which they came, with the times that they would have."""
    of = AttendanceRow
    query = select(
        of.id, of.row_key, of.section, of.attended, of.name, of.email, of.person_id, of.decided, of.joined_at, of.left_at,
        of.seconds, of.registrant,
    ).where(
        of.event_id == intake.event.id, of.replaced.is_(False),
        of.report_id.not_in([each.id for each in intake.earlier.replaces]),
    )  # fmt: skip
    gone = set(intake.earlier.obsolete)
    times = {intake.earlier.kept[line.key][0]: (line.joined_at, line.left_at) for line in intake.corrected}
    for each in db.session.execute(query.order_by(of.id)):
        if each[0] not in gone:
            columns: tuple[Any, ...] = tuple(each)
            row = _Row(*columns)
            row.joined, row.left = times.get(each[0], (row.joined, row.left))
            yield row


def _coming(intake: Intake, future: Intake) -> Iterator[_Row]:
    """Lines that would be kept, as `keeping.add_lines` writes them."""
    decisions = earlier_decisions(intake)
    for line in intake.new_lines:
        key, _, *rest = values(future, line, decisions)
        columns: tuple[Any, ...] = (None, key, *rest)
        yield _Row(*columns)


def _moved_by(move: AttendanceMove, rows: Iterable[_Row], person_id: int) -> list[_Row]:
    """The lines that a move is about, of those that are this person's."""
    theirs = (row for row in rows if row.person == person_id and row.decided is None)
    return [row for row in theirs if key_of(row.email, row.registrant, row.name) == (move.email, move.name)]


def _entries(rows: Iterable[tuple[_Row | AttendanceRow, int | None]]) -> dict[tuple[str, object], Entry]:
    """What is decided of each entry that no address ties to a person, as `queries.entries` takes lines together, and its name."""
    found: dict[tuple[str, object], Entry] = {}
    for row, person in rows:
        if person is None or row.decided is not None:
            key = entry_key(row.email, row.name, row.registrant or row.id or row)
            found.setdefault(key, (row.decided, row.name or row.email or "an entry without a name"))
    return found


def _open(entries: dict[tuple[str, object], Entry]) -> int:
    return sum(decided is None for decided, _ in entries.values())


def _summary(future: Intake, there: list[_Row], after: dict[int, Presence]) -> Summary:
    """The figures by the rows that would count."""
    event = future.event
    query = select(Registration.person_id, Registration.registered_at).where(
        Registration.event_id == event.id, Registration.status == Status.CONFIRMED
    )
    seats: dict[int, datetime] = dict(db.session.execute(query).all())
    for address, at in future.new_seats.items():
        person = future.people[address]
        seats[person] = min(at, seats.get(person, at))
    early = {id for id, at in seats.items() if at <= event.starts_at}
    heads = {entry_key(row.email, row.name, row.key[:32]) for row in there if row.decided == "head"}
    return queries.summed(
        [(id, role, seconds, id in seats) for id, (role, seconds, _, _) in after.items()],
        (len(seats.keys() & after.keys()), len(seats), len(early & after.keys()), len(early)),
        len(heads),
        lambda audience: queries.stretches_among(
            audience, ((row.person, row.joined, row.left) for row in there if _is_stretch(row)), event
        ),
    )


def _is_stretch(row: _Row) -> bool:
    return row.joined is not None and row.left is not None and row.joined < row.left


def _figures(now: Summary, undecided_now: int, then: Summary, undecided_then: int) -> list[Figure]:
    pairs = zip(_numbers(now, undecided_now), _numbers(then, undecided_then), strict=True)
    return [Figure(name, *pair) for name, pair in zip(FIGURES, pairs, strict=True)]


def _numbers(of: Summary, undecided: int) -> tuple[Number, ...]:
    """The numbers in the order of FIGURES."""
    return (
        of.registered, of.came, of.at_start, of.came_at_start, of.attendees, of.walk_ins, of.people, of.heads, of.minutes,
        of.median, of.peak, of.unknown, undecided,
    )  # fmt: skip


def in_words(kind: str, n: int) -> str:
    """“3 people come in”."""
    return count(n, *WAYS[kind])


def _kind(before: Presence | None, after: Presence | None) -> str:
    if after is None:
        return GOES
    if before is None:
        return COMES
    return MINUTES if before[1] != after[1] else ROLE if before[0] != after[0] else TIMES


def _arrow(figure: Figure) -> str:
    before, after, apart = figure.words
    return f"{before} → {after}" + (f" ({apart})" if apart else "")


def _names(ids: Iterable[int]) -> Iterator[tuple[int, Named]]:
    """Name and address of each person."""
    wanted = sorted(ids)
    query = select(Person.id, Person.name, Address.address).outerjoin(
        Address, and_(Address.person_id == Person.id, Address.preferred)
    )
    for at in range(0, len(wanted), CHUNK):
        rows = db.session.execute(query.where(Person.id.in_(wanted[at : at + CHUNK])))
        yield from ((id, (name, address)) for id, name, address in rows)
