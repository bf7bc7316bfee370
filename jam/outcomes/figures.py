"""What this room tells a cohort's rota and dashboard: follow-ups that are due, and what became of recommendations by lever."""

from __future__ import annotations

from datetime import date

from sqlalchemy import exists, select

from jam.base.database import db
from jam.base.now import now
from jam.base.zones import wall
from jam.cases.dashboard import Cell, Table
from jam.cases.models import EchoCase
from jam.cases.rules import State
from jam.outcomes.models import CaseFollowUp, CaseRecommendation
from jam.outcomes.queries import counts, newest_outcomes
from jam.outcomes.rules import Answer
from jam.schedule.models import Cohort
from jam.vocabulary.models import Term


def due(cohort_id: int) -> dict[int, date]:
    """Since when a follow-up is due and not answered, by the id of its case, for the cases of a cohort. Once a later one is
    due, only that one can be answered, and none once the case is followed up, or when every recommendation was taken out."""
    cohort = db.session.get_one(Cohort, cohort_id)
    query = (
        select(CaseFollowUp.case_id, CaseFollowUp.due_on, CaseFollowUp.answered_at)
        .join(EchoCase, EchoCase.id == CaseFollowUp.case_id)
        .where(
            EchoCase.cohort_id == cohort_id,
            EchoCase.state == State.RECOMMENDED,
            exists().where(
                CaseRecommendation.case_id == EchoCase.id, CaseRecommendation.removed_at.is_(None)
            ),
            CaseFollowUp.due_on <= wall(now(), cohort.program.time_zone).date(),
        )
        .order_by(CaseFollowUp.days)
    )
    found: dict[int, date] = {}
    for case_id, day, answered_at in db.session.execute(query):
        if answered_at is not None:
            found.pop(case_id, None)
        else:
            found[case_id] = day
    return found


def by_lever(cohort: Cohort) -> Table:
    """Recommendations that were sent, with what their presenters last said of them, by the lever that each pulls."""
    query = (
        select(CaseRecommendation.id, Term.name)
        .join(EchoCase, EchoCase.id == CaseRecommendation.case_id)
        .outerjoin(Term, Term.id == CaseRecommendation.term_id)
        .where(EchoCase.cohort_id == cohort.id, *counts())
        .order_by(Term.position, Term.id, CaseRecommendation.id)
    )
    every = [(id, lever) for id, lever in db.session.execute(query)]
    became = newest_outcomes(id for id, _ in every)
    found: dict[str | None, dict[str, int]] = {}
    for id, lever in every:
        mine = found.setdefault(lever, dict.fromkeys(["all", "", *Answer], 0))
        mine["all"] += 1
        mine[became[id].answer if id in became else ""] += 1
    named = sorted(found.items(), key=lambda pair: pair[0] is None)
    rows = [
        [Cell(lever or "No lever"), Cell(mine["all"]), *(Cell(mine[each]) for each in Answer), Cell(mine[""])]
        for lever, mine in named
    ]
    return Table(
        "outcomes", "Recommendations by lever",
        "Recommendations that were sent, and what their presenters said last about each, at 30, 60 or 90 days.",
        (("Lever", False), ("Sent", True), ("Tried", True), ("Adopted", True), ("Dropped", True), ("Not yet", True),
         ("No answer", True)),
        rows, "No recommendations have been sent yet.",
    )  # fmt: skip
