"""Who reviews, what they say, and what staff do with it. The caller commits."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from hashlib import sha256

from sqlalchemy import delete, func, select

from jam.audit.actions import record
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.base.text import clean_text
from jam.people.models import Account
from jam.people.rules import REVIEWERS
from jam.proposals import decisions
from jam.proposals.models import Proposal
from jam.proposals.rules import LONGEST_SHORT, State
from jam.proposals.steps import lock
from jam.review import rules
from jam.review.models import Review, ReviewAssignment, Reviewer, ReviewQuestion, ReviewScore
from jam.review.queries import review_of, still_open
from jam.review.rules import Outcome, Stand
from jam.review.sheets import ensure, sheet_of
from jam.schedule.models import Program

#: What the audit log calls the objects of these entries.
PROPOSAL, PROGRAM = "proposal", "program"

_CLOSED = "Staff have decided about this one, so nothing more can be changed here. What you typed stands below; copy it if you need it."


def add_reviewer(program: Program, account: Account, *, by: str) -> Reviewer:
    """Let an account review a program. Done twice, it is done once. Refused for accounts of another role."""
    if account.role not in REVIEWERS or not account.active:
        raise Refused(
            "Only reviewers and organizers can review. An administrator can change the account's role."
        )
    ensure(program)
    found = db.session.scalar(
        select(Reviewer).where(Reviewer.program_id == program.id, Reviewer.account_id == account.id)
    )
    if found is not None:
        return found
    made = Reviewer(program_id=program.id, account_id=account.id, added_at=now())
    db.session.add(made)
    db.session.flush()
    record("review.add_reviewer", PROGRAM, program.id, by=by, changes={"account": (None, account.id)})
    return made


def remove_reviewer(reviewer: Reviewer, *, by: str) -> None:
    """Ask an account to review a program no longer. What it said stays; what it was given goes back to all."""
    record(
        "review.remove_reviewer",
        PROGRAM,
        reviewer.program_id,
        by=by,
        changes={"account": (reviewer.account_id, None)},
    )
    theirs = select(Proposal.id).where(Proposal.program_id == reviewer.program_id)
    db.session.execute(
        delete(ReviewAssignment).where(
            ReviewAssignment.account_id == reviewer.account_id, ReviewAssignment.proposal_id.in_(theirs)
        )
    )
    db.session.delete(reviewer)
    db.session.flush()


def assign(proposal: Proposal, account_ids: Collection[int], *, by: str) -> None:
    """Give a proposal to certain reviewers of its program; to nobody in particular means to all of them again."""
    lock(proposal)
    allowed = set(
        db.session.scalars(select(Reviewer.account_id).where(Reviewer.program_id == proposal.program_id))
    )
    wanted = set(account_ids)
    if not wanted <= allowed:
        raise Refused("Somebody among these reviews this program no longer. Reload the page and choose anew.")
    query = select(ReviewAssignment).where(ReviewAssignment.proposal_id == proposal.id)
    was = {each.account_id: each for each in db.session.scalars(query)}
    for id in was.keys() - wanted:
        db.session.delete(was[id])
    for id in sorted(wanted - was.keys()):
        db.session.add(ReviewAssignment(proposal_id=proposal.id, account_id=id))
    if wanted != was.keys():
        record("review.assign", PROPOSAL, proposal.id, by=by, changes={"accounts": (_ids(was), _ids(wanted))})
    db.session.flush()


def _ids(ids: Collection[int]) -> str | None:
    return ", ".join(map(str, sorted(ids))) or None


def as_read(proposal: Proposal) -> str:
    """What marks the words of a proposal as they are now: a reviewer judges those they read, and no later ones."""
    words = (proposal.title, proposal.story, proposal.takeaways, proposal.evidence, *proposal.links)
    return sha256("\0".join(words).encode()).hexdigest()[:16]


def keep(
    proposal: Proposal, account: Account, points: Mapping[int, int], comment: str, *, seen: str, whole: bool, by: str
) -> Review:  # fmt: skip
    """Keep what a reviewer says: the whole of it, which counts from now on, or what they have so far.

    The first whole one starts the review of a proposal that was only received, and the volunteer is told. Refused once staff
    have decided, when they stepped back, when a score is missing, and when the words changed since they were `seen`.
    """
    comment = clean_text(comment, rules.LONGEST_COMMENT, "The comment")
    lock(proposal)
    review = _mine(proposal, account)
    sheet = sheet_of(proposal.program_id or 0)
    asked = {each.id: each for each in sheet.criteria if each.id is not None}
    given = {id: value for id, value in points.items() if id in asked and 1 <= value <= sheet.steps}
    missing = [each.name for id, each in asked.items() if id not in given]
    if whole and missing:
        raise Refused(f"Give a score for {' and '.join(missing)}.")
    if whole and seen != as_read(proposal):
        raise Refused(
            "The presenter changed the words while you read. They stand here as they are now; look at them once more, and save."
        )
    before = (review.stand, {id: mark[0] for id, mark in review.marks.items() if id in asked}, review.comment)
    for id, value in given.items():
        _score(review, id, value, sheet.steps)
    for each in [
        each for each in review.scores if each.criterion_id in asked and each.criterion_id not in given
    ]:
        review.scores.remove(each)
    review.comment = comment
    if whole:
        review.stand, review.done_at = Stand.DONE, review.done_at or now()
    after = (review.stand, given, comment)
    if before != after:
        review.changed_at = now()
    db.session.flush()
    if whole and before != after:
        record(
            "review.score" if before[0] != Stand.DONE else "review.score_again", PROPOSAL, proposal.id, by=by
        )
    if whole and proposal.state == State.RECEIVED:
        decisions.start_review(proposal, by=by)
    return review


def _mine(proposal: Proposal, account: Account) -> Review:
    """This reviewer's row, made where there is none yet. Refused where nothing can be said any more."""
    if not still_open(proposal):
        raise Refused(_CLOSED, 409)
    review = review_of(account, proposal.id)
    if review is None:
        review = Review(
            proposal_id=proposal.id,
            account_id=account.id,
            stand=Stand.BEGUN,
            comment="",
            reason="",
            changed_at=now(),
        )
        db.session.add(review)
        db.session.flush()
    if review.stand == Stand.RECUSED:
        raise Refused("You stepped back from this one. Ask the organizers if that was a mistake.", 409)
    return review


