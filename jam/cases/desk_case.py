"""Staff pages: one case beside its findings, for who reads what was sent: asked about, edited, signed, let out."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from jam.audit.queries import history
from jam.base.access import access, actor
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.words import count
from jam.base.zones import EASTERN
from jam.cases import actions, attachments, review, rules
from jam.cases import pieces as others
from jam.cases.blueprint import blueprint
from jam.cases.fields import texts_of
from jam.cases.forms import AskForm, ReleasedForm, SignForm, reasons, released_form, said
from jam.cases.identifier_kinds import LETTER, Kind
from jam.cases.identifier_kinds import WORDS as KIND_WORDS
from jam.cases.known import around, pieces, places
from jam.cases.letters import SCOPE
from jam.cases.models import Copy, EchoCase
from jam.cases.opening import note
from jam.cases.queries import file_of, is_open_for, openings
from jam.cases.reopening import RAN_OUT, closed_on, is_open
from jam.cases.retention import goes_at, gone, lapses
from jam.cases.rules import State, Who
from jam.cases.wording import alike, facts
from jam.cases.workspace import case_or_404, words
from jam.cohorts.queries import admitted_to
from jam.cohorts.workspace import workspace
from jam.people.login import account

#: How the record of a case reads.
_DONE = {
    "cases.begin": "Begun",
    "cases.write": "Words changed by the presenter",
    "cases.attach": "File attached",
    "cases.detach": "File taken away",
    "cases.submit": "Sent in",
    "cases.review": "Reading begun",
    "cases.edit": "Released words changed",
    "cases.attachment": "Attachment let out or kept back",
    "cases.sign": "Classes signed",
    "cases.ask": "Changes asked",
    "cases.approve": "Approved and released to the faculty",
    "cases.recall": "Release taken back",
    "cases.schedule": "Planned for a session",
    "cases.unschedule": "Taken off its session",
    "cases.present": "Presented",
    "cases.send": "Recommendations sent to the presenter",
    "cases.follow": "Followed up",
    "cases.close": "Closed",
    "cases.withdraw": "Taken back",
    "cases.lapse": "Taken back: the cohort ended before it was presented",
    "cases.announce": "The presenter told when their words and attachments are removed",
    "cases.forget": "The presenter’s words and attachments removed, their time being over",
    "cases.hand": "Handed to a colleague of the presenter",
    "cases.move": "The presenter was found to be somebody else",
    "cases.put_back": "The presenter is who they were before a merge",
}


@blueprint.get("/desk/cohorts/<slug>/cases/<code>")
@access("cases")
def desk_case(slug: str, code: str) -> ResponseReturnValue:
    """A case beside its findings, once it is on record that this reader opened it."""
    return _page(case_or_404(slug, code))


def _page(
    case: EchoCase, edited: ReleasedForm | None = None, asked: AskForm | None = None, signed: SignForm | None = None,
    *, kept: str = "",
) -> ResponseReturnValue:  # fmt: skip
    """The page of a case, with a form that has a fault; or `kept`: why the case was not taken back."""
    opened = is_open_for(case, account().person, Copy.ORIGINAL) and case.state != State.WITHDRAWN
    reading = case.state == State.IN_REVIEW
    original = places(case, Copy.ORIGINAL) if opened else []
    left = places(case, Copy.RELEASED, files=False) if opened and reading else []
    released_files = {f"file{each.id}" for each in case.files if each.released}
    remaining: dict[Kind, int] = dict.fromkeys(Kind, 0)
    for place in [*left, *(each for each in original if each.key in released_files)]:
        for each in place.findings:
            remaining[each.kind] += 1
    still = set(review.unsigned(case))
    faulty = edited or asked or signed
    asking = opened and case.state in (State.SUBMITTED, State.IN_REVIEW)
    removable = case.state in rules.STEPS["withdraw"].before
    shown = removable if kept else asking if asked else opened and reading
    page = render_template(
        "cases/desk_case.html",
        case=case,
        version=review.version(case),
        opened=opened,
        reading=reading,
        original=original,
        wrote={place.key: place for place in original},
        pieces=pieces,
        around=around,
        edited=edited or released_form(case),
        asked=asked or AskForm(None),
        faulty=faulty,
        asking=asking,
        # The form that holds them is not shown any more where the case stands now.
        typed=_typed(case) if (faulty or kept) and not shown else [],
        earlier=review.earlier(case),
        asks=[each for each in reversed(case.asks) if each.words],
        kinds=list(Kind),
        letter=LETTER,
        kind_words=KIND_WORDS,
        remaining=remaining,
        left={place.key: place for place in left},
        signs=_signs(case, still, signed),
        notes=_notes(case, signed),
        unsigned=still,
        released=case.words(Copy.RELEASED),
        texts=texts_of(case),
        facts=facts(case),
        alike=alike(case, admitted_to(case.cohort)) if opened else "",
        openings=openings(case),
        record=[
            ({**_DONE, **others.done_words()}.get(each.action, each.action), each.at)
            for each, _ in history(SCOPE, case.id)
        ],
        zone=account().person.time_zone or EASTERN,
        goes_at=goes_at(case),
        gone=gone(case),
        lapses=lapses(case),
        removable=removable,
        kept=kept,
        longest_why=rules.LONGEST_SHORT,
        recallable=case.state in rules.STEPS["recall"].before,
        counted_findings=lambda place: count(len(place.findings), "passage", "passages"),
        **words(),
        **workspace(case.cohort, "cases"),
    )
    return page, 400 if faulty or kept else 200


def _signs(case: EchoCase, still: Collection[Kind], typed: SignForm | None) -> set[Kind]:
    """Ticked classes: as they stand, or as they were ticked on a form that has a fault."""
    if typed is not None:
        return set(said(typed))
    return {Kind(each.kind) for each in case.signs if each.kind not in still}


def _notes(case: EchoCase, typed: SignForm | None) -> dict[Kind, str]:
    """Why something stays, by class: as it was signed, or as it was typed into a form that has a fault."""
    if typed is not None:
        return reasons(typed)
    return {Kind(each.kind): each.note for each in case.signs if each.note}


@blueprint.post("/desk/cohorts/<slug>/cases/<code>/open")
@access("cases")
def desk_open(slug: str, code: str) -> ResponseReturnValue:
    """Open the original: that is noted, and then it is shown."""
    case = case_or_404(slug, code)
    if case.state != State.WITHDRAWN:
        note(case, account().person, Copy.ORIGINAL)
        db.session.commit()
    return _back(case)


#: Steps that are one button: what is done, and what is said of it.
_DEEDS: dict[str, tuple[Callable[..., Any], str]] = {
    "review": (review.start, "You are reading it. Take out what could tell who it is about, then sign."),
    "approve": (
        review.approve,
        "It is approved. The faculty may read the released words, and the presenter is told.",
    ),
    "recall": (review.recall, "The release is taken back. Nobody but you and the presenter may read it now."),
    "withdraw": (
        lambda case, *, by: actions.withdraw(case, Who.COORDINATOR, why=request.form.get("why", ""), by=by),
        "It is taken back. The presenter is told.",
    ),
}


@blueprint.post("/desk/cohorts/<slug>/cases/<code>/step")
@access("cases")
def desk_step(slug: str, code: str) -> ResponseReturnValue:
    """One step that is one button."""
    case, deed = case_or_404(slug, code), request.form.get("do", "")
    if deed not in _DEEDS:
        abort(400)
    if not is_open(case):
        return closed_on(case, _typed(case)) if request.form.get("why") else _closed(case)
    act, words = _DEEDS[deed]
    try:
        act(case, by=actor())
        db.session.commit()
        flash(words, "success")
    except Refused as error:
        db.session.rollback()
        if deed == "withdraw":
            return _page(case_or_404(slug, code), kept=error.message)
        flash(error.message, "error")
    return _back(case)


@blueprint.post("/desk/cohorts/<slug>/cases/<code>/ask")
@access("cases")
def desk_ask(slug: str, code: str) -> ResponseReturnValue:
    """Ask the presenter for changes."""
    case, form = case_or_404(slug, code), AskForm()
    if not is_open(case):
        return closed_on(case, _typed(case))
    if form.validate_on_submit():
        try:
            review.ask(case, form.words.data or "", by=actor())
            db.session.commit()
            flash("The presenter is asked, by letter.", "success")
            return _back(case)
        except Refused as error:
            db.session.rollback()
            form.form_errors.append(error.message)
    return _page(case_or_404(slug, code), asked=form)


@blueprint.post("/desk/cohorts/<slug>/cases/<code>/edit")
@access("cases")
def desk_edit(slug: str, code: str) -> ResponseReturnValue:
    """Change the words that others may read."""
    case = case_or_404(slug, code)
    form = released_form(case)
    if not is_open(case):
        return closed_on(case, _typed(case))
    if form.validate_on_submit():
        try:
            changed = review.edit(case, form.texts(), seen=request.form.get("seen", ""), by=actor())
            db.session.commit()
            flash(
                "Saved. Signs count for these words, so give them anew."
                if changed
                else "Nothing was changed.",
                "success",
            )
            return _back(case, "released")
        except Refused as error:
            db.session.rollback()
            form.form_errors.append(error.message)
    return _page(case_or_404(slug, code), edited=form)


@blueprint.post("/desk/cohorts/<slug>/cases/<code>/sign")
@access("cases")
def desk_sign(slug: str, code: str) -> ResponseReturnValue:
    """Sign classes."""
    case, form = case_or_404(slug, code), SignForm()
    if not is_open(case):
        return closed_on(case, _typed(case))
    if form.validate_on_submit():
        try:
            review.sign(case, said(form), seen=request.form.get("seen", ""), by=actor())
            db.session.commit()
            open_ones = len(review.unsigned(case))
            flash(
                "Every class is signed."
                if not open_ones
                else f"Saved. {count(open_ones, 'class is', 'classes are')} open.",
                "success",
            )
            return _back(case, "signs")
        except Refused as error:
            db.session.rollback()
            form.form_errors.append(error.message)
    return _page(case_or_404(slug, code), signed=form)


@blueprint.post("/desk/cohorts/<slug>/cases/<code>/files/<int:id>")
@access("cases")
def desk_let_out(slug: str, code: str, id: int) -> ResponseReturnValue:
    """Let others have an attachment, or keep it back."""
    case = case_or_404(slug, code)
    file = file_of(case, id)
    if file is None:
        abort(404)
    if not is_open(case):
        return _closed(case)
    out = request.form.get("do") == "let-out"
    try:
        review.let_out(case, file, out, by=actor())
        db.session.commit()
        flash(
            "A copy of it goes out with the released words. Look at that copy once more."
            if out
            else "It is kept back.",
            "success",
        )
    except Refused as error:
        db.session.rollback()
        flash(error.message, "error")
    return _back(case, "attachments")


@blueprint.get("/desk/cohorts/<slug>/cases/<code>/files/<int:id>")
@access("cases")
def desk_file(slug: str, code: str, id: int) -> ResponseReturnValue:
    """An attachment as the presenter sent it, or the copy that others get, for whoever has opened the case."""
    case = case_or_404(slug, code)
    file = file_of(case, id)
    if file is None or case.state == State.WITHDRAWN:
        abort(404)
    if not is_open(case):
        return _closed(case)
    return attachments.answer(file, for_others=file.released and request.args.get("copy") == "others")


def _closed(case: EchoCase) -> ResponseReturnValue:
    """Ask to open it again, where nothing was typed."""
    flash(f"{RAN_OUT} Open it again, then do what you wanted to do.", "error")
    return _back(case)


def _typed(case: EchoCase) -> list[tuple[str, str]]:
    """What this request brings that somebody typed, with its headings."""
    headings = {name: heading for name, heading, *_ in texts_of(case)} | {
        "words": "What should be changed?",
        "why": "Why?",
    }
    headings |= {f"note_{kind.name.lower()}": f"Why it stays: {KIND_WORDS[kind]}" for kind in Kind}
    return [(words, request.form[name]) for name, words in headings.items() if request.form.get(name)]


def _back(case: EchoCase, place: str = "") -> ResponseReturnValue:
    return redirect(
        url_for("cases.desk_case", slug=case.cohort.slug, code=case.code, _anchor=place or None), 303
    )
