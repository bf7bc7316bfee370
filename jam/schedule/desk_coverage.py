"""The coverage map: what sessions have been about by months, and what hardly."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from jam.base.access import access
from jam.base.lookup import typed
from jam.schedule import coverage, queries
from jam.schedule.asking import blueprint, program_or_404
from jam.schedule.coverage import Map, Scope, Session
from jam.vocabulary.rules import TITLES, Kind

_KINDS = (Kind.LEVER, Kind.FOCUS_AREA)


#: How the address asks for the sessions that everybody may know of; no program is called so.
_PUBLIC = "*"


@blueprint.get("/desk/coverage")
@access("organizer")
def desk_coverage() -> ResponseReturnValue:
    """Levers and focus areas by months; a cell opens to its sessions below its map.

    Without a wish it counts what the public call for volunteers counts.
    """
    asked = typed("program") if "program" in request.args else _PUBLIC
    program = program_or_404(asked) if asked not in ("", _PUBLIC) else None
    maps = coverage.cover(_KINDS, Scope(program, public=asked == _PUBLIC))
    return render_template(
        "schedule/desk_coverage.html",
        asked=asked,
        programs=queries.programs(),
        maps=[
            (kind, TITLES[kind][1], each, coverage.sentence(each.rows, each.held), _opened(kind, each))
            for kind, each in maps.items()
        ],
    )


def _opened(kind: Kind, shown: Map) -> tuple[str, list[Session]] | None:
    """The cell that was opened; None when none of this map was."""
    return coverage.opened(shown, typed("term"), typed("month")) if typed("of") == kind else None
