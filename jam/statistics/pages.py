"""The public figures: a few totals with their definitions, one chart, and the table behind it."""

from __future__ import annotations

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from jam.base.access import access
from jam.statistics import charts, queries
from jam.statistics.blueprint import blueprint
from jam.statistics.measures import MEASURES
from jam.statistics.rules import SMALLEST, headline, in_words


@blueprint.get("/statistics")
@access("public")
def public() -> ResponseReturnValue:
    """What everybody may know of registrations and attendance."""
    found = queries.public_totals()
    return render_template(
        "statistics/public.html",
        found=found,
        tiles=[(MEASURES[name], in_words(name, value)) for name, value in found.measures.items()],
        sentence=headline(found.sessions),
        smallest=SMALLEST,
    )


@blueprint.get("/statistics/sessions.svg")
@access("public")
def sessions_svg() -> ResponseReturnValue:
    """The chart: `?dark=1` for a dark page, `?narrow=1` for a phone. 404 while there is nothing to draw."""
    data = charts.bars(queries.public_totals().sessions)
    if not data:
        abort(404)
    dark, narrow = request.args.get("dark") == "1", request.args.get("narrow") == "1"
    answer = Response(content_type="image/svg+xml")
    answer.set_etag(charts.mark(data, dark, narrow))
    answer.headers["Cache-Control"] = "public, max-age=300"
    if request.if_none_match.contains_weak(charts.mark(data, dark, narrow)):
        return answer.make_conditional(request)
    answer.data = charts.svg(data, dark, narrow)
    return answer.make_conditional(request)
