"""Staff pages: whose follow-up is due or overdue in a cohort, what was answered, words to read and release, closing a case."""

from __future__ import annotations

from collections import Counter

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from jam.base.access import access, actor
from jam.base.database import db
from jam.base.errors import Refused
from jam.cases import rules as case_rules
from jam.cases.identifier_kinds import WORDS as KIND_WORDS
from jam.cases.identifiers import look
from jam.cases.known import known_of
from jam.cases.models import Copy, EchoCase
from jam.cases.queries import in_cohort, is_open_for, left_behind, reads_originals
from jam.cases.reopening import closed_on, is_open
from jam.cases.rules import STEPS, State
from jam.cohorts.workspace import cohort_or_404, workspace
from jam.outcomes import actions, following
from jam.outcomes.asking import Turn
from jam.outcomes.blueprint import blueprint
from jam.outcomes.following import Asked, asked_of, asked_of_all, followed, waiting_words
from jam.outcomes.models import CaseFollowUp, CaseOutcome, CaseRecommendation
from jam.outcomes.rules import ANSWER_TONES, ANSWER_WORDS
from jam.people.login import account


def turn_words(asked: Asked, row: CaseFollowUp) -> tuple[str, str]:
    """Where one time of asking stands, in words, and the tone."""
    turn: Turn = asked.turns[row.days]
    if row.answered_at is not None:
        return "Answered", "done"
    if asked.case.state == State.CLOSED:
        return "Not answered", "quiet"
    if asked.today < turn.due_on:
        return "To come", "quiet"
    if not turn.stands(asked.today):
        return "Not answered", "trouble"
    return ("Overdue", "trouble") if turn.overdue(asked.today) else ("Asked", "wait")


def newest(found: list[Asked]) -> Counter[str]:
    """What became of the recommendations of these cases, by the newest answer; “” for those without one."""
    told: Counter[str] = Counter()
    for asked in found:
        latest = {id: answers[-1][1].answer for id, answers in asked.answers_before(None).items()}
        told.update(latest.get(each.id, "") for each in asked.recommendations)
    return told


@blueprint.get("/desk/cohorts/<slug>/follow-ups")
@access("cohort-lead")
def desk_follow_ups(slug: str) -> str:
    """The follow-ups of a cohort: what is overdue first, then what can be closed. Answers alone, no words of presenters."""
    cohort = cohort_or_404(slug)
    found = asked_of_all(followed([cohort.id]))
    found.sort(key=lambda each: (each.overdue is None, not each.to_close, each.case.state == State.CLOSED))
    return render_template(
        "outcomes/desk_follow_ups.html",
        found=found,
        turn_words=turn_words,
        told=newest(found),
        answers=ANSWER_WORDS,
        waiting=waiting_words([each.case for each in found]),
        left_behind=left_behind,
        reads=reads_originals(cohort.id, account()),
        words=case_rules.WORDS,
        tones=case_rules.TONES,
        **workspace(cohort, "follow-ups"),
    )


def _case(slug: str, code: str) -> EchoCase:
    case = in_cohort(cohort_or_404(slug), code)
    if case is None or case.state not in case_rules.HELD:
        abort(404)
    return case


@blueprint.get("/desk/cohorts/<slug>/cases/<code>/follow-up")
@access("cohort-lead")
def desk_follow_up(slug: str, code: str) -> ResponseReturnValue:
    """What became of one case. Its presenter's words are for who reads originals, once they have opened the case."""
    return _page(_case(slug, code))


def _page(case: EchoCase, problem: str = "", why: str = "") -> ResponseReturnValue:
    asked, reads = asked_of(case), reads_originals(case.cohort_id, account())
    opened = reads and is_open_for(case, account().person, Copy.ORIGINAL)
    known = known_of(case) if opened else None
    page = render_template(
        "outcomes/desk_follow_up.html",
        case=case,
        asked=asked,
        answered=asked.answers_before(None),
        turn_words=turn_words,
        reads=reads,
        opened=opened,
        amendable=case.state == State.CLOSED and case.recommendations_sent_at is not None,
        stamp=actions.stamp,
        fingerprint=following.fingerprint,
        look=(lambda words: look(words, known)) if known else None,
        waiting=waiting_words([case]).get(case.id, 0),
        left_behind=left_behind,
        kind_words=KIND_WORDS,
        answers=ANSWER_WORDS,
        answer_tones=ANSWER_TONES,
        closable=case.state in STEPS["close"].before,
        why_needed=following.why_needed(asked),
        problem=problem,
        why=why,
        words=case_rules.WORDS,
        tones=case_rules.TONES,
        **workspace(case.cohort, "follow-ups"),
    )
    return page, 400 if problem else 200


@blueprint.post("/desk/cohorts/<slug>/cases/<code>/close")
@access("cohort-lead")
def desk_close(slug: str, code: str) -> ResponseReturnValue:
    """Close a case; the presenter gets a letter."""
    case, why = _case(slug, code), request.form.get("why", "")
    try:
        following.close(case, why, by=actor())
        db.session.commit()
    except Refused as error:
        db.session.rollback()
        return _page(_case(slug, code), error.message, why)
    flash(f"{case.shown} is closed. The presenter gets a letter.", "success")
    return redirect(url_for("outcomes.desk_follow_ups", slug=slug), 303)


@blueprint.post("/desk/cohorts/<slug>/cases/<code>/recommendations/<int:id>")
@access("cases")
def desk_amend(slug: str, code: str, id: int) -> ResponseReturnValue:
    """Correct what was recommended, or take it out, once the case is closed: when it tells who it is about."""
    case, out = _case(slug, code), request.form.get("do") == "out"
    row = db.session.get(CaseRecommendation, id)
    if row is None or row.case_id != case.id:
        abort(404)
    words = request.form.get("words", "")
    if not is_open(case):
        return closed_on(case, [("The recommendation", words)] if words else [])
    if request.form.get("seen", "") != actions.stamp(row):
        return _page(case, "Somebody changed this recommendation meanwhile. Read it as it stands here now.")
    try:
        actions.amend(case, row, None if out else words, by=actor())
        db.session.commit()
    except Refused as error:
        db.session.rollback()
        return _page(_case(slug, code), error.message)
    flash("It is taken out, with what was said of it." if out else "It is corrected.", "success")
    return redirect(url_for("outcomes.desk_follow_up", slug=slug, code=case.code), 303)


@blueprint.post("/desk/cohorts/<slug>/cases/<code>/outcomes/<int:id>")
@access("cases")
def desk_release(slug: str, code: str, id: int) -> ResponseReturnValue:
    """Let the group read what happened, in the words given here, or take them back."""
    case = _case(slug, code)
    outcome = db.session.get(CaseOutcome, id)
    if outcome is None or outcome.follow_up.case_id != case.id:
        abort(404)
    if not is_open(case):
        words = request.form.get("words", "")
        return closed_on(case, [("What the group may read", words)] if words else [])
    if request.form.get("seen", "") != following.fingerprint(outcome):
        return _page(case, "The presenter changed these words meanwhile. Read them as they stand here now.")
    back = request.form.get("do") == "back"
    try:
        following.release(case, outcome, None if back else request.form.get("words", ""), by=actor())
        db.session.commit()
    except Refused as error:
        db.session.rollback()
        return _page(_case(slug, code), error.message)
    flash(
        "The group reads these words no more." if back else "The group may read these words now.", "success"
    )
    return redirect(url_for("outcomes.desk_follow_up", slug=slug, code=case.code), 303)
