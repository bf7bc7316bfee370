"""The coverage map: what sessions have been about by months, and what hardly."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from jam.base.access import access
from jam.base.lookup import typed
from jam.schedule import coverage, queries
from jam.schedule.asking import blueprint, program_or_404
from jam.schedule.coverage import Map, Session
from jam.vocabulary.rules import TITLES, Kind

_KINDS = (Kind.LEVER, Kind.FOCUS_AREA)


@blueprint.get("/desk/coverage")
@access("organizer")
def desk_coverage() -> ResponseReturnValue:
    """Levers and focus areas by months for a program; a cell opens to its sessions below its map."""
    programs = queries.programs()
    asked = typed("program") if "program" in request.args else (programs[0].slug if programs else "")
    program = program_or_404(asked) if asked else None
    maps = [(kind, TITLES[kind][1], coverage.cover(kind, program)) for kind in _KINDS]
    return render_template(
        "schedule/desk_coverage.html",
        program=program,
        programs=programs,
        maps=[
            (kind, title, each, coverage.sentence(each.rows, each.held), _opened(kind, each))
            for kind, title, each in maps
        ],
    )


def _opened(kind: Kind, shown: Map) -> tuple[str, list[Session]] | None:
    """The heading and the sessions of the cell that was opened; None when none of this map was."""
    if typed("of") != kind:
        return None
    month = next((each for each in shown.months if each.key == typed("month")), None)
    if month is None:
        return None
    slug = typed("term")
    if not slug:
        return f"All sessions in {month.words}", shown.all_by_month.get(month.key, [])
    row = next((each for each in shown.rows if each.term.slug == slug), None)
    return (f"{row.term.name} in {month.words}", row.by_month.get(month.key, [])) if row else None
