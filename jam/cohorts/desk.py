"""The staff's pages of a cohort: its plan, its faculty and curriculum; applications, members and attendance stand in files
of their own."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from jam.base.access import access, actor
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.lookup import row_or_404
from jam.base.now import now
from jam.base.words import count
from jam.cohorts import desk_applications, desk_members, faculty
from jam.cohorts.blueprint import blueprint
from jam.cohorts.forms import CohortForm, FacultyForm, curriculum_form
from jam.cohorts.models import CohortFaculty, CohortPlan
from jam.cohorts.queries import (
    cohorts_for,
    decided,
    faculty_of,
    member_counts,
    places,
    plan_of,
    state_counts,
)
from jam.cohorts.rules import ROLE_WORDS, Role, State
from jam.cohorts.sections import notices
from jam.cohorts.workspace import cohort_or_404, workspace
from jam.people.login import account
from jam.schedule import cohorts
from jam.schedule.models import Cohort
from jam.schedule.queries import events_of_cohort
from jam.schedule.recurrence import Recurrence, describe
from jam.schedule.rules import State as EventState
from jam.schedule.workspace import standing
from jam.vocabulary.models import Term

#: Pages of this room that stand in files of their own.
PARTS = (desk_applications, desk_members)


@blueprint.get("/desk/cohorts/")
@access("cohorts")
def desk_cohorts() -> str:
    """Cohorts with how many have applied and are members: all of them, or those of one's own."""
    rows = cohorts_for(account(), all_of_them=current_user.organizer)
    ids = [cohort.id for cohort, _ in rows]
    return render_template(
        "cohorts/desk.html", rows=rows, applied=state_counts(ids), members=member_counts(ids), State=State
    )


@blueprint.route("/desk/cohorts/new", methods=["GET", "POST"])
@access("organizer")
def desk_new() -> ResponseReturnValue:
    """Make a cohort."""
    form = CohortForm()
    if form.validate_on_submit():
        try:
            made = cohorts.new_cohort(
                form.chosen_program(), form.slug.data or "", form.cohort_fields(), by=actor()
            )
            faculty.set_plan(made, form.plan_fields(), by=actor())
            db.session.commit()
            flash("The cohort is made. Look at its dates, then make drafts of them.", "success")
            return redirect(url_for("cohorts.desk_cohort", slug=made.slug), 303)
        except Refused as error:
            db.session.rollback()
            form.form_errors.append(error.message)
    page = render_template("cohorts/desk_form.html", form=form, cohort=None)
    return page, 400 if form.errors else 200


@blueprint.get("/desk/cohorts/<slug>")
@access("cohort-faculty")
def desk_cohort(slug: str) -> str:
    """A cohort at a glance: capacity, dates, faculty."""
    cohort = cohort_or_404(slug)
    plan, program = plan_of(cohort), cohort.program
    planned = cohorts.dates_of(cohort)
    pattern = cohort.recurrence or program.recurrence
    return render_template(
        "cohorts/desk_cohort.html",
        plan=plan,
        places=places(plan) if plan else None,
        waiting=len(decided(cohort)),
        notices=notices(cohort),
        planned=planned,
        missing=sum(not each.exists for each in planned),
        sessions=[(each, standing(each)) for each in events_of_cohort(cohort)],
        pattern=(
            describe(
                Recurrence.from_json(pattern),
                cohort.start_time or program.start_time,
                cohort.minutes or program.minutes,
                program.time_zone,
            )
            if pattern
            else None
        ),
        faculty=(who := faculty_of(cohort)),
        to_do=_to_do(cohort, plan, {each.role for each in who}),
        role_words={each.value: words for each, words in ROLE_WORDS.items()},
        **workspace(cohort, "overview"),
    )


def _to_do(cohort: Cohort, plan: CohortPlan | None, roles: set[str]) -> list[tuple[str, bool, str]]:
    """What a cohort needs before it can begin, each with where it is done; empty once all is there, and when it is over."""
    if cohort.ends_on < now().date():
        return []
    dates = url_for("cohorts.desk_cohort", slug=cohort.slug, _anchor="dates-title")
    edit = url_for("cohorts.desk_edit", slug=cohort.slug)
    people = url_for("cohorts.desk_faculty", slug=cohort.slug) if current_user.organizer else ""
    sessions = [each for each in events_of_cohort(cohort) if each.state != EventState.CANCELLED]
    found = [
        (words, bool(done), where)
        for words, done, where in (
            ("Say what it is for, and how many it takes", plan, edit),
            ("Say on which days applications open and close", plan and (plan.opens_on or plan.closes_on), edit),
            ("Show its page to the public; nobody can apply without", plan and plan.published, edit),
            ("Name a facilitator", Role.FACILITATOR in roles, people),
            ("Name a case coordinator, who alone reads what presenters write", Role.COORDINATOR in roles, people),
            ("Make its sessions", sessions, dates),
            ("Publish them, so that members are registered",
             sessions and all(each.state != EventState.DRAFT for each in sessions), dates),
        )
    ]  # fmt: skip
    return [] if all(done for _, done, _ in found) else found


