"""What this room shows on the home of a cohort: one's own cases, and those one may read."""

from __future__ import annotations

from flask import render_template
from markupsafe import Markup

from jam.base.zones import EASTERN
from jam.cases import rules
from jam.cases.queries import of_person, readable
from jam.cases.reader import reader_of
from jam.cases.retention import over
from jam.cohorts.sections import Section, Viewer
from jam.schedule.models import Cohort


def on_home(cohort: Cohort, looks: Viewer) -> Section | None:
    """Own cases with where they stand, the button to bring one, and what is released to this reader."""
    mine = of_person(looks.person, cohort) if looks.member else []
    html = render_template(
        "cases/_home.html",
        cohort=cohort,
        member=looks.member,
        mine=mine,
        over=over(cohort),
        cases=[each for each in readable(cohort, reader_of(looks)) if each not in mine],
        words=rules.WORDS,
        tones=rules.TONES,
        zone=looks.person.time_zone or EASTERN,
    )
    return Section("cases", "Cases", Markup(html))  # noqa: S704 - our own template
