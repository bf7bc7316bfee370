"""The public figures: a few totals with their definitions, charts, and the tables behind them."""

from __future__ import annotations

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from jam.base.access import access
from jam.base.chartfile import chart_response
from jam.statistics import queries
from jam.statistics.blueprint import blueprint
from jam.statistics.charted import public_charts
from jam.statistics.measures import MEASURES
from jam.statistics.rules import Number, in_words
from jam.statistics.safety import SMALLEST

#: Of these, everybody is told only how many there were at least.
_AT_LEAST = ("unique_registrants", "states")


@blueprint.get("/statistics")
@access("public")
def public() -> ResponseReturnValue:
    """What everybody may know of registrations and attendance."""
    found = queries.public_totals()
    return render_template(
        "statistics/public.html",
        found=found,
        tiles=[_tile(name, value) for name, value in found.measures.items() if value is not None],
        charts=public_charts(found),
        smallest=SMALLEST,
    )


def _tile(name: str, value: Number) -> tuple[str, str, str]:
    """A figure with its title and what it means; one that is told more coarsely than it was counted says so."""
    of, words = MEASURES[name], in_words(name, value) or ""
    if name in _AT_LEAST:
        return (
            f"{words}+",
            of.title,
            f"{of.definition} At least so many; told coarsely, so that few people cannot be counted.",
        )
    return words, of.title, of.definition


@blueprint.get("/statistics/charts/<chart>.<form>")
@access("public")
def public_chart(chart: str, form: str) -> ResponseReturnValue:
    """A public chart as a file: `svg`, `png` or `csv`. 404 while there is nothing to draw."""
    found = public_charts(queries.public_totals()).get(chart)
    if found is None:
        abort(404)
    answer: Response = chart_response(found, form)
    answer.headers["Cache-Control"] = "public, max-age=300"
    return answer.make_conditional(request)
