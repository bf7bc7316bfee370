"""A presenter's own pages, behind the personal link: write a case, see where it stands, attach files, take it back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, abort, flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from jam.base.access import access
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.base.words import clock
from jam.base.zones import EASTERN
from jam.cases import actions, attachments, handing, pieces, rules
from jam.cases.blueprint import blueprint
from jam.cases.fields import texts_of
from jam.cases.forms import CaseForm, FileForm, HandForm, case_form, fingerprint
from jam.cases.handing import HandedOn, mine_or_refused
from jam.cases.identifier_kinds import WORDS as KIND_WORDS
from jam.cases.known import around, places
from jam.cases.models import Copy, EchoCase
from jam.cases.queries import file_of
from jam.cases.retention import goes_at, gone, lapses, over
from jam.cases.rules import EDITABLE, HELD, RELEASED, State, Who
from jam.cases.steps import lock
from jam.cases.wording import facts
from jam.cohorts.queries import own as own_member
from jam.people.models import Person


def me() -> Person:
    """Whose page this request is about; only behind the rule “person”."""
    person: Person = g.person
    return person


def actor() -> str:
    """How the audit log names whoever makes this request."""
    return f"person:{me().id}"


def _mine(code: str) -> EchoCase:
    return mine_or_refused(me(), code, held=request.method == "POST")


def not_mine(error: HandedOn, typed: list[tuple[str, str]]) -> ResponseReturnValue:
    """Say that a colleague brings it now, and show what was typed for it, with headings: it is saved nowhere."""
    typed = [(heading, words) for heading, words in typed if words.strip()]
    return render_template(
        "cases/own_gone.html", message=error.message, case=error.case, typed=typed
    ), error.status


@blueprint.post("/me/cohorts/<int:id>/cases")
@access("person")
def own_begin(id: int) -> ResponseReturnValue:
    """Begin a case in a cohort of mine."""
    member = own_member(me(), id)
    if member is None:
        abort(404)
    try:
        case = actions.begin(member, request.form.get("earlier", ""), by=actor())
        db.session.commit()
    except Refused as error:
        db.session.rollback()
        flash(error.message, "error")
        return redirect(url_for("me.home"), 303)
    return redirect(url_for("cases.own_edit", code=case.code), 303)


@blueprint.get("/me/cases/<code>")
@access("person")
def own_page(code: str) -> ResponseReturnValue:
    """Where it stands, and what is asked of me."""
    return _page(_mine(code))


def _page(case: EchoCase, upload: FileForm | None = None) -> ResponseReturnValue:
    page = render_template(
        "cases/own.html",
        case=case,
        state=State(case.state),
        stands=rules.stands(State(case.state), case.none_why),
        words=rules.WORDS,
        tones=rules.TONES,
        editable=case.state in EDITABLE,
        removable="withdraw" if case.state in rules.STEPS["withdraw"].before else "",
        handable=handing.why_not(case, Who.PRESENTER) is None,
        handed_by=handing.handed_by(case),
        again=own_member(me(), case.member_id) if case.state in HELD and not over(case.cohort) else None,
        asks=list(reversed(case.asks)),
        original=case.words(Copy.ORIGINAL),
        released=case.words(Copy.RELEASED) if case.state in RELEASED else {},
        parts_of_others=pieces.on_own_page(case),
        texts=texts_of(case),
        facts=facts(case, own=True),
        zone=me().time_zone or EASTERN,
        upload=upload,
        goes_at=goes_at(case),
        gone=gone(case),
        lapses=lapses(case),
        found=[each for each in places(case, Copy.ORIGINAL) if each.findings] if case.files else [],
        around=around,
        kind_words=KIND_WORDS,
        most_files=rules.MOST_FILES,
        State=State,
    )
    return page, 400 if upload is not None else 200


@blueprint.route("/me/cases/<code>/edit", methods=["GET", "POST"])
@access("person")
def own_edit(code: str) -> ResponseReturnValue:
    """Write it; a case is sent from here. Whatever is wrong, what was typed stays."""
    try:
        case = _mine(code)
    except HandedOn as error:
        return _write_refused(error)
    if case.state not in EDITABLE and request.method == "GET":
        flash("Somebody reads this case now, so its words stay as they are.", "error")
        return redirect(url_for("cases.own_page", code=case.code), 303)
    form = case_form(case)
    if request.form.get("do") == "autosave":
        return _autosave(case, form)
    if request.method == "POST" and form.validate():
        try:
            _keep(case, form)
            done = request.form.get("do")
            if done == "send":
                db.session.commit()  # whatever is missing, what was written is kept
                actions.submit(_mine(code), by=actor())
            db.session.commit()
            if done == "send":
                flash("We have it. A mail says what happens next.", "success")
                return redirect(url_for("cases.own_page", code=case.code), 303)
            flash("Saved. What we point at stands below the texts.", "success")
            return redirect(url_for("cases.own_edit", code=case.code), 303)
        except HandedOn as error:
            return not_mine(error, [])  # what was typed is saved, and theirs
        except Refused as error:
            db.session.rollback()
            form.form_errors.append(error.message)
            form.seen.data = fingerprint(case)
    page = render_template(
        "cases/own_edit.html",
        case=case,
        form=form,
        asks=list(reversed(case.asks)) if case.state == State.CHANGES else [],
        found=_found(case),
        kind_words=KIND_WORDS,
        first=case.sent_at is None,
    )
    return page, 400 if form.errors else 200


def _write_refused(error: HandedOn) -> ResponseReturnValue:
    """Whoever writes has handed it on meanwhile, in another window."""
    if request.method == "GET":
        raise error
    if request.form.get("do") == "autosave":
        return jsonify({"problem": f"{error.message} What you typed is not saved; copy it from here."}), 409
    headings = [(name, heading) for name, heading, *_ in texts_of(error.case)]
    headings += [("towns", "Places you are known by"), ("known_as", "Other names of your organization")]
    return not_mine(error, [(heading, request.form.get(name, "")) for name, heading in headings])


def _keep(case: EchoCase, form: CaseForm) -> None:
    """Write what was typed. Refused when another device wrote something else since this page was made."""
    lock(case)
    page = (form.page.data or "")[:32]
    if form.seen.data != fingerprint(case) and (not page or page != case.written_from):
        raise Refused(
            "This case was changed meanwhile, on another device or in another window. What you typed stands here and is not "
            "saved yet: save again to put it in the other's place.",
            409,
        )
    if actions.write(case, form.given(), by=actor()):
        case.written_from = page


def _found(case: EchoCase) -> dict[str, list[dict[str, str]]]:
    """What looks like an identifier in each text, and in the attachments, as it is shown beside them."""
    return {
        place.key: [
            {
                "words": place.text[each.start : each.end],
                "kind": KIND_WORDS[each.kind],
                "suggestion": each.suggestion,
            }
            for each in place.findings
        ]
        for place in places(case, Copy.ORIGINAL)
        if place.findings
    }


def _autosave(case: EchoCase, form: CaseForm) -> ResponseReturnValue:
    """Keep what is typed while it is typed, and answer the script with what looks like an identifier."""
    if not form.validate():
        words = next((each for errors in form.errors.values() for each in errors), "It is not saved.")
        return jsonify({"problem": words}), 400
    try:
        _keep(case, form)
        db.session.commit()
    except Refused as error:
        db.session.rollback()
        return jsonify({"problem": error.message}), error.status
    zone = me().time_zone or EASTERN
    return jsonify(
        {"saved": f"Saved at {clock(now(), zone)}", "seen": fingerprint(case), "found": _found(case)}
    )


@blueprint.post("/me/cases/<code>/withdraw")
@access("person")
def own_withdraw(code: str) -> ResponseReturnValue:
    """Take it back."""
    case = _mine(code)
    return _do(case, lambda: actions.withdraw(case, Who.PRESENTER, by=actor()), "You took it back.")


@blueprint.route("/me/cases/<code>/hand", methods=["GET", "POST"])
@access("person")
def own_hand(code: str) -> ResponseReturnValue:
    """Let a colleague of my team bring it from now on."""
    try:
        case = mine_or_refused(me(), code)  # handing it on holds people before it holds the case
    except HandedOn as error:
        if request.method == "GET":
            raise
        flash(error.message, "success")  # the button pressed twice
        return redirect(url_for("me.home"), 303)
    if reason := handing.why_not(case, Who.PRESENTER):
        flash(reason, "error")
        return redirect(url_for("cases.own_page", code=case.code), 303)
    among = handing.takers(case)
    form = HandForm.of(among, handing.likeliest(case, among))
    if form.validate_on_submit():
        try:
            to = next(each for each in among if each.id == form.to.data)
            handing.hand(case, to, Who.PRESENTER, giver=me(), by=actor())
            db.session.commit()
            flash(f"{to.name} brings {case.shown} from now on. Both of you get a mail.", "success")
            return redirect(url_for("me.home"), 303)
        except Refused as error:
            db.session.rollback()
            form.form_errors.append(error.message)
    page = render_template("cases/own_hand.html", case=case, form=form, among=among)
    return page, 400 if form.errors else 200


@blueprint.post("/me/cases/<code>/attachments")
@access("person")
def own_attach(code: str) -> ResponseReturnValue:
    """Attach a file."""
    case, form = _mine(code), FileForm()
    given = form.file.data if form.validate_on_submit() else None
    try:
        attachments.attach(case, given.filename if given else "", given.read() if given else b"", by=actor())
        db.session.commit()
    except Refused as error:
        db.session.rollback()
        form.form_errors.append(error.message)
        return _page(case, form)
    flash("It is attached. We read it for identifiers, too.", "success")
    return redirect(url_for("cases.own_page", code=case.code) + "#attachments", 303)


@blueprint.post("/me/cases/<code>/attachments/<int:id>/drop")
@access("person")
def own_detach(code: str, id: int) -> ResponseReturnValue:
    """Take a file away; no fault when it is away already."""
    case = _mine(code)
    file = file_of(case, id)
    if file is None:
        return redirect(url_for("cases.own_page", code=case.code), 303)
    return _do(case, lambda: attachments.detach(case, file, by=actor()), "The attachment is gone.")


@blueprint.get("/me/cases/<code>/attachments/<int:id>")
@access("person")
def own_file(code: str, id: int) -> Response:
    """A file of mine."""
    file = file_of(_mine(code), id)
    if file is None:
        abort(404)
    return attachments.answer(file)


def _do(case: EchoCase, act: Callable[[], Any], words: str) -> ResponseReturnValue:
    """Do something that one button says, and tell what came of it, or why it could not be."""
    try:
        act()
        db.session.commit()
        flash(words, "success")
    except Refused as error:
        db.session.rollback()
        flash(error.message, "error")
    return redirect(url_for("cases.own_page", code=case.code), 303)
