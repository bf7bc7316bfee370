"""The staff's figures: every measure for a choice of sessions, compared, opened to its rows, taken apart, as files."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from textwrap import wrap
from typing import Any

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from jam.base.access import access
from jam.base.chartfile import chart_response
from jam.base.csvfile import csv_response
from jam.base.errors import Refused
from jam.base.text import clean_line
from jam.base.words import day_words
from jam.base.zones import EASTERN, wall
from jam.statistics import queries
from jam.statistics.blueprint import blueprint
from jam.statistics.charted import staff_charts
from jam.statistics.choice import Choice, day_of
from jam.statistics.compared import HOW, compared
from jam.statistics.counting import Given
from jam.statistics.lines import PER_PAGE, Line
from jam.statistics.measures import MEASURES, Measure
from jam.statistics.opened import Part
from jam.statistics.retention import SHOWN
from jam.statistics.rows import rows
from jam.statistics.rules import Number, change_in_words, in_words, taken_of
from jam.vocabulary.queries import terms
from jam.vocabulary.rules import STATES, Kind

#: Sessions on a page: a year of a monthly series; on a phone each is a card.
_PER_PAGE = 12
#: Sessions in the table of who came again; the file has all.
_FIRSTS = 24
#: Letters of a line below a chart.
_LINE = 120
#: What the address can narrow, and against what it compares.
_NAMES = ("program", "cohort", "from", "to", "lever", "state", "sector", "with", "with_from", "with_to")
#: What staff report every month: it stands first, the other figures below by their topics. Those of members where they are told.
_SHORT = (
    "sessions_held", "registrations", "registrations_per_session", "unique_attendees", "show_rate", "states",
    "echo_members", "echo_attendance",
)  # fmt: skip


@dataclass(frozen=True)
class Tile:
    """A measure as the page shows it."""

    measure: Measure
    figure: str | None
    change: str
    #: Of a share: what it is a share of, as numbers.
    of: str = ""

    @property
    def title(self) -> str:
        return self.measure.beside(self.figure)


@blueprint.get("/desk/statistics/")
@access("organizer")
def desk() -> ResponseReturnValue:
    """Measures with their definitions, the sessions behind them, and breakdowns."""
    typed = {name: request.args.get(name, "")[:60] for name in _NAMES}
    chosen = {name: value for name, value in typed.items() if value}
    words: dict[str, Any] = {"typed": typed, "chosen": chosen, **_choices()}
    try:
        choice = _choice()
        basis = queries.basis(choice)
        found = queries.statistics_of(basis)
        other = _compared(choice)
        earlier = queries.statistics(other) if other else None
    except Refused as refused:
        return render_template("statistics/desk.html", refused=refused.message, **words), 400
    newest = list(reversed(found.sessions))
    pages = max(1, -(-len(newest) // _PER_PAGE))
    page = min(max(1, request.args.get("page", 1, type=int)), pages)
    tiles = {
        name: Tile(MEASURES[name], in_words(name, value), _change(name, value, earlier), taken_of(value))
        for name, value in found.measures.items()
    }
    more = [tile for name, tile in tiles.items() if name not in _SHORT]
    return render_template(
        "statistics/desk.html",
        of_what=_of_what(choice),
        short=[tiles[name] for name in _SHORT if name in tiles],
        topics=[(topic, list(some)) for topic, some in groupby(more, key=lambda tile: tile.measure.topic)],
        other=other,
        alone={name: value for name, value in chosen.items() if not name.startswith("with")},
        sessions=newest[(page - 1) * _PER_PAGE : page * _PER_PAGE],
        held=len(newest),
        page=page,
        pages=pages,
        parted=queries.breakdowns_of(basis),
        charts=staff_charts(found, basis.firsts),
        firsts=[each for each in reversed(basis.firsts) if each.new][:_FIRSTS],
        shown=SHOWN,
        **words,
    )


def _choices() -> dict[str, Any]:
    return {
        "programs": queries.programs(),
        "withs": HOW,
        "narrowing": [
            ("cohort", "Cohort", "All cohorts", queries.cohorts()),
            (
                "lever",
                "Lever of change",
                "All levers",
                [(each.slug, each.name) for each in terms(Kind.LEVER)],
            ),
            ("state", "State or territory that people gave", "All states", list(STATES.items())),
            (
                "sector",
                "Sector that people gave",
                "All sectors",
                [(str(each.id), each.name) for each in terms(Kind.SECTOR)],
            ),
        ],
    }


def _change(name: str, value: Number, earlier: queries.Statistics | None) -> str:
    return change_in_words(name, value, earlier.measures[name]) if earlier else ""


@blueprint.get("/desk/statistics/rows/<measure>")
@access("organizer")
def desk_rows(measure: str) -> str:
    """What one figure means, and the lines it was counted from."""
    if measure not in MEASURES:
        abort(404)
    choice, part = _choice(), _part()
    found = rows(measure, choice, part)
    pages = max(1, -(-found.total // PER_PAGE))
    page = min(max(1, request.args.get("page", 1, type=int)), pages)
    counted = None if part else queries.statistics(choice).measures.get(measure)
    lines = found.page(page)
    return render_template(
        "statistics/desk_rows.html",
        measure=MEASURES[measure],
        figure=in_words(measure, counted),
        taken=taken_of(counted),
        part=part.words if part else None,
        of_what=_of_what(choice),
        numbers={at for line in lines for at, cell in enumerate(line.cells) if isinstance(cell, int | float)},
        found=found,
        lines=lines,
        chosen={name: value for name in _NAMES if (value := request.args.get(name, "")[:60])},
        of={"of": request.args["of"]} if part else {},
        page=page,
        pages=pages,
    )


@blueprint.get("/desk/statistics/rows/<measure>.csv")
@access("organizer")
def desk_rows_csv(measure: str) -> Response:
    """The same lines as a file."""
    if measure not in MEASURES:
        abort(404)
    choice, part = _choice(), _part()
    found = rows(measure, choice, part)
    lines = list(found.all())
    timed = {at for line in lines for at, cell in enumerate(line.cells) if isinstance(cell, datetime)}
    header = [f"{name} (Eastern)" if at in timed else name for at, name in enumerate(found.columns)]
    return csv_response(
        _file_name(measure.replace("_", "-"), choice, part), header, [_plain(line) for line in lines]
    )


def _plain(line: Line) -> list[object]:
    """Instants as the page has them, on Eastern's clock."""
    return [
        f"{wall(each, EASTERN):%Y-%m-%d %H:%M}" if isinstance(each, datetime) else each for each in line.cells
    ]


