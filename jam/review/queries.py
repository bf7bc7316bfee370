"""Reading who reviews what, what waits for whom, and what the reviews say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Float, Select, and_, case, cast, exists, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from jam.base.database import db
from jam.people.models import Account, Person
from jam.people.rules import REVIEWERS
from jam.proposals.models import Presenter, Proposal
from jam.proposals.rules import State
from jam.review.models import (
    Criterion,
    Review,
    ReviewAssignment,
    Reviewer,
    ReviewQuestion,
    ReviewScore,
    ReviewSheet,
)
from jam.review.rules import READ, Stand
from jam.schedule.models import Program


def may_review() -> ColumnElement[bool]:
    """Whether an account is one that can review at all, whoever it is for."""
    return and_(Account.active, Account.role.in_(REVIEWERS))


def candidates() -> list[Account]:
    """Accounts that can review, by name."""
    query = (
        select(Account).join(Account.person).where(may_review()).order_by(func.lower(Person.name), Account.id)
    )
    return list(db.session.scalars(query.options(contains_eager(Account.person))))


def all_reviewers() -> list[Account]:
    """Accounts that review any program, by name."""
    query = (
        select(Account).join(Account.person).where(may_review(), Account.id.in_(select(Reviewer.account_id)))
    )
    by_name = query.order_by(func.lower(Person.name), Account.id)
    return list(db.session.scalars(by_name.options(contains_eager(Account.person))))


def reviewers_of(program_id: int) -> list[Reviewer]:
    """Who reviews a program, by name; without those whose account is closed or is another's by now."""
    query = (
        select(Reviewer)
        .join(Reviewer.account)
        .join(Account.person)
        .where(Reviewer.program_id == program_id, may_review())
        .options(contains_eager(Reviewer.account).contains_eager(Account.person))
    )
    return list(db.session.scalars(query.order_by(func.lower(Person.name), Account.id)))


def programs_of(account: Account) -> list[Program]:
    """The programs that an account reviews."""
    query = select(Program).join(Reviewer, Reviewer.program_id == Program.id)
    return list(db.session.scalars(query.where(Reviewer.account_id == account.id).order_by(Program.id)))


def is_open() -> ColumnElement[bool]:
    """Whether a proposal is read: nobody has decided about it."""
    return and_(Proposal.state.in_(READ), Proposal.decision.is_(None))


def still_open(proposal: Proposal) -> bool:
    """The same of one that is at hand."""
    return proposal.state in READ and proposal.decision is None


def own_proposals(account: Account) -> Select[int]:
    """What somebody presents, was named for, or said no to: nobody judges these."""
    rows = select(Person.id).where(Person.id == account.person_id).cte(recursive=True)
    merged = aliased(Person)
    rows = rows.union(select(merged.id).join(rows, merged.merged_into_id == rows.c.id))
    return select(Presenter.proposal_id).where(Presenter.person_id.in_(select(rows.c.id)))


def meant_for(account: Account) -> ColumnElement[bool]:
    """Proposals that an account is to read: of its programs, or those alone that it was asked for; never its own."""
    anybody = exists().where(ReviewAssignment.proposal_id == Proposal.id)
    this_one = exists().where(
        ReviewAssignment.proposal_id == Proposal.id, ReviewAssignment.account_id == account.id
    )
    return and_(_of_ones_programs(account), or_(~anybody, this_one))


def _of_ones_programs(account: Account) -> ColumnElement[bool]:
    mine = select(Reviewer.program_id).where(Reviewer.account_id == account.id)
    return and_(Proposal.program_id.in_(mine), Proposal.id.not_in(own_proposals(account)))


def _said(account: Account, *stands: Stand) -> ColumnElement[bool]:
    return exists().where(
        Review.proposal_id == Proposal.id, Review.account_id == account.id, Review.stand.in_(stands)
    )


def lacks_a_score() -> ColumnElement[bool]:
    """Whether a review has no score for something that is asked by now."""
    return exists().where(
        Criterion.program_id == Proposal.program_id,
        Criterion.retired_at.is_(None),
        ~exists().where(ReviewScore.review_id == Review.id, ReviewScore.criterion_id == Criterion.id),
    )


def _incomplete(account: Account) -> ColumnElement[bool]:
    return exists().where(
        Review.proposal_id == Proposal.id,
        Review.account_id == account.id,
        Review.stand == Stand.DONE,
        lacks_a_score(),
    )


class Listed(StrEnum):
    """A reviewer's lists."""

    WAITING = "waiting"
    DONE = "done"
    RECUSED = "stepped-back"


def waiting(account: Account) -> Select[Proposal]:
    """What waits for a reviewer: what they have not scored, and what something was added to since; oldest first."""
    unsaid = ~_said(account, Stand.DONE, Stand.RECUSED)
    query = select(Proposal).where(is_open(), meant_for(account), or_(unsaid, _incomplete(account)))
    return query.order_by(Proposal.sent_at, Proposal.id)