def _score(review: Review, criterion_id: int, value: int, steps: int) -> None:
    for each in review.scores:
        if each.criterion_id == criterion_id:
            each.points, each.steps = value, steps
            return
    review.scores.append(ReviewScore(criterion_id=criterion_id, points=value, steps=steps))


def suggest(proposal: Proposal, account: Account, words: str, *, by: str) -> ReviewQuestion | None:
    """Suggest a question to the presenter. Staff decide whether to send it; the same words twice are one question.

    None for no words. Refused once staff have decided, and for more questions than they can settle.
    """
    words = clean_text(words, LONGEST_SHORT, "The question")
    if not words:
        return None
    lock(proposal)
    _mine(proposal, account)
    mine = select(ReviewQuestion).where(
        ReviewQuestion.proposal_id == proposal.id, ReviewQuestion.account_id == account.id
    )
    earlier = list(db.session.scalars(mine))
    same = next((each for each in earlier if each.words == words), None)
    if same is not None:
        return same
    if sum(each.outcome is None for each in earlier) >= rules.MOST_QUESTIONS:
        raise Refused(
            f"{rules.MOST_QUESTIONS} questions of yours wait for staff already. Write the next one when they are settled."
        )
    made = ReviewQuestion(proposal_id=proposal.id, account_id=account.id, words=words, suggested_at=now())
    db.session.add(made)
    db.session.flush()
    record("review.suggest", PROPOSAL, proposal.id, by=by, changes={"question": (None, made.id)})
    return made


def settle(question: ReviewQuestion, send: bool, words: str, *, by: str) -> None:
    """Send a suggested question to the presenter, in these words, or put it aside. Refused when it is settled already."""
    lock(question.proposal)
    db.session.refresh(question)
    if question.outcome is not None:
        raise Refused("This question was settled already.", 409)
    if send:
        asked = decisions.ask(question.proposal, words, by=by)
        question.question_id = asked.id
    question.outcome = Outcome.SENT if send else Outcome.ASIDE
    question.settled_at = now()
    record(
        "review.settle",
        PROPOSAL,
        question.proposal_id,
        by=by,
        changes={"question": (question.id, question.outcome)},
    )


def step_back(proposal: Proposal, account: Account, reason: str, *, by: str) -> None:
    """Take no part in judging a proposal, for a reason. Scores and comment are taken out. Refused once staff decided."""
    reason = clean_text(reason, rules.LONGEST_REASON, "The reason")
    if not reason:
        raise Refused("Say in a few words why; only staff read it.")
    lock(proposal)
    review = review_of(account, proposal.id)
    if review is not None and review.stand == Stand.RECUSED:
        return
    review = _mine(proposal, account)
    review.scores.clear()
    review.stand, review.done_at, review.comment, review.reason = Stand.RECUSED, None, "", reason
    review.changed_at = now()
    db.session.flush()
    record("review.step_back", PROPOSAL, proposal.id, by=by)


def ask_back(review: Review, *, by: str) -> None:
    """Let somebody who stepped back read it after all: the page is open to them again, empty."""
    lock(review.proposal)
    db.session.refresh(review)
    if review.stand != Stand.RECUSED:
        return
    review.stand, review.reason, review.changed_at = Stand.BEGUN, "", now()
    record(
        "review.ask_back", PROPOSAL, review.proposal_id, by=by, changes={"account": (None, review.account_id)}
    )


def reviews_in(program: Program) -> int:
    """How many reviews of a program are in."""
    query = select(func.count()).select_from(Review).join(Review.proposal)
    return db.session.scalar(query.where(Proposal.program_id == program.id, Review.stand == Stand.DONE)) or 0
