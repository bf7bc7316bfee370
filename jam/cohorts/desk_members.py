"""The staff's pages for members: who they are, who joins late or leaves, guests of a session, and the attendance grid."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from jam.base.access import access, actor
from jam.base.csvfile import csv_response
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.base.words import long_date
from jam.cohorts import faculty, members
from jam.cohorts.blueprint import blueprint
from jam.cohorts.forms import ColleagueForm, GuestForm
from jam.cohorts.models import CohortGuest, CohortMember
from jam.cohorts.presence import CELL_WORDS, HEADER, Cell, grid, participants
from jam.cohorts.queries import (
    application_in,
    guests_of,
    members_of,
    open_events,
    places,
    plan_of,
)
from jam.cohorts.rules import GONE, GUEST_WORDS, STANDING_TONES, STANDING_WORDS, Standing
from jam.cohorts.sections import charges
from jam.cohorts.workspace import cohort_or_404, workspace
from jam.registration.tables import xlsx_response
from jam.schedule.models import Cohort


def _member(cohort: Cohort, id: int) -> CohortMember:
    found = db.session.get(CohortMember, id) if id < 2**31 else None
    if found is None or found.cohort_id != cohort.id:
        abort(404)
    return found


@blueprint.get("/desk/cohorts/<slug>/members")
@access("cohort-lead")
def desk_members(slug: str) -> str:
    """Everybody of the admitted teams, by organization, and the guests of single sessions."""
    return _page(cohort_or_404(slug))


def _page(cohort: Cohort, guest: GuestForm | None = None) -> str:
    homes: dict[int, tuple[object, list[CohortMember]]] = {}
    every = members_of(cohort)
    for each in every:
        homes.setdefault(each.application_id, (each.application, []))[1].append(each)
    plan, coming = plan_of(cohort), open_events(cohort.id)
    return render_template(
        "cohorts/desk_members.html",
        homes=list(homes.values()),
        numbers={standing: sum(each.standing == standing for each in every) for standing in Standing},
        places=places(plan) if plan else None,
        guests=guests_of(cohort),
        guest=guest or (_guest_form(cohort) if coming else None),
        faulty=guest,
        standing_words=STANDING_WORDS,
        standing_tones=STANDING_TONES,
        present=now(),
        guest_words={each.value: words for each, words in GUEST_WORDS.items()},
        zone=cohort.program.time_zone,
        Standing=Standing,
        in_hand=charges([each for each in every if each.standing in GONE]),
        **workspace(cohort, "members"),
    )


def _guest_form(cohort: Cohort) -> GuestForm:
    coming = open_events(cohort.id)
    words = {each.id: f"{long_date(each.starts_at, each.time_zone)}: {each.title}" for each in coming}
    return GuestForm(events=coming, words=words)


def _do(slug: str, act: Callable[[], object], words: str) -> ResponseReturnValue:
    try:
        act()
        db.session.commit()
        flash(words, "success")
    except Refused as error:
        db.session.rollback()
        flash(error.message, "error")
    return redirect(url_for("cohorts.desk_members", slug=slug), 303)


@blueprint.post("/desk/cohorts/<slug>/members/<int:id>/ask")
@access("cohort-lead")
def desk_ask(slug: str, id: int) -> ResponseReturnValue:
    """Write once more to somebody who has not answered."""
    member = _member(cohort_or_404(slug), id)
    return _do(slug, lambda: members.ask_again(member, by=actor()), f"We wrote to {member.name} again.")


@blueprint.post("/desk/cohorts/<slug>/members/<int:id>/leave")
@access("cohort-lead")
def desk_leave(slug: str, id: int) -> ResponseReturnValue:
    """End a membership for somebody who told us so."""
    member = _member(cohort_or_404(slug), id)
    return _do(
        slug,
        lambda: members.leave(member, by=actor()),
        f"{member.name} left the cohort, and the dates to come are given up.",
    )


@blueprint.route("/desk/cohorts/<slug>/members/<int:id>/replace", methods=["GET", "POST"])
@access("cohort-lead")
def desk_replace(slug: str, id: int) -> ResponseReturnValue:
    """Give somebody's place to a colleague of their organization."""
    cohort = cohort_or_404(slug)
    member, form = _member(cohort, id), ColleagueForm()
    del form.over
    if form.validate_on_submit():
        try:
            members.replace(member, form.name.data, form.email.data, by=actor())
            db.session.commit()
            flash(f"We wrote to {form.name.data}, who says yes or no for themself.", "success")
            return redirect(url_for("cohorts.desk_members", slug=slug), 303)
        except Refused as error:
            db.session.rollback()
            form.form_errors.append(error.message)
            cohort = cohort_or_404(slug)
            member = _member(cohort, id)
    page = render_template(
        "cohorts/desk_colleague.html",
        form=form,
        member=member,
        application=member.application,
        in_hand=charges([member]).get(member.id, []),
        **workspace(cohort, "members"),
    )
    return page, 400 if form.errors else 200


