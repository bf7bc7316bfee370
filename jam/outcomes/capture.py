"""The screen of a case's session: its words, its questions, the timer, and what is said, kept line by line.

With the script, lines wait in the browser until the server has them; without it, every line is an ordinary form.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import generate_csrf
from sqlalchemy import select

from jam.base.access import access, actor
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.cases import plans, rules
from jam.cases.fields import texts_of
from jam.cases.models import Copy, EchoCase
from jam.cases.opening import note
from jam.cases.queries import in_cohort, is_open_for, on_event
from jam.cases.rules import HELD, RELEASED, State
from jam.cases.wording import facts
from jam.cohorts.queries import leads
from jam.cohorts.workspace import cohort_or_404
from jam.outcomes import actions
from jam.outcomes.actions import Line, earlier_cases, stamp, summary_stamp, writable
from jam.outcomes.blueprint import blueprint
from jam.outcomes.models import CaseNote, CaseRecommendation
from jam.outcomes.queries import notes, written
from jam.outcomes.rules import CLIENT_ID_LENGTH
from jam.outcomes.voices import GROUP, here, voices
from jam.people.login import account
from jam.schedule.rules import ITEM_WORDS
from jam.schedule.slots import fingerprint, timed
from jam.vocabulary.queries import terms
from jam.vocabulary.rules import Kind as TermKind

#: Lines that one request may bring.
_MOST_AT_ONCE = 100


def case_or_404(slug: str, code: str) -> EchoCase:
    """A case of this cohort that is brought to a session, or was."""
    case = in_cohort(cohort_or_404(slug), code)
    if case is None or case.state not in (State.SCHEDULED, *HELD):
        abort(404)
    return case


def choices(case: EchoCase) -> dict[str, Any]:
    """What a recommendation can name: who suggested it, a lever, an earlier case."""
    return {
        "voices": voices(case, organizations=decides()),
        "here_now": here(case),
        "levers": terms(TermKind.LEVER),
        "earlier": earlier_cases(case),
        "group": GROUP,
    }


def next_case(case: EchoCase) -> EchoCase | None:
    """The case of the same session that comes next while it lasts; None for the last one, and after it."""
    event = case.event
    if event is None or event.ends_at <= now():
        return None
    return next((each for each in on_event(event) if each.id != case.id), None)


def decides() -> bool:
    """Whether whoever makes this request leads the cohort in the address."""
    slug = str((request.view_args or {}).get("slug", ""))
    return bool(current_user.organizer) or leads(slug, account().person_id)


@blueprint.get("/desk/cohorts/<slug>/cases/<code>/capture")
@access("cohort-record")
def desk_capture(slug: str, code: str) -> ResponseReturnValue:
    """Lead the session of a case, and write down what is said."""
    return _page(case_or_404(slug, code))


@blueprint.post("/desk/cohorts/<slug>/cases/<code>/capture")
@access("cohort-record")
def desk_capture_line(slug: str, code: str) -> ResponseReturnValue:
    """What one of the page's forms holds: a recommendation, a question, the summary."""
    case, place = case_or_404(slug, code), request.form.get("do", "")
    try:
        actions.hold(case)
        _keep_form(case, place)
        db.session.commit()
    except Refused as error:
        db.session.rollback()
        return _page(case_or_404(slug, code), problem=error.message, typed=dict(request.form))
    return redirect(url_for("outcomes.desk_capture", slug=slug, code=code, _anchor=place), 303)


def _keep_form(case: EchoCase, place: str) -> None:
    given = request.form
    if place == "recommendation":
        actions.keep(case, line_of(given.to_dict()), by=actor(), once_sent=False)
    elif place == "question":
        actions.keep_note(case, given.get("client_id", ""), given.get("words", ""), by=actor())
    elif place == "summary":
        actions.summarise(
            case, given.get("words", ""), "confirmed" in given, seen=given.get("seen"), by=actor()
        )
    else:
        abort(400)


def line_of(given: dict[str, Any]) -> Line:
    """A recommendation as a form or the script sends it."""
    return Line(
        client_id=str(given.get("client_id", "")),
        words=str(given.get("words", "")),
        suggested_by_id=_number(given.get("suggested_by")),
        term_id=_number(given.get("lever")),
        link=str(given.get("link") or ""),
        earlier_id=_number(given.get("earlier")),
        seen=str(given["seen"]) if given.get("seen") else None,
    )


def _number(value: object) -> int | None:
    typed = str(value or "").strip()
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None


def _page(case: EchoCase, problem: str = "", typed: dict[str, str] | None = None) -> ResponseReturnValue:
    opened = case.state in RELEASED and is_open_for(case, account().person, Copy.RELEASED)
    event = case.event
    page = render_template(
        "outcomes/capture.html",
        case=case,
        cohort=case.cohort,
        event=event,
        run=timed(event) if event else [],
        kinds=ITEM_WORDS,
        mark=fingerprint(event) if event else "",
        opened=opened,
        texts=[each for each in texts_of(case) if not each[0].startswith("question")],
        words=case.words(Copy.RELEASED) if opened else {},
        facts=facts(case),
        lines=written(case),
        notes=notes(case),
        state_words=rules.WORDS[State(case.state)],
        tone=rules.TONES[State(case.state)],
        writable=writable(case),
        sent=case.recommendations_sent_at is not None,
        presentable=decides() and case.state == State.SCHEDULED and writable(case),
        following=next_case(case),
        problem=problem,
        typed=typed or {},
        fresh=lambda: str(uuid4()),
        sync=_synced(case),
        key=f"jam-capture-{case.code}-{account().id}",
        **choices(case),
    )
    return page, 400 if problem else 200


