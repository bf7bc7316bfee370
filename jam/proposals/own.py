"""A presenter's own pages, behind the personal link: where a proposal stands, what is asked of them, and their files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from jam.attendance.queries import attended_counts
from jam.base.access import access
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.words import clock
from jam.people.models import Person
from jam.proposals import actions, files, presenters, rules, shared, stage
from jam.proposals.blueprint import blueprint
from jam.proposals.files import Checked
from jam.proposals.forms import (
    AnswerForm,
    CreditForm,
    OwnForm,
    RecordingForm,
    UploadForm,
    about_form,
    own_form,
)
from jam.proposals.letters import starts_at, zone_of
from jam.proposals.models import Presenter, Proposal, ProposalFile
from jam.proposals.queries import own
from jam.proposals.rules import EDITABLE, ON_STAGE, FileKind, Kind, Saying, State

Found = tuple[Proposal, Presenter]


def me() -> Person:
    """Whose page this request is about; only behind the rule “person”."""
    person: Person = g.person
    return person


def actor() -> str:
    """How the audit log names whoever makes this request."""
    return f"person:{me().id}"


def _mine(code: str) -> Found:
    found = own(me(), code)
    if found is None:
        abort(404)
    return found


def _lead(code: str) -> Found:
    """The proposal, for its first presenter alone."""
    proposal, presenter = _mine(code)
    if presenter is not proposal.lead:
        abort(404)
    return proposal, presenter


def _speaker(code: str) -> Found:
    """The proposal, for whoever said that they present it."""
    proposal, presenter = _mine(code)
    if presenter.saying != Saying.CONFIRMED:
        abort(404)
    return proposal, presenter


@blueprint.get("/me/proposals/<code>")
@access("person")
def own_page(code: str) -> ResponseReturnValue:
    """Where it stands, and what is asked of me."""
    return _page(*_mine(code))


@blueprint.route("/me/proposals/<code>/edit", methods=["GET", "POST"])
@access("person")
def own_edit(code: str) -> ResponseReturnValue:
    """Change what is offered, until somebody begins to read it; a draft is sent from here."""
    proposal, presenter = _lead(code)
    if proposal.state not in EDITABLE:
        flash("Somebody has begun to read this, so its words stay as they are.", "error")
        return redirect(url_for("proposals.own_page", code=code), 303)
    form, done = own_form(proposal), request.form.get("do", "save")
    preview = done == "preview"
    if done == "add":
        form.one_more()
    elif request.method == "POST" and not preview:
        answer = _save(proposal, presenter, form, done == "send")
        if answer is not None:
            return answer
    page = render_template(
        "proposals/own_edit.html",
        proposal=proposal,
        form=form,
        preview=preview,
        draft=proposal.state == State.DRAFT,
        most_others=rules.MOST_OTHERS - (len(proposal.presenters) - 1),
        Saying=Saying,
    )
    return page, 400 if form.errors else 200


def _save(proposal: Proposal, presenter: Presenter, form: OwnForm, send: bool) -> ResponseReturnValue | None:
    sending = send or proposal.state != State.DRAFT
    if not form.ready(sending, presenter.person.address or ""):
        return None
    try:
        changed = actions.change(proposal, form.offer(), by=actor())
        presenters.name_others(proposal, form.named(), by=actor())
        if send and proposal.state == State.DRAFT:
            actions.send_in(proposal, by=actor())
            flash("We have it. A mail says what happens next.", "success")
        else:
            flash("Saved." if changed or form.named() else "Nothing was changed.", "success")
        db.session.commit()
    except Refused as error:
        db.session.rollback()
        form.form_errors.append(error.message)
        return None
    return redirect(url_for("proposals.own_page", code=proposal.code), 303)


@blueprint.post("/me/proposals/<code>/withdraw")
@access("person")
def own_withdraw(code: str) -> ResponseReturnValue:
    """Take it back, whatever its state."""
    proposal, _ = _lead(code)
    return _do(code, lambda: stage.withdraw(proposal, by=actor()), "You took it back.")


@blueprint.post("/me/proposals/<code>/presenting")
@access("person")
def own_presenting(code: str) -> ResponseReturnValue:
    """Say for myself whether I am a presenter of this."""
    _, presenter = _mine(code)
    yes = request.form.get("do") == "yes"
    saying = Saying.CONFIRMED if yes else Saying.DECLINED
    words = (
        "Thank you. You are a presenter of this."
        if yes
        else "You said no. Whoever named you is told, kindly."
    )
    answer = _do(code, lambda: stage.answer_invitation(presenter, saying, by=actor()), words)
    return answer if yes else redirect(url_for("me.home"), 303)


@blueprint.post("/me/proposals/<code>/presenters/<int:id>/ask")
@access("person")
def own_ask(code: str, id: int) -> ResponseReturnValue:
    """Ask another presenter once more."""
    proposal, _ = _lead(code)
    other = _other(proposal, id)
    try:
        written = proposal.state != State.DRAFT and presenters.ask_to_present(other)
        db.session.commit()
    except Refused as error:
        db.session.rollback()
        flash(error.message, "error")
        return redirect(url_for("proposals.own_page", code=code), 303)
    if written:
        flash(f"A letter to {other.name} is on its way.", "success")
    else:
        flash(
            f"{other.name} has been asked often enough today. Try again tomorrow, or write to them.", "error"
        )
    return redirect(url_for("proposals.own_page", code=code), 303)


@blueprint.post("/me/proposals/<code>/presenters/<int:id>/drop")
@access("person")
def own_drop(code: str, id: int) -> ResponseReturnValue:
    """Take another presenter out; no fault when they are out already."""
    proposal, _ = _lead(code)
    if all(each.id != id for each in proposal.presenters):
        return redirect(url_for("proposals.own_page", code=code), 303)
    other = _other(proposal, id)

    def act() -> None:
        files.drop_portrait(other, by=actor())
        presenters.drop_presenter(other, by=actor())

    return _do(code, act, f"{other.name} is no presenter of this any more.")


def _other(proposal: Proposal, id: int) -> Presenter:
    other = next((each for each in proposal.presenters if each.id == id), None)
    if other is None or other is proposal.lead:
        abort(404)
    return other


@blueprint.post("/me/proposals/<code>/questions/<int:id>")
@access("person")
def own_answer(code: str, id: int) -> ResponseReturnValue:
    """Answer a question."""
    proposal, _ = _speaker(code)
    question = next((each for each in proposal.questions if each.id == id), None)
    if question is None:
        abort(404)
    form = AnswerForm(prefix=f"q{id}-")
    return _form(code, form, lambda: actions.answer_question(question, form.answer.data or "", by=actor()),
                 "Thank you. We read your answer.", {"answers": {id: form}})  # fmt: skip


@blueprint.post("/me/proposals/<code>/about")
@access("person")
def own_about(code: str) -> ResponseReturnValue:
    """Change what I say of myself."""
    _, presenter = _speaker(code)
    form = about_form(presenter)
    return _form(
        code, form, lambda: stage.describe(presenter, form.said(), by=actor()), "Saved.", {"about": form}
    )


@blueprint.post("/me/proposals/<code>/confirm")
@access("person")
def own_confirm(code: str) -> ResponseReturnValue:
    """Say that we will be there."""
    proposal, _ = _speaker(code)
    return _do(code, lambda: stage.confirm(proposal, by=actor()), "Thank you. We count on you.")


@blueprint.post("/me/proposals/<code>/recording")
@access("person")
def own_recording(code: str) -> ResponseReturnValue:
    """Allow the recording to be published, or take that back."""
    _, presenter = _speaker(code)
    form = RecordingForm()
    allowed = bool(form.allowed.data)
    words = (
        "Thank you. The date stands beside it."
        if allowed
        else "We will not publish the recording of your part."
    )
    return _form(code, form, lambda: presenters.allow_recording(presenter, allowed, by=actor()), words, {})


@blueprint.post("/me/proposals/<code>/publishing")
@access("person")
def own_publishing(code: str) -> ResponseReturnValue:
    """Say whether, and with whose name, the public library may show what I share."""
    proposal, _ = _lead(code)
    form = CreditForm()
    words = "Saved. Thank you." if form.credit.data else "Saved. It does not stand in the library."
    return _form(code, form, lambda: actions.agree(proposal, form.chosen(), by=actor()), words, {})


@blueprint.post("/me/proposals/<code>/slides")
@access("person")
def own_slides(code: str) -> ResponseReturnValue:
    """Upload the newest version of the slides."""

    def keep(file: Checked) -> None:
        proposal, _ = _speaker(code)
        files.keep_slides(proposal, file, by=actor())

    return _upload(code, files.checked_slides, keep, "We have your slides.")


@blueprint.post("/me/proposals/<code>/portrait")
@access("person")
def own_portrait(code: str) -> ResponseReturnValue:
    """Upload my portrait, in place of the one before."""

    def keep(file: Checked) -> None:
        _, presenter = _speaker(code)
        files.keep_portrait(presenter, file, by=actor())

    return _upload(code, files.checked_portrait, keep, "We have your portrait.")


@blueprint.post("/me/proposals/<code>/portrait/drop")
@access("person")
def own_drop_portrait(code: str) -> ResponseReturnValue:
    """Take my portrait away."""
    _, presenter = _speaker(code)
    return _do(code, lambda: files.drop_portrait(presenter, by=actor()), "Your portrait is gone.")


@blueprint.get("/me/proposals/<code>/files/<int:id>")
@access("person")
def own_file(code: str, id: int) -> Response:
    """A file of the proposal; portraits are their owners' alone."""
    proposal, presenter = _speaker(code)
    file = next((each for each in proposal.files if each.id == id), None)
    if file is None or file.presenter_id not in (None, presenter.id):
        abort(404)
    return attachment(file)


