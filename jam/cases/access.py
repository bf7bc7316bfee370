"""Who may open a case's page on the desk: who reads originals of its cohort. The rule reads the cohort from the address."""

from __future__ import annotations

from flask import abort, request
from werkzeug.wrappers import Response

from jam.base.access import rule
from jam.cases.queries import reads_originals
from jam.people.login import account, sign_in_first
from jam.schedule.queries import cohort_by_slug


@rule("cases")
def _coordinator() -> Response | None:
    """The case coordinators of this cohort; where it has none, whoever leads it."""
    answer = sign_in_first()
    if answer is not None:
        return answer
    slug = str((request.view_args or {}).get("slug", ""))
    cohort = cohort_by_slug(slug) if "\x00" not in slug else None
    if cohort is None or not reads_originals(cohort.id, account()):
        abort(403)
    return None
