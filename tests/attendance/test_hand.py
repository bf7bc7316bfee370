"""What staff say by hand: it counts at once and before every report, is reasoned, shown, and can be taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from jam.attendance import hand, moves
from jam.attendance.actions import import_report, reread, undo_import
from jam.attendance.hand import Said
from jam.attendance.ledger import ledger_of
from jam.attendance.models import Attendance, AttendanceCorrection, AttendanceReport, AttendanceRow
from jam.attendance.queries import summary
from jam.audit.models import AuditEntry
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import frozen, now
from jam.base.zones import EASTERN
from jam.people.actions import merge, unmerge
from jam.people.models import Person
from jam.people.queries import by_address
from jam.privacy.actions import erase
from jam.schedule.models import Event
from jam.statistics.counting import count as count_sessions
from tests import makers
from tests.attendance.files import came, missed, report_2020

SMALL = report_2020(came("Ann", "13:00:00", "13:30:00"), came("Bo", "13:00:00", "14:00:00"), missed("Cy"))
#: The same occasion later: Ann stayed longer.
LATER = report_2020(came("Ann", "13:00:00", "13:50:00"), came("Bo", "13:00:00", "14:00:00"), missed("Cy"))
one_engine = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def keep(event: Event, text: str = SMALL, name: str = "report.csv") -> AttendanceReport:
    made = import_report(event, text.encode(), EASTERN, by="command", file_name=name).report
    db.session.commit()
    return made


def who(name: str) -> Person:
    found = by_address(f"{name}@example.org")
    assert found is not None
    return found


def there(event: Event) -> dict[str, int | None]:
    rows = select(Person.name, Attendance.seconds).join(Attendance, Attendance.person_id == Person.id)
    found = db.session.execute(rows.where(Attendance.event_id == event.id, Attendance.role == "attendee"))
    return {name.split()[0]: seconds for name, seconds in found}


def say(event: Event, name: str, said: Said, reason: str = "She told us.") -> AttendanceCorrection:
    made = hand.correct(event, who(name), said, reason, by="command")
    db.session.commit()
    return made


def at(event: Event, first: int, last: int) -> tuple[object, object]:
    return event.starts_at + timedelta(minutes=first), event.starts_at + timedelta(minutes=last)


def peak(event: Event) -> int | None:
    """The peak by both ways of counting it, which have to agree."""
    found = summary(event)
    assert found is not None
    [counted] = count_sessions([event.id])
    assert counted.peak == found.peak
    return found.peak


def test_each_kind_of_correction_moves_the_numbers_and_back(event: Event) -> None:
    keep(event)
    assert (there(event), peak(event)) == ({"Ann": 1800, "Bo": 3600}, 2)

    gone = say(event, "bo", Said(came=False), "He had left his computer running.")
    assert (there(event), peak(event)) == ({"Ann": 1800}, 1)
    say(event, "cy", Said(came=True))
    assert there(event) == {"Ann": 1800, "Cy": None}
    say(event, "cy", Said(came=True, minutes=45))
    assert there(event) == {"Ann": 1800, "Cy": 2700}
    # Times that overlap count once, and the new ones count for the peak.
    say(event, "cy", Said(came=True, stretches=[at(event, 10, 30), at(event, 20, 40)]))  # type: ignore[list-item]
    assert (there(event), peak(event)) == ({"Ann": 1800, "Cy": 1800}, 2)
    assert db.session.scalar(select(func.count()).select_from(AttendanceCorrection)) == 4

    hand.take_back(event, gone, by="command")
    hand.take_back(event, gone, by="command")
    db.session.commit()
    assert there(event) == {"Ann": 1800, "Bo": 3600, "Cy": 1800}
    assert db.session.scalar(select(func.count()).where(AuditEntry.action == "attendance.take_back")) == 1


def test_a_correction_outlives_reports_and_says_when_a_later_one_disagrees(event: Event) -> None:
    first = keep(event)
    say(event, "ann", Said(came=True, minutes=55))
    assert ledger_of(event, who("ann")).disagreement is None

    with frozen(now() + timedelta(days=1)):
        later = keep(event, LATER, "later.csv")
    assert first.replaced_by_id == later.id
    assert there(event)["Ann"] == 55 * 60
    said = ledger_of(event, who("ann")).disagreement
    assert said is not None
    assert "says 50 minutes" in said
    reread(event, by="command")
    undo_import(later, by="command")
    undo_import(first, by="command")
    db.session.commit()
    assert there(event) == {"Ann": 55 * 60}

    keep(event)
    assert there(event) == {"Ann": 55 * 60, "Bo": 3600}


@one_engine
@pytest.mark.parametrize(
    ("said", "words"),
    [
        (Said(True, minutes=0), "0 minutes cannot be"),
        (Said(True, minutes=900), "900 minutes cannot be"),
        (Said(True, stretches=[]), "at least one stretch"),
        (
            Said(True, stretches=[(30, 10)]),
            "You gave 1:10 p.m. for leaving and 1:30 p.m. for joining; leaving has to come later.$",
        ),  # type: ignore[list-item]
        (Said(True, stretches=[(0, 400)]), "lies outside the session"),  # type: ignore[list-item]
    ],
)
def test_what_cannot_be_is_refused(event: Event, said: Said, words: str) -> None:
    keep(event)
    pairs = None if said.stretches is None else [at(event, *pair) for pair in said.stretches]  # type: ignore[misc]
    with pytest.raises(Refused, match=words):
        hand.correct(event, who("ann"), Said(said.came, said.minutes, pairs), "Because.", by="command")  # type: ignore[arg-type]
    with pytest.raises(Refused, match="Say why"):
        hand.correct(event, who("ann"), Said(True), "  ", by="command")


@one_engine
def test_saying_the_same_twice_is_saying_it_once(event: Event) -> None:
    keep(event)
    assert say(event, "ann", Said(False)).id == say(event, "ann", Said(False)).id


def test_lines_of_a_shared_address_are_somebody_elses(event: Event) -> None:
    shared = SMALL.replace('"Bo","Example","bo@', '"Bo","Example","ann@')
    makers.registration(event, "ann@example.org", name="Ann Example")
    db.session.commit()
    keep(event, shared)
    assert there(event) == {"Ann": 3600}
    bo = makers.registration(event, "bo@example.org", name="Bo Example").person
    db.session.commit()
    row = db.session.scalars(select(AttendanceRow).where(AttendanceRow.name == "Bo Example")).one()

    assert moves.move_lines(event, row, bo, "They share a mailbox.", by="command") == 1
    db.session.commit()
    assert there(event) == {"Ann": 1800, "Bo": 3600}
    # A later report brings the same lines under the same address: they are Bo's again.
    keep(event, shared.replace("13:30:00", "13:40:00"), "later.csv")
    assert there(event) == {"Ann": 2400, "Bo": 3600}
    [move] = moves.moves_at(event.id)
    assert moves.move_back(event, move, by="command") == 2
    db.session.commit()
    assert there(event) == {"Ann": 3600}


def test_a_merge_takes_corrections_along_and_gives_them_back(event: Event) -> None:
    keep(event)
    say(event, "ann", Said(True, minutes=55))
    say(event, "bo", Said(False))
    ann, bo = who("ann"), who("bo")
    merge(ann, bo, by="command")
    db.session.commit()
    assert there(event) == {"Ann": 55 * 60}
    unmerge(bo, by="command")
    db.session.commit()
    assert there(event) == {"Ann": 55 * 60}
    assert ledger_of(event, bo).standing is not None


@one_engine
def test_an_erased_person_keeps_the_number_and_loses_the_words(event: Event) -> None:
    keep(event)
    made = say(event, "ann", Said(True, minutes=55), "Ann wrote to us.")
    erase(who("ann"), by="command")
    db.session.commit()
    assert sorted(there(event).values(), key=str) == [3300, 3600]
    assert made.reason == "Erased person"
    reread(event, by="command")
    assert sorted(there(event).values(), key=str) == [3300, 3600]


def test_the_sum_is_told_in_words(event: Event) -> None:
    overlapping = report_2020(came("Ann", "13:00:00", "13:20:00"), came("Ann", "13:10:00", "13:40:00"))
    keep(event, overlapping)
    found = ledger_of(event, who("ann"))
    assert found.working == (
        "2 stretches: 20 + 30 = 50 minutes, of which 10 lie on top of each other and count once: 40 minutes."
    )
    assert [(bar.label, bar.words) for bar in found.bars] == [
        ("The session", "1:00 to 2:00 p.m."),
        ("report.csv, line 12", "1:00 to 1:20 p.m."),
        ("report.csv, line 13", "1:10 to 1:40 p.m."),
        ("Counts", "1:00 to 1:40 p.m."),
    ]
    assert found.enough is False
    say(event, "ann", Said(True, stretches=[at(event, 0, 1)]))  # type: ignore[list-item]
    assert ledger_of(event, who("ann")).working == "One stretch of 1 minute."
