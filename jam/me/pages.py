"""A person's own page, opened by the link in each letter. The link's token is traded for a session entry at once, so
that it leaves the address bar; people see and change nothing but their own."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic, sleep
from typing import Any

from flask import Response as Answer
from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from jam.attendance.queries import minutes_of
from jam.base.access import PUBLIC, access, safe_path
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.limits import per_address, public_form
from jam.base.links import url
from jam.base.lookup import LARGEST_ID
from jam.base.now import now
from jam.base.tokens import make, read
from jam.base.web import private
from jam.base.zones import EASTERN
from jam.calendars.actions import make_link, revoke_link
from jam.calendars.pages import personal_address
from jam.cases.queries import of_person as cases_of
from jam.cases.rules import ENDED
from jam.cases.rules import TONES as CASE_TONES
from jam.cases.rules import WORDS as CASE_WORDS
from jam.cohorts.models import CohortMember
from jam.cohorts.queries import of_person as cohort_places
from jam.cohorts.rules import STATE_WORDS as COHORT_WORDS
from jam.interest.queries import subscription_of
from jam.interest.rules import News
from jam.mail.kinds import link
from jam.mail.refusing import paused_of
from jam.me import address, answers, not_me  # noqa: F401 - their pages stand on the same blueprint
from jam.me.actions import change_name, change_organization, choose_letters, send_page_link
from jam.me.blueprint import blueprint
from jam.me.entry import actor, me
from jam.me.forms import DetailsForm, LettersForm, LostForm
from jam.me.queries import seat as own_seat
from jam.me.queries import seats
from jam.outcomes.following import ANSWERABLE, asked_of_all
from jam.people.actions import choose_zone
from jam.people.models import Person
from jam.people.pages import ANSWER_AFTER
from jam.people.presence import begin, end
from jam.people.queries import rows_of
from jam.privacy.actions import erase as erase_everywhere
from jam.privacy.actions import why_not
from jam.privacy.forms import EraseForm
from jam.privacy.queries import export_of
from jam.proposals.queries import of_person, open_questions
from jam.proposals.rules import TONES as PROPOSAL_TONES
from jam.proposals.rules import WORDS as PROPOSAL_WORDS
from jam.proposals.shared import pages_of
from jam.registration import actions as registrations
from jam.registration import passes
from jam.registration.answers import owed
from jam.registration.joining import Door, door, opens_at, web_address
from jam.registration.models import Registration
from jam.registration.pages import join_token
from jam.registration.queries import passes_of, waiting_ahead
from jam.registration.rules import Status
from jam.schedule.rules import State, Visibility


@link("me")
def me_link(id: int) -> str:
    """The address that opens a person's own page; of a row found to be somebody else's twin, that somebody's."""
    person = db.session.get_one(Person, id)
    while person.merged_into_id is not None:
        person = db.session.get_one(Person, person.merged_into_id)
    return url("me.enter", token=make("me", person.id, person.link_version))


@blueprint.get("/me/<token>")
@access(PUBLIC)
def enter(token: str) -> ResponseReturnValue:
    """Trade the token for a session entry."""
    private()
    person = _person_of(token)
    if person is not None:
        begin(person)
    answer = redirect(_way_on() if person is not None else url_for("me.lost"), 303)
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _way_on() -> str:
    """Where the link leads: home, or to the page of one's own that a letter is about."""
    home = url_for("me.home")
    target = safe_path(request.args.get("to"), home)
    is_own = target.startswith((home, "/cohorts/"))
    return target if is_own else home


def _person_of(token: str) -> Person | None:
    taken_apart = read(token, "me")
    if taken_apart is None or taken_apart.id > LARGEST_ID:
        return None
    person = db.session.get(Person, taken_apart.id)
    if (
        person is None
        or person.merged_into_id
        or person.erased_at
        or not taken_apart.is_for(person.link_version)
    ):
        return None
    return person