def attachment(file: ProposalFile) -> Response:
    """A file to be saved under a name of ours, never opened in the page."""
    try:
        data = files.content(file)
    except FileNotFoundError:
        abort(404)
    answer = Response(data, mimetype=file.media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{files.shown_name(file)}"'
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def _do(code: str, act: Callable[[], Any], words: str) -> ResponseReturnValue:
    """Do something that one button says, and tell what came of it, or why it could not be."""
    try:
        act()
        db.session.commit()
        flash(words, "success")
    except Refused as error:
        db.session.rollback()
        flash(error.message, "error")
    return redirect(url_for("proposals.own_page", code=code), 303)


def _form(
    code: str, form: FlaskForm, act: Callable[[], Any], words: str, shown: dict[str, Any]
) -> ResponseReturnValue:
    """Do what a form asks for, or show the page again with what was typed."""
    if form.validate_on_submit():
        try:
            act()
            db.session.commit()
            flash(words, "success")
            return redirect(url_for("proposals.own_page", code=code), 303)
        except Refused as error:
            db.session.rollback()
            form.form_errors.append(error.message)
    return _page(*_mine(code), faulty=form, **shown), 400


def _upload(
    code: str, check: Callable[[bytes], Checked], keep: Callable[[Checked], None], words: str
) -> ResponseReturnValue:
    """Keep a file once it was looked at. Looking may take a second, in which nobody else should have to wait: the
    transaction that was begun to find out who is there ends first."""
    _speaker(code)
    form = UploadForm()
    given = form.file.data
    db.session.rollback()
    try:
        file = check(given.read() if given else b"")
    except Refused as error:
        form.form_errors.append(error.message)
        return _page(*_mine(code), faulty=form), 400
    return _form(code, form, lambda: keep(file), words, {})


def _page(proposal: Proposal, presenter: Presenter, faulty: FlaskForm | None = None, **shown: Any) -> str:
    zone, event, item = zone_of(presenter), proposal.event, proposal.agenda_item
    on_stage = proposal.state in ON_STAGE and event is not None and item is not None
    slides = [each for each in proposal.files if each.kind == FileKind.SLIDES]
    portrait = next((each for each in reversed(proposal.files) if each.presenter_id == presenter.id), None)
    answers = {
        each.id: AnswerForm(None, prefix=f"q{each.id}-", answer=each.answer or "")
        for each in proposal.questions
    }
    return render_template(
        "proposals/own.html",
        proposal=proposal,
        presenter=presenter,
        lead=presenter is proposal.lead,
        stands=_stands(proposal, presenter),
        words=rules.WORDS,
        tones=rules.TONES,
        saying_words=rules.SAYING_WORDS,
        formats=rules.FORMAT_WORDS,
        State=State,
        Saying=Saying,
        editable=proposal.state in EDITABLE,
        over=proposal.state in (State.WITHDRAWN, State.PRESENTED),
        zone=zone,
        event=event if on_stage else None,
        item=item if on_stage else None,
        run=_run(proposal, zone) if on_stage else [],
        slot_at=starts_at(item) if on_stage and item else None,
        missing=_missing(proposal, presenter, bool(slides), portrait is not None) if on_stage else [],
        slides=list(reversed(slides)),
        portrait=portrait,
        came=attended_counts([event.id]).get(event.id) if on_stage and event else None,
        answers={**answers, **shown.get("answers", {})},
        refused=set(shown.get("answers", {})),
        about=shown.get("about") or about_form(presenter, sent=False),
        credit=CreditForm(None, credit=proposal.credit or "") if proposal.kind == Kind.SHARE else None,
        published=shared.page_of(proposal),
        recording=RecordingForm(None, allowed=presenter.release_at is not None),
        faulty=faulty,
    )


def _stands(proposal: Proposal, presenter: Presenter) -> str:
    if presenter.saying == Saying.ASKED:
        return f"{proposal.lead.name} offered this to the Workforce Solutions Jam."
    return rules.stands(State(proposal.state), Kind(proposal.kind), presenter is proposal.lead)


def _run(proposal: Proposal, zone: str) -> list[dict[str, Any]]:
    """The session's agenda with the times in the presenter's zone."""
    event = proposal.event
    assert event is not None
    return [
        {"clock": clock(starts_at(each), zone), "minutes": each.minutes, "title": each.shown_title, "people": each.speakers,
         "kind": "Your slot" if each is proposal.agenda_item else ""}
        for each in event.agenda
    ]  # fmt: skip


def _missing(
    proposal: Proposal, presenter: Presenter, slides: bool, portrait: bool
) -> list[tuple[str, bool, str]]:
    """What is asked of a presenter before the day, each with whether it is done and where."""
    return [
        ("Say that you will be there", proposal.state != State.SCHEDULED, "#confirm"),
        ("Slides", slides, "#slides"),
        ("A few sentences about you", bool(presenter.bio), "#about"),
        ("Your portrait", portrait, "#portrait"),
        (
            "Whether the recording may be published",
            bool(presenter.release_at or presenter.release_refused_at),
            "#recording",
        ),
    ]
