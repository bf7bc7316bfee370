"""What this room shows on the home of a cohort: one's own cases, and those one may read."""

from __future__ import annotations

from collections.abc import Sequence

from flask import render_template, url_for
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from jam.base.database import db
from jam.base.zones import EASTERN
from jam.cases import rules
from jam.cases.models import EchoCase
from jam.cases.queries import of_person, readable
from jam.cases.reader import reader_of
from jam.cases.retention import over
from jam.cohorts.models import CohortMember
from jam.cohorts.sections import Charge, Section, Viewer
from jam.schedule.models import Cohort


def in_hand(members: Sequence[CohortMember]) -> dict[int, list[Charge]]:
    """The cases that these members bring and that are not over; of drafts that nobody else has seen, those alone say so who
    wrote them, so they are left out."""
    query = select(EchoCase).where(
        EchoCase.member_id.in_([each.id for each in members]),
        EchoCase.sent_at.is_not(None),
        EchoCase.state.not_in(rules.ENDED),
    )
    found: dict[int, list[Charge]] = {}
    for case in db.session.scalars(query.options(joinedload(EchoCase.cohort)).order_by(EchoCase.id)):
        charge = Charge(
            case.shown,
            url_for("cases.own_hand", code=case.code),
            url_for("cases.desk_hand", slug=case.cohort.slug, code=case.code),
        )
        found.setdefault(case.member_id, []).append(charge)
    return found


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
