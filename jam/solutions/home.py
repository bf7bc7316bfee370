"""The way to the memory from the home of a cohort."""

from __future__ import annotations

from flask import render_template
from markupsafe import Markup

from jam.cohorts.sections import Section, Viewer
from jam.schedule.models import Cohort


def on_home(cohort: Cohort, looks: Viewer) -> Section | None:
    """A form to look through what was brought and tried."""
    html = render_template("solutions/_home.html", cohort=cohort)
    return Section("solutions", "What others tried", Markup(html))  # noqa: S704 - our own template