@blueprint.route("/desk/cohorts/<slug>/edit", methods=["GET", "POST"])
@access("cohort-lead")
def desk_edit(slug: str) -> ResponseReturnValue:
    """Change what a cohort is for, when it meets and what it expects. Nobody gets a letter for it."""
    cohort = cohort_or_404(slug)
    form = CohortForm.of_cohort(cohort, plan_of(cohort))
    if form.validate_on_submit():
        try:
            changed = cohorts.edit_cohort(cohort, form.cohort_fields(), by=actor())
            changed = faculty.set_plan(cohort, form.plan_fields(), by=actor()) or changed
            db.session.commit()
            flash("Saved. Sessions that exist keep their dates." if changed else "Nothing was changed.", "success")  # fmt: skip
            return redirect(url_for("cohorts.desk_cohort", slug=slug), 303)
        except Refused as error:
            db.session.rollback()
            form.form_errors.append(error.message)
            cohort = cohort_or_404(slug)
    page = render_template("cohorts/desk_form.html", form=form, cohort=cohort)
    return page, 400 if form.errors else 200


@blueprint.post("/desk/cohorts/<slug>/drafts")
@access("cohort-lead")
def desk_drafts(slug: str) -> ResponseReturnValue:
    """Make drafts for those of the dates to come that have no session."""
    made = cohorts.generate(cohort_or_404(slug), by=actor())
    db.session.commit()
    if made:
        words = count(len(made), "draft is", "drafts are")
        flash(f"{words} made. Members are registered once you publish them.", "success")
    else:
        flash("Each of these dates has its session already. Nothing was made.", "success")
    return redirect(url_for("cohorts.desk_cohort", slug=slug), 303)


@blueprint.route("/desk/cohorts/<slug>/faculty", methods=["GET", "POST"])
@access("organizer")
def desk_faculty(slug: str) -> ResponseReturnValue:
    """Who leads and advises the cohort. Whoever is added can sign in and sees this cohort."""
    cohort, form = cohort_or_404(slug), FacultyForm()
    if form.validate_on_submit():
        try:
            faculty.add_faculty(
                cohort, form.name.data, form.email.data, form.chosen, form.line.data or "", by=actor()
            )
            db.session.commit()
            flash(f"{form.name.data} belongs to the faculty, and can sign in with this address.", "success")
            return redirect(url_for("cohorts.desk_faculty", slug=slug), 303)
        except Refused as error:
            db.session.rollback()
            form.form_errors.append(error.message)
            cohort = cohort_or_404(slug)
    page = render_template(
        "cohorts/desk_faculty.html",
        form=form,
        faculty=faculty_of(cohort),
        role_words={each.value: words for each, words in ROLE_WORDS.items()},
        **workspace(cohort, "faculty"),
    )
    return page, 400 if form.errors else 200


@blueprint.post("/desk/cohorts/<slug>/faculty/<int:id>/drop")
@access("organizer")
def desk_faculty_drop(slug: str, id: int) -> ResponseReturnValue:
    """Take somebody out of the faculty."""
    cohort, one = cohort_or_404(slug), row_or_404(CohortFaculty, id)
    if one.cohort_id != cohort.id:
        abort(404)
    name = one.person.name
    faculty.drop_faculty(one, by=actor())
    db.session.commit()
    flash(f"{name} does not belong to the faculty any more. Their account stays.", "success")
    return redirect(url_for("cohorts.desk_faculty", slug=slug), 303)


@blueprint.route("/desk/cohorts/<slug>/curriculum", methods=["GET", "POST"])
@access("cohort-lead")
def desk_curriculum(slug: str) -> ResponseReturnValue:
    """A topic and a lever of change for each session."""
    cohort = cohort_or_404(slug)
    events = events_of_cohort(cohort)
    form: Any = curriculum_form(events)
    if form.validate_on_submit():
        try:
            changed = 0
            for event in events:
                lever = form[f"lever_{event.id}"].data
                term = db.session.get(Term, lever) if lever else None
                changed += faculty.set_topic(event, form[f"topic_{event.id}"].data or "", term, by=actor())
            db.session.commit()
            words = f"{count(changed, 'session is', 'sessions are')} changed. Nobody gets a letter for this."
            flash(words if changed else "Nothing was changed.", "success")
            return redirect(url_for("cohorts.desk_curriculum", slug=slug), 303)
        except Refused as error:
            db.session.rollback()
            form.form_errors.append(error.message)
            cohort = cohort_or_404(slug)
    page = render_template(
        "cohorts/desk_curriculum.html", form=form, events=events, **workspace(cohort, "curriculum")
    )
    return page, 400 if form.errors else 200
