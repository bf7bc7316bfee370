"""Staff pages: the board, one proposal with all that happened to it, and the decisions that wait to be told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlalchemy import select

from jam.attendance.queries import attended_counts
from jam.audit.queries import history
from jam.base.access import access, actor
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.base.paging import paged
from jam.base.words import count, long_date
from jam.mail.models import Letter
from jam.mail.rules import TONES as LETTER_TONES
from jam.mail.rules import WORDS as LETTER_WORDS
from jam.proposals import (
    decisions,
    desk_gaps,
    desk_invitations,
    desk_kept,
    desk_late,
    desk_many,
    desk_plan,
    desk_stage,
    pieces,
    rules,
    stage,
)
from jam.proposals.asking import asked, board_words
from jam.proposals.blueprint import blueprint
from jam.proposals.board import SORTS, answered_since_asked, board, decided, found
from jam.proposals.bulk import DEED_WORDS
from jam.proposals.call import coming
from jam.proposals.chasing import late_on
from jam.proposals.doubles import doubles, tell_apart
from jam.proposals.forms import AskForm, DecideForm
from jam.proposals.history import of_others_in as history_of_others
from jam.proposals.letters import SCOPE, decision_letters
from jam.proposals.models import Proposal
from jam.proposals.own import attachment
from jam.proposals.queries import by_code, names_of
from jam.proposals.rules import FileKind, Kind, State
from jam.vocabulary.queries import names, terms
from jam.vocabulary.rules import Kind as TermKind

#: Pages of this room that stand in files of their own.
PARTS = (desk_gaps, desk_invitations, desk_kept, desk_late, desk_many, desk_plan, desk_stage)

#: How the record of a proposal reads.
_DONE = {
    "proposals.offer": "Written down",
    "proposals.change": "Words changed",
    "proposals.send": "Sent",
    "proposals.name": "Presenter named",
    "proposals.drop": "Presenter taken out",
    "proposals.answer_invitation": "A presenter said yes or no",
    "proposals.describe": "Words about a presenter changed",
    "proposals.agree": "Publishing in the library allowed or not",
    "proposals.release_recording": "Recording allowed or not",
    "proposals.answer": "Question answered",
    "proposals.review": "Review started",
    "proposals.ask": "Question asked",
    "proposals.decide": "Decided, not told yet",
    "proposals.undecide": "Decision taken back",
    "proposals.accept": "Accepted and told",
    "proposals.not_now": "Not now, and told",
    "proposals.schedule": "Put on a slot",
    "proposals.unschedule": "Taken off its slot",
    "proposals.prepare": "Rehearsal or link set",
    "proposals.chase": "A presenter reminded",
    "proposals.quiet": "A presenter left alone",
    "proposals.chase_again": "A presenter reminded again from now on",
    "proposals.confirm": "Presenters will be there",
    "proposals.present": "Presented",
    "proposals.reopen": "Opened again",
    "proposals.pass_over": "Left kept, though it was suggested",
    "proposals.withdraw": "Withdrawn",
    "proposals.distinct": "Said to be another one than one alike",
    "proposals.maybe_same": "Maybe the same as one alike, after all",
    "proposals.undo": "Put back as it was",
    "proposals.slides": "Slides uploaded",
    "proposals.portrait": "Portrait uploaded",
    "proposals.drop_portrait": "Portrait taken away",
    "proposals.move": "A presenter was found to be somebody else",
    "proposals.put_back": "A presenter is who they were before a merge",
}

#: Steps that are one button: what is done, and what is said of it.
_DEEDS: dict[str, tuple[Callable[..., Any], str]] = {
    "review": (decisions.start_review, "is in review. The volunteer is told."),
    "undecide": (decisions.undecide, "is undecided again. Nobody was told."),
    "reopen": (decisions.reopen, "is in review again. The presenters are told."),
    "confirm": (stage.confirm, "is confirmed. The presenters are told."),
    "unschedule": (stage.take_off, "waits for another date. The presenters are told."),
    "present": (stage.mark_presented, "was presented. A letter thanks the presenters."),
    "withdraw": (stage.withdraw, "is withdrawn. The presenters are told."),
}


@blueprint.get("/desk/proposals/")
@access("organizer")
def desk() -> ResponseReturnValue:
    """The board by state, or the list of one state; both with search and filters."""
    chosen = asked()
    numbers, columns = board(replace(chosen, state="", sort=""))
    listed = paged(found(chosen)) if chosen.listed else None
    shown = listed.items if listed else [each for column in columns.values() for each in column]
    return render_template(
        "proposals/desk.html",
        chosen=chosen,
        kept={name: value for name, value in asdict(chosen).items() if value},
        numbers=numbers,
        columns=[(state, columns[state]) for state in rules.WORDS if state is not State.DRAFT],
        listed=listed,
        sorts=SORTS | pieces.sorts(),
        review_options=pieces.options(),
        added=pieces.notes(shown),
        deeds=DEED_WORDS,
        answered=answered_since_asked([each for each in shown if each.state == State.IN_REVIEW]),
        doubled={id for id, others in doubles(shown).items() if any(not each.distinct for each in others)},
        late=late_on(shown),
        waiting=len(decided()),
        lever_options=[(term.slug, term.name) for term in terms(TermKind.LEVER)],
        focus_options=[(term.slug, term.name) for term in terms(TermKind.FOCUS_AREA)],
        sectors=names(TermKind.SECTOR),
        date_options=[(each.slug, long_date(each.starts_at, each.time_zone)) for each in coming()],
        **board_words(),
    )


@blueprint.get("/desk/proposals/<code>")
@access("organizer")
def desk_proposal(code: str) -> ResponseReturnValue:
    """One proposal with all that happened to it."""
    return _page(proposal_or_404(code))


@blueprint.post("/desk/proposals/<code>/step")
@access("organizer")
def desk_step(code: str) -> ResponseReturnValue:
    """One step that is one button."""
    proposal, deed = proposal_or_404(code), request.form.get("do", "")
    if deed not in _DEEDS:
        abort(400)
    act, words = _DEEDS[deed]
    try:
        act(proposal, by=actor())
        db.session.commit()
        flash(f"“{proposal.title}” {words}", "success")
    except Refused as error:
        db.session.rollback()
        flash(error.message, "error")
    return redirect(url_for("proposals.desk_proposal", code=code), 303)


@blueprint.post("/desk/proposals/<code>/ask")
@access("organizer")
def desk_ask(code: str) -> ResponseReturnValue:
    """Ask the presenter something."""
    proposal, form = proposal_or_404(code), AskForm()
    return _form(proposal, form, lambda: decisions.ask(proposal, form.question.data or "", by=actor()),
                 "The question is on its way. The answer will stand here.", ask=form)  # fmt: skip


@blueprint.post("/desk/proposals/<code>/apart")
@access("organizer")
def desk_apart(code: str) -> ResponseReturnValue:
    """Say that another one that looks alike is not the same, or that it may be after all."""
    proposal, other = proposal_or_404(code), proposal_or_404(request.form.get("other", ""))
    distinct = request.form.get("do") != "same"
    tell_apart(proposal, other, distinct, by=actor())
    db.session.commit()
    flash("Noted: they are not the same." if distinct else "Noted: they may be the same.", "success")
    return redirect(url_for("proposals.desk_proposal", code=code), 303)


@blueprint.post("/desk/proposals/<code>/decide")
@access("organizer")
def desk_decide(code: str) -> ResponseReturnValue:
    """Decide now; it is told later."""
    proposal, form = proposal_or_404(code), DecideForm()

    def act() -> None:
        decisions.decide(proposal, State(form.decision.data), form.message.data or "", by=actor())

    return _form(proposal, form, act, "Decided. Nobody is told until you release it.", decide=form)


@blueprint.route("/desk/proposals/release", methods=["GET", "POST"])
@access("organizer")
def desk_release() -> ResponseReturnValue:
    """What is decided and not told, with its letters; the POST tells those that are ticked, together."""
    waiting = decided()
    if request.method == "POST":
        ticked = set(request.form.getlist("code"))
        told = decisions.release([each for each in waiting if each.code in ticked], by=actor())
        db.session.commit()
        if told:
            flash(f"{count(told, 'decision is', 'decisions are')} told. The letters leave now.", "success")
        else:
            flash("Nothing was ticked, or it was told already.", "error")
        return redirect(url_for("proposals.desk_release" if len(waiting) > told else "proposals.desk"), 303)
    letters = {each.id: decision_letters(each) for each in waiting}
    return render_template("proposals/desk_release.html", waiting=waiting, letters=letters, **board_words())


@blueprint.get("/desk/proposals/<code>/files/<int:id>")
@access("organizer")
def desk_file(code: str, id: int) -> Response:
    """A file of a proposal, to be saved."""
    proposal = proposal_or_404(code)
    file = next((each for each in proposal.files if each.id == id), None)
    if file is None:
        abort(404)
    if pieces.withheld(proposal):
        abort(403)
    return attachment(file)


def proposal_or_404(code: str) -> Proposal:
    """The proposal of a code. A draft is its author's alone."""
    proposal = by_code(code)
    if proposal is None or proposal.state == State.DRAFT:
        abort(404)
    return proposal


