"""Keeping the index in step: whatever writes a case, a recommendation or an answer through the session writes its entry, too,
in the same transaction. The clock makes up for what passed by, and `jam solutions rebuild` makes all of it anew."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import event, select, text
from sqlalchemy.orm import Session, selectinload

from jam.base.database import db, reading
from jam.cases.models import CaseText, Copy, EchoCase
from jam.cases.rules import HELD
from jam.outcomes.models import CaseFollowUp, CaseOutcome, CaseRecommendation
from jam.outcomes.queries import follow_ups, sent
from jam.solutions.models import SolutionEntry
from jam.solutions.rules import indexed

_TOUCHED = "cases touched"
_RECOMMENDATIONS = "recommendations touched"


def of_case(case: EchoCase) -> dict[str, str] | None:
    """What may be found of a case, by column; None for one that nobody but its faculty may read yet, or any more."""
    released = [each.words for each in case.texts if each.copy == Copy.RELEASED and each.words]
    if case.state not in HELD or not released:
        return None
    recommended = sent(case)
    ids = {each.id for each in recommended}
    happened = [
        outcome.released_words
        for row in follow_ups(case)
        for outcome in row.outcomes
        if outcome.released_words and outcome.recommendation_id in ids
    ]
    return {
        "brought": indexed("\n".join(released)),
        "recommended": indexed("\n".join(each.words for each in recommended)),
        "happened": indexed("\n".join(happened)),
    }


def keep(case_ids: Iterable[int]) -> int:
    """Let the entries of these cases be what may be found of them now; returns how many changed. The caller commits."""
    ids = sorted(set(case_ids))
    cases = {
        each.id: each
        for each in db.session.scalars(
            select(EchoCase).where(EchoCase.id.in_(ids)).options(selectinload(EchoCase.texts))
        )
    }
    entries = {
        each.case_id: each
        for each in db.session.scalars(select(SolutionEntry).where(SolutionEntry.case_id.in_(ids)))
    }
    changed, forgotten = 0, False
    for id in ids:
        case, entry = cases.get(id), entries.get(id)
        words = of_case(case) if case else None
        if words is None:
            if entry is not None:
                db.session.delete(entry)
                changed, forgotten = changed + 1, True
        elif entry is None:
            db.session.add(SolutionEntry(case_id=id, **words))
            changed += 1
        elif any(getattr(entry, name) != value for name, value in words.items()):
            for name, value in words.items():
                setattr(entry, name, value)
            changed, forgotten = changed + 1, True
    db.session.flush()
    if forgotten:
        _forget_words()
    return changed


def _forget_words() -> None:
    # FTS5 only notes that a word is gone until its parts are merged; merged, no trace of it is left.
    if db.engine.dialect.name == "sqlite":
        db.session.execute(text("INSERT INTO solution_fts (solution_fts) VALUES ('optimize')"))


def rebuild() -> tuple[int, int]:
    """Make the whole index anew from the cases; returns how many entries there are, and how many were not what they should be.
    The caller commits."""
    ids = set(db.session.scalars(select(EchoCase.id).where(EchoCase.state.in_(HELD))))
    changed = keep(_held(ids | set(db.session.scalars(select(SolutionEntry.case_id)))))
    if db.engine.dialect.name == "sqlite":
        db.session.execute(text("INSERT INTO solution_fts (solution_fts) VALUES ('rebuild')"))
    return len(db.session.scalars(select(SolutionEntry.case_id)).all()), changed


def _held(ids: Iterable[int]) -> list[int]:
    """These cases, held until the transaction ends, as whoever writes one holds it: nobody indexes one at the same time."""
    query = select(EchoCase.id).where(EchoCase.id.in_(list(ids))).order_by(EchoCase.id).with_for_update()
    return list(db.session.scalars(query))


def out_of_step() -> list[int]:
    """Cases that can be found and should not, or should be and cannot: what was written by another way than the session."""
    missing = (
        select(EchoCase.id)
        .outerjoin(SolutionEntry, SolutionEntry.case_id == EchoCase.id)
        .where(EchoCase.state.in_(HELD), SolutionEntry.case_id.is_(None))
        .where(
            EchoCase.id.in_(
                select(CaseText.case_id).where(CaseText.copy == Copy.RELEASED, CaseText.words != "")
            )
        )
    )
    stale = (
        select(SolutionEntry.case_id)
        .join(EchoCase, EchoCase.id == SolutionEntry.case_id)
        .where(EchoCase.state.not_in(HELD))
    )
    return sorted({*db.session.scalars(missing), *db.session.scalars(stale)})


def catch_up() -> int:
    """Index what is missing, forget what should not be there; returns how many entries changed. Commits by itself."""
    with reading():
        ids = out_of_step()
        db.session.rollback()
    changed = keep(_held(ids)) if ids else 0
    db.session.commit()
    return changed


@event.listens_for(db.session, "after_flush")
def _flushed(session: Session, context: object) -> None:
    cases: set[int] = session.info.setdefault(_TOUCHED, set())
    recommendations: set[int] = session.info.setdefault(_RECOMMENDATIONS, set())
    for each in (*session.new, *session.dirty, *session.deleted):
        if isinstance(each, EchoCase):
            cases.add(each.id)
        elif isinstance(each, CaseText | CaseRecommendation | CaseFollowUp) and each.case_id is not None:
            cases.add(each.case_id)
        elif isinstance(each, CaseOutcome):
            recommendations.add(each.recommendation_id)


@event.listens_for(db.session, "before_commit")
def _committing(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.flush()
    cases: set[int] = session.info.pop(_TOUCHED, set())
    recommendations: set[int] = session.info.pop(_RECOMMENDATIONS, set())
    if recommendations:
        query = select(CaseRecommendation.case_id).where(CaseRecommendation.id.in_(recommendations))
        cases |= set(session.scalars(query))
    if cases:
        keep(cases)
        session.info.pop(_TOUCHED, None)
        session.info.pop(_RECOMMENDATIONS, None)


@event.listens_for(db.session, "after_rollback")
def _rolled_back(session: Session) -> None:
    session.info.pop(_TOUCHED, None)
    session.info.pop(_RECOMMENDATIONS, None)
