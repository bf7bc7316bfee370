"""The frame of a cohort's pages on the desk: its head and tabs, the same on each of them."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, url_for
from flask_login import current_user

from jam.base.access import declared
from jam.cohorts.queries import leads
from jam.cohorts.sections import tabs as tabs_of_others
from jam.people.login import account
from jam.schedule.models import Cohort
from jam.schedule.queries import cohort_by_slug

#: The tabs: key, words, endpoint. Those that an account may not open are left out.
_TABS = [
    ("overview", "Overview", "cohorts.desk_cohort"),
    ("applications", "Applications", "cohorts.desk_applications"),
    ("members", "Members", "cohorts.desk_members"),
    ("curriculum", "Curriculum", "cohorts.desk_curriculum"),
    ("attendance", "Attendance", "cohorts.desk_attendance"),
    ("faculty", "Faculty", "cohorts.desk_faculty"),
    ("questions", "Questions", "registration.desk_cohort_questions"),
]


def cohort_or_404(slug: str) -> Cohort:
    """The cohort of an address."""
    found = cohort_by_slug(slug)
    if found is None:
        abort(404)
    return found


def workspace(cohort: Cohort, here: str) -> dict[str, Any]:
    """What `cohorts/workspace.html` needs; `here` is the key of the tab."""
    lead = current_user.organizer or leads(cohort.slug, account().person_id)
    open_to = {"cohort-faculty", *(["cohort-lead"] if lead else []), *(["organizer"] if current_user.organizer else [])}  # fmt: skip
    rules = declared(current_app)
    return {
        "cohort": cohort,
        "here": here,
        "lead": lead,
        "tabs": [
            (key, words, url_for(endpoint, slug=cohort.slug))
            for key, words, endpoint in [*_TABS, *tabs_of_others()]
            if rules.get(endpoint) in open_to
        ],
    }
