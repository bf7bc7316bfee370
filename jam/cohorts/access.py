"""Who may open the pages of a cohort: its leads and faculty see their cohorts alone, members their own home.

Each rule reads the cohort's address (`slug`) from the address of the page.
"""

from __future__ import annotations

from flask import abort, g, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from jam.base.access import rule
from jam.cohorts.models import CohortMember
from jam.cohorts.queries import is_faculty_anywhere, leads, membership, roles_in
from jam.cohorts.rules import LEADS
from jam.cohorts.sections import As, Viewer
from jam.people.login import account, sign_in_first
from jam.people.presence import person_here
from jam.schedule.queries import cohort_by_slug


def _slug() -> str:
    return str((request.view_args or {}).get("slug", ""))


@rule("cohorts")
def _any_cohort() -> Response | None:
    """Organizers, and whoever leads or advises cohorts."""
    answer = sign_in_first()
    if answer is not None or current_user.sees_cohorts:
        return answer
    if not is_faculty_anywhere(account().person_id):
        abort(403)
    return None


@rule("cohort-faculty")
def _faculty() -> Response | None:
    """Organizers, and the faculty of this cohort."""
    answer = sign_in_first()
    if answer is None and not current_user.organizer and not roles_in(_slug(), account().person_id):
        abort(403)
    return answer


@rule("cohort-lead")
def _lead() -> Response | None:
    """Organizers, and the facilitators and coordinators of this cohort."""
    answer = sign_in_first()
    if answer is None and not current_user.organizer and not leads(_slug(), account().person_id):
        abort(403)
    return answer


@rule("member")
def _member() -> Response | None:
    """Members of this cohort by their personal link; its faculty and organizers by their account."""
    found = viewer_here()
    if found is not None:
        g.viewer = found
        return None
    if current_user.is_authenticated or person_here() is not None:
        abort(403)
    # Its faculty comes by signing in; the page says so, and where it leads.
    target = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("me.lost", next=target), 303)


def viewer_here() -> Viewer | None:
    """As what whoever makes this request looks at the cohort; None for who does not belong to it."""
    cohort = cohort_by_slug(_slug()) if "\x00" not in _slug() else None
    person = person_here()
    member: CohortMember | None = membership(cohort, person.id) if cohort and person else None
    if member is not None:
        return Viewer(member.person, As.MEMBER, member)
    if not current_user.is_authenticated:
        return None
    roles = roles_in(_slug(), account().person_id)
    if current_user.organizer:
        return Viewer(account().person, As.ORGANIZER)
    if roles:
        return Viewer(account().person, As.LEAD if roles & set(LEADS) else As.FACULTY)
    return None


def viewer() -> Viewer:
    """As what this request is made; only behind the rule “member”."""
    found: Viewer = g.viewer
    return found