@blueprint.post("/desk/cohorts/<slug>/cases/<code>/capture/open")
@access("cohort-record")
def desk_capture_open(slug: str, code: str) -> ResponseReturnValue:
    """Open the released words: that is noted, and then they are shown."""
    case = case_or_404(slug, code)
    note(case, account().person, Copy.RELEASED)
    db.session.commit()
    return redirect(url_for("outcomes.desk_capture", slug=slug, code=code), 303)


@blueprint.post("/desk/cohorts/<slug>/cases/<code>/capture/presented")
@access("cohort-lead")
def desk_presented(slug: str, code: str) -> ResponseReturnValue:
    """Say that it was presented, and go on to the session's next case, or to what was written down."""
    case = case_or_404(slug, code)
    try:
        following = next_case(case)
        plans.mark_presented(case, by=actor())
        db.session.commit()
        if following is not None:
            flash(f"{case.shown} was presented. Its recommendations wait for you on Today.", "success")
            return redirect(url_for("outcomes.desk_capture", slug=slug, code=following.code), 303)
        flash("It was presented. Now put the recommendations into words, and send them.", "success")
    except Refused as error:
        db.session.rollback()
        flash(error.message, "error")
    return redirect(url_for("outcomes.desk_recommendations", slug=slug, code=code), 303)


# --- for the script -----------------------------------------------------------------------------------------------------


@blueprint.get("/desk/cohorts/<slug>/cases/<code>/capture/lines")
@access("cohort-record")
def desk_lines(slug: str, code: str) -> ResponseReturnValue:
    """What everybody has written down, and a token to send more with."""
    return jsonify(_synced(case_or_404(slug, code)))


@blueprint.post("/desk/cohorts/<slug>/cases/<code>/capture/lines")
@access("cohort-record")
def desk_sync(slug: str, code: str) -> ResponseReturnValue:
    """Keep what waited in a browser, each line for itself, and answer with what everybody has written down."""
    case, sent = case_or_404(slug, code), request.get_json(silent=True)
    lines = sent.get("lines") if isinstance(sent, dict) else None
    if not isinstance(sent, dict) or not isinstance(lines, list) or len(lines) > _MOST_AT_ONCE:
        abort(400)
    problems: dict[str, str] = {}
    try:
        actions.hold(case)
    except Refused as error:
        db.session.rollback()
        return jsonify({**_synced(case_or_404(slug, code)), "closed": error.message}), error.status
    for given in (each for each in lines if isinstance(each, dict)):
        client_id = str(given.get("client_id", ""))[:CLIENT_ID_LENGTH]
        try:
            _keep_sent(case, given, client_id)
        except Refused as error:
            problems[client_id] = error.message
    wanted = sent.get("order")
    if isinstance(wanted, list) and case.recommendations_sent_at is None:
        actions.order(case, [str(each) for each in wanted[:500]], by=actor())
    db.session.commit()
    return jsonify({**_synced(case), "problems": problems})


def _keep_sent(case: EchoCase, given: dict[str, Any], client_id: str) -> None:
    kind, removed = given.get("kind"), given.get("removed") is True
    if kind == "summary":
        seen = str(given["seen"]) if given.get("seen") else None
        actions.summarise(
            case, str(given.get("words", "")), given.get("confirmed") is True, seen=seen, by=actor()
        )
    elif kind == "question" and removed:
        actions.remove_note(case, client_id)
    elif kind == "question":
        actions.keep_note(case, client_id, str(given.get("words", "")), by=actor())
    elif removed:
        actions.remove_line(case, client_id, by=actor())
    else:
        actions.keep(case, line_of(given), by=actor(), once_sent=False)


def _synced(case: EchoCase) -> dict[str, Any]:
    """What is written down, as the script shows it."""
    return {
        "csrf": generate_csrf(),
        "lines": [_line(each) for each in written(case)],
        "questions": [_note(each) for each in notes(case)],
        "summary": {
            "words": case.summary,
            "confirmed": case.summary_confirmed_at is not None,
            "seen": summary_stamp(case),
        },
        "open": writable(case),
        "sent": case.recommendations_sent_at is not None,
        "gone": _gone(case),
    }


def _gone(case: EchoCase) -> list[str]:
    """Ids of lines that were taken out, so that none of them is shown as waiting."""
    query = select(CaseRecommendation.client_id).where(
        CaseRecommendation.case_id == case.id, CaseRecommendation.removed_at.is_not(None)
    )
    return list(db.session.scalars(query))


def _line(each: CaseRecommendation) -> dict[str, Any]:
    return {
        "client_id": each.client_id,
        "words": each.words,
        "suggested_by": str(each.suggested_by_id or ""),
        "who": each.suggested_by.name if each.suggested_by else GROUP,
        "lever": str(each.term_id or ""),
        "lever_name": each.term.name if each.term else "",
        "link": each.link,
        "earlier": str(each.earlier_id or ""),
        "earlier_name": each.earlier.shown if each.earlier else "",
        "seen": stamp(each),
    }


def _note(each: CaseNote) -> dict[str, Any]:
    return {"client_id": each.client_id, "words": each.words}