def scored(account: Account) -> Select[Proposal]:
    """What a reviewer has scored, the latest first."""
    return (
        select(Proposal)
        .join(Review, and_(Review.proposal_id == Proposal.id, Review.account_id == account.id))
        .where(Review.stand == Stand.DONE, _of_ones_programs(account), Proposal.state != State.WITHDRAWN)
        .order_by(Review.changed_at.desc(), Proposal.id)
    )


def stepped_back(account: Account) -> Select[Review]:
    """What a reviewer stepped back from: that they did, when and why, and not what it is."""
    query = select(Review).where(Review.account_id == account.id, Review.stand == Stand.RECUSED)
    return query.order_by(Review.changed_at.desc())


def how_many(query: Select[Any]) -> int:
    """How many a list holds."""
    return db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0


def review_of(account: Account, proposal_id: int) -> Review | None:
    """What an account said of a proposal, read anew: after a lock it is what another request has just written."""
    query = select(Review).where(Review.account_id == account.id, Review.proposal_id == proposal_id)
    query = query.options(selectinload(Review.scores)).execution_options(populate_existing=True)
    return db.session.scalar(query)


def reviews_by(account: Account, proposals: Iterable[Proposal]) -> dict[int, Review]:
    """What an account said of several, by proposal; two queries."""
    ids = [each.id for each in proposals]
    query = select(Review).where(Review.account_id == account.id, Review.proposal_id.in_(ids))
    return {each.proposal_id: each for each in db.session.scalars(query.options(selectinload(Review.scores)))}


def to_read(account: Account, proposal_id: int) -> tuple[Proposal, Review | None] | None:
    """A proposal with what this reviewer said of it; None for what is not theirs to read.

    One that was decided while they read stays there to be read, so that nothing they typed is lost; so does what they said
    something about, while they review its program.
    """
    query = select(Proposal).where(
        Proposal.id == proposal_id,
        Proposal.state != State.DRAFT,
        _of_ones_programs(account),
        or_(meant_for(account), _said(account, *Stand)),
    )
    proposal = db.session.scalar(query)
    return (proposal, review_of(account, proposal.id)) if proposal is not None else None


def done_reviews(proposal_id: int) -> list[Review]:
    """The reviews of a proposal that are in, in the order of their coming."""
    query = (
        select(Review)
        .where(Review.proposal_id == proposal_id, Review.stand == Stand.DONE)
        .options(selectinload(Review.scores), joinedload(Review.account).joinedload(Account.person))
    )
    return list(db.session.scalars(query.order_by(Review.done_at, Review.id)))


def recusals(proposal_id: int) -> list[Review]:
    """Who stepped back from a proposal."""
    query = select(Review).where(Review.proposal_id == proposal_id, Review.stand == Stand.RECUSED)
    people = joinedload(Review.account).joinedload(Account.person)
    return list(db.session.scalars(query.options(people).order_by(Review.changed_at, Review.id)))


def assigned(proposal_id: int) -> set[int]:
    """The accounts that a proposal was given to; empty means all reviewers of its program."""
    query = select(ReviewAssignment.account_id).where(ReviewAssignment.proposal_id == proposal_id)
    return set(db.session.scalars(query))


def suggested(proposal_id: int, account: Account | None = None) -> list[ReviewQuestion]:
    """Questions that reviewers suggested about a proposal, oldest first; one reviewer's alone where that is said."""
    query = select(ReviewQuestion).where(ReviewQuestion.proposal_id == proposal_id)
    if account is not None:
        query = query.where(ReviewQuestion.account_id == account.id)
    whose = joinedload(ReviewQuestion.account).joinedload(Account.person)
    return list(
        db.session.scalars(
            query.options(whose, joinedload(ReviewQuestion.question)).order_by(ReviewQuestion.id)
        )
    )


class Hidden(StrEnum):
    """Why a member of staff is not shown what colleagues say of a proposal."""

    #: They present it themselves.
    OWN = "own"
    #: They stepped back.
    RECUSED = "recused"
    #: Theirs is still to come.
    WAITING = "waiting"


def hidden_from(account: Account, proposal: Proposal) -> Hidden | None:
    """Why an account may not see the reviews of a proposal, yet or at all; None where it may."""

    def holds(where: ColumnElement[bool]) -> bool:
        return db.session.scalar(select(Proposal.id).where(Proposal.id == proposal.id, where)) is not None

    if holds(Proposal.id.in_(own_proposals(account))):
        return Hidden.OWN
    if holds(_said(account, Stand.RECUSED)):
        return Hidden.RECUSED
    mine = and_(is_open(), meant_for(account), ~_said(account, Stand.DONE))
    return Hidden.WAITING if holds(mine) else None


