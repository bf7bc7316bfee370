"""Staff pages: the cases of a cohort with whose turn it is, what is done with one unread, and the queue of all cohorts."""

from __future__ import annotations

from collections.abc import Collection

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from jam.base.access import access, actor
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.words import long_date
from jam.base.zones import EASTERN
from jam.cases import access as _access  # noqa: F401 - hands in its rule
from jam.cases import desk_case, desk_dashboard, desk_plan, handing, own, plans, reader, rules
from jam.cases.blueprint import blueprint
from jam.cases.dashboard import stages
from jam.cases.figures import MILESTONE_WORDS, Milestone
from jam.cases.forms import HandForm, SessionForm
from jam.cases.models import EchoCase
from jam.cases.queries import (
    of_cohort,
    read_by,
    reads_originals,
    recorded_by,
    same_organization,
    unopened,
    waiting,
)
from jam.cases.retention import goes_at, going
from jam.cases.rules import State, Who
from jam.cases.workspace import case_or_404, words
from jam.cohorts.queries import cohorts_for, leads, open_events
from jam.cohorts.workspace import cohort_or_404, workspace
from jam.people.login import account

#: Pages of this room that stand in files of their own.
PARTS = (own, reader, desk_case, desk_plan, desk_dashboard)


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
        **words(),
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
        **words(),
        **workspace(cohort, "cases"),
    )


@blueprint.route("/desk/cohorts/<slug>/cases/<code>/session", methods=["GET", "POST"])
@access("cohort-lead")
def desk_session(slug: str, code: str) -> ResponseReturnValue:
    """Plan a case for a session, take it off, or say that it was presented. Nothing of its words stands here."""
    case = case_or_404(slug, code)
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
            case = case_or_404(slug, code)
    page = render_template(
        "cases/desk_session.html",
        case=case,
        form=form,
        events=events,
        meeting={each.id: [other.shown for other in same_organization(case, each)] for each in events},
        zone=case.cohort.program.time_zone,
        **words(),
        **workspace(case.cohort, "cases"),
    )
    return page, 400 if form.errors else 200


@blueprint.route("/desk/cohorts/<slug>/cases/<code>/hand", methods=["GET", "POST"])
@access("cohort-lead")
def desk_hand(slug: str, code: str) -> ResponseReturnValue:
    """Hand the case of somebody who has left to a colleague of theirs. Nothing of its words stands here."""
    case = case_or_404(slug, code)
    among, reason = handing.takers(case), handing.why_not(case, Who.LEAD)
    form = HandForm.of(among, handing.likeliest(case, among))
    if request.form.get("to") == str(case.member_id):  # the button pressed twice
        return redirect(url_for("cases.desk_cohort", slug=slug), 303)
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
            case = case_or_404(slug, code)
    page = render_template(
        "cases/desk_hand.html",
        case=case,
        form=form,
        among=among,
        reason=reason,
        **words(),
        **workspace(case.cohort, "cases"),
    )
    return page, 400 if form.errors else 200
