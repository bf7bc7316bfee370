"""A person's own page of a cohort, behind the personal link: the application of a contact, the yes or no of each person
of a team, what the others see, a colleague in one's place, and the way out."""

from __future__ import annotations

from collections.abc import Callable

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from jam.base.access import access
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.cohorts import actions, faculty, members, queries
from jam.cohorts.actions import TeamMate
from jam.cohorts.blueprint import blueprint
from jam.cohorts.forms import ColleagueForm, ShownForm, about_form
from jam.cohorts.models import CohortApplication, CohortGuest, CohortMember
from jam.cohorts.rules import (
    CHANGEABLE,
    SETTING_WORDS,
    SIZE_WORDS,
    STANDING_TONES,
    STANDING_WORDS,
    STATE_TONES,
    STATE_WORDS,
    Guest,
    Setting,
    Size,
    Standing,
    State,
)
from jam.cohorts.sections import charges
from jam.people.models import Person
from jam.registration.queries import of_person as seat_of
from jam.registration.question_rules import words as in_words
from jam.registration.rules import Status
from jam.schedule.rules import State as EventState
from jam.vocabulary.areas import AREA_WORDS, Area
from jam.vocabulary.rules import STATES


def me() -> Person:
    """Whose page this request is about; only behind the rule “person”."""
    person: Person = g.person
    return person


def actor() -> str:
    """How the audit log names whoever makes this request."""
    return f"person:{me().id}"


def _mine(id: int) -> CohortMember:
    """A place of my own; one that nobody asks me about yet is nobody's page."""
    found = queries.own(me(), id)
    if found is None or (found.standing == Standing.NAMED and found is not found.application.contact):
        abort(404)
    return found


def _as_contact(id: int) -> CohortMember:
    found = _mine(id)
    if found is not found.application.contact:
        abort(404)
    return found


@blueprint.get("/me/cohorts/<int:id>")
@access("person")
def own(id: int) -> ResponseReturnValue:
    """Where it stands, and what is asked of me."""
    return _page(_mine(id))


def _page(
    member: CohortMember, colleague: ColleagueForm | None = None, for_id: int = 0
) -> ResponseReturnValue:
    application = member.application
    is_contact = member is application.contact
    shown = ShownForm(None, shows_name=member.shows_name, shows_address=member.shows_address)
    page = render_template(
        "cohorts/own.html",
        member=member,
        application=application,
        cohort=member.cohort,
        is_contact=is_contact,
        shown=shown,
        colleague=colleague or ColleagueForm(None),
        faulty=colleague,
        for_id=for_id,
        events=queries.open_events(member.cohort_id),
        zone=me().time_zone or member.cohort.program.time_zone,
        said=facts(application) if is_contact else [],
        in_hand=charges([member]).get(member.id, []),
        words=STATE_WORDS,
        tones=STATE_TONES,
        standing_words=STANDING_WORDS,
        standing_tones=STANDING_TONES,
        State=State,
        Standing=Standing,
    )
    return page, 400 if colleague is not None else 200


def facts(application: CohortApplication) -> list[tuple[str, str | None]]:
    """What an organization said of itself, as pairs of words."""
    return [
        ("Setting", SETTING_WORDS[Setting(application.setting)] if application.setting else None),
        ("People who work there", SIZE_WORDS[Size(application.size)] if application.size else None),
        ("State or territory", STATES.get(application.place or "")),
        ("ZIP code", application.zip),
        ("Rural or urban", AREA_WORDS[Area(application.area)]),
        ("Levers of change", ", ".join(term.name for term in application.terms)),
        *((label, in_words(value)) for _, label, value in application.answers),
    ]


def _do(id: int, act: Callable[[], object], words: str) -> ResponseReturnValue:
    """Do it and say what came of it, or why it could not be."""
    try:
        act()
        db.session.commit()
        flash(words, "success")
    except Refused as error:
        db.session.rollback()
        flash(error.message, "error")
    return redirect(url_for("cohorts.own", id=id), 303)


@blueprint.post("/me/cohorts/<int:id>/answer")
@access("person")
def own_answer(id: int) -> ResponseReturnValue:
    """Say for myself whether I am a member."""
    member, yes = _mine(id), request.form.get("do") == "yes"
    shown = ShownForm()
    words = (
        "You are a member, and registered for every session to come. A mail has the dates."
        if yes
        else "You said no. Your organization can name somebody else."
    )
    return _do(
        id,
        lambda: members.answer(
            member,
            yes,
            shows_name=bool(shown.shows_name.data),
            shows_address=bool(shown.shows_address.data),
            by=actor(),
        ),
        words,
    )


@blueprint.post("/me/cohorts/<int:id>/shown")
@access("person")
def own_shown(id: int) -> ResponseReturnValue:
    """Choose what the other members see of me."""
    member, form = _mine(id), ShownForm()
    return _do(
        id,
        lambda: members.show(
            member, name=bool(form.shows_name.data), address=bool(form.shows_address.data), by=actor()
        ),
        "Saved. The other members see it like that from now on.",
    )


@blueprint.post("/me/cohorts/<int:id>/leave")
@access("person")
def own_leave(id: int) -> ResponseReturnValue:
    """Leave the cohort."""
    member = _mine(id)
    return _do(id, lambda: members.leave(member, by=actor()), "You left the cohort. Thank you for the time you gave.")  # fmt: skip


