"""Staff pages: the cases of a cohort with whose turn it is, one case read beside its findings, and the queue of all cohorts."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from jam.audit.queries import history
from jam.base.access import access, actor
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.base.words import count, long_date
from jam.base.zones import EASTERN
from jam.cases import access as _access  # noqa: F401 - hands in its rule
from jam.cases import (
    actions,
    attachments,
    desk_dashboard,
    desk_plan,
    handing,
    own,
    plans,
    reader,
    review,
    rules,
)
from jam.cases import pieces as others
from jam.cases.blueprint import blueprint
from jam.cases.dashboard import stages
from jam.cases.fields import texts_of
from jam.cases.figures import MILESTONE_WORDS, Milestone
from jam.cases.forms import (
    AskForm,
    HandForm,
    ReleasedForm,
    SessionForm,
    SignForm,
    reasons,
    released_form,
    said,
)
from jam.cases.identifier_kinds import LETTER, Kind
from jam.cases.identifier_kinds import WORDS as KIND_WORDS
from jam.cases.known import around, pieces, places
from jam.cases.letters import SCOPE
from jam.cases.models import Copy, EchoCase
from jam.cases.opening import note
from jam.cases.queries import (
    file_of,
    has_left,
    in_cohort,
    is_open_for,
    late_by,
    left_behind,
    of_cohort,
    openings,
    read_by,
    reads_originals,
    recorded_by,
    same_organization,
    unopened,
    waiting,
)
from jam.cases.reopening import RAN_OUT, closed_on, is_open
from jam.cases.retention import goes_at, going, gone, lapses
from jam.cases.rules import State, Who
from jam.cases.wording import alike, facts
from jam.cohorts.queries import admitted_to, cohorts_for, leads, open_events
from jam.cohorts.workspace import cohort_or_404, workspace
from jam.people.login import account

#: Pages of this room that stand in files of their own.
PARTS = (own, reader, desk_plan, desk_dashboard)

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


def _case(slug: str, code: str) -> EchoCase:
    case = in_cohort(cohort_or_404(slug), code)
    if case is None or case.sent_at is None:  # also one that was taken back before anybody could read it
        abort(404)
    return case


# --- lists ----------------------------------------------------------------------------------------------------------------


@blueprint.get("/desk/cases")
@access("cohorts")
def desk_queue() -> str:
    """What waits in all cohorts of one's own, what has waited longest first."""
    mine = cohorts_for(account(), all_of_them=current_user.organizer)
    cohorts = [each for each, _ in mine if current_user.organizer or leads(each.slug, account().person_id)]
    reads = read_by(account(), [each.id for each in cohorts])
    recorded = recorded_by(account().person_id) - {each.id for each in cohorts}
    waits = waiting([*(each.id for each in cohorts), *recorded])
    return render_template(
        "cases/desk_queue.html",
        waiting=[
            (each, _mine(each, reads))
            for each in waits
            # Who only records sees what is to be written down, and nothing before.
            if each.cohort_id not in recorded or each.state in (State.SCHEDULED, State.PRESENTED)
        ],
        recorded=recorded,
        cohorts=cohorts,
        unopened=unopened(account().person_id, [each.id for each, _ in mine if each not in cohorts]),
        advised=[each for each, _ in mine if each not in cohorts],
        zone=EASTERN,
        **_words(),
    )


def _mine(case: EchoCase, reads: Collection[int]) -> bool:
    """Whether it is the turn of whoever reads originals of these cohorts."""
    turn = rules.waits_for(State(case.state))
    return case.cohort_id in reads if turn is Who.COORDINATOR else turn in (Who.LEAD, Who.RECORDER)


@blueprint.get("/desk/cohorts/<slug>/cases")
@access("cohort-lead")
def desk_cohort(slug: str) -> str:
    """The cases of a cohort by where they stand, and what each session has."""
    cohort = cohort_or_404(slug)
    cases = of_cohort(cohort)
    milestone = request.args.get("reached", "")
    far = (
        next((each.cases for each in stages(cases) if each.milestone == milestone), None)
        if milestone
        else None
    )
    if far is not None:
        cases = [each for each in cases if each.id in far]
    return render_template(
        "cases/desk_cohort.html",
        far=MILESTONE_WORDS[Milestone(milestone)] if far is not None else "",
        columns=[
            (state, [each for each in cases if each.state == state])
            for state in rules.WORDS
            if state != State.DRAFT
        ],
        cases=cases,
        reads=reads_originals(cohort.id, account()),
        events=open_events(cohort.id),
        going=[(each, goes_at(each)) for each in going([cohort.id])],
        zone=cohort.program.time_zone,
        **_words(),
        **workspace(cohort, "cases"),
    )


def _words() -> dict[str, Any]:
    return {
        "words": rules.WORDS,
        "tones": rules.TONES,
        "State": State,
        "RELEASED": rules.RELEASED,
        "HELD": rules.HELD,
        "present": now(),
        "Who": Who,
        "late": late_by,
        "has_left": has_left,
        "left_behind": left_behind,
        "ways": others.ways,
        "turn": lambda each: rules.waits_for(State(each.state)),
    }


