"""What stands in a report: every measure of the registry with what it means, the sessions, where people are, what the
sessions were about, and what is not known. All of it is read from the room statistics."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute

from jam.base.database import db
from jam.base.errors import Refused
from jam.base.zones import wall
from jam.registration.models import Registration
from jam.registration.rules import Status
from jam.reports.rules import NOT_GIVEN, VERSION, Figures
from jam.statistics import queries
from jam.statistics.charted import coverage
from jam.statistics.choice import Choice, Held, held
from jam.statistics.counting import Counted
from jam.statistics.measures import MEASURES
from jam.statistics.rules import Share, in_words
from jam.vocabulary.models import Term

_PERCENT = "\N{NO-BREAK SPACE}%"


def figures_of(choice: Choice) -> Figures:
    """The figures of a choice as they are now. Refused where it has no session, or as `held` says."""
    found = queries.statistics(choice)
    if not found.sessions:
        raise Refused(
            "No session of this choice is over yet, so there is nothing to report. Choose other dates."
        )
    sessions = held(choice)
    ids = [each.id for each in found.sessions]
    here = {"stayed_enough": _long_enough(sessions)}
    days = [wall(each.starts_at, each.time_zone).date().isoformat() for each in found.sessions]
    return {
        "version": VERSION,
        "choice": chosen(choice),
        "covers": {"first": days[0], "last": days[-1]},
        "measures": [_measure(name, value, here.get(name)) for name, value in found.measures.items()],
        "sessions": [
            {
                "id": each.id, "slug": each.slug, "title": each.title, "program": each.program, "date": day,
                "starts_at": each.starts_at.isoformat(), "ends_at": each.ends_at.isoformat(),
                "time_zone": each.time_zone, "registrations": each.registrations, "at_start": each.at_start,
                "came": each.came, "show_rate": each.show_rate, "attendees": each.attendees, "walk_ins": each.walk_ins,
                "median_minutes": each.median_minutes, "minutes": each.minutes, "peak": each.peak,
            }
            for day, each in zip(days, found.sessions, strict=True)
        ],
        "by_state": [[code, seats, people] for code, (seats, people) in sorted(_parts(ids, Registration.state).items())],
        "by_sector": _by_sector(ids),
        "levers": [
            [name, {f"{year}-{month:02}": number for (year, month), number in months.items()}]
            for name, months in coverage(found.sessions)
        ],
        "unknown": _unknown(queries.counts_of(choice, sessions, ())),
    }  # fmt: skip


def chosen(choice: Choice) -> dict[str, Any]:
    """What a report is of, with names as they are now."""
    return {
        "program": choice.program,
        "program_name": dict(queries.programs()).get(choice.program or ""),
        "cohort": choice.cohort,
        "cohort_name": dict(queries.cohorts()).get(choice.cohort or ""),
        "from": choice.first.isoformat() if choice.first else None,
        "to": choice.last.isoformat() if choice.last else None,
    }


def _long_enough(sessions: Iterable[Held]) -> str:
    """What part of a session is long enough for the programs of these: “Long enough is 75 % of a session.”"""
    asked = {each.program: f"{each.enough_percent}{_PERCENT}" for each in sessions}
    if len(set(asked.values())) == 1:
        return f"Long enough is {next(iter(asked.values()))} of a session."
    return f"Long enough is {', '.join(f'{part} ({program})' for program, part in sorted(asked.items()))} of a session."


def _measure(name: str, value: Any, here: str | None) -> dict[str, Any]:
    measure = MEASURES[name]
    of: dict[str, Any] = {"of": [value.part, value.whole]} if isinstance(value, Share) else {}
    of |= {"here": here} if here else {}
    return {
        "name": name, "title": measure.title, "topic": measure.topic, "definition": measure.definition,
        "formula": measure.formula, "denominator": measure.denominator, "unit": measure.unit,
        "excluded": measure.excluded, "since": measure.since, "value": value, "words": in_words(name, value),
        **of,
    }  # fmt: skip


def _parts(ids: Sequence[int], column: InstrumentedAttribute[Any]) -> dict[str, tuple[int, int]]:
    """Confirmed seats, and the different people who hold them, by what they gave; `""` for nothing."""
    rows = db.session.execute(
        select(column, func.count(), func.count(Registration.person_id.distinct()))
        .where(Registration.event_id.in_(ids), Registration.status == Status.CONFIRMED)
        .group_by(column)
    )
    return {str(value or ""): (seats, people) for value, seats, people in rows}


def _by_sector(ids: Sequence[int]) -> list[list[Any]]:
    """The same by sector, most seats first, those of people who gave none last."""
    names = {str(each.id): each.name for each in db.session.scalars(select(Term))}
    found = [
        [names.get(value, NOT_GIVEN), *both] for value, both in _parts(ids, Registration.sector_id).items()
    ]
    return sorted(found, key=lambda each: (each[0] == NOT_GIVEN, -each[1], each[0]))


def _unknown(counts: Mapping[int, Counted]) -> dict[str, int]:
    """How much is not known, by what is not: its reader needs it beside every figure that is taken of the known."""
    every = list(counts.values())
    given = {
        name: sum(share.seats for each in every for (of, value), share in each.parts.items() if of == name and not value)
        for name in ("state", "sector", "job role")
    }  # fmt: skip
    return {
        "sessions_without_report": sum(not each.known for each in every),
        "attendances_of_unknown_length": sum(each.audience - each.timed for each in every if each.known),
        "seats_without_state": given["state"],
        "seats_without_sector": given["sector"],
        "seats_without_job_role": given["job role"],
    }
