"""Random histories of writes: what Jam counts, from what it keeps of each session, is what the rows say.

The rows are counted here, in plain Python and by the definitions of the measures, without Jam's code. What an erasure takes
out of a seat is remembered from before it, since totals must stay what they were.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

from tests.load.histories import SPELLINGS, TODAY
from tests.load.probe import Probe, Sizes
from tests.load.processes import beside
from tests.load.report import Report
from tests.load.stage import Stage
from tests.load.tables import Tables

#: Orders that one world gets before the next is made.
WORLD = 25
RURAL, URBAN = {"45710"}, {"43210"}
#: Of a period of days by the Eastern clock: August 20 to September 20, 2026.
PERIOD = (datetime(2026, 8, 20, 4, tzinfo=UTC), datetime(2026, 9, 21, 4, tzinfo=UTC))


@dataclass
class Seat:
    person: int
    taken: datetime
    organization: str
    need: str | None
    zip: str | None
    state: str | None
    sector: int | None
    role: int | None
    source: str


@dataclass
class Session:
    """One session with its rows."""

    id: int
    starts: datetime
    ends: datetime
    seats: list[Seat] = field(default_factory=list)
    known: bool = False
    #: By person: where they were, from when to when, and what a report says in all.
    rows: dict[int, list[tuple[str, datetime | None, datetime | None, int | None]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    heads: set[object] = field(default_factory=set)

    @property
    def holders(self) -> set[int]:
        return {each.person for each in self.seats}

    @property
    def at_start(self) -> set[int]:
        return {each.person for each in self.seats if each.taken <= self.starts}

    @property
    def there(self) -> set[int]:
        return set(self.rows)

    @property
    def audience(self) -> set[int]:
        """Whoever stands in the table of attendees, or of others, wherever else they stand."""
        return {
            person for person, rows in self.rows.items() if {each[0] for each in rows} - {"host", "panelist"}
        }

    def stays(self, people: Iterable[int]) -> list[int]:
        found = []
        for person in people:
            stretches = _stretches(self.rows[person])
            totals = [total for *_, total in self.rows[person] if total is not None]
            if stretches:
                found.append(round(sum((end - start).total_seconds() for start, end in _union(stretches))))
            elif totals:
                found.append(max(totals))
        return found

    def peak(self) -> int | None:
        changes = [
            (at, step)
            for person in self.audience
            for start, end in _union(_stretches(self.rows[person]))
            for at, step in ((start, 1), (end, -1))
        ]
        if not changes:
            return 0 if self.known and not self.audience else None
        now = most = 0
        for _, step in sorted(changes):
            now += step
            most = max(most, now)
        return most


def _stretches(rows: Iterable[tuple[Any, ...]]) -> list[tuple[datetime, datetime]]:
    return [(joined, left) for _, joined, left, _ in rows if joined and left and joined < left]


def _union(stretches: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    found: list[tuple[datetime, datetime]] = []
    for start, end in sorted(stretches):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def _at(value: Any) -> datetime | None:
    if value is None:
        return None
    read = datetime.fromisoformat(value) if isinstance(value, str) else value
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)


# --- the rows as they stand -------------------------------------------------------------------------------------------


class Rows:
    """Reads the rows of a program; remembers of each seat what an erasure takes out of it."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.before: dict[int, tuple[str, str | None, str | None]] = {}

    def sessions(self, program: str) -> list[Session]:
        """Those that are published and over, oldest first."""
        events = self.tables.rows(
            "SELECT e.id, e.starts_at, e.ends_at, e.state FROM event e JOIN program p ON p.id = e.program_id"
            " WHERE p.slug = :slug",
            slug=program,
        )
        found = {
            each["id"]: Session(each["id"], _sure(each["starts_at"]), _sure(each["ends_at"]))
            for each in events
        }
        self._seats(found, program)
        self._attendance(found, program)
        held = [
            found[each["id"]]
            for each in events
            if each["state"] == "published" and _sure(each["ends_at"]) <= TODAY
        ]
        return sorted(held, key=lambda each: (each.starts, each.id))

    def _seats(self, found: dict[int, Session], program: str) -> None:
        rows = self.tables.rows(
            "SELECT r.*, x.erased_at FROM registration r JOIN person x ON x.id = r.person_id"
            " JOIN event e ON e.id = r.event_id JOIN program p ON p.id = e.program_id WHERE p.slug = :slug",
            slug=program,
        )
        for row in rows:
            gave = (row["organization"], row["accommodation_state"], row["zip"])
            if row["erased_at"] is None:
                self.before[row["id"]] = gave
            gave = self.before.get(row["id"], gave)
            if row["status"] == "confirmed":
                found[row["event_id"]].seats.append(
                    Seat(row["person_id"], _sure(row["registered_at"]), *gave, row["state"], row["sector_id"],
                         row["job_role_id"], row["source"])
                )  # fmt: skip

    def _attendance(self, found: dict[int, Session], program: str) -> None:
        narrowed = (
            " JOIN event e ON e.id = a.event_id JOIN program p ON p.id = e.program_id WHERE p.slug = :slug"
        )
        for row in self.tables.rows(f"SELECT a.event_id FROM attendance_report a{narrowed}", slug=program):
            found[row["event_id"]].known = True
        for row in self.tables.rows(f"SELECT a.* FROM attendance_row a{narrowed}", slug=program):
            session, joined = found[row["event_id"]], _at(row["joined_at"])
            there = joined is not None if row["attended"] is None else bool(row["attended"])
            if not there or row["replaced"]:
                continue
            if row["decided"] == "head":
                named = row["email"] or row["name"].casefold()
                session.heads.add(named or row["registrant"] or row["row_key"][:32])
            elif row["person_id"] is not None:
                stay = (row["section"], joined, _at(row["left_at"]), row["seconds"])
                session.rows[row["person_id"]].append(stay)
        self._by_hand(found, narrowed, program)

    def _by_hand(self, found: dict[int, Session], narrowed: str, program: str) -> None:
        """Corrections that stand go before what the reports say."""
        query = f"SELECT a.* FROM attendance_correction a{narrowed} AND a.taken_back_at IS NULL"
        for row in self.tables.rows(query, slug=program):
            rows, person = found[row["event_id"]].rows, row["person_id"]
            written = row["stretches"]
            stretches = json.loads(written) if isinstance(written, str) else written
            if not row["came"]:
                rows.pop(person, None)
                continue
            sections = [each[0] for each in rows.get(person, ())] or ["attendee"]
            if stretches is not None or row["seconds"] is not None:
                rows[person] = [(each, None, None, row["seconds"]) for each in sections]
                rows[person] += [
                    (sections[0], _at(join), _at(leave), None) for join, leave in stretches or ()
                ]
            elif person not in rows:
                rows[person] = [("attendee", None, None, None)]
        for session in found.values():
            session.known = session.known or bool(session.rows)

    def homes(self) -> dict[str, object]:
        """Which organization each spelling stands for, those that staff merged as one."""
        rows = {
            each["id"]: each for each in self.tables.rows("SELECT id, name, merged_into_id FROM organization")
        }
        by_name = {each["name"]: id for id, each in rows.items()}
        found: dict[str, object] = {}
        for spellings in SPELLINGS:
            ids = [by_name[each] for each in spellings if each in by_name]
            end = ids[0] if ids else None
            while end is not None and rows[end]["merged_into_id"] is not None:
                end = rows[end]["merged_into_id"]
            found |= dict.fromkeys(spellings, end if end is not None else spellings[0])
        return found