def _form(
    proposal: Proposal, form: FlaskForm, act: Callable[[], Any], words: str, **shown: Any
) -> ResponseReturnValue:
    if form.validate_on_submit():
        try:
            act()
            db.session.commit()
            flash(words, "success")
            return redirect(url_for("proposals.desk_proposal", code=proposal.code), 303)
        except Refused as error:
            db.session.rollback()
            form.form_errors.append(error.message)
    return _page(proposal_or_404(proposal.code), faulty=form, **shown), 400


def _page(
    proposal: Proposal, *, faulty: FlaskForm | None = None, ask: AskForm | None = None, decide: DecideForm | None = None
) -> str:  # fmt: skip
    steps = history(SCOPE, proposal.id)
    letters = select(Letter).where(Letter.scope_kind == SCOPE, Letter.scope_id == proposal.id)
    event = proposal.event
    actors = {entry.actor for entry, _ in steps} | {each.asked_by for each in proposal.questions}
    actors |= {each.answered_by for each in proposal.questions if each.answered_by}
    return render_template(
        "proposals/desk_proposal.html",
        proposal=proposal,
        event=event,
        steps=steps,
        done=_DONE | pieces.done_words(),
        panels=pieces.panels(proposal),
        withheld=pieces.withheld(proposal),
        who=names_of(actors),
        letters=list(db.session.scalars(letters.order_by(Letter.id.desc()).limit(50))),
        letter_words=LETTER_WORDS,
        letter_tones=LETTER_TONES,
        slides=[each for each in reversed(proposal.files) if each.kind == FileKind.SLIDES],
        portraits={each.presenter_id: each for each in proposal.files if each.kind == FileKind.PORTRAIT},
        appearances=history_of_others(proposal),
        doubles=doubles([proposal]).get(proposal.id, []),
        owing=desk_late.owing_for(proposal),
        sectors=names(TermKind.SECTOR),
        job_roles=names(TermKind.JOB_ROLE),
        came=attended_counts([event.id]).get(event.id) if event else None,
        begun=event is not None and event.starts_at <= now(),
        ask=ask or AskForm(None),
        decide=decide or DecideForm(None, decision=proposal.decision, message=proposal.decision_message),
        faulty=faulty,
        **desk_late.words(),
        can={
            name
            for name, step in rules.STEPS.items()
            if not rules.why_not(step, State(proposal.state), Kind(proposal.kind))
        },
        **board_words(),
    )
