"""The staff's figures: every measure for a program and a period, session by session, taken apart, and as a file."""

from __future__ import annotations

from datetime import date

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from jam.base.access import access
from jam.base.csvfile import csv_response
from jam.base.errors import Refused
from jam.base.zones import wall
from jam.statistics import queries
from jam.statistics.blueprint import blueprint
from jam.statistics.choice import Choice
from jam.statistics.measures import MEASURES
from jam.statistics.rules import in_words

_PER_PAGE = 50


@blueprint.get("/desk/statistics/")
@access("organizer")
def desk() -> ResponseReturnValue:
    """Measures with their definitions, the sessions behind them, and breakdowns."""
    typed = {name: request.args.get(name, "")[:60] for name in ("program", "from", "to")}
    chosen = {name: value for name, value in typed.items() if value}
    try:
        period = _period()
        found = queries.statistics(period)
    except Refused as refused:
        words = {"typed": typed, "programs": queries.programs(), "refused": refused.message}
        return render_template("statistics/desk.html", **words), 400
    newest = list(reversed(found.sessions))
    pages = max(1, -(-len(newest) // _PER_PAGE))
    page = min(max(1, request.args.get("page", 1, type=int)), pages)
    return render_template(
        "statistics/desk.html",
        typed=typed,
        chosen=chosen,
        programs=queries.programs(),
        tiles=[(MEASURES[name], in_words(name, value)) for name, value in found.measures.items()],
        sessions=newest[(page - 1) * _PER_PAGE : page * _PER_PAGE],
        held=len(newest),
        page=page,
        pages=pages,
        parted=queries.breakdowns(period),
    )


@blueprint.get("/desk/statistics/sessions.csv")
@access("organizer")
def desk_csv() -> Response:
    """The sessions of the period as a file, oldest first."""
    period = _period()
    header = [
        "Session", "Title", "Program", "Date", "Starts at", "Time zone", "Registrations", "Registered at the start",
        "Of these came", "Show rate", "Attendees", "Walk-ins", "Median minutes", "Minutes together", "Peak",
    ]  # fmt: skip
    rows = [
        [
            each.slug, each.title, each.program, f"{wall(each.starts_at, each.time_zone):%Y-%m-%d}",
            f"{wall(each.starts_at, each.time_zone):%H:%M}", each.time_zone, each.registrations, each.at_start,
            each.came, each.show_rate, each.attendees, each.walk_ins, each.median_minutes, each.minutes, each.peak,
        ]
        for each in queries.statistics(period).sessions
    ]  # fmt: skip
    return csv_response(f"statistics-{period.program or 'all'}.csv", header, rows)


def _period() -> Choice:
    return Choice(request.args.get("program") or None, _day("from"), _day("to"))


def _day(name: str) -> date | None:
    typed = request.args.get(name, "")
    if not typed:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise Refused(f"“{typed[:40]}” is not a date. Write it like 2026-12-15.") from None
