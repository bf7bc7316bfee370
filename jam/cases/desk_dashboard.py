"""The staff's page that tells how a cohort does, and each of its tables as a file."""

from __future__ import annotations

from flask import Response, abort, render_template

from jam.base.access import access
from jam.base.csvfile import csv_response
from jam.cases import dashboard
from jam.cases.blueprint import blueprint
from jam.cases.dashboard import Table
from jam.cohorts.workspace import cohort_or_404, workspace
from jam.registration.tables import xlsx_response


@blueprint.get("/desk/cohorts/<slug>/dashboard")
@access("cohort-lead")
def desk_dashboard(slug: str) -> str:
    """Attendance against the goals, who may drop out, how far cases come, what became of recommendations, faculty hours."""
    cohort = cohort_or_404(slug)
    return render_template(
        "cases/desk_dashboard.html", board=dashboard.board(cohort), **workspace(cohort, "dashboard")
    )


@blueprint.get("/desk/cohorts/<slug>/dashboard/<key>.csv")
@access("cohort-lead")
def desk_dashboard_csv(slug: str, key: str) -> Response:
    """One table as CSV."""
    table = _table(slug, key)
    return csv_response(f"{slug}-{table.key}.csv", table.header, table.values)


@blueprint.get("/desk/cohorts/<slug>/dashboard/<key>.xlsx")
@access("cohort-lead")
def desk_dashboard_xlsx(slug: str, key: str) -> Response:
    """The same as a workbook."""
    table = _table(slug, key)
    return xlsx_response(f"{slug}-{table.key}.xlsx", table.header, table.values, table.heading[:31])


def _table(slug: str, key: str) -> Table:
    found = next((each for each in dashboard.board(cohort_or_404(slug)).tables if each.key == key), None)
    if found is None:
        abort(404)
    return found
