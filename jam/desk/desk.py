"""The staff's front page, and the whole story of a person."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from jam.attendance.models import AttendanceRequest
from jam.attendance.queries import open_requests
from jam.base.access import access, actor
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.lookup import row_or_404, typed
from jam.base.now import now
from jam.base.paging import paged
from jam.base.words import count, long_date, until
from jam.base.zones import EASTERN
from jam.cases.queries import recorded_by
from jam.cohorts.queries import cohorts_for, leads
from jam.desk import of_cohorts, rules
from jam.desk.of_cohorts import Need
from jam.desk.queries import (
    Visit,
    ahead,
    holdings,
    merges,
    moved_addresses,
    not_ready,
    steps,
    to_approve,
    unfinished,
    visits,
)
from jam.health.queries import checks
from jam.health.rules import Check, Depth
from jam.interest.queries import oldest_open, open_count
from jam.library.queries import publishable_count
from jam.mail.queries import counts, to_recipient, waiting_batches
from jam.mail.refusing import paused_count, paused_of
from jam.mail.rules import TONES, WORDS
from jam.mail.rules import State as LetterState
from jam.people.actions import merge, unmerge, why_not_unmerge
from jam.people.login import account
from jam.people.models import Person
from jam.people.queries import people, rows_of
from jam.privacy.actions import erase, why_not
from jam.privacy.forms import EraseForm
from jam.privacy.queries import export_of
from jam.proposals import chasing, kept
from jam.proposals.board import waiting_counts
from jam.proposals.history import appearances
from jam.proposals.rules import TONES as OFFER_TONES
from jam.proposals.rules import WORDS as OFFER_WORDS
from jam.proposals.rules import State as OfferState
from jam.registration.accommodations import open_soon
from jam.registration.models import Answer
from jam.registration.question_rules import words as in_words
from jam.registration.questions import answers_of
from jam.registration.rules import NEED_WORDS, SOURCE_WORDS, STATUS_WORDS, Status
from jam.registration.rules import Need as NeedState
from jam.review.queries import for_staff, how_many, waiting
from jam.schedule.models import Event
from jam.schedule.rules import State, Visibility
from jam.vocabulary.queries import names
from jam.vocabulary.rules import STATES, Kind

blueprint = Blueprint("desk", __name__)

#: How many people are offered to merge with.
_OFFERED = 20


@blueprint.get("/desk/")
@access("desk")
def today() -> ResponseReturnValue:
    """What needs me, the most urgent first."""
    if not current_user.organizer:
        return _of_others()
    needs = [
        *_letters(),
        *_proposals(),
        *_reviews(),
        *of_cohorts.applications(),
        *of_cohorts.recommendations(None),
        *of_cohorts.cases(account(), [cohort for cohort, _ in cohorts_for(account(), all_of_them=True)]),
        *_wishes(),
        *_approvals(),
        *_needs(),
        *_corrections(),
        *_ahead(),
        *_behind(),
    ]
    needs.sort(key=lambda need: rules.URGENCIES.index(need.urgency))
    return render_template(
        "desk/today.html", needs=needs, waiting=waiting_batches(), ahead=ahead(), unwell=_unwell()
    )


def _of_others() -> ResponseReturnValue:
    """The same for whoever leads, advises or records cohorts, or reviews proposals."""
    mine = [cohort for cohort, _ in cohorts_for(account(), all_of_them=False)]
    led = [each for each in mine if leads(each.slug, account().person_id)]
    needs = [
        *of_cohorts.recommendations({each.id for each in led} | recorded_by(account().person_id)),
        *of_cohorts.cases(account(), led),
        *of_cohorts.applications({each.id for each in led}),
        *of_cohorts.released(account(), mine),
        *of_cohorts.follow_ups(account(), led),
    ]
    needs.sort(key=lambda need: rules.URGENCIES.index(need.urgency))
    return render_template(
        "desk/today_others.html",
        reviews=how_many(waiting(account())) if current_user.reviewer else 0,
        cohorts=mine,
        needs=needs,
        ahead=of_cohorts.coming(mine),
    )


def _unwell() -> list[Check]:
    """What is wrong with Jam itself, the worst first."""
    found = [check for check in checks(Depth.DESK) if not check.fine]
    return sorted(found, key=lambda check: -check.level)


def _letters() -> list[Need]:
    stand, found = counts(), []
    if failed := stand.get(LetterState.FAILED, 0):
        text = f"{count(failed, 'letter', 'letters')} could not be delivered"
        why = "Each says why. Try again, or put it aside."
        found.append(
            Need("now", text, why, "Look", url_for("mail.desk_letters", state=LetterState.FAILED.value))
        )
    if refusing := paused_count():
        text = f"{count(refusing, 'address refuses', 'addresses refuse')} mail"
        why = "Nothing is sent there until somebody tries again."
        found.append(Need("later", text, why, "Look", url_for("mail.desk_addresses")))
    if held := stand.get(LetterState.HELD, 0):
        text = f"{count(held, 'letter is', 'letters are')} held back"
        why = "Nobody gets held letters until you let them leave."
        found.append(
            Need("soon", text, why, "Look", url_for("mail.desk_letters", state=LetterState.HELD.value))
        )
    return found


def _proposals() -> list[Need]:
    waiting, found = waiting_counts(), []
    if new := waiting["new"]:
        text = f"{count(new, 'proposal waits', 'proposals wait')} to be read"
        page = url_for("proposals.desk", state="received")
        found.append(Need("soon", text, "The volunteers see that nobody has begun.", "Read", page))
    if shared := publishable_count():
        text = f"{count(shared, 'initiative', 'initiatives')} could stand in the library"
        why = "Accepted, and who shared it agreed."
        found.append(Need("later", text, why, "Look", url_for("library.desk")))
    if told := waiting["decided"]:
        text = f"{count(told, 'decision', 'decisions')} about proposals not told yet"
        found.append(
            Need("soon", text, "The letters wait for you.", "Tell them", url_for("proposals.desk_release"))
        )
    found += [*_late_presenters(), *_kept_proposals()]
    if over := waiting["over"]:
        text = f"{count(over, 'talk is', 'talks are')} over and not marked as presented"
        why = "The presenters are thanked once you mark it."
        found.append(Need("later", text, why, "Look", url_for("proposals.desk", state="confirmed")))
    return found


def _kept_proposals() -> list[Need]:
    """What was put off and fits a session to come; the two soonest."""
    found = []
    for fit in [each for each in kept.fits() if each.event is not None][:2]:
        event = fit.event
        assert event is not None
        number = count(len(fit.proposals), "kept proposal fits", "kept proposals fit")
        text = f"{number} “{event.title}” on {fit.topics}"
        found.append(Need("later", text, _when(event), "Look at them", url_for("proposals.desk_kept")))
    return found


def _late_presenters() -> list[Need]:
    late = chasing.late()
    if not late:
        return []
    event = late[0].places[0].proposal.event
    assert event is not None
    first = ", ".join(f"{each.person.name} ({chasing.late_words(each)})" for each in late[:3])
    text = f"{count(len(late), 'presenter is', 'presenters are')} late with something"
    why = f"{first}{' and others' if len(late) > 3 else ''}. The first session is {until(event.starts_at, now(), event.time_zone)}."
    urgency = rules.urgency_of_draft(event.starts_at, now())
    return [Need(urgency, text, why, "See what is missing", url_for("proposals.desk_late"))]


def _reviews() -> list[Need]:
    mine, questions, ready = for_staff(account())
    found = []
    if mine:
        text = f"{count(mine, 'proposal waits', 'proposals wait')} for your review"
        found.append(
            Need("soon", text, "Colleagues' scores show once yours are in.", "Read", url_for("review.home"))
        )
    if questions:
        text = f"{count(questions, 'question', 'questions')} suggested by reviewers"
        why = "They go to the presenters once you send them."
        page = url_for("proposals.desk", reviewer="suggested", view="list")
        found.append(Need("soon", text, why, "Look", page))
    if ready:
        text = f"{count(ready, 'proposal is', 'proposals are')} scored by everybody and not decided"
        page = url_for("proposals.desk", reviewer="complete", view="list", sort="mean")
        found.append(Need("later", text, "The spread and the comments stand on each page.", "Decide", page))
    return found


def _approvals() -> list[Need]:
    found = []
    for event, number in to_approve():
        page = url_for("registration.desk_roster", slug=event.slug, status=Status.PENDING.value)
        text = f"{count(number, 'person waits', 'people wait')} for approval at “{event.title}”"
        found.append(Need(rules.urgency_of_draft(event.starts_at, now()), text, _when(event), "Decide", page))
    return found


def _needs() -> list[Need]:
    found = []
    for event, number in open_soon():
        page = url_for("registration.desk_accommodations", slug=event.slug)
        text = f"{count(number, 'person needs', 'people need')} something to take part in “{event.title}”"
        found.append(
            Need(rules.urgency_of_draft(event.starts_at, now()), text, _when(event), "Arrange it", page)
        )
    return found


def _corrections() -> list[Need]:
    """Requests for a correction of attendance, a line for each session."""
    waiting: dict[int, list[AttendanceRequest]] = {}
    for each in open_requests():
        waiting.setdefault(each.event_id, []).append(each)
    found = []
    for asked in waiting.values():
        event = asked[0].event
        text = f"{count(len(asked), 'person asks', 'people ask')} for a correction of their attendance at “{event.title}”"
        why = f"The first wrote {until(asked[0].asked_at, now(), EASTERN)}."
        page = url_for("attendance.desk_event", slug=event.slug, _anchor="requests")
        found.append(Need("soon", text, why, "Answer", page))
    return found


def _wishes() -> list[Need]:
    since = oldest_open()
    if since is None:
        return []
    text = f"{count(open_count(), 'wish waits', 'wishes wait')} for an answer"
    why = f"The first came {until(since, now(), EASTERN)}."
    return [Need(rules.urgency_of_wishes(since, now()), text, why, "Answer", url_for("interest.desk"))]


def _ahead() -> list[Need]:
    found = []
    for event, has_agenda in not_ready():
        page = url_for("schedule.desk_event", slug=event.slug)
        if event.state == State.DRAFT:
            urgency = rules.urgency_of_draft(event.starts_at, now())
            found.append(Need(urgency, f"“{event.title}” is still a draft", _when(event), "Open", page))
            continue
        missing = rules.lacks(event.join_url, event.summary, has_agenda)
        urgency = rules.urgency_ahead(event.starts_at, now(), event.join_url is None)
        found.append(
            Need(urgency, f"“{event.title}” lacks {rules.listed(missing)}", _when(event), "Complete it", page)
        )
    return found


def _behind() -> list[Need]:
    found = []
    for event, has_report in unfinished():
        urgency = rules.urgency_behind(event.ends_at, now())
        if not has_report:
            page = url_for("attendance.desk_event", slug=event.slug)
            text = f"The attendance of “{event.title}” is not imported"
            found.append(Need(urgency, text, _when(event), "Import it", page))
        if event.recording_url is None and event.visibility == Visibility.PUBLIC:
            page = url_for("schedule.desk_event", slug=event.slug)
            found.append(
                Need(urgency, f"“{event.title}” has no recording link", _when(event), "Add it", page)
            )
    return found


def _when(event: Event) -> str:
    return f"{long_date(event.starts_at, event.time_zone)}, {until(event.starts_at, now(), event.time_zone)}"


@blueprint.get("/desk/people/<int:id>")
@access("organizer")
def person(id: int) -> ResponseReturnValue:
    """Everything Jam knows of somebody."""
    found = row_or_404(Person, id)
    if found.merged_into_id is not None:
        return render_template(
            "desk/person_merged.html",
            person=found,
            kept=_kept(found),
            merges=merges(of=found),
            moved_words=rules.moved_words,
        )
    ids = rows_of(found)
    sessions = visits(ids)
    return render_template(
        "desk/person.html",
        person=found,
        visits=sessions,
        told=_told(sessions),
        letters=to_recipient("person", ids),
        offers=[each for each in appearances(ids) if each.proposal.state != OfferState.DRAFT],
        offer_words=OFFER_WORDS,
        offer_tones=OFFER_TONES,
        refusing=paused_of(("person", ids)),
        merges=merges(into=found),
        moved_words=rules.moved_words,
        steps=steps(found, ids, [visit.seat.id for visit in sessions if visit.seat]),
        sectors=names(Kind.SECTOR),
        job_roles=names(Kind.JOB_ROLE),
        states=STATES,
        seat_words=STATUS_WORDS,
        sources=SOURCE_WORDS,
        words=WORDS,
        tones=TONES,
        done_words=rules.done_words,
    )


def _told(sessions: list[Visit]) -> list[tuple[Event, str, str, str]]:
    """What somebody needs and answered: session, question, answer, and where a need stands."""
    answers: dict[int, list[Answer]] = {}
    for each in answers_of([visit.seat.id for visit in sessions if visit.seat]):
        answers.setdefault(each.registration_id, []).append(each)
    found = []
    for visit in sessions:
        seat = visit.seat
        if seat is None:
            continue
        if seat.accommodation and seat.accommodation_state:
            state = NEED_WORDS[NeedState(seat.accommodation_state)]
            found.append((visit.event, "Needs to take part", seat.accommodation, state))
        found += [(visit.event, each.label, in_words(each.value), "") for each in answers.get(seat.id, [])]
    return found


@blueprint.get("/desk/people/<int:id>/merge")
@access("organizer")
def merge_people(id: int) -> ResponseReturnValue:
    """Choose who is the same person, then look at both side by side."""
    keep = row_or_404(Person, id)
    if keep.merged_into_id is not None:
        return redirect(url_for("desk.person", id=id), 303)
    other = request.args.get("with", "")
    if other.isascii() and other.isdigit() and len(other) < 11:
        gone = row_or_404(Person, int(other))
        return render_template("desk/merge.html", keep=holdings(keep), gone=holdings(gone))
    q = typed() if "q" in request.args else keep.name
    return render_template("desk/merge_choose.html", keep=keep, q=q, found=paged(people(q), _OFFERED))


@blueprint.post("/desk/people/<int:id>/merge")
@access("organizer")
def merge_now(id: int) -> ResponseReturnValue:
    """Make two rows one person."""
    keep = row_or_404(Person, id)
    other = request.form.get("gone", "")
    gone = row_or_404(Person, int(other) if other.isascii() and other.isdigit() and len(other) < 11 else 0)
    try:
        merge(keep, gone, by=actor())
    except Refused as refusal:
        db.session.rollback()
        flash(refusal.message, "error")
        return redirect(url_for("desk.merge_people", id=id), 303)
    db.session.commit()
    flash(f"{gone.name} and {keep.name} are one person now.", "success")
    return redirect(url_for("desk.person", id=id), 303)


@blueprint.route("/desk/people/<int:id>/unmerge", methods=["GET", "POST"])
@access("organizer")
def unmerge_person(id: int) -> ResponseReturnValue:
    """Make one person two again: what goes back, and the button."""
    gone = row_or_404(Person, id)
    if gone.merged_into_id is None:
        if request.method == "POST":
            flash(f"{gone.name} is not merged into anybody, so there is nothing to undo.", "error")
        return redirect(url_for("desk.person", id=id), 303)
    keep = db.session.get_one(Person, gone.merged_into_id)
    if request.method == "GET":
        return render_template(
            "desk/unmerge.html",
            gone=gone,
            keep=keep,
            reason=why_not_unmerge(gone),
            merges=merges(of=gone),
            addresses=moved_addresses(gone),
            moved_words=rules.moved_words,
        )
    try:
        stays = unmerge(gone, by=actor())
    except Refused as refusal:
        db.session.rollback()
        flash(refusal.message, "error")
        return redirect(url_for("desk.unmerge_person", id=id), 303)
    db.session.commit()
    flash(" ".join([f"{gone.name} and {keep.name} are two people again.", *stays]), "success")
    return redirect(url_for("desk.person", id=id), 303)


@blueprint.get("/desk/people/<int:id>/data.json")
@access("organizer")
def person_data(id: int) -> Response:
    """Everything that Jam holds about somebody, as a file for them."""
    answer = Response(export_of(_whole_or_404(id)), mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="jam-person-{id}.json"'
    return answer


@blueprint.route("/desk/people/<int:id>/erase", methods=["GET", "POST"])
@access("organizer")
def erase_person(id: int) -> ResponseReturnValue:
    """Erase somebody who asked for it: what goes, what stays as a number, and a word to type."""
    found = _whole_or_404(id)
    form, reason = EraseForm(), why_not(found)
    if reason is None and form.validate_on_submit():
        erase(found, by=actor())
        db.session.commit()
        flash("Everything that told who this was is gone. The numbers stay.", "success")
        return redirect(url_for("desk.person", id=id), 303)
    page = render_template("desk/erase.html", person=found, form=form, reason=reason)
    return page, 400 if request.method == "POST" else 200


def _whole_or_404(id: int) -> Person:
    """The person of an id; 404 for one who was merged into another."""
    found = row_or_404(Person, id)
    if found.merged_into_id is not None:
        abort(404)
    return found


def _kept(person: Person) -> Person:
    """Whom a merged person became, at the end of however many merges."""
    while person.merged_into_id is not None:
        person = db.session.get_one(Person, person.merged_into_id)
    return person
