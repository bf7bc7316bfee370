"""How a program is reviewed: its criteria, its scale, whether it is read anonymously; and how staff change that. The caller
commits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import func, select

from jam.audit.actions import record
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.base.text import clean_line
from jam.review import rules
from jam.review.models import Criterion, Review, ReviewScore, ReviewSheet
from jam.review.rules import Asked, Sheet, Stand
from jam.schedule.models import Program


def sheet_of(program_id: int) -> Sheet:
    """What reviewers of a program fill in; the defaults where staff have set nothing yet."""
    return sheets_of([program_id])[program_id]


def sheets_of(program_ids: Iterable[int]) -> dict[int, Sheet]:
    """The same for several programs: two queries."""
    ids = set(program_ids)
    rows = {
        each.program_id: each
        for each in db.session.scalars(select(ReviewSheet).where(ReviewSheet.program_id.in_(ids)))
    }
    criteria: dict[int, list[Asked]] = {}
    query = select(Criterion).where(Criterion.program_id.in_(ids), Criterion.retired_at.is_(None))
    for each in db.session.scalars(query.order_by(Criterion.position, Criterion.id)):
        criteria.setdefault(each.program_id, []).append(Asked(each.name, each.hint, each.weight, each.id))
    return {
        id: Sheet(tuple(criteria.get(id, ())), tuple(rows[id].scale), rows[id].anonymous)
        if id in rows
        else Sheet()
        for id in ids
    }


def retired_of(program_id: int) -> list[Criterion]:
    """What was scored before and is no longer."""
    query = select(Criterion).where(Criterion.program_id == program_id, Criterion.retired_at.is_not(None))
    return list(db.session.scalars(query.order_by(Criterion.retired_at, Criterion.id)))


def given(program_id: int) -> tuple[dict[int, int], int]:
    """How many scores each criterion has, and how many reviews are in."""
    rows = db.session.execute(
        select(ReviewScore.criterion_id, func.count())
        .join(Criterion, Criterion.id == ReviewScore.criterion_id)
        .where(Criterion.program_id == program_id)
        .group_by(ReviewScore.criterion_id)
    )
    # Any criterion of the program tells that a review is one of this program's.
    reviews = (
        select(func.count(ReviewScore.review_id.distinct()))
        .join(Review, Review.id == ReviewScore.review_id)
        .join(Criterion, Criterion.id == ReviewScore.criterion_id)
        .where(Criterion.program_id == program_id, Review.stand == Stand.DONE)
    )
    return {id: number for id, number in rows}, db.session.scalar(reviews) or 0


def ensure(program: Program) -> ReviewSheet:
    """The row of a program's sheet, made with the default criteria when there is none yet."""
    hold = select(Program).where(Program.id == program.id).with_for_update()
    db.session.scalars(hold).one()  # so that two people who begin at once make one
    row = db.session.scalar(select(ReviewSheet).where(ReviewSheet.program_id == program.id))
    if row is not None:
        return row
    first = Sheet()
    row = ReviewSheet(
        program_id=program.id, scale=list(first.scale), steps=first.steps, anonymous=first.anonymous
    )
    db.session.add(row)
    for position, each in enumerate(first.criteria, 1):
        db.session.add(
            Criterion(
                program_id=program.id, position=position, name=each.name, hint=each.hint, weight=each.weight
            )
        )
    db.session.flush()
    return row


def checked(criteria: Iterable[Asked], scale: Iterable[str]) -> Sheet:
    """Criteria and scale as they can be kept. Refused, in words, for what cannot be."""
    found = [
        Asked(
            clean_line(each.name, 80, "A criterion's name"),
            clean_line(each.hint, 300, "What to look at"),
            each.weight,
            each.id,
        )
        for each in criteria
    ]
    words = [clean_line(each, 40, "A word of the scale") for each in scale]
    words = [each for each in words if each]
    if not found:
        raise Refused("Keep at least one criterion: without one there is nothing to score.")
    if len(found) > rules.MOST_CRITERIA:
        raise Refused(f"{rules.MOST_CRITERIA} criteria are the most; nobody scores more with care.")
    if any(not each.name for each in found):
        raise Refused("Give each criterion a name.")
    if len({each.name.casefold() for each in found}) < len(found):
        raise Refused("Two criteria have the same name. Give each a name of its own.")
    if any(not 1 <= each.weight <= rules.MOST_WEIGHT for each in found):
        raise Refused(f"A weight is a whole number from 1 to {rules.MOST_WEIGHT}.")
    if not rules.FEWEST_STEPS <= len(words) <= rules.MOST_STEPS:
        raise Refused(
            f"A scale has {rules.FEWEST_STEPS} to {rules.MOST_STEPS} steps, one word or two on each line."
        )
    return Sheet(tuple(found), tuple(words))


def change(program: Program, after: Sheet, *, by: str) -> list[str]:
    """Set criteria and scale; returns what that did to scores that are there. No score is lost.

    A criterion that was never scored and is left out is deleted; one that was scored is only asked no longer.
    """
    row = ensure(program)
    before = sheet_of(program.id)
    scores, reviews = given(program.id)
    known = {
        each.id: each
        for each in db.session.scalars(select(Criterion).where(Criterion.program_id == program.id))
    }
    if any(each.id not in known for each in after.criteria if each.id is not None):
        raise Refused(
            "A criterion was taken away meanwhile. Reload the page to see what stands there now.", 409
        )
    done = rules.effects(before, after, scores, reviews)
    kept = {each.id for each in after.criteria}
    for was in before.criteria:
        if was.id is not None and was.id not in kept:
            _take_away(known[was.id], bool(scores.get(was.id)), by)
    for position, each in enumerate(after.criteria, 1):
        _keep(program, known.get(each.id or 0), each, position, by)
    if tuple(row.scale) != after.scale:
        record("review.scale", "program", program.id, by=by,
               changes={"scale": (" / ".join(row.scale), " / ".join(after.scale))})  # fmt: skip
        row.scale, row.steps = list(after.scale), after.steps
    db.session.flush()
    return done


def _take_away(criterion: Criterion, scored: bool, by: str) -> None:
    record("review.retire_criterion" if scored else "review.delete_criterion", "program", criterion.program_id, by=by,
           changes={"criterion": (criterion.name, None)})  # fmt: skip
    if scored:
        criterion.retired_at = now()
    else:
        db.session.delete(criterion)
    db.session.flush()


def _keep(program: Program, row: Criterion | None, asked: Asked, position: int, by: str) -> None:
    if row is None:
        row = Criterion(
            program_id=program.id, position=position, name=asked.name, hint=asked.hint, weight=asked.weight
        )
        db.session.add(row)
        changes: Mapping[str, tuple[object, object]] = {"criterion": (None, asked.name)}
    else:
        wanted = {"name": asked.name, "hint": asked.hint, "weight": asked.weight}
        changes = {
            name: (getattr(row, name), value) for name, value in wanted.items() if getattr(row, name) != value
        }
        for name, value in wanted.items():
            setattr(row, name, value)
        row.position, row.retired_at = position, None
    if changes:
        record("review.criterion", "program", program.id, by=by, changes=changes)


def choose_anonymous(program: Program, anonymous: bool, *, by: str) -> None:
    """Let reviewers read without knowing whose it is, or with names. Done twice, it is done once."""
    row = ensure(program)
    if row.anonymous != anonymous:
        record(
            "review.anonymous",
            "program",
            program.id,
            by=by,
            changes={"anonymous": (row.anonymous, anonymous)},
        )
        row.anonymous = anonymous