@blueprint.route("/me/lost", methods=["GET", "POST"])
@access(PUBLIC)
@public_form
@per_address
def lost() -> ResponseReturnValue:
    """How to get to one's own page; the POST mails the link. The answer is the same for known and unknown addresses."""
    began = monotonic()
    private()
    form = LostForm()
    if not form.validate_on_submit():
        # Whoever is of a cohort's faculty has no personal link to its pages, but an account.
        cohort = safe_path(request.args.get("next"), "")
        page = render_template(
            "me/lost.html", form=form, cohort=cohort if cohort.startswith("/cohorts/") else ""
        )
        return page, 400 if form.errors else 200
    send_page_link(form.email.data)
    db.session.commit()
    # Nor does its time tell: every answer takes as long as signing in does.
    sleep(max(0.0, ANSWER_AFTER - (monotonic() - began)))
    return redirect(url_for("me.lost_sent"), 303)


@blueprint.get("/me/lost/sent")
@access(PUBLIC)
def lost_sent() -> str:
    """What to do after asking for the link. It knows nothing of who asked."""
    private()
    return render_template("me/lost_sent.html")


@blueprint.get("/me/")
@access("person")
def home() -> str:
    """The next session with its button, then the rest."""
    return _page()


@blueprint.post("/me/details")
@access("person")
def details() -> ResponseReturnValue:
    """Change name, organization and time zone."""
    form = DetailsForm()
    if not form.validate_on_submit():
        return _page(form), 400
    change_name(me(), form.name.data, by=actor())
    change_organization(me(), form.organization.data or "", by=actor())
    choose_zone(me(), form.time_zone.data, by=actor())
    db.session.commit()
    flash("Saved. Times here and in our mails follow your choice.", "success")
    return redirect(url_for("me.home"), 303)


@blueprint.post("/me/letters")
@access("person")
def letters() -> ResponseReturnValue:
    """Choose which letters to get."""
    form = LettersForm()
    if not form.validate_on_submit():
        return _page(), 400
    asks = choose_letters(
        me(),
        reminders=form.reminders.data,
        follow_ups=form.follow_ups.data,
        news=form.news.data,
        by=actor(),
    )
    db.session.commit()
    flash(
        "Saved. For the news, confirm by the button in the mail we send you." if asks else "Saved.", "success"
    )
    return redirect(url_for("me.home"), 303)


@blueprint.post("/me/calendar/make")
@access("person")
def make_calendar() -> ResponseReturnValue:
    """Make a calendar link, in place of the one there was."""
    had = personal_address(me()) is not None
    make_link(me(), by=actor())
    db.session.commit()
    flash(
        "You have a new calendar link. The one before does not work any more."
        if had
        else "Your calendar link stands under “Your own calendar”.",
        "success",
    )
    return redirect(url_for("me.home"), 303)


@blueprint.post("/me/calendar/revoke")
@access("person")
def revoke_calendar() -> ResponseReturnValue:
    """Let the calendar link die."""
    revoke_link(me(), by=actor())
    db.session.commit()
    flash("Your calendar link does not work any more.", "success")
    return redirect(url_for("me.home"), 303)


@blueprint.post("/me/seats/<int:id>/cancel")
@access("person")
def cancel(id: int) -> ResponseReturnValue:
    """Give a seat back, or stop waiting for one."""
    seat = _own(id)
    had_seat = seat.status == Status.CONFIRMED
    return _change(
        seat,
        registrations.cancel,
        lambda: (
            "You gave back your seat at “{}”. A mail takes it out of your calendar."
            if had_seat
            else "You are no longer registered for “{}”."
        ),
    )


@blueprint.post("/me/seats/<int:id>/rejoin")
@access("person")
def rejoin(id: int) -> ResponseReturnValue:
    """Register again."""
    seat = _own(id)
    return _change(seat, registrations.rejoin, lambda: _AGAIN[Status(seat.status)])


@blueprint.post("/me/seats/<int:id>/accept")
@access("person")
def accept(id: int) -> ResponseReturnValue:
    """Take the seat that was offered."""
    return _change(
        _own(id), registrations.accept, lambda: "The seat at “{}” is yours. The details are in your mail."
    )


@blueprint.post("/me/passes/<int:id>/leave")
@access("person")
def leave_pass(id: int) -> ResponseReturnValue:
    """Leave a series: dates to come that came by the pass are given up."""
    held = next((each for each in passes_of(me().id) if each.id == id), None)
    if held is None:
        abort(404)
    passes.leave(held, by=actor())
    db.session.commit()
    flash(
        f"You left the series pass of the {held.program.name}. We sent you a mail with the dates given up.",
        "success",
    )
    return redirect(url_for("me.home"), 303)


