"""Who writes down what a group recommends: who leads the cohort in the address, and its recorders."""

from __future__ import annotations

from flask import abort, request
from flask_login import current_user
from werkzeug.wrappers import Response

from jam.base.access import rule
from jam.cohorts.queries import roles_in
from jam.cohorts.rules import LEADS, Role
from jam.people.login import account, sign_in_first

#: Of a cohort's faculty.
RECORDERS = {*LEADS, Role.RECORDER}


@rule("cohort-record")
def _recorder() -> Response | None:
    """Organizers, and the facilitators, coordinators and recommendations recorders of this cohort."""
    answer = sign_in_first()
    if answer is not None or current_user.organizer:
        return answer
    slug = str((request.view_args or {}).get("slug", ""))
    if "\x00" in slug or not roles_in(slug, account().person_id) & RECORDERS:
        abort(403)
    return None
