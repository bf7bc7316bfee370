"""What happens to a form about a case that is not open any more for whoever sends it: nothing of it is lost."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from jam.base.database import db
from jam.cases.models import Copy, EchoCase
from jam.cases.opening import note
from jam.cases.queries import is_open_for
from jam.cases.rules import State
from jam.cohorts.workspace import workspace
from jam.people.login import account

#: What is said when an opening has run out.
RAN_OUT = (
    "This case is not open for you any more: an opening lasts twelve hours, and goes on record each time."
)


def is_open(case: EchoCase) -> bool:
    """Whether whoever asks has it open: nobody decides about words they have not opened."""
    if request.form.get("open") == "again" and case.state != State.WITHDRAWN:
        note(case, account().person, Copy.ORIGINAL)
        db.session.commit()
    return is_open_for(case, account().person, Copy.ORIGINAL)


def closed_on(case: EchoCase, typed: list[tuple[str, str]]) -> ResponseReturnValue:
    """Ask to open it again, and hold what this request brings until then; `typed` is what to show of it, with headings."""
    page = render_template(
        "cases/desk_closed.html",
        case=case,
        ran_out=RAN_OUT,
        fields=[each for each in request.form.items(multi=True) if each[0] not in ("csrf_token", "open")],
        typed=typed,
        **workspace(case.cohort, "cases"),
    )
    return page, 400