#: What to say to somebody who registered again, by how they stand now.
_AGAIN = {
    Status.CONFIRMED: "You're in again: “{}”. The details are in your mail.",
    Status.WAITING: "“{}” is full. You are on the waiting list, and we wrote to you which place you have.",
    Status.PENDING: "We received your registration for “{}”. The organizers decide, and you get a mail.",
}


def _change(seat: Registration, action: Callable[..., None], words: Callable[[], str]) -> ResponseReturnValue:
    """Do something to a person's own registration and say what came of it, or why it could not be."""
    try:
        action(seat, by=actor())
        db.session.commit()
        flash(words().format(seat.event.title), "success")
    except Refused as error:
        db.session.rollback()
        flash(error.message, "error")
    return redirect(url_for("me.home"), 303)


@blueprint.post("/me/leave")
@access("person")
def leave() -> ResponseReturnValue:
    """Close the page on this device."""
    end()
    return redirect(url_for("site.home"), 303)


@blueprint.get("/me/data.json")
@access("person")
def data() -> Answer:
    """Everything that Jam holds about this person, as a file."""
    answer = Answer(export_of(me()), mimetype="application/json")
    answer.headers["Content-Disposition"] = 'attachment; filename="jam-my-data.json"'
    return answer


@blueprint.route("/me/erase", methods=["GET", "POST"])
@access("person")
def erase() -> ResponseReturnValue:
    """What goes and what stays as a number; with the word typed, it is done and this page is closed for good."""
    form, reason = EraseForm(), why_not(me())
    if reason is None and form.validate_on_submit():
        erase_everywhere(me(), by=actor())
        db.session.commit()
        end()
        return redirect(url_for("me.erased"), 303)
    page = render_template("me/erase.html", form=form, reason=reason)
    return page, 400 if request.method == "POST" else 200


@blueprint.get("/me/erased")
@access(PUBLIC)
def erased() -> str:
    """The last word; it knows nothing of whom it is said to."""
    private()
    return render_template("me/erased.html")


def _own(id: int) -> Registration:
    seat = own_seat(me(), id)
    if seat is None:
        abort(404)
    return seat


def _cases(places: list[CohortMember]) -> dict[str, Any]:
    """Own cases in cohorts that one belongs to, and those whose outcome is asked for and not told."""
    mine = cases_of(me()) if places else []
    asked = asked_of_all([case for case in mine if case.state in ANSWERABLE])
    return {
        "own_cases": [case for case in mine if case.state not in ENDED],
        "to_answer": {each.case.id for each in asked if each.now is not None and not each.now.answered_at},
        "case_words": CASE_WORDS,
        "case_tones": CASE_TONES,
    }


def _page(form: DetailsForm | None = None) -> str:
    held = seats(me())
    home = me().organization
    if form is None:
        form = DetailsForm(
            None, name=me().name, organization=home.name if home else "", time_zone=me().time_zone or EASTERN
        )
    news, offered = subscription_of(me()), of_person(me())
    return render_template(
        "me/home.html",
        proposals=offered,
        published=pages_of(proposal for proposal, _ in offered),
        cohort_places=(places := cohort_places(me())),
        cohort_words=COHORT_WORDS,
        **_cases(places),
        asked_of=open_questions([proposal for proposal, _ in offered]) if offered else {},
        proposal_words=PROPOSAL_WORDS,
        proposal_tones=PROPOSAL_TONES,
        person=me(),
        zone=me().time_zone,
        form=form,
        held=held,
        owed=owed(seat.id for seat in (*held.offers, *([held.next] if held.next else []), *held.coming)),
        passes=passes_of(me().id),
        letters=LettersForm(
            None,
            reminders=me().reminders,
            follow_ups=me().follow_ups,
            news=bool(news and news.state == News.CONFIRMED),
        ),
        refusing=paused_of(("person", rows_of(me()))),
        news_asked=bool(news and news.state == News.ASKED),
        calendar=personal_address(me()),
        seconds=minutes_of(me().id) if held.past else {},
        door=door(held.next, now()) if held.next else None,
        Door=Door,
        opens_at=opens_at,
        join_token=join_token,
        waiting_ahead=waiting_ahead,
        web_address=web_address,
        State=State,
        Status=Status,
        Visibility=Visibility,
    )
