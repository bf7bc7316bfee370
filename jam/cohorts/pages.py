"""The public pages of a cohort: what it is, and the application. Nothing here shows who is a member."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from jam.base.access import PUBLIC, access
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.limits import limiter, public_form, typed_address
from jam.base.now import now
from jam.base.web import private
from jam.base.zones import wall
from jam.cohorts import access as rules_of_access
from jam.cohorts import actions, home, own
from jam.cohorts.blueprint import blueprint
from jam.cohorts.forms import ApplyForm, apply_form
from jam.cohorts.models import CohortPlan
from jam.cohorts.queries import public_plan
from jam.cohorts.rules import MOST_TEAM, why_not_apply
from jam.schedule.cohorts import dates_of
from jam.schedule.models import Event
from jam.schedule.queries import events_of_cohort
from jam.schedule.rules import State, Visibility

#: Parts of this room that stand in files of their own: pages, and what their access rules mean.
PARTS = (home, own, rules_of_access)


def plan_or_404(slug: str) -> CohortPlan:
    """The plan of a cohort with a public page."""
    found = public_plan(slug)
    if found is None:
        abort(404)
    return found


def closed_because(plan: CohortPlan) -> str | None:
    """Why nobody can apply today; None when they can."""
    today = wall(now(), plan.cohort.program.time_zone).date()
    return why_not_apply(plan.published, plan.opens_on, plan.closes_on, today)


def shown_sessions(plan: CohortPlan) -> list[Event]:
    """The sessions of a cohort of which everybody may know the time."""
    return [
        each
        for each in events_of_cohort(plan.cohort)
        if each.state != State.DRAFT and each.visibility != Visibility.MEMBERS
    ]


@blueprint.get("/cohorts/<slug>")
@access(PUBLIC)
def cohort(slug: str) -> str:
    """What it is, when it meets, whom it is for, what members commit to, and the way to apply."""
    plan = plan_or_404(slug)
    shown = shown_sessions(plan)
    planned = [] if shown or plan.cohort.program.visibility == Visibility.MEMBERS else dates_of(plan.cohort)
    return render_template(
        "cohorts/cohort.html",
        plan=plan,
        cohort=plan.cohort,
        reason=closed_because(plan),
        sessions=shown,
        planned=planned,
        over=plan.cohort.ends_on < wall(now(), plan.cohort.program.time_zone).date(),
        **words_of(plan),
    )


def words_of(plan: CohortPlan) -> dict[str, Any]:
    """What both pages say about the cohort."""
    return {"zone": plan.cohort.program.time_zone, "State": State}


def _only_adds() -> bool:
    """Whether the button pressed only shows another row: such a press writes nothing and is no try."""
    return request.form.get("do") == "add"


@blueprint.route("/cohorts/<slug>/apply", methods=["GET", "POST"])
@access(PUBLIC)
@public_form
@limiter.limit("10 per hour", key_func=typed_address, methods=["POST"], exempt_when=_only_adds)
def apply(slug: str) -> ResponseReturnValue:
    """The form. The answer is the same for known and unknown addresses; errors lose nothing that was typed."""
    plan = plan_or_404(slug)
    reason = closed_because(plan)
    if reason is not None:
        return redirect(url_for("cohorts.cohort", slug=slug), 303)
    form = apply_form(plan.cohort)
    if request.method == "GET":
        return _page(plan, form)
    if _only_adds():
        form.one_more()
    elif form.ready():
        try:
            actions.apply(plan, form.contact(), form.given(), form.team())
            db.session.commit()
            return redirect(url_for("cohorts.applied", slug=slug), 303)
        except Refused as error:
            db.session.rollback()
            form.form_errors.append(error.message)
            plan = plan_or_404(slug)
    private()
    return _page(plan, form), 400 if form.errors else 200


def _page(plan: CohortPlan, form: ApplyForm) -> str:
    return render_template(
        "cohorts/apply.html",
        plan=plan,
        cohort=plan.cohort,
        form=form,
        most=MOST_TEAM,
        answered=request.method == "POST",
        **words_of(plan),
    )


@blueprint.get("/cohorts/<slug>/applied")
@access(PUBLIC)
def applied(slug: str) -> str:
    """What happens next. It knows nothing of who applied, so anybody may open it at any time."""
    plan = plan_or_404(slug)
    return render_template("cohorts/applied.html", plan=plan, cohort=plan.cohort)