def _file_name(what: str, choice: Choice, part: Part | None = None) -> str:
    """Of a file, so that no two choices bear one name: “registrations-jam-oh-2026-01-01-to-2026-11-22.csv”."""
    days = [f"from {choice.first}" if choice.first and not choice.last else str(choice.first or "")]
    days += [f"to {choice.last}"] if choice.last else []
    opened = f"{part.kind} {part.value or 'none'}" if part else None
    return f"{_slug(what, *_narrowed(choice), *days, opened)}.csv"


def _narrowed(choice: Choice) -> list[str | None]:
    """What a choice is of beside its days, for the name of a file."""
    sector = queries.slug_of(choice.given.sector_id)
    return [choice.program or "all", choice.cohort, choice.lever, choice.given.state, sector]


def _slug(*words: str | None) -> str:
    return re.sub(r"[^a-z0-9]+", "-", " ".join(each for each in words if each).lower()).strip("-")


@blueprint.get("/desk/statistics/charts/<chart>.<form>")
@access("organizer")
def desk_chart(chart: str, form: str) -> Response:
    """A chart of the choice as a file: `svg`, `png` or `csv`. 404 for one that this choice does not have."""
    choice = _choice()
    basis = queries.basis(choice)
    found = staff_charts(queries.statistics_of(basis), basis.firsts).get(chart)
    if found is None:
        abort(404)
    # The file goes to people who do not see the page: it says itself what was counted.
    notes = (*wrap(f"Counted: {_of_what(choice)}.", _LINE), *found.notes)
    period = _slug(*_narrowed(choice), found.period)
    return chart_response(replace(found, notes=notes, period=period), form)


