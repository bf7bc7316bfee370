"""The staff's pages for applications: side by side for their spread, decided one by one, told together."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from jam.audit.queries import history
from jam.base.access import access, actor
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.words import count
from jam.cohorts import decisions
from jam.cohorts.blueprint import blueprint
from jam.cohorts.forms import DecideForm
from jam.cohorts.models import CohortApplication
from jam.cohorts.own import facts
from jam.cohorts.queries import application_in, applications_of, decided, places, plan_of
from jam.cohorts.rules import (
    OPEN,
    PLACES,
    SETTING_WORDS,
    SIZE_WORDS,
    STANDING_TONES,
    STANDING_WORDS,
    STATE_TONES,
    STATE_WORDS,
    State,
)
from jam.cohorts.workspace import cohort_or_404, workspace
from jam.people.rules import normal_organization
from jam.schedule.models import Cohort
from jam.vocabulary.areas import AREA_WORDS, Area
from jam.vocabulary.rules import STATES

#: How the record of an application reads.
_DONE = {
    "cohorts.apply": "Applied",
    "cohorts.change": "Changed by the contact",
    "cohorts.decide": "Decided, not told yet",
    "cohorts.undecide": "Decision taken back",
    "cohorts.admitted": "Admitted and told",
    "cohorts.waiting": "Put on the waiting list, and told",
    "cohorts.declined": "Declined and told",
    "cohorts.withdraw": "Taken back",
}


def _application(cohort: Cohort, id: int) -> CohortApplication:
    found = application_in(cohort, id)
    if found is None:
        abort(404)
    return found


@blueprint.get("/desk/cohorts/<slug>/applications")
@access("cohort-lead")
def desk_applications(slug: str) -> str:
    """All applications side by side, and how those admitted are spread."""
    cohort = cohort_or_404(slug)
    plan, every = plan_of(cohort), applications_of(cohort)
    state = request.args.get("state", "")
    # What is to be decided stands first.
    shown = sorted(
        (each for each in every if not state or each.state == state),
        key=lambda each: (each.state != State.RECEIVED, each.decision is not None),
    )
    undecided = decisions.undecided(every)
    twice = _named_twice(every)
    return render_template(
        "cohorts/desk_applications.html",
        rows=[(each, decisions.adds(each, every), each.id in twice) for each in shown],
        every=every,
        state=state if state in set(State) else "",
        following=undecided[0] if undecided else None,
        left=len(undecided),
        numbers={each: sum(one.state == each for one in every) for each in State},
        sides=decisions.spread(every),
        places=places(plan) if plan else None,
        waiting=sum(each.decision is not None for each in every),
        words=STATE_WORDS,
        tones=STATE_TONES,
        area_words={each.value: said for each, said in AREA_WORDS.items()},
        Area=Area,
        states=STATES,
        settings={each.value: said for each, said in SETTING_WORDS.items()},
        sizes={each.value: said for each, said in SIZE_WORDS.items()},
        is_in=decisions.is_in,
        PLACES=PLACES,
        **workspace(cohort, "applications"),
    )


def _named_twice(every: list[CohortApplication]) -> set[int]:
    """Applications of organizations that have applied more than once, by the ids of the applications."""
    homes: dict[str, list[int]] = {}
    for each in every:
        if each.state != State.WITHDRAWN:
            homes.setdefault(normal_organization(each.organization), []).append(each.id)
    return {id for ids in homes.values() if len(ids) > 1 for id in ids}


@blueprint.route("/desk/cohorts/<slug>/applications/<int:id>", methods=["GET", "POST"])
@access("cohort-lead")
def desk_application(slug: str, id: int) -> ResponseReturnValue:
    """One application, and the decision about it, which nobody hears of yet."""
    cohort = cohort_or_404(slug)
    application = _application(cohort, id)
    form = DecideForm(decision=application.decision, message=application.decision_message)
    if form.validate_on_submit():
        try:
            decisions.decide(
                application,
                State(form.decision.data),
                form.message.data or "",
                over=form.over.data,
                by=actor(),
            )
            db.session.commit()
            flash("Decided. Nobody hears of it until you tell the decisions together.", "success")
            return redirect(url_for("cohorts.desk_application", slug=slug, id=id), 303)
        except Refused as error:
            db.session.rollback()
            form.form_errors.append(error.message)
            cohort = cohort_or_404(slug)
            application = _application(cohort, id)
    plan, every = plan_of(cohort), applications_of(cohort)
    undecided = decisions.undecided(every, after=id)
    page = render_template(
        "cohorts/desk_application.html",
        application=application,
        form=form,
        adds=decisions.adds(application, every),
        twice=id in _named_twice(every),
        following=undecided[0] if undecided else None,
        left=len(undecided),
        waiting=sum(each.decision is not None for each in every),
        facts=facts(application),
        places=places(plan) if plan else None,
        open=application.state in OPEN,
        done=[(_DONE.get(entry.action, entry.action), entry.at) for entry, _ in history("cohort_application", id)],
        words=STATE_WORDS,
        tones=STATE_TONES,
        standing_words=STANDING_WORDS,
        standing_tones=STANDING_TONES,
        State=State,
        **workspace(cohort, "applications"),
    )  # fmt: skip
    return page, 400 if form.errors else 200


@blueprint.post("/desk/cohorts/<slug>/applications/<int:id>/undecide")
@access("cohort-lead")
def desk_undecide(slug: str, id: int) -> ResponseReturnValue:
    """Take a decision back that nobody was told."""
    application = _application(cohort_or_404(slug), id)
    decisions.undecide(application, by=actor())
    db.session.commit()
    flash("The decision is taken back. Nobody was told.", "success")
    return redirect(url_for("cohorts.desk_application", slug=slug, id=id), 303)


@blueprint.route("/desk/cohorts/<slug>/release", methods=["GET", "POST"])
@access("cohort-lead")
def desk_release(slug: str) -> ResponseReturnValue:
    """Decisions that nobody was told yet, with the letters they bring; those that are ticked are told together."""
    cohort = cohort_or_404(slug)
    waiting = decided(cohort)
    if request.method == "POST":
        ticked = set(request.form.getlist("id"))
        told = decisions.release([each for each in waiting if str(each.id) in ticked], by=actor())
        db.session.commit()
        flash(
            f"{count(told, 'organization is', 'organizations are')} told." if told else "Nothing was ticked, so nobody was told.",
            "success" if told else "error",
        )  # fmt: skip
        return redirect(url_for("cohorts.desk_applications", slug=slug), 303)
    return render_template(
        "cohorts/desk_release.html",
        waiting=[(each, decisions.preview(each)) for each in waiting],
        words=STATE_WORDS,
        tones=STATE_TONES,
        **workspace(cohort, "applications"),
    )
