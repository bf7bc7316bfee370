"""The staff's pages for reports: look first, then freeze; the files; what changed between two."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from jam.base.access import access, actor
from jam.base.chartfile import chart_response
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.base.zones import EASTERN, wall
from jam.interest.queries import names_of
from jam.reports import document, rules
from jam.reports.actions import make_report
from jam.reports.models import ReportSnapshot
from jam.reports.queries import figures_beside, reasons_between, report_called, reports
from jam.statistics import queries as statistics
from jam.statistics.choice import Choice, day_of
from jam.statistics.measures import MEASURES

blueprint = Blueprint("reports", __name__)

_NAMES = ("program", "cohort", "from", "to")
_TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


@blueprint.get("/desk/reports/")
@access("organizer")
def desk() -> ResponseReturnValue:
    """Every report, and the form for a new one, which shows first what would be in it."""
    typed = {name: request.args.get(name, "")[:60] for name in _NAMES}
    shown, refused = None, ""
    if any(typed.values()):
        try:
            shown = rules.for_others(figures_beside(_choice(typed)))
        except Refused as found:
            refused = found.message
    else:
        today = wall(now(), EASTERN).date()
        typed.update({"from": f"{today.year}-01-01", "to": today.isoformat()})
    made = reports()
    page = render_template(
        "reports/desk.html",
        typed=typed,
        refused=refused,
        preview=_Preview(shown) if shown else None,
        programs=statistics.programs(),
        cohorts=statistics.cohorts(),
        reports=made,
        to_choose=_to_choose(made),
        names=names_of({each.made_by for each in made}),
        short_day=document.short_day,
        known=MEASURES,
    )
    return page, 400 if refused else 200


@blueprint.post("/desk/reports/")
@access("organizer")
def desk_make() -> ResponseReturnValue:
    """Freeze what the preview showed."""
    made = make_report(_choice({name: request.form.get(name, "")[:60] for name in _NAMES}), by=actor())
    db.session.commit()
    flash(f"Report {made.name} is frozen. Its PDF and spreadsheet are below.", "success")
    return redirect(url_for("reports.desk_report", code=made.name), 303)


@blueprint.get("/desk/reports/<code>")
@access("organizer")
def desk_report(code: str) -> ResponseReturnValue:
    """A report as it was frozen: its files, its figures, and the others it can be compared with."""
    found = _found(code)
    figures = _figures(found)
    # Those of the same first: most often they are what this one is compared with.
    others = sorted(
        (each for each in reports() if each.id != found.id), key=lambda each: each.choice != found.choice
    )
    return render_template(
        "reports/report.html",
        report=found,
        maker=names_of({found.made_by}).get(found.made_by, "Somebody on the command line"),
        preview=_Preview(rules.for_others(figures), figures),
        opens={key: value for key in _NAMES if (value := found.choice[key])},
        known=MEASURES,
        older=found.version < rules.FIRST_IN_TENS,
        others=_to_choose(others),
    )


@blueprint.get("/desk/reports/<code>.<form>")
@access("organizer")
def desk_file(code: str, form: str) -> ResponseReturnValue:
    """The report as `pdf`, `xlsx` or `json` (every figure as it is, for staff). The same bytes each time."""
    found = _found(code)
    if form not in _TYPES:
        abort(404)
    data = {"pdf": found.pdf, "xlsx": found.xlsx, "json": found.figures}[form]
    answer = Response(data, content_type=_TYPES[form])
    name = f"jam-report-{found.name}-{found.made_at:%Y-%m-%d}.{form}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@blueprint.get("/desk/reports/<code>/charts/<chart>.<form>")
@access("organizer")
def desk_chart(code: str, chart: str, form: str) -> ResponseReturnValue:
    """A chart of the report as others may see it: `svg`, `png` or `csv`."""
    shown = rules.for_others(_figures(_found(code)))
    found = next((each for each in document.drawn(shown) if each.name == chart), None)
    if found is None:
        abort(404)
    return chart_response(found, form)


@blueprint.get("/desk/reports/compare")
@access("organizer")
def desk_compare() -> ResponseReturnValue:
    """What changed from one report to another, and why."""
    both = [_found(request.args.get(name, "")) for name in ("first", "second")]
    earlier, later = sorted(both, key=lambda each: each.id)
    before, after = _figures(earlier), _figures(later)
    sessions = sorted({each["id"] for figures in (before, after) for each in figures["sessions"]})
    reasons = reasons_between(earlier.log_until, later.log_until, sessions)
    return render_template(
        "reports/compare.html",
        earlier=earlier,
        later=later,
        compared=rules.compare(before, after, reasons, earlier.made_at),
        opens={key: value for key in _NAMES if (value := later.choice[key])},
        known=MEASURES,
        short_day=document.short_day,
    )


def _to_choose(made: Sequence[ReportSnapshot]) -> list[tuple[str, str]]:
    """Reports to choose from, with what they are of: “R-7K3D9: Workforce ECHO, Jan 1, 2026 to Nov 23, 2026, made Nov 24, 2026”."""
    return [
        (
            each.name,
            (
                f"{each.name}: {each.choice['cohort_name'] or each.choice['program_name'] or 'All programs'}, "
                f"{document.short_day(each.choice['from'])} to {document.short_day(each.choice['to'])}, "
                f"made {document.short_day(wall(each.made_at, EASTERN).date().isoformat())}"
            ),
        )
        for each in made
    ]


@dataclass(frozen=True)
class _Preview:
    """What pages show of figures: as others get them, or with `exact` as they are."""

    shown: rules.Figures
    exact: rules.Figures | None = None

    @property
    def title(self) -> str:
        return document.title(self.shown)

    @property
    def period(self) -> str:
        return document.period(self.shown)

    @property
    def in_short(self) -> list[str]:
        return document.in_short(self.shown)

    @property
    def topics(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """Measures under their headings, with `inside` where staff may know what is withheld or told in tens."""
        exact = {each["name"]: each["words"] for each in (self.exact or {"measures": []})["measures"]}
        return [
            (topic, [{**each, "inside": exact.get(each["name"]) if each.get("withheld") or each.get("coarse") else None} for each in some])
            for topic, some in document.topics(self.shown)
        ]  # fmt: skip

    @property
    def sessions(self) -> list[tuple[str, ...]]:
        return document.session_lines(self.shown)

    @property
    def charts(self) -> list[Any]:
        return document.drawn(self.shown)

    @property
    def unknown(self) -> list[tuple[str, str]]:
        return document.unknown_lines(self.shown)


def _found(code: str) -> ReportSnapshot:
    found = report_called(code[:12])
    if found is None:
        abort(404)
    return found


def _figures(report: ReportSnapshot) -> rules.Figures:
    figures: rules.Figures = json.loads(report.figures)
    return figures


def _choice(typed: dict[str, str]) -> Choice:
    first, last = day_of(typed["from"]), day_of(typed["to"])
    if first is None or last is None:
        raise Refused("Enter both days of the period.")
    return Choice(typed["program"].strip() or None, first, last, typed["cohort"].strip() or None)
