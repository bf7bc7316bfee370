"""The ledger of one person at one session: every source with file and line, what it says, and how it comes to what counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, or_, select

from jam.attendance import rules
from jam.attendance.models import (
    Attendance,
    AttendanceCorrection,
    AttendanceMove,
    AttendanceReport,
    AttendanceRequest,
    AttendanceRow,
)
from jam.attendance.moves import move_key
from jam.attendance.presence import Found, corrected, lines_say
from jam.attendance.queries import lines_of, of_person
from jam.attendance.reading.cells import address
from jam.base.database import db
from jam.base.words import clock, clock_range, count
from jam.base.zones import zone_words
from jam.people.models import Address, Person
from jam.registration.models import JoinClick, Registration
from jam.schedule.models import Event

#: How lines and corrections may differ before the page says that they do: platforms round to minutes.
_SAME = 90


@dataclass(frozen=True)
class Bar:
    """A row of the picture: what it shows, its stretches in percent of the whole width, and in words. `tone` colors it."""

    label: str
    stretches: Sequence[tuple[float, float]]
    words: str
    tone: str = "line"


@dataclass
class Ledger:
    """What Jam knows of one person at one session.

    - presence: what counts; None where they did not come.
    - lines: of reports that count; replaced: of reports that later ones replaced.
    - clicks: when they pressed their join button.
    - corrections: newest first, those taken back too; standing: the one that counts.
    - moves: lines that were moved to or from this person, newest first.
    - reported: what the reports say without the correction; None where they name nobody who came.
    """

    event: Event
    person: Person
    seat: Registration | None
    presence: Attendance | None
    lines: list[AttendanceRow]
    replaced: list[AttendanceRow]
    clicks: list[datetime]
    corrections: list[AttendanceCorrection]
    moves: list[AttendanceMove]
    requests: list[AttendanceRequest]
    reported: Found | None
    addresses: frozenset[str] = frozenset()
    #: Whether a report that counts came in after the correction that stands.
    later: bool = False
    bars: list[Bar] = field(default_factory=list)

    @property
    def standing(self) -> AttendanceCorrection | None:
        """The correction that counts."""
        return next((each for each in self.corrections if each.taken_back_at is None), None)

    @property
    def stretches(self) -> list[rules.Interval]:
        """What counts as having been there, from whichever source, as it was said."""
        by_hand = self.standing
        found = self.reported or Found()
        if by_hand is not None:
            found = corrected(by_hand, found) if by_hand.came else Found()
        return found.usable

    @property
    def enough(self) -> bool | None:
        """Whether they stayed as long as their program asks; None where nobody knows."""
        if self.presence is None:
            return False
        if self.presence.seconds is None:
            return None
        return self.presence.seconds >= enough_seconds(self.event)

    @property
    def working(self) -> str:
        """How the time comes about, as a sum that adds up."""
        stretches = self.stretches
        if not stretches:
            return ""
        lengths = [_minutes(pair) for pair in stretches]
        total = rules.union_seconds(stretches) / 60
        if len(stretches) == 1:
            return f"One stretch of {_in_minutes(total)}."
        added = " + ".join(_number(each) for each in lengths)
        overlap = sum(lengths) - total
        if overlap < 0.005:
            return f"{len(stretches)} stretches that do not overlap: {added} = {_in_minutes(total)}."
        return (
            f"{len(stretches)} stretches: {added} = {_in_minutes(sum(lengths))}, of which {_number(overlap)} lie on top of "
            f"each other and count once: {_in_minutes(total)}."
        )

    @property
    def disagreement(self) -> str | None:
        """What a report that came in after the correction says otherwise; None where none does."""
        if self.standing is None or not self.later:
            return None
        return otherwise(self.standing, self.reported)

    def how(self, row: AttendanceRow) -> str:
        """By which step a line was given to this person."""
        if row.decided == "person":
            return "Decided by staff"
        if any(_is_moved(row, each) for each in self.moves if each.taken_back_at is None):
            return "Moved here by staff"
        if row.registrant and self.seat is not None and self.seat.platform_id == row.registrant:
            return "Registrant number"
        if row.email and _normal(row.email) in self.addresses:
            return "Address"
        return "Address remembered" if row.email else "Registrant number" if row.registrant else "Erased"


def otherwise(correction: AttendanceCorrection, reported: Found | None) -> str | None:
    """What the reports say other than a correction, in a sentence; None where they agree."""
    end = "The correction counts until you take it back."
    came = reported is not None
    if correction.came != came:
        said = "shows them as there" if came else "does not show them as there"
        return f"A report that came in after this correction {said}. {end}"
    seconds = reported.seconds if reported else None
    own = corrected(correction, reported or Found()).seconds
    if seconds is not None and own is not None and abs(seconds - own) > _SAME:
        return f"A report that came in after this correction says {count(round(seconds / 60), 'minute', 'minutes')}. {end}"
    return None


def disagreeing(event: Event, standing: Iterable[AttendanceCorrection]) -> set[int]:
    """Those of an event's corrections that a report says otherwise which came in after them."""
    by_hand = list(standing)
    newest = _newest_report(event) if by_hand else None
    if newest is None:
        return set()
    reported = lines_say(event.id)
    return {
        each.id for each in by_hand if each.made_at < newest and otherwise(each, reported.get(each.person_id))
    }