@blueprint.route("/me/cohorts/<int:id>/edit", methods=["GET", "POST"])
@access("person")
def own_edit(id: int) -> ResponseReturnValue:
    """Change what my organization says of itself while nothing is decided. Whatever is wrong, what was typed stays."""
    contact = _as_contact(id)
    application = contact.application
    if application.state not in CHANGEABLE:
        flash("This application is decided, so its words stay. Write to us to change them.", "error")
        return redirect(url_for("cohorts.own", id=id), 303)
    form = about_form(application)
    if request.method == "POST" and form.ready():
        try:
            given = form.about(application.organization, committed=application.committed_at is not None)
            changed = actions.change(application, given, by=actor())
            db.session.commit()
            flash(
                "Saved. Whoever reads it reads these words." if changed else "Nothing was changed.", "success"
            )
            return redirect(url_for("cohorts.own", id=id), 303)
        except Refused as error:
            db.session.rollback()
            form.form_errors.append(error.message)
            contact = _as_contact(id)
    page = render_template(
        "cohorts/own_edit.html",
        form=form,
        member=contact,
        application=contact.application,
        cohort=contact.cohort,
    )
    return page, 400 if form.errors else 200


@blueprint.post("/me/cohorts/<int:id>/team")
@access("person")
def own_name(id: int) -> ResponseReturnValue:
    """Name another person of the team while nothing is decided."""
    contact, form = _as_contact(id), ColleagueForm()
    if not form.validate_on_submit():
        return _page(contact, form)
    other = TeamMate(form.name.data, form.email.data)
    words = f"{form.name.data} is on the team."
    return _do(id, lambda: actions.name_another(contact.application, other, by=actor()), words)


@blueprint.post("/me/cohorts/<int:id>/team/<int:other>/drop")
@access("person")
def own_drop(id: int, other: int) -> ResponseReturnValue:
    """Take somebody off the team while nothing is decided."""
    member = _of_team(_as_contact(id), other)
    return _do(id, lambda: actions.take_off(member, by=actor()), f"{member.name} is not on the team any more.")  # fmt: skip


@blueprint.post("/me/cohorts/<int:id>/team/<int:other>/replace")
@access("person")
def own_replace(id: int, other: int) -> ResponseReturnValue:
    """Give a place to a colleague: one's own, or as the contact that of anybody of the team."""
    mine = _mine(id)
    member = mine if other == mine.id else _of_team(_as_contact(id), other)
    form = ColleagueForm()
    if not form.validate_on_submit():
        return _page(mine, form, other)
    words = f"We wrote to {form.name.data}, who says yes or no for themself."
    return _do(id, lambda: members.replace(member, form.name.data, form.email.data, by=actor()), words)


@blueprint.post("/me/cohorts/<int:id>/withdraw")
@access("person")
def own_withdraw(id: int) -> ResponseReturnValue:
    """Take the application back."""
    contact = _as_contact(id)
    return _do(id, lambda: actions.withdraw(contact.application, by=actor()), "You took the application back.")  # fmt: skip


def _of_team(contact: CohortMember, id: int) -> CohortMember:
    found = next((each for each in contact.application.team if each.id == id), None)
    if found is None:
        abort(404)
    return found


_SEAT_WORDS = {
    Status.CANCELLED: "You gave your seat back since. Write to us if you want to come after all.",
    Status.DECLINED: "We cannot give you a seat at this session. Write to us if you think that is a mistake.",
    Status.OFFERED: "A seat is free for you. A mail has the link to take it.",
    Status.WAITING: "The session is full. You are on its waiting list, and we write as soon as a seat is free.",
    Status.PENDING: "Thank you. We look at your registration first, and write as soon as your seat is sure.",
}


def _seat_words(status: str) -> str:
    return _SEAT_WORDS.get(Status(status), "You're in. A mail has the way into the session.")


# --- guests ----------------------------------------------------------------------------------------------------------------


def _invitation(id: int) -> CohortGuest:
    found = queries.own_guest(me(), id)
    if found is None:
        abort(404)
    return found


@blueprint.get("/me/guests/<int:id>")
@access("person")
def own_guest(id: int) -> str:
    """An invitation to a single session, with its buttons."""
    guest = _invitation(id)
    event = guest.event
    seat = seat_of(event.id, guest.person_id) if guest.standing == Guest.ACCEPTED else None
    return render_template(
        "cohorts/guest.html",
        guest=guest,
        event=event,
        open=event.state == EventState.PUBLISHED and event.ends_at > now(),
        seat=_seat_words(seat.status) if seat else "",
        zone=me().time_zone or event.time_zone,
        Guest=Guest,
    )


@blueprint.post("/me/guests/<int:id>/answer")
@access("person")
def own_guest_answer(id: int) -> ResponseReturnValue:
    """Say yes or no to it."""
    guest, yes = _invitation(id), request.form.get("do") == "yes"
    try:
        faculty.answer_guest(guest, yes, by=actor())
        db.session.commit()
        seat = seat_of(guest.event_id, guest.person_id) if yes else None
        flash(_seat_words(seat.status) if seat else "You said no. Thank you for telling us.", "success")
    except Refused as error:
        db.session.rollback()
        flash(error.message, "error")
    return redirect(url_for("cohorts.own_guest", id=id), 303)
