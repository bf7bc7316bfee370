"""Staff pages after a case's session: the recommendations in written form, a look at the letter, and sending."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from jam.base.access import access, actor
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.base.words import count
from jam.base.zones import EASTERN, wall
from jam.cases import rules
from jam.cases.identifier_kinds import WORDS as KIND_WORDS
from jam.cases.identifier_kinds import Kind, Known
from jam.cases.identifiers import look
from jam.cases.known import known_of
from jam.cases.letters import OWN
from jam.cases.models import EchoCase
from jam.cases.rules import State
from jam.cohorts.workspace import workspace
from jam.mail.queries import current
from jam.mail.wording import fill, write
from jam.outcomes import access as _access  # noqa: F401 - hands in its rule
from jam.outcomes import actions, capture, following_desk
from jam.outcomes.actions import stamp, writable
from jam.outcomes.blueprint import blueprint
from jam.outcomes.capture import case_or_404, choices, decides, line_of
from jam.outcomes.models import CaseRecommendation
from jam.outcomes.queries import written
from jam.outcomes.rules import overdue

#: Pages of this room that stand in files of their own.
PARTS = (capture, following_desk)


@blueprint.get("/desk/cohorts/<slug>/cases/<code>/recommendations")
@access("cohort-record")
def desk_recommendations(slug: str, code: str) -> ResponseReturnValue:
    """What was written down, to be put into words, and to be sent."""
    return _page(case_or_404(slug, code))


@blueprint.post("/desk/cohorts/<slug>/cases/<code>/recommendations")
@access("cohort-record")
def desk_write(slug: str, code: str) -> ResponseReturnValue:
    """Save what stands in the form; with the button for it, send it, or say that there is nothing to send. Nobody sends what
    they have not read: when a colleague wrote meanwhile, it is saved alone."""
    case, done, why = case_or_404(slug, code), request.form.get("do", "save"), request.form.get("why", "")
    sends, here = done in ("send", "none"), url_for("outcomes.desk_recommendations", slug=slug, code=code)
    try:
        actions.hold(case)
        before = whole(case)
        if sends and case.recommendations_sent_at is not None:
            _sent_already(case)
            return redirect(here, 303)
        unread = sends and request.form.get("whole", "") != before
        apart = _save(case)
        if sends and not unread and not apart:
            actions.send(case, none_why=why if done == "none" else "", by=actor())
        db.session.commit()
    except Refused as error:
        db.session.rollback()
        return _page(case_or_404(slug, code), error.message, dict(request.form))
    if sends and (unread or apart):
        problem = "Somebody wrote something down meanwhile. Saved; nothing is sent yet. Read it as it stands here, then send it."
        return _page(case, problem, {"why": why})
    flash(_SAID.get(done, _SAID["save"]), "success")
    if apart:
        flash(
            "Somebody changed a line meanwhile. Theirs and yours both stand below: take one of them out.",
            "error",
        )
    return redirect(here, 303)


_SAID = {
    "save": "Saved.",
    "send": "It is sent to the presenter, and the members get a letter that they can read it.",
    "none": "The presenter is told, with the reason on the page of the case.",
}


def whole(case: EchoCase) -> str:
    """Tells all that is written down from what it was before."""
    return "-".join(stamp(each)[:4] for each in written(case))


def _sent_already(case: EchoCase) -> None:
    """A second press on the button changes nothing. Refused when it brings something else than was sent."""
    before = whole(case)
    _save(case, places_too=False)
    if whole(case) != before:
        raise Refused(
            "They were sent meanwhile. What you changed stands here and is not saved yet: Save corrects what was sent.",
            409,
        )
    db.session.rollback()
    flash("It was sent already.", "success")


def _save(case: EchoCase, *, places_too: bool = True) -> bool:
    """Keep the lines of the form; returns whether one had to stand beside a colleague's."""
    given, apart = request.form, False
    places: dict[str, float] = {}
    for row in written(case):
        if f"words-{row.id}" not in given:
            continue
        places[row.client_id] = _place(given.get(f"place-{row.id}", ""), len(places) + 1)
        if f"out-{row.id}" in given:
            actions.remove(case, row, by=actor())
            continue
        apart |= actions.keep(case, line_of(_fields(row.client_id, str(row.id))), by=actor()) is not row
    if given.get("words-new", "").strip():
        actions.keep(case, line_of(_fields(given.get("client_id-new", ""), "new")), by=actor())
    if places_too:
        actions.order(case, sorted(places, key=lambda each: places[each]), by=actor())
    return apart


def _fields(client_id: str, end: str) -> dict[str, Any]:
    names = ("words", "suggested_by", "lever", "link", "earlier", "seen")
    return {"client_id": client_id, **{name: request.form.get(f"{name}-{end}", "") for name in names}}


def _place(typed: str, otherwise: int) -> float:
    """Where a line is wanted; one that was moved up to a place comes before who stands there."""
    place = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else otherwise
    return place - 0.5 if place < otherwise else place + 0.5 if place > otherwise else place


def _page(case: EchoCase, problem: str = "", typed: dict[str, str] | None = None) -> ResponseReturnValue:
    lines = written(case)
    today = wall(now(), case.cohort.program.time_zone).date()
    page = render_template(
        "outcomes/desk_recommendations.html",
        case=case,
        lines=lines,
        found=_found(case, lines) if writable(case) else {},
        stamp=stamp,
        whole=whole(case),
        fresh=str(uuid4()),
        writable=writable(case),
        sendable=case.state == State.PRESENTED,
        presentable=decides() and case.state == State.SCHEDULED and writable(case),
        letter=_letter(case) if case.state == State.PRESENTED else None,
        late=overdue(case.recommendations_due_on, case.recommendations_sent_at is not None, today),
        state_words=rules.WORDS[State(case.state)],
        tone=rules.TONES[State(case.state)],
        problem=problem,
        typed=typed or {},
        counted=count,
        zone=case.cohort.program.time_zone or EASTERN,
        **choices(case),
        **workspace(case.cohort, "cases"),
    )
    return page, 400 if problem else 200


#: What is found of the presenter, as somebody else reads it.
_OF_THE_PRESENTER = {
    Kind.OWN_ORGANIZATION: "The presenter's organization",
    Kind.OWN_TOWN: "The presenter's town",
    Kind.OWN_COLLEAGUE: "The presenter or a colleague of theirs",
}


def _found(case: EchoCase, lines: list[CaseRecommendation]) -> dict[int, list[dict[str, str]]]:
    """What looks like an identifier in each line. What is known of the presenter is looked for only for who knows whose case
    it is: otherwise a line would tell, by being pointed at."""
    known = known_of(case) if decides() else Known()
    return {
        line.id: [
            {
                "words": line.words[each.start : each.end],
                "kind": _OF_THE_PRESENTER.get(each.kind, KIND_WORDS[each.kind]),
                "suggestion": "Say it without that." if each.kind in _OF_THE_PRESENTER else each.suggestion,
            }
            for each in look(line.words, known)
        ]
        for line in lines
    }


def _letter(case: EchoCase) -> tuple[str, str]:
    """Subject and text of the letter to the presenter, as it would be. Who does not lead the cohort reads no name."""
    name = case.person.name if decides() else "(the presenter)"
    values = {"name": name, "case": case.shown, "cohort": case.cohort.name}
    wording = current("case-recommended", ("program", case.cohort.program_id))
    said = write(wording, values, {"my_page": (OWN, case.id)})
    return said.subject, fill(said.text, {"my_page": "(a personal link to the page of the case)"})