@blueprint.route("/desk/cohorts/<slug>/cases/<code>/session", methods=["GET", "POST"])
@access("cohort-lead")
def desk_session(slug: str, code: str) -> ResponseReturnValue:
    """Plan a case for a session, take it off, or say that it was presented. Nothing of its words stands here."""
    case = _case(slug, code)
    events = open_events(case.cohort_id)
    form = SessionForm(data={"event": case.event_id or (events[0].id if events else None)})
    form.event.choices = {
        each.id: f"{long_date(each.starts_at, each.time_zone)}: {each.title}" for each in events
    }
    if request.method == "POST":
        done = request.form.get("do")
        try:
            if done == "schedule" and form.validate():
                plans.put_on(case, next(each for each in events if each.id == form.event.data), by=actor())
            elif done == "unschedule":
                plans.take_off(case, Who.LEAD, by=actor())
            elif done == "present":
                plans.mark_presented(case, by=actor())
            if not form.errors:
                db.session.commit()
                flash(
                    f"{case.shown}: {rules.WORDS[State(case.state)].lower()}. The presenter gets a letter.",
                    "success",
                )
                return redirect(url_for("cases.desk_cohort", slug=slug), 303)
        except Refused as error:
            db.session.rollback()
            form.form_errors.append(error.message)
            case = _case(slug, code)
    page = render_template(
        "cases/desk_session.html",
        case=case,
        form=form,
        events=events,
        meeting={each.id: [other.shown for other in same_organization(case, each)] for each in events},
        zone=case.cohort.program.time_zone,
        **_words(),
        **workspace(case.cohort, "cases"),
    )
    return page, 400 if form.errors else 200


@blueprint.route("/desk/cohorts/<slug>/cases/<code>/hand", methods=["GET", "POST"])
@access("cohort-lead")
def desk_hand(slug: str, code: str) -> ResponseReturnValue:
    """Hand the case of somebody who has left to a colleague of theirs. Nothing of its words stands here."""
    case = _case(slug, code)
    among, reason = handing.takers(case), handing.why_not(case, Who.LEAD)
    form = HandForm.of(among, handing.likeliest(case, among))
    if reason and request.method == "POST":
        form.form_errors.append(reason)
    elif form.validate_on_submit():
        try:
            to = next(each for each in among if each.id == form.to.data)
            handing.hand(case, to, Who.LEAD, by=actor())
            db.session.commit()
            flash(f"{to.name} brings {case.shown} from now on, and gets a letter.", "success")
            return redirect(url_for("cases.desk_cohort", slug=slug), 303)
        except Refused as error:
            db.session.rollback()
            form.form_errors.append(error.message)
            case = _case(slug, code)
    page = render_template(
        "cases/desk_hand.html",
        case=case,
        form=form,
        among=among,
        reason=reason,
        **_words(),
        **workspace(case.cohort, "cases"),
    )
    return page, 400 if form.errors else 200


# --- one case, for who reads originals ----------------------------------------------------------------------------------


@blueprint.get("/desk/cohorts/<slug>/cases/<code>")
@access("cases")
def desk_case(slug: str, code: str) -> ResponseReturnValue:
    """A case beside its findings, once it is on record that this reader opened it."""
    return _page(_case(slug, code))


def _page(
    case: EchoCase, edited: ReleasedForm | None = None, asked: AskForm | None = None, signed: SignForm | None = None
) -> ResponseReturnValue:  # fmt: skip
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
        typed=_typed(case) if faulty and not (asking if asked else opened and reading) else [],
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
        removable=case.state in rules.STEPS["withdraw"].before,
        recallable=case.state in rules.STEPS["recall"].before,
        counted_findings=lambda place: count(len(place.findings), "passage", "passages"),
        **_words(),
        **workspace(case.cohort, "cases"),
    )
    return page, 400 if faulty else 200


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
    case = _case(slug, code)
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
    case, deed = _case(slug, code), request.form.get("do", "")
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
        flash(error.message, "error")
    return _back(case)


@blueprint.post("/desk/cohorts/<slug>/cases/<code>/ask")
@access("cases")
def desk_ask(slug: str, code: str) -> ResponseReturnValue:
    """Ask the presenter for changes."""
    case, form = _case(slug, code), AskForm()
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
    return _page(_case(slug, code), asked=form)


@blueprint.post("/desk/cohorts/<slug>/cases/<code>/edit")
@access("cases")
def desk_edit(slug: str, code: str) -> ResponseReturnValue:
    """Change the words that others may read."""
    case = _case(slug, code)
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
    return _page(_case(slug, code), edited=form)


@blueprint.post("/desk/cohorts/<slug>/cases/<code>/sign")
@access("cases")
def desk_sign(slug: str, code: str) -> ResponseReturnValue:
    """Sign classes."""
    case, form = _case(slug, code), SignForm()
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
    return _page(_case(slug, code), signed=form)


@blueprint.post("/desk/cohorts/<slug>/cases/<code>/files/<int:id>")
@access("cases")
def desk_let_out(slug: str, code: str, id: int) -> ResponseReturnValue:
    """Let others have an attachment, or keep it back."""
    case = _case(slug, code)
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
    case = _case(slug, code)
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
