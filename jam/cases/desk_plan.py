"""The staff's page for a plan of cases: the rota, the proposal that a facilitator edits, a look at what would happen, the way
back."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from jam.base.access import access, actor
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.words import count
from jam.base.zones import wall
from jam.cases import planning, rota
from jam.cases.blueprint import blueprint
from jam.cases.planning import Board
from jam.cohorts.workspace import cohort_or_404, workspace
from jam.schedule.models import Cohort


@blueprint.route("/desk/cohorts/<slug>/plan", methods=["GET", "POST"])
@access("cohort-lead")
def desk_plan(slug: str) -> ResponseReturnValue:
    """Whose turn it is, and a session for each approved case. Nothing is planned before a look at it was accepted."""
    cohort = cohort_or_404(slug)
    of = planning.board(cohort)
    if request.method == "GET":
        return _page(cohort, of, _proposed(of), set(_proposed(of)))
    chosen, ticked = _chosen(of)
    taken = {id: event for id, event in chosen.items() if id in ticked}
    deed = request.form.get("do")
    if deed == "change":
        return _page(cohort, of, chosen, ticked)
    if not taken:
        problem = "Nothing is planned: tick a case that has a session."
        return _page(cohort, of, chosen, ticked, problem), 400
    if deed != "accept":
        return _look(cohort, of, chosen, ticked)
    if request.form.get("seen") != planning.seen(of, taken):
        return _look(
            cohort, of, chosen, ticked, "Something changed since you looked. This is how it stands now."
        ), 409
    try:
        planned = planning.accept(cohort, taken, by=actor())
        db.session.commit()
    except Refused as error:
        db.session.rollback()
        cohort = cohort_or_404(slug)
        of = planning.board(cohort)
        return _page(cohort, of, _proposed(of), set(_proposed(of)), error.message), error.status
    flash(
        f"{count(planned, 'case is', 'cases are')} planned. The presenters get their letters in ten minutes; until then you can "
        "take it back, and nobody hears of it.",
        "success",
    )
    return redirect(url_for("cases.desk_plan", slug=slug), 303)


@blueprint.post("/desk/cohorts/<slug>/plan/undo")
@access("cohort-lead")
def desk_plan_undo(slug: str) -> ResponseReturnValue:
    """Take an accepted plan back: its cases wait for a session again."""
    cohort = cohort_or_404(slug)
    try:
        back, stays = planning.undo(cohort, request.form.get("batch", "")[:40], by=actor())
        db.session.commit()
        words = f"{count(back, 'case waits', 'cases wait')} for a session again."
        if stays:
            words += f" Something was done with {', '.join(stays)} since, so that stays."
        flash(words, "success" if back else "error")
    except Refused as error:
        db.session.rollback()
        flash(error.message, "error")
    return redirect(url_for("cases.desk_plan", slug=slug), 303)


def _proposed(of: Board) -> dict[int, int]:
    return {id: each.room for id, each in of.placed.items() if each.room is not None}


def _chosen(of: Board) -> tuple[dict[int, int], set[int]]:
    """The sessions that were chosen for approved cases, and the cases that were ticked. What is neither is left out."""
    ticked = set(request.form.getlist("take"))
    chosen = {}
    for case in of.cases:
        typed = request.form.get(f"session_{case.code}", "")
        event = next((each for each in of.events if str(each.id) == typed), None)
        if event is not None:
            chosen[case.id] = event.id
    return chosen, {case.id for case in of.cases if case.code in ticked}


def _page(cohort: Cohort, of: Board, chosen: Mapping[int, int], ticked: set[int], problem: str = "") -> str:
    return render_template(
        "cases/desk_plan.html",
        board=of,
        sentence=rota.sentence,
        chosen=chosen,
        ticked=ticked,
        problem=problem,
        past=planning.lately(cohort),
        short=lambda at: f"{wall(at, cohort.program.time_zone):%b %-d, %Y}",
        order=rota.ORDER,
        zone=cohort.program.time_zone,
        **workspace(cohort, "plan"),
    )


def _look(cohort: Cohort, of: Board, chosen: Mapping[int, int], ticked: set[int], problem: str = "") -> str:
    taken = {id: event for id, event in chosen.items() if id in ticked}
    cases = {each.id: each for each in of.cases}
    return render_template(
        "cases/desk_plan_look.html",
        sessions=[
            (event, of.planned[event.id], [cases[id] for id, where in taken.items() if where == event.id])
            for event in of.events
            if event.id in taken.values()
        ],
        told=[cases[id] for id in taken],
        warnings=of.warnings(taken),
        chosen=chosen,
        ticked=ticked,
        board=of,
        sentence=rota.sentence,
        seen=planning.seen(of, taken),
        problem=problem,
        zone=cohort.program.time_zone,
        **workspace(cohort, "plan"),
    )