@blueprint.get("/desk/statistics/sessions.csv")
@access("organizer")
def desk_csv() -> Response:
    """The sessions of the choice as a file, oldest first."""
    choice = _choice()
    header = [
        "Session", "Title", "Program", "Date", "Starts at", "Time zone", "Registrations", "Registered at the start",
        "Of these came", "Show rate", "Attendees", "Walk-ins", "Median minutes", "Minutes together", "Peak",
    ]  # fmt: skip
    lines = [
        [
            each.slug, each.title, each.program, f"{wall(each.starts_at, each.time_zone):%Y-%m-%d}",
            f"{wall(each.starts_at, each.time_zone):%H:%M}", each.time_zone, each.registrations, each.at_start,
            each.came, each.show_rate, each.attendees, each.walk_ins, each.median_minutes, each.minutes, each.peak,
        ]
        for each in queries.statistics(choice).sessions
    ]  # fmt: skip
    return csv_response(_file_name("statistics", choice), header, lines)


@blueprint.get("/desk/statistics/retention.csv")
@access("organizer")
def desk_retention_csv() -> Response:
    """Who came again, session by session, as a file, oldest first: of whom, and how many came to each later session."""
    choice = _choice()
    found = queries.retention(choice)
    most = max((len(each.later) for each in found), default=0)
    header = [
        "Session",
        "Date",
        "Came for the first time",
        *(f"To session {n} after it" for n in range(1, most + 1)),
    ]
    lines = [
        [
            each.session.slug, f"{wall(each.session.starts_at, each.session.time_zone):%Y-%m-%d}", len(each.new),
            *(each.came(n) for n in range(len(each.later))),
        ]
        for each in found
    ]  # fmt: skip
    return csv_response(_file_name("coming-back", choice), header, lines)


def _of_what(choice: Choice) -> str:
    """What a choice is of, in words: “Workforce Solutions Jam, January 1, 2026 to November 23, 2026, Oregon”."""
    days = [day_words(day) for day in (choice.first, choice.last) if day]
    period = (
        " to ".join(days)
        if len(days) == 2
        else f"{'from' if choice.first else 'until'} {days[0]}"
        if days
        else ""
    )
    chosen = {name: request.args.get(name, "") for name in _NAMES}
    narrow = [dict(options).get(chosen[name], "") for name, _, _, options in _choices()["narrowing"]]
    program = dict(queries.programs()).get(choice.program or "", "All programs")
    return ", ".join(each for each in (program, narrow[0], period, *narrow[1:]) if each)


def _part() -> Part | None:
    return Part.read(clean_line(request.args.get("of", "")[:120]))


def _choice() -> Choice:
    typed = {name: _typed(name) or None for name in _NAMES}
    sector = typed["sector"]
    if sector is not None and not (sector.isascii() and sector.isdigit() and len(sector) < 9):
        raise Refused("There is no such sector. Choose one from the list.")
    return Choice(
        typed["program"], day_of(typed["from"] or ""), day_of(typed["to"] or ""), typed["cohort"], typed["lever"],
        Given(typed["state"], int(sector) if sector else None),
    )  # fmt: skip


def _compared(choice: Choice) -> Choice | None:
    return compared(choice, _typed("with"), day_of(_typed("with_from")), day_of(_typed("with_to")))


def _typed(name: str) -> str:
    """A word of the address; empty for none."""
    return clean_line(request.args.get(name, "")[:100])