@blueprint.route("/desk/cohorts/<slug>/applications/<int:id>/add", methods=["GET", "POST"])
@access("cohort-lead")
def desk_add(slug: str, id: int) -> ResponseReturnValue:
    """Let one more of an admitted organization join."""
    cohort, form = cohort_or_404(slug), ColleagueForm()
    application = application_in(cohort, id)
    if application is None:
        abort(404)
    if form.validate_on_submit():
        try:
            members.add(application, form.name.data, form.email.data, over=form.over.data, by=actor())
            db.session.commit()
            flash(f"We wrote to {form.name.data}, who says yes or no for themself.", "success")
            return redirect(url_for("cohorts.desk_members", slug=slug), 303)
        except Refused as error:
            db.session.rollback()
            form.form_errors.append(error.message)
            cohort = cohort_or_404(slug)
            application = application_in(cohort, id)
    page = render_template(
        "cohorts/desk_colleague.html",
        form=form,
        member=None,
        application=application,
        **workspace(cohort, "members"),
    )
    return page, 400 if form.errors else 200


@blueprint.post("/desk/cohorts/<slug>/guests")
@access("cohort-lead")
def desk_guest(slug: str) -> ResponseReturnValue:
    """Invite a guest to one session."""
    cohort = cohort_or_404(slug)
    form = _guest_form(cohort)
    if form.validate_on_submit():
        event = next(each for each in open_events(cohort.id) if each.id == form.event.data)
        try:
            faculty.invite_guest(event, form.name.data, form.email.data, form.message.data or "", by=actor())
            db.session.commit()
            flash(f"{form.name.data} is invited, and says yes or no by mail.", "success")
            return redirect(url_for("cohorts.desk_members", slug=slug), 303)
        except Refused as error:
            db.session.rollback()
            form.form_errors.append(error.message)
            cohort = cohort_or_404(slug)
    return _page(cohort, form), 400


@blueprint.post("/desk/cohorts/<slug>/guests/<int:id>/drop")
@access("cohort-lead")
def desk_guest_drop(slug: str, id: int) -> ResponseReturnValue:
    """Take an invitation back."""
    found = db.session.get(CohortGuest, id) if id < 2**31 else None
    if found is None or found.event.cohort_id != cohort_or_404(slug).id:
        abort(404)
    words = f"The invitation of {found.name} is taken back."
    return _do(slug, lambda: faculty.take_back_guest(found, by=actor()), words)


@blueprint.get("/desk/cohorts/<slug>/attendance")
@access("cohort-faculty")
def desk_attendance(slug: str) -> str:
    """Members by sessions, against the goal since they joined, and organizations that may drop out."""
    cohort = cohort_or_404(slug)
    plan = plan_of(cohort)
    return render_template(
        "cohorts/desk_attendance.html",
        grid=grid(cohort),
        plan=plan,
        cell_words=CELL_WORDS,
        Cell=Cell,
        Standing=Standing,
        **workspace(cohort, "attendance"),
    )


@blueprint.get("/desk/cohorts/<slug>/attendance.csv")
@access("cohort-lead")
def desk_attendance_csv(slug: str) -> Response:
    """The list of participants by session, as ECHO hubs hand it in."""
    return csv_response(f"{slug}-participants.csv", HEADER, participants(cohort_or_404(slug)))


@blueprint.get("/desk/cohorts/<slug>/attendance.xlsx")
@access("cohort-lead")
def desk_attendance_xlsx(slug: str) -> Response:
    """The same as a workbook."""
    return xlsx_response(f"{slug}-participants.xlsx", HEADER, participants(cohort_or_404(slug)))