def _newest_report(event: Event) -> datetime | None:
    return db.session.scalar(
        select(func.max(AttendanceReport.imported_at)).where(
            AttendanceReport.event_id == event.id, AttendanceReport.replaced_by_id.is_(None)
        )
    )


def enough_seconds(event: Event) -> float:
    """How long somebody has to stay to have stayed long enough, by the event's program."""
    return (event.ends_at - event.starts_at).total_seconds() * event.program.enough_percent / 100


def ledger_of(event: Event, person: Person) -> Ledger:
    """Everything about a person at a session; there is one for anybody, however little it holds."""
    here = (AttendanceCorrection.event_id == event.id, AttendanceCorrection.person_id == person.id)
    seat = db.session.scalar(
        select(Registration).where(Registration.event_id == event.id, Registration.person_id == person.id)
    )
    clicks = (
        select(JoinClick.at)
        .join(Registration, Registration.id == JoinClick.registration_id)
        .where(Registration.event_id == event.id, Registration.person_id == person.id)
    )
    replaced = select(AttendanceRow).where(
        AttendanceRow.event_id == event.id, AttendanceRow.person_id == person.id, AttendanceRow.replaced.is_(True)
    )  # fmt: skip
    moves = select(AttendanceMove).where(
        AttendanceMove.event_id == event.id,
        or_(AttendanceMove.person_id == person.id, AttendanceMove.from_person_id == person.id),
    )
    requests = select(AttendanceRequest).where(
        AttendanceRequest.event_id == event.id, AttendanceRequest.person_id == person.id
    )
    found = Ledger(
        event=event,
        person=person,
        seat=seat,
        presence=of_person(event, person.id),
        lines=lines_of(event, person.id),
        replaced=list(db.session.scalars(replaced.order_by(AttendanceRow.id))),
        clicks=list(db.session.scalars(clicks.order_by(JoinClick.at))),
        corrections=list(
            db.session.scalars(
                select(AttendanceCorrection).where(*here).order_by(AttendanceCorrection.id.desc())
            )
        ),
        moves=list(db.session.scalars(moves.order_by(AttendanceMove.id.desc()))),
        requests=list(db.session.scalars(requests.order_by(AttendanceRequest.id.desc()))),
        reported=lines_say(event.id, person.id).get(person.id),
        addresses=frozenset(db.session.scalars(select(Address.normal).where(Address.person_id == person.id))),
    )
    newest = _newest_report(event)
    found.later = found.standing is not None and newest is not None and newest > found.standing.made_at
    found.bars = _bars(found)
    return found


def words_of(stretches: Iterable[rules.Interval], zone: str) -> str:
    """“1:02 to 1:30 p.m., 1:35 to 2:00 p.m.”."""
    return ", ".join(_range(pair, zone) for pair in stretches)


def _range(pair: rules.Interval, zone: str) -> str:
    return clock_range(*pair, zone).removesuffix(f" {zone_words(zone, pair[0])}")


def _bars(found: Ledger) -> list[Bar]:
    """The session, each source, and what counts, on one scale."""
    event, zone = found.event, found.event.time_zone
    lines = [
        (row, (row.joined_at, row.left_at))
        for row in found.lines
        if row.joined_at and row.left_at and row.joined_at < row.left_at and row.was_there
    ]
    by_hand = rules.stretches_from(found.standing.stretches) if found.standing else []
    ends = [*(pair for _, pair in lines), *by_hand, *((at, at) for at in found.clicks)]
    start = min([event.starts_at, *(pair[0] for pair in ends)])
    whole = (max([event.ends_at, *(pair[1] for pair in ends)]) - start).total_seconds()

    def placed(pairs: Iterable[rules.Interval]) -> list[tuple[float, float]]:
        return [
            (
                round(100 * (a - start).total_seconds() / whole, 2),
                round(max(0.4, 100 * (b - a).total_seconds() / whole), 2),
            )
            for a, b in pairs
        ]

    session = (event.starts_at, event.ends_at)
    bars = [Bar("The session", placed([session]), _range(session, zone), "session")]
    if found.clicks:
        clicks = [(at, at) for at in found.clicks]
        bars.append(
            Bar("Join button", placed(clicks), ", ".join(_clock(at, zone) for at in found.clicks), "click")
        )
    for row, pair in lines:
        name = row.report.file_name or "Report"
        bars.append(Bar(f"{name}, line {row.line}", placed([pair]), _range(pair, zone)))
    if by_hand:
        bars.append(Bar("By hand", placed(by_hand), words_of(by_hand, zone), "hand"))
    union = rules.merge(found.stretches) if found.presence is not None else []
    bars.append(Bar("Counts", placed(union), words_of(union, zone) or "No times", "counts"))
    return bars


def _clock(at: datetime, zone: str) -> str:
    return clock(at, zone)


def _minutes(pair: rules.Interval) -> float:
    return (pair[1] - pair[0]).total_seconds() / 60


def _number(minutes: float) -> str:
    return f"{minutes:,.1f}".removesuffix(".0")


def _in_minutes(minutes: float) -> str:
    return f"{_number(minutes)} minute{'' if _number(minutes) == '1' else 's'}"


def _normal(email: str) -> str:
    return address(email) or ""


def _is_moved(row: AttendanceRow, move: AttendanceMove) -> bool:
    return move_key(row) == (move.email, move.name) and row.person_id == move.person_id
