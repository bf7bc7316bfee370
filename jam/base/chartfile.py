"""A chart as a file to download: the drawing, or the table it was drawn from."""

from __future__ import annotations

from flask import Response, abort

from jam.base.csvfile import csv_response
from jam.base.drawing import Chart, png


def chart_response(chart: Chart, form: str) -> Response:
    """A chart as a file: `svg`, `png`, or its table as `csv`; 404 for any other form. Its ETag is of its content."""
    if form == "svg":
        answer = Response(chart.file, content_type="image/svg+xml")
    elif form == "png":
        answer = Response(png(chart.file), content_type="image/png")
    elif form == "csv":
        answer = csv_response(f"{chart.file_name}.csv", chart.columns, chart.rows)
    else:
        abort(404)
    answer.headers["Content-Disposition"] = f'attachment; filename="{chart.file_name}.{form}"'
    answer.add_etag()
    return answer
