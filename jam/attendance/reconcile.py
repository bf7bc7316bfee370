"""From what the platform says to what Jam counts, as a sum that adds up: each step is a number and the reason for it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from jam.attendance.models import Attendance, AttendanceReport, AttendanceRow
from jam.attendance.moves import key_of, moves_at
from jam.attendance.queries import corrections, entry_key
from jam.attendance.reading.cells import address
from jam.base.database import db
from jam.base.words import count
from jam.schedule.models import Event

#: Tables of a report whose people sit in the audience.
_AUDIENCE = ("attendee", "other", "waiting")


@dataclass(frozen=True)
class Term:
    """A line of the sum: what it says, its number (None where the platform does not say), and whether it is a sum so far."""

    words: str
    number: int | None
    why: str = ""
    total: bool = False

    @property
    def shown(self) -> str:
        """The number with its sign, or as it is for a sum."""
        if self.number is None:
            return "Not said"
        return f"{self.number:,}" if self.total else f"{'+' if self.number >= 0 else '−'}{abs(self.number):,}"


@dataclass(frozen=True)
class Reconciled:
    """The sum, its result in one sentence, and how many people and unknown heads were in the audience."""

    terms: list[Term]
    sentence: str
    people: int
    heads: int


class _Lines:
    """Whom the lines of a session's audience name, and by which step."""

    def __init__(self, event: Event) -> None:
        self.by_address: set[int] = set()
        self.moved: set[int] = set()
        self.decided: set[int] = set()
        self.nobody: set[str] = set()
        self.heads: set[object] = set()
        self.waiting: set[object] = set()
        self.apart: set[object] = set()
        owners = {(move.email, move.name, move.person_id): move.from_person_id for move in moves_at(event.id)}
        query = select(
            AttendanceRow.person_id, AttendanceRow.section, AttendanceRow.email, AttendanceRow.name,
            AttendanceRow.registrant, AttendanceRow.decided, AttendanceRow.row_key,
        ).where(AttendanceRow.event_id == event.id, AttendanceRow.was_there)  # fmt: skip
        for person_id, section, email, name, registrant, decided, row_key in db.session.execute(query):
            written = address(email) or registrant if section == "attendee" else None
            if person_id is None or decided is not None:
                self.nobody |= {written} if written else set()
            if person_id is None:
                key = entry_key(email, name, row_key[:32])
                {"head": self.heads, "unknown": self.apart}.get(decided or "", self.waiting).add(key)
            elif section == "attendee" and decided is None:
                self.moved.add(person_id)
                self.by_address.add(owners.get((*key_of(email, registrant, name), person_id), person_id))
            elif section in _AUDIENCE:
                self.decided.add(person_id)


def reconcile(event: Event) -> Reconciled | None:
    """The sum for a session whose reports are in; None without a report that counts."""
    reports = [each for each in _counting(event) if "attendees" in each.figures]
    if not reports:
        return None
    lines, hand = _Lines(event), corrections([event.id])
    audience = select(Attendance.person_id).where(
        Attendance.event_id == event.id, Attendance.role == "attendee"
    )
    people = set(db.session.scalars(audience))
    by_reports = lines.moved | lines.decided
    came = {each.person_id for each in hand if each.came} & people - by_reports
    gone = {each.person_id for each in hand if not each.came} & by_reports
    said = [each.figures["platform"]["viewers"] for each in reports]
    claimed = None if None in said else sum(said)
    listed = sum(each.figures["attendees"] for each in reports)
    steps = [
        ("Addresses and numbers that Jam could not give to anybody by itself", -len(lines.nobody), "They stand among the entries to decide, or are decided below."),
        ("The same people again", len(lines.by_address) - (listed - len(lines.nobody)), "Somebody with several addresses, or on several reports, counts once."),
        ("Lines that staff moved to somebody else", len(lines.moved) - len(lines.by_address), "Two people shared an address."),
        ("People by entries that staff decided", len(by_reports) - len(lines.moved), "Telephones and names without an address, given to people who stand on no other line."),
        ("Came, by hand", len(came), "Staff said so, and no report does."),
        ("Did not come, by hand", -len(gone), "Staff said so against a report."),
        ("Otherwise", len(people) - (len(by_reports) + len(came) - len(gone)), "Their lines changed since they were counted."),
    ]  # fmt: skip
    terms = [
        *_claim(claimed, listed, sum(map(_nameless, reports)), len(reports)),
        Term("Addresses on the lines of attendees", listed, "Each address once in each report.", total=True),
        *(Term(*step) for step in steps if step[1]),
        Term("People in the audience", len(people), "Each person once.", total=True),
    ]
    heads = len(lines.heads)
    if heads:
        terms.append(Term("Unknown heads", heads, "Entries that staff counted without knowing who it was."))
        terms.append(Term("Heads in all", len(people) + heads, "People and unknown heads.", total=True))
    sentence = _sentence(claimed, len(people), heads, len(lines.waiting), len(lines.apart))
    return Reconciled(terms, sentence, len(people), heads)


def _counting(event: Event) -> list[AttendanceReport]:
    query = select(AttendanceReport).where(
        AttendanceReport.event_id == event.id, AttendanceReport.replaced_by_id.is_(None)
    )
    return list(db.session.scalars(query.order_by(AttendanceReport.id)))


def _claim(claimed: int | None, listed: int, nameless: int, reports: int) -> list[Term]:
    terms = [Term("The platform says", claimed, _claim_words(reports), total=True)]
    if claimed is None:
        return terms
    rest = listed - claimed
    if nameless:
        why = "Telephones and people who gave no address. They stand among the entries to decide, or are decided below."
        terms.append(Term("Entries without an address", -nameless, why))
        rest += nameless
    if rest:
        why = "The report does not say whom it counts as a viewer."
        terms.append(Term("What its own lines show otherwise", rest, why))
    return terms


def _nameless(report: AttendanceReport) -> int:
    """Entries without an address of a report whose platform counts them among its own, as far as that explains its number."""
    figures = report.figures
    said, nameless = figures["platform"]["viewers"], int(figures.get("undecided", 0))
    rest = 0 if said is None else figures["attendees"] - said
    return nameless if abs(rest + nameless) < abs(rest) else 0


def _claim_words(reports: int) -> str:
    return (
        "Its own number of viewers or participants."
        if reports == 1
        else f"The numbers of {reports} reports, added."
    )


def _sentence(claimed: int | None, people: int, heads: int, waiting: int, apart: int) -> str:
    said = (
        "The platform does not say how many came"
        if claimed is None
        else f"The platform says {count(claimed, 'viewer', 'viewers')}"
    )
    jam = f"Jam counts {count(people, 'person', 'people')} in the audience"
    if heads:
        jam += f" and {count(heads, 'unknown head', 'unknown heads')}"
    left = []
    if waiting:
        left.append(f"{count(waiting, 'entry waits', 'entries wait')} for a decision")
    if apart:
        left.append(f"{count(apart, 'entry is', 'entries are')} set aside")
    rest = f" Not counted: {' and '.join(left)}." if left else ""
    return f"{said}; {jam}.{rest}"