def hidden(account: Account) -> Select[int]:
    """The same as a query: every proposal whose reviews are not shown to an account."""
    still = and_(is_open(), meant_for(account), ~_said(account, Stand.DONE, Stand.RECUSED))
    own = Proposal.id.in_(own_proposals(account))
    return select(Proposal.id).where(or_(own, _said(account, Stand.RECUSED), still))


def means(apart: Select[int]) -> Any:
    """A subquery: how many reviews each proposal has, and the mean of their weighted means; none for those `apart`."""
    points = 1.0 + (cast(ReviewScore.points, Float) - 1.0) * (ReviewSheet.steps - 1) / (ReviewScore.steps - 1)
    one = (
        select(
            Review.proposal_id,
            (func.sum(points * Criterion.weight) / func.sum(Criterion.weight)).label("mean"),
        )
        .join(ReviewScore, ReviewScore.review_id == Review.id)
        .join(Criterion, Criterion.id == ReviewScore.criterion_id)
        .join(ReviewSheet, ReviewSheet.program_id == Criterion.program_id)
        .where(Review.stand == Stand.DONE, Criterion.retired_at.is_(None))
        .group_by(Review.id, Review.proposal_id)
        .subquery()
    )
    mean = func.avg(one.c.mean)
    shown = case((one.c.proposal_id.in_(apart), None), else_=mean)
    return (
        select(one.c.proposal_id, func.count().label("number"), shown.label("mean"))
        .group_by(one.c.proposal_id)
        .subquery("means")
    )


def counted(ids: Iterable[int], apart: Select[int]) -> dict[int, tuple[int, float | None]]:
    """Number of reviews and mean of proposals, by id; one query."""
    table = means(apart)
    rows = db.session.execute(select(table).where(table.c.proposal_id.in_(list(ids))))
    return {id: (number, None if mean is None else float(mean)) for id, number, mean in rows}


def complete_ones() -> Select[int]:
    """Open proposals that everybody who was to read them has scored, at least one of them, or stepped back from.

    Those are the reviewers it was given to, or all of its program; those who present it read nothing.
    """
    open_ = select(Proposal.id, Proposal.program_id).where(is_open()).subquery()
    some = select(ReviewAssignment.proposal_id).distinct().subquery()
    given = and_(ReviewAssignment.proposal_id == open_.c.id, ReviewAssignment.account_id == Account.id)
    presents = and_(Presenter.proposal_id == open_.c.id, Presenter.person_id == Account.person_id)
    said = and_(Review.proposal_id == open_.c.id, Review.account_id == Account.id)
    done = func.count().filter(Review.stand == Stand.DONE)
    return (
        select(open_.c.id)
        .join(Reviewer, Reviewer.program_id == open_.c.program_id)
        .join(Account, Account.id == Reviewer.account_id)
        .outerjoin(some, some.c.proposal_id == open_.c.id)
        .outerjoin(ReviewAssignment, given)
        .outerjoin(Presenter, presents)
        .outerjoin(Review, said)
        .where(
            may_review(),
            Presenter.id.is_(None),
            or_(some.c.proposal_id.is_(None), ReviewAssignment.account_id.is_not(None)),
        )
        .group_by(open_.c.id)
        .having(done > 0, func.count() == func.count().filter(Review.stand.in_((Stand.DONE, Stand.RECUSED))))
    )


def with_questions() -> Select[int]:
    """Open proposals about which a reviewer suggests a question that staff have not settled."""
    waits = exists().where(ReviewQuestion.proposal_id == Proposal.id, ReviewQuestion.outcome.is_(None))
    return select(Proposal.id).where(is_open(), waits)


def for_staff(account: Account) -> tuple[int, int, int]:
    """What waits for an account's own review; suggested questions; what everybody has scored and nobody decided: one query."""
    asked = (
        select(ReviewQuestion.id)
        .join(ReviewQuestion.proposal)
        .where(ReviewQuestion.outcome.is_(None), is_open())
    )
    queries: tuple[Select[Any], ...] = (
        waiting(account).order_by(None).with_only_columns(Proposal.id),
        asked,
        complete_ones(),
    )
    numbers = (select(func.count()).select_from(each.subquery()).scalar_subquery() for each in queries)
    mine, questions, ready = db.session.execute(select(*numbers)).one()
    return mine, questions, ready


def numbers_by_reviewer(program_id: int) -> dict[int, tuple[int, int]]:
    """How many reviews each account has given in a program, and how often it stepped back; one query."""
    rows = db.session.execute(
        select(
            Review.account_id,
            func.count().filter(Review.stand == Stand.DONE),
            func.count().filter(Review.stand == Stand.RECUSED),
        )
        .join(Review.proposal)
        .where(Proposal.program_id == program_id)
        .group_by(Review.account_id)
    )
    found: dict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))
    found.update({id: (done, recused) for id, done, recused in rows})
    return found
