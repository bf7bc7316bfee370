"""What the faculty and, from the day of the session on, the other members read: the released words, after opening the case."""

from __future__ import annotations

from flask import Response, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from jam.base.access import access
from jam.base.database import db
from jam.base.zones import EASTERN
from jam.cases import attachments, pieces
from jam.cases.blueprint import blueprint
from jam.cases.fields import texts_of
from jam.cases.models import Copy, EchoCase
from jam.cases.opening import note
from jam.cases.queries import allowed, file_of, in_cohort, is_open_for
from jam.cases.rules import HELD, Reader
from jam.cases.wording import facts
from jam.cohorts.access import viewer
from jam.cohorts.sections import As, Viewer
from jam.schedule.queries import cohort_by_slug


def reader_of(looks: Viewer) -> Reader:
    """As what somebody who looks at a cohort reads its cases."""
    return Reader.COHORT if looks.how is As.MEMBER else Reader.FACULTY


def _readable(slug: str, code: str) -> EchoCase:
    """A case that this request may read; one that it may not is not there at all."""
    cohort = cohort_by_slug(slug)
    case = in_cohort(cohort, code) if cohort else None
    if case is None or not allowed(case, reader_of(viewer())).released:
        abort(404)
    return case


def _earlier(case: EchoCase) -> EchoCase | None:
    """The case that this one follows up, where this reader may read it, too; those of other cohorts have readers of their own."""
    found = case.earlier
    if found is None or found.cohort_id != case.cohort_id:
        return None
    return found if allowed(found, reader_of(viewer())).released else None


@blueprint.get("/cohorts/<slug>/cases/<code>")
@access("member")
def read(slug: str, code: str) -> str:
    """The released words, once it is on record that this reader opened them; before, the button that does."""
    case, looks = _readable(slug, code), viewer()
    opened = is_open_for(case, looks.person, Copy.RELEASED)
    return render_template(
        "cases/read.html",
        case=case,
        cohort=case.cohort,
        opened=opened,
        words=case.words(Copy.RELEASED) if opened else {},
        files=[(each, attachments.shown_name(each)) for each in case.files if each.released]
        if opened
        else [],
        parts_of_others=pieces.to_read(case, looks) if opened else [],
        facts=facts(case),
        earlier=_earlier(case) if opened else None,
        texts=texts_of(case),
        before=case.state not in HELD,
        faculty=looks.how is not As.MEMBER,
        zone=looks.person.time_zone or EASTERN,
    )


@blueprint.post("/cohorts/<slug>/cases/<code>")
@access("member")
def read_open(slug: str, code: str) -> ResponseReturnValue:
    """Open it: that is noted, and then it is shown."""
    case = _readable(slug, code)
    note(case, viewer().person, Copy.RELEASED)
    db.session.commit()
    return redirect(url_for("cases.read", slug=slug, code=case.code), 303)


@blueprint.get("/cohorts/<slug>/cases/<code>/files/<int:id>")
@access("member")
def read_file(slug: str, code: str, id: int) -> Response:
    """A released attachment, for whoever has opened the case."""
    case = _readable(slug, code)
    file = file_of(case, id)
    if file is None or not file.released or not is_open_for(case, viewer().person, Copy.RELEASED):
        abort(404)
    return attachments.answer(file, for_others=True)
