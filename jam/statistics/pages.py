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
from jam.statistics.rules import in_words
from jam.statistics.safety import SMALLEST


@blueprint.get("/statistics")
@access("public")
def public() -> ResponseReturnValue:
    """What everybody may know of registrations and attendance."""
    found = queries.public_totals()
    return render_template(
        "statistics/public.html",
        found=found,
        tiles=[
            (MEASURES[name], in_words(name, value))
            for name, value in found.measures.items()
            if value is not None
        ],
        charts=public_charts(found),
        smallest=SMALLEST,
    )


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
