"""What members see of their own follow-ups on the home of a cohort."""

from __future__ import annotations

from flask import render_template
from markupsafe import Markup
from sqlalchemy import select

from jam.base.database import db
from jam.cases.models import EchoCase
from jam.cohorts.sections import Section, Viewer
from jam.outcomes.following import ANSWERABLE, asked_of_all
from jam.schedule.models import Cohort


def on_home(cohort: Cohort, looks: Viewer) -> Section | None:
    """The questions about one's own cases that can be answered now; nothing for whoever has none."""
    if looks.member is None:
        return None
    query = select(EchoCase).where(
        EchoCase.cohort_id == cohort.id,
        EchoCase.person_id == looks.person.id,
        EchoCase.state.in_(ANSWERABLE),
        EchoCase.recommendations_sent_at.is_not(None),
    )
    found = asked_of_all(list(db.session.scalars(query.order_by(EchoCase.id))))
    open_ones = [(each, row) for each in found if (row := each.now) is not None]
    if not open_ones:
        return None
    html = render_template("outcomes/_home.html", found=open_ones)
    return Section("follow-ups", "What became of it?", Markup(html))  # noqa: S704 - our own template