def _sure(value: Any) -> datetime:
    at = _at(value)
    assert at is not None
    return at


# --- counted by their definitions ----------------------------------------------------------------------------------------


def _share(part: float, whole: float) -> float | None:
    return round(part / whole, 4) if whole else None


def _area(code: str | None) -> str:
    return "rural" if code in RURAL else "urban" if code in URBAN else "unknown"


def counted(every: list[Session], homes: Mapping[str, object], narrow: str) -> dict[str, Any]:
    """All sessions of a program, counted for a choice: `all`, `period` or `state`."""
    chosen = [each for each in every if narrow != "period" or PERIOD[0] <= each.starts < PERIOD[1]]
    last = max((each.starts for each in chosen), default=None)
    history = [each for each in every if last is not None and each.starts <= last]
    whole = narrow != "state"
    seats = {each.id: [seat for seat in each.seats if whole or seat.state == "OH"] for each in chosen}
    holders = {id: {seat.person for seat in of} for id, of in seats.items()}
    at_start = {
        each.id: {seat.person for seat in seats[each.id] if seat.taken <= each.starts} for each in chosen
    }
    audience = {each.id: each.audience if whole else each.audience & holders[each.id] for each in chosen}
    known = [each for each in chosen if each.known]
    all_seats = [seat for each in chosen for seat in seats[each.id]]
    stays = {each.id: each.stays(audience[each.id]) for each in chosen}
    lasting = [stay for each in known for stay in stays[each.id]]
    enough = sum(
        stay >= (each.ends - each.starts).total_seconds() * 0.75 for each in known for stay in stays[each.id]
    )
    leads = [
        (each.starts - seat.taken) // timedelta(hours=1)
        for each in chosen
        for seat in seats[each.id]
        if seat.taken <= each.starts
    ]
    came = sum(len(at_start[each.id] & each.there) for each in known)
    people = set[int]().union(*(audience[each.id] for each in chosen))
    new, again = set[int](), set[int]()
    next_new = next_came = 0
    for each in chosen:
        seen = set[int]().union(*(other.audience for other in history if other.starts < each.starts))
        new |= audience[each.id] - seen
        again |= audience[each.id] & seen
        later = [other for other in chosen if other.starts > each.starts]
        if each.known and later and later[0].known:
            next_new += len(audience[each.id] - seen)
            next_came += len((audience[each.id] - seen) & later[0].audience)
    areas = Counter(_area(seat.zip) for seat in all_seats)
    someone = any(audience[each.id] for each in known)
    peaks = [peak for each in known if (peak := each.peak()) is not None]
    measures = {
        "sessions_held": len(chosen),
        "registrations": len(all_seats),
        "registrations_per_session": round(len(all_seats) / len(chosen), 2) if chosen else None,
        "unique_registrants": len({seat.person for seat in all_seats}),
        "lead_days": round(median(leads) / 24, 1) if leads else None,
        "attendees": sum(len(audience[each.id]) for each in known) if known else None,
        "unique_attendees": len(people) if known else None,
        "show_rate": _share(came, sum(len(at_start[each.id]) for each in known)),
        "walk_ins": sum(len(each.audience - each.holders) for each in known) if known and whole else None,
        "median_minutes": round(median(lasting) / 60, 2) if lasting else None,
        "person_minutes": round(sum(lasting) / 60, 2) if known and (lasting or not someone) else None,
        "stayed_enough": _share(enough, len(lasting)),
        "peak": max(peaks, default=None) if whole and (any(peaks) or not someone) else None,
        "unknown_heads": sum(len(each.heads) for each in known) if known and whole else None,
        "newcomers": len(new) if known else None,
        "returning": len(again) if known else None,
        "came_next": _share(next_came, next_new),
        "states": len({seat.state for seat in all_seats} - {None, "XX"}),
        "sectors": len({seat.sector for seat in all_seats} - {None}),
        "job_roles": len({seat.role for seat in all_seats} - {None}),
        "rural_share": _share(areas["rural"], areas["rural"] + areas["urban"]),
        "area_unknown": _share(areas["unknown"], len(all_seats)),
    }
    if whole:  # what is kept of the erased is known of everybody together alone
        measures |= {
            "organizations": len({homes[seat.organization] for seat in all_seats if seat.organization}),
            "accommodations_asked": sum(seat.need is not None for seat in all_seats),
            "accommodations_met": sum(seat.need == "arranged" for seat in all_seats),
        }
    parts: dict[str, dict[str, list[tuple[Session, Seat]]]] = defaultdict(lambda: defaultdict(list))
    for each in chosen:
        for seat in seats[each.id]:
            for kind, value in (
                ("state", seat.state or ""), ("sector", str(seat.sector or "")), ("role", str(seat.role or "")),
                ("source", seat.source), ("area", _area(seat.zip)),
            ):  # fmt: skip
                parts[kind][value].append((each, seat))
    return {
        "measures": measures,
        "sessions": [_session(each, seats, at_start, audience, stays, whole) for each in chosen],
        "parts": {
            kind: sorted(_row(value, pairs) for value, pairs in parts[kind].items())
            for kind in ("state", "sector", "role", "source", "area")
        },
    }


