"""Two years of sessions in five zones, through four changes of the clocks: when each reminder is due, and that it goes then.

What is expected is worked out here from literal dates and whole hours, without Jam's code and without a time zone database.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count

from jam.base.now import frozen
from jam.people.actions import Details
from jam.registration import actions as registrations
from jam.registration.rules import Source
from jam.reminders import actions as reminders
from jam.reminders.rules import Anchor, Side, Unit
from jam.schedule.models import Program
from tests import makers
from tests.load.probe import Probe, Sizes
from tests.load.report import Report
from tests.load.stage import Stage

#: When all of it is planned.
PLANNED = datetime(2026, 12, 1, 12, tzinfo=UTC)

#: Hours that the wall clock is behind UTC in winter, and whether it changes.
ZONES = {
    "America/New_York": (5, True),
    "America/Chicago": (6, True),
    "America/Denver": (7, True),
    "America/Phoenix": (7, False),
    "America/Los_Angeles": (8, True),
}

#: Summer time begins and ends at 2:00 in the night to these Sundays' days (Energy Policy Act of 2005).
SUMMERS = [(date(2027, 3, 14), date(2027, 11, 7)), (date(2028, 3, 12), date(2028, 11, 5))]

#: The third Tuesdays, as a printed calendar has them.
TUESDAYS = [
    date(2027, month, day)
    for month, day in zip(range(1, 13), (19, 16, 16, 20, 18, 15, 20, 17, 21, 19, 16, 21), strict=True)
] + [
    date(2028, month, day)
    for month, day in zip(range(1, 13), (18, 15, 21, 18, 16, 20, 18, 15, 19, 17, 21, 19), strict=True)
]

#: On the days of the changes, and at hours which the day before does not have, or has twice: day and time on the wall.
ODD = [
    (date(2027, 3, 14), time(13)),
    (date(2027, 3, 15), time(2, 30)),
    (date(2027, 11, 7), time(13)),
    (date(2027, 11, 8), time(1, 30)),
    (date(2028, 3, 12), time(13)),
    (date(2028, 3, 13), time(2, 30)),
    (date(2028, 11, 5), time(13)),
    (date(2028, 11, 6), time(1, 30)),
]


@dataclass(frozen=True)
class Offset:
    """A rule: so many days on the wall, or so many minutes on any clock, before the start or after the end."""

    days: int = 0
    minutes: int = 0
    after: bool = False
    at: time | None = None


#: Every rule that a program begins with, and what staff may add: minutes, an hour on the wall, several weeks.
OFFSETS = {
    "One week before": Offset(days=7),
    "One day before": Offset(days=1),
    "One hour before": Offset(minutes=60),
    "To those who came": Offset(days=1, after=True),
    "To those who missed it": Offset(days=1, after=True),
    "Fifteen minutes": Offset(minutes=15),
    "Three weeks": Offset(days=21),
    "The morning before": Offset(days=1, at=time(9)),
}

_numbers = count(1)


def in_utc(day: date, at: time, zone: str) -> datetime:
    """What the wall clock of a zone shows, as an instant: an hour that is left out is taken an hour later, of one that comes
    twice the first is meant."""
    behind, changes = ZONES[zone]
    summer = False
    for begins, ends in SUMMERS if changes else ():
        # At 2:00 the clocks go on to 3:00: 2:30 is 3:30 summer time, which is 2:30 winter time all the same.
        after_spring = day > begins or (day == begins and at >= time(3))
        # At 2:00 the clocks go back to 1:00: the first 1:30 is summer time.
        before_autumn = day < ends or (day == ends and at < time(2))
        summer = summer or (after_spring and before_autumn)
    return datetime.combine(day, at, UTC) + timedelta(hours=behind - summer)


def due(day: date, at: time, zone: str, offset: Offset) -> datetime:
    """When a rule's letter is due for a session of an hour that begins then."""
    start = in_utc(day, at, zone)
    if offset.minutes:
        return start - timedelta(minutes=offset.minutes)
    step = timedelta(days=offset.days)
    if not offset.after:
        return in_utc(day - step, offset.at or at, zone)
    end = time(at.hour + 1, at.minute)
    if at == time(1, 30) or at == time(2, 30):
        assert day not in {each for pair in SUMMERS for each in pair}  # an hour on the wall is an hour
    return in_utc(day + step, end, zone)