def _session(each: Session, seats: Any, at_start: Any, audience: Any, stays: Any, whole: bool) -> list[Any]:
    lasting, people = stays[each.id], audience[each.id]
    holders = {seat.person for seat in seats[each.id]}
    peak = each.peak() if whole else 0 if each.known and not people else None
    if not each.known:
        return [each.id, len(seats[each.id]), len(at_start[each.id]), None, None, None, None, None, peak]
    return [
        each.id, len(seats[each.id]), len(at_start[each.id]), len(at_start[each.id] & each.there), len(people),
        len(people - holders), round(sum(lasting) / 60, 2) if lasting or not people else None,
        round(median(lasting) / 60, 2) if lasting else None, peak,
    ]  # fmt: skip


def _row(value: str, pairs: list[tuple[Session, Seat]]) -> list[Any]:
    before = [(session, seat) for session, seat in pairs if session.known and seat.taken <= session.starts]
    came = sum(seat.person in session.there for session, seat in before)
    return [value, len(pairs), len(before), came if before else None]


# --- the probe -----------------------------------------------------------------------------------------------------------


def run(stage: Stage, sizes: Sizes) -> Report:
    """Write, count, compare."""
    report, steps = Report(n=sizes["sets"]), Counter[str]()
    rows, compared = Rows(stage.tables), 0
    with beside("tests.load.histories", stage.around, stage.sabotage) as writer:
        for number in range(sizes["sets"]):
            answer = writer.ask(json.dumps([number, number % WORLD == 0]))
            if "crash" in answer:
                report.demand(False, f"set {number} broke: {answer['crash']}")
                break
            steps.update(answer["steps"])
            report.demand(
                not answer.get("rebuilt"),
                f"set {number}: counted anew, these differed: {answer.get('rebuilt')}",
            )
            sessions, homes = rows.sessions(answer["program"]), rows.homes()
            for narrow, said in answer["found"].items():
                want = json.loads(json.dumps(counted(sessions, homes, narrow)))
                told = {name: said["measures"][name] for name in want["measures"]}
                compared += len(told) + 8 * len(want["sessions"]) + sum(map(len, want["parts"].values()))
                differ = {
                    name: (told[name], value)
                    for name, value in want["measures"].items()
                    if told[name] != value
                }
                differ |= {
                    name: (said[name], want[name])
                    for name in ("sessions", "parts")
                    if said[name] != want[name]
                }
                report.demand(not differ, f"set {number} ({narrow}; {answer['steps']}): {differ}")
            if len(report.violations) > 100:
                break  # more of the same tells nothing new
    report.figures |= {
        "steps": sum(steps.values()), "differences": len(report.violations), "numbers compared": compared,
        "by step": dict(sorted(steps.items())),
    }  # fmt: skip
    return report


PROBE = Probe(
    "stats",
    "random histories of writes: summaries against the rows, counted by other code",
    run,
    sizes={"sets": 1000},
    web=0,
    clocks=0,
    sabotages=("unnoticed",),
)