def run(stage: Stage, sizes: Sizes) -> Report:
    """Each row is due when the table says; a worker finds it then and not a second sooner, and writes to each person once."""
    zones = list(ZONES)[: sizes["zones"]]
    dates = [(day, time(13)) for day in TUESDAYS[: sizes["months"]]] + (ODD if sizes["odd"] else [])
    report = Report(n=len(dates) * len(zones))
    stage.stop_clocks()
    expected: dict[tuple[int, str], datetime] = {}
    with stage.preparing(), frozen(PLANNED):
        for zone in zones:
            program = _program(zone)
            for day, at in dates:
                id = _session(program, in_utc(day, at, zone))
                expected |= {(id, name): due(day, at, zone, offset) for name, offset in OFFSETS.items()}
    instants = sorted(set(expected.values()))
    # Just before and just when anything is due; the first round is one day after all was planned, and mends nothing.
    times = [PLANNED + timedelta(days=1), *(each - gap for each in instants for gap in _GAPS)]
    with stage.forge() as forge:
        at = [each.isoformat() for each in times]
        status = forge.run("rounds", at=at, only=["reminders", "reminder plans"])
    report.demand(status == 0, f"the rounds ended with {status}")
    _compare(stage, expected, report)
    report.figures |= {
        "zones": len(zones),
        "dates": len(dates),
        "reminders": len(expected),
        "instants": len(instants),
    }
    return report


_GAPS = (timedelta(seconds=1), timedelta(0))


def _program(zone: str) -> Program:
    program = makers.program(zone.partition("/")[2].lower().replace("_", "-"), time_zone=zone)
    common = {"kind": "reminder", "audience": "confirmed", "side": Side.BEFORE, "anchor": Anchor.START}
    for name, amount, unit, at in (
        ("Fifteen minutes", 15, Unit.MINUTES, None),
        ("Three weeks", 3, Unit.WEEKS, None),
        ("The morning before", 1, Unit.DAYS, time(9)),
    ):
        reminders.add(
            program, reminders.RuleFields(name=name, amount=amount, unit=unit, at=at, **common), by=makers.BY
        )
    return program


def _session(program: Program, start: datetime) -> int:
    """Two people have a seat; one of them will have come."""
    event = makers.event(program, starts_at=start, recording_url="https://video.example/1")
    seats = [
        registrations.register(
            event,
            f"dst{next(_numbers)}@people.example",
            Details(name="Ana Lee"),
            source=Source.FORM,
            quiet=True,
        )
        for _ in range(2)
    ]
    makers.reported(event, seats[0])
    return event.id


def _compare(stage: Stage, expected: dict[tuple[int, str], datetime], report: Report) -> None:
    rows = stage.tables.rows(
        "SELECT reminder.id, reminder.event_id, reminder_rule.name, reminder.state, reminder.due_at, reminder.settled_at,"
        " reminder.reason FROM reminder JOIN reminder_rule ON reminder_rule.id = reminder.rule_id"
    )
    found = {(row["event_id"], row["name"]): row for row in rows}
    report.demand(
        found.keys() == expected.keys(), f"{len(found)} reminders were planned, not {len(expected)}"
    )
    for which, at in expected.items():
        row = found.get(which)
        if row is None:
            continue
        told = f"“{which[1]}” of session {which[0]}"
        report.demand(_instant(row["due_at"]) == at, f"{told} is due {_instant(row['due_at'])}, not {at}")
        report.demand(row["state"] == "done", f"{told} is {row['state']}: {row['reason']}")
        settled = _instant(row["settled_at"])
        report.demand(settled == at, f"{told} went out {settled}, and was due {at}")
    letters = Counter(row["key"].rpartition(":")[0] for row in stage.tables.rows("SELECT key FROM letter"))
    people = {row["id"]: 1 if row["name"].startswith("To those") else 2 for row in rows}
    report.demand(
        letters == {f"reminder:{id}:1": number for id, number in people.items()},
        f"{letters.total()} letters were written, not {sum(people.values())}, each once",
    )
    report.figures["letters"] = letters.total()


def _instant(value: object) -> datetime | None:
    if value is None:
        return None
    at = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


PROBE = Probe(
    "dst",
    "two years of reminders in five zones, through every change of the clocks",
    run,
    sizes={"zones": 5, "months": 24, "odd": 1},
    web=0,
    clocks=0,
    sabotages=("elapsed",),
)
