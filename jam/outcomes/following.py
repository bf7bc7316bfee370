"""Asking what became of recommendations: the times, the answers, their release to the group, the end of a case. The caller commits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from jam.audit.actions import record
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.base.text import clean_text
from jam.base.zones import EASTERN, wall
from jam.cases.letters import SCOPE
from jam.cases.models import EchoCase
from jam.cases.retention import Beside
from jam.cases.rules import ENDED, State, Who
from jam.cases.steps import lock, take
from jam.cohorts.models import CohortMember
from jam.cohorts.rules import Standing
from jam.outcomes import asking
from jam.outcomes.asking import Turn
from jam.outcomes.models import CaseFollowUp, CaseNote, CaseOutcome, CaseRecommendation
from jam.outcomes.queries import follow_ups, sent
from jam.outcomes.rules import CHANGEABLE, LONGEST_HAPPENED, LONGEST_WHY, Answer

#: While a case is one of these, its presenter may answer.
ANSWERABLE = CHANGEABLE


@dataclass(frozen=True)
class Asked:
    """What the presenter of a case is asked, and when."""

    case: EchoCase
    rows: list[CaseFollowUp]
    recommendations: list[CaseRecommendation]

    @property
    def zone(self) -> str:
        """Whose calendar the days are of: the presenter's."""
        return self.case.person.time_zone or EASTERN

    @property
    def today(self) -> date:
        """The day that the presenter has."""
        return wall(now(), self.zone).date()

    @property
    def turns(self) -> dict[int, Turn]:
        """The times of asking by their days."""
        return {each.days: each for each in asking.turns((row.days, row.due_on) for row in self.rows)}

    @property
    def now(self) -> CaseFollowUp | None:
        """What may be answered now; None before, between cases that stand elsewhere, and after the last time."""
        if self.case.state not in ANSWERABLE or not self.recommendations:
            return None
        turn = asking.turn_at(self.turns.values(), self.today)
        return next((row for row in self.rows if turn and row.days == turn.days), None)

    @property
    def next_day(self) -> date | None:
        """The day of the next question."""
        if self.case.state != State.RECOMMENDED:
            return None
        return next((row.due_on for row in self.rows if row.due_on > self.today), None)

    @property
    def over(self) -> bool:
        """Whether there is nothing more to wait for: the last time is answered or has passed."""
        last = self.rows[-1] if self.rows else None
        return last is not None and (
            last.answered_at is not None or asking.over(list(self.turns.values()), self.today)
        )

    @property
    def wanted(self) -> bool:
        """Whether the presenter may be written to: still a member, reachable, and not tired of it."""
        return (
            self.case.member.standing == Standing.CONFIRMED
            and self.case.person.erased_at is None
            and not self.stopped
        )

    @property
    def stopped(self) -> bool:
        """Whether the presenter wants no letters about it."""
        return any(row.stopped_at is not None for row in self.rows)

    @property
    def to_close(self) -> bool:
        """Whether the case waits for nothing but being closed: it is followed up, or the group had no recommendation."""
        nothing = not self.rows and not self.recommendations
        return self.case.state == State.FOLLOWED_UP or (self.case.state == State.RECOMMENDED and nothing)

    @property
    def overdue(self) -> CaseFollowUp | None:
        """The question whose answer should be here by now."""
        row = self.now
        late = row is not None and row.answered_at is None and self.turns[row.days].overdue(self.today)
        return row if late and self.case.state == State.RECOMMENDED else None

    def last_day(self, row: CaseFollowUp) -> date:
        """The last day on which a question may be answered."""
        return self.turns[row.days].until - timedelta(days=1)

    def answers_before(self, row: CaseFollowUp | None) -> dict[int, list[tuple[CaseFollowUp, CaseOutcome]]]:
        """What was answered at earlier times, by recommendation, the first time first."""
        found: dict[int, list[tuple[CaseFollowUp, CaseOutcome]]] = {}
        for each in self.rows:
            if row is None or each.days < row.days:
                for outcome in each.outcomes:
                    found.setdefault(outcome.recommendation_id, []).append((each, outcome))
        return found


def asked_of(case: EchoCase) -> Asked:
    """What the presenter of a case is asked."""
    return Asked(case, follow_ups(case), sent(case))


def followed(cohort_ids: Iterable[int]) -> list[EchoCase]:
    """The cases of these cohorts whose recommendations were sent, the latest session first."""
    query = (
        select(EchoCase)
        .where(EchoCase.cohort_id.in_(list(cohort_ids)), EchoCase.recommendations_sent_at.is_not(None))
        .options(
            joinedload(EchoCase.cohort), joinedload(EchoCase.person), joinedload(EchoCase.event),
            joinedload(EchoCase.member).joinedload(CohortMember.application),
        )
        .order_by(EchoCase.presented_at.desc(), EchoCase.id.desc())
    )  # fmt: skip
    return list(db.session.scalars(query))


def asked_of_all(cases: list[EchoCase]) -> list[Asked]:
    """What the presenters of these cases are asked, in a fixed number of queries."""
    ids = [case.id for case in cases]
    rows: dict[int, list[CaseFollowUp]] = {}
    asked = (
        select(CaseFollowUp).where(CaseFollowUp.case_id.in_(ids)).options(selectinload(CaseFollowUp.outcomes))
    )
    for row in db.session.scalars(asked.order_by(CaseFollowUp.days)):
        rows.setdefault(row.case_id, []).append(row)
    said: dict[int, list[CaseRecommendation]] = {}
    written = select(CaseRecommendation).where(
        CaseRecommendation.case_id.in_(ids), CaseRecommendation.removed_at.is_(None)
    )
    for each in db.session.scalars(written.order_by(CaseRecommendation.position, CaseRecommendation.id)):
        said.setdefault(each.case_id, []).append(each)
    return [
        Asked(case, rows.get(case.id, []), said.get(case.id, []) if case.recommendations_sent_at else [])
        for case in cases
    ]


# --- the times ----------------------------------------------------------------------------------------------------------


def plan(case: EchoCase) -> list[CaseFollowUp]:
    """Set the days on which the presenter is asked, once recommendations were sent; returns them. No fault when they are set."""
    there = follow_ups(case)
    if there or case.presented_at is None or case.recommendations_sent_at is None or not sent(case):
        return there
    zone = case.event.time_zone if case.event else EASTERN
    held = wall(case.event.starts_at if case.event else case.presented_at, zone).date()
    for days, due_on in asking.plan(held, wall(case.recommendations_sent_at, zone).date()):
        db.session.add(CaseFollowUp(case_id=case.id, days=days, due_on=due_on))
    db.session.flush()
    return follow_ups(case)


def settle(case: EchoCase, *, by: str) -> bool:
    """Let a case be followed up when nothing more is awaited; returns whether it is from now on."""
    if case.state != State.RECOMMENDED or not asked_of(case).over:
        return False
    take(case, "follow", Who.JAM, by=by)
    return True


# --- the presenter ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Said:
    """What became of one recommendation, as the presenter says."""

    answer: Answer | None
    words: str = ""
    #: `said_stamp` of what stood on the page that it was said on; None where that is not known.
    seen: str | None = None


def said_stamp(answer: str | None, words: str) -> str:
    """Tells what was said of a recommendation from anything else; that nothing was, too."""
    return sha256(repr((str(answer or ""), words)).encode()).hexdigest()[:16]


def answer(case: EchoCase, days: int, said: Mapping[int, Said], *, by: str) -> int:
    """Keep what the presenter says of their recommendations, by their ids; returns how many are answered now.

    What is not named, or came without button and words, stays as it is. Refused when this time is not the one that may be
    answered, when something else was said meanwhile than stood on the page, and without a single button.
    """
    lock(case)
    # The page was read before the lock: what a second press of the same button has kept meanwhile counts.
    kept = (
        select(CaseFollowUp)
        .where(CaseFollowUp.case_id == case.id)
        .options(selectinload(CaseFollowUp.outcomes))
    )
    db.session.scalars(kept.execution_options(populate_existing=True)).all()
    asked = asked_of(case)
    row = asked.now
    if row is None or row.days != days:
        raise Refused("The time to answer this is over. What you said before is kept.", 409)
    rows = {each.recommendation_id: each for each in row.outcomes}
    changed = 0
    for each in asked.recommendations:
        given, outcome = said.get(each.id, Said(None)), rows.get(each.id)
        words = clean_text(given.words, LONGEST_HAPPENED, "What happened")
        if given.answer is None and not words:
            continue
        if _kept_otherwise(outcome, given, words):
            if given.seen == said_stamp(given.answer, words):
                continue  # left as it stood on the page
            raise Refused(
                "You answered on another page meanwhile. That is saved and stands beside; what you typed here is not. "
                "Send it again to put it in its place.",
                409,
            )
        if outcome is None and given.answer is None:
            raise Refused(
                "You wrote what happened without a button. Choose one, too; what you typed stands here."
            )
        if outcome is None:
            outcome = CaseOutcome(recommendation_id=each.id, answer=given.answer, words="", answered_at=now())
            row.outcomes.append(outcome)
            changed += 1
        changed += _change(outcome, given.answer, words)
    db.session.flush()
    if not row.outcomes:
        raise Refused("Choose a button for at least one of them. “Not yet” is an answer, too.")
    if changed:
        first, row.answered_at = row.answered_at is None, row.answered_at or now()
        # What was said stands in no log: that it was is enough.
        record("outcomes.answer", SCOPE, case.id, by=by, changes={"days": (None if first else days, days)})
    settle(case, by=by)
    return len(row.outcomes)


def _kept_otherwise(outcome: CaseOutcome | None, given: Said, words: str) -> bool:
    """Whether something else is kept than stood on the page, and than is given now."""
    kept = (outcome.answer, outcome.words) if outcome else ("", "")
    return given.seen not in (None, said_stamp(*kept)) and kept != (given.answer, words)


def _change(outcome: CaseOutcome, chosen: Answer | None, words: str) -> bool:
    other = chosen is not None and outcome.answer != chosen
    if other:
        outcome.answer = str(chosen)
    if outcome.words != words:
        outcome.words, other = words, True
        # Others may read words only after a coordinator has read these very words.
        outcome.released_words = outcome.released_at = None
    if other:
        outcome.answered_at = now()
    return other


def stop(case: EchoCase, stopped: bool, *, by: str) -> None:
    """Write no more letters about a case, or write them again; its page stays open to answers."""
    lock(case)
    rows = follow_ups(case)
    if case.state not in ANSWERABLE or any(row.stopped_at is not None for row in rows) == stopped:
        return
    for row in rows:
        row.stopped_at = now() if stopped else None
    db.session.flush()
    record("outcomes.stop", SCOPE, case.id, by=by, changes={"letters": (stopped, not stopped)})


# --- the cohort ----------------------------------------------------------------------------------------------------------


def waiting_words(cases: Iterable[EchoCase]) -> dict[int, int]:
    """How many answers of these cases have words that nobody has released, by the case's id."""
    ids = [case.id for case in cases]
    query = (
        select(CaseFollowUp.case_id)
        .join(CaseOutcome, CaseOutcome.follow_up_id == CaseFollowUp.id)
        .where(CaseFollowUp.case_id.in_(ids), CaseOutcome.words != "", CaseOutcome.released_at.is_(None))
    )
    found: dict[int, int] = {}
    for id in db.session.scalars(query):
        found[id] = found.get(id, 0) + 1
    return found


def told(case: EchoCase) -> dict[int, tuple[str, list[tuple[int, str]]]]:
    """What the group may know of each recommendation, by its id: the newest answer, and what happened in words that were
    released, each with its days."""
    return {
        id: (
            answers[-1][1].answer,
            [(row.days, each.released_words) for row, each in answers if each.released_words],
        )
        for id, answers in asked_of(case).answers_before(None).items()
    }


def fingerprint(outcome: CaseOutcome) -> str:
    """Tells what the presenter wrote from anything else they might write."""
    return sha256(outcome.words.encode()).hexdigest()[:16]


def release(case: EchoCase, outcome: CaseOutcome, words: str | None, *, by: str) -> None:
    """Let others read what happened in these words; None takes them back, and the empty text says that none go out."""
    lock(case)
    cleaned = None if words is None else clean_text(words, LONGEST_HAPPENED, "What happened")
    if outcome.released_words == cleaned:
        return
    before = outcome.released_at is not None
    outcome.released_words, outcome.released_at = cleaned, None if cleaned is None else now()
    db.session.flush()
    record("outcomes.release", SCOPE, case.id, by=by, changes={"released": (before, cleaned is not None)})


def why_needed(asked: Asked) -> bool:
    """Whether closing this case now would be early, so that a reason is asked for."""
    return asked.case.state == State.PRESENTED or (asked.case.state == State.RECOMMENDED and bool(asked.rows))


def close(case: EchoCase, why: str, *, by: str) -> None:
    """Close a case. Refused without a reason while something is still awaited of it."""
    lock(case)
    reason = clean_text(why, LONGEST_WHY, "The reason")
    asked = asked_of(case)
    if why_needed(asked) and not reason:
        raise Refused("Its follow-up is not over. Say why you close it now; the presenter reads it.")
    take(case, "close", Who.LEAD, by=by)
    case.closed_at, case.closed_why = now(), reason
    db.session.flush()


# --- what goes with the originals -----------------------------------------------------------------------------------------

#: Nothing was sent to the presenter yet, and it still can be: what was written down for it is needed.
_TO_SEND = and_(EchoCase.recommendations_sent_at.is_(None), EchoCase.state.not_in(ENDED))
_NOTES = or_(CaseNote.removed_at.is_not(None), ~_TO_SEND)
_LINES = or_(
    CaseRecommendation.removed_at.is_not(None),
    and_(EchoCase.recommendations_sent_at.is_(None), EchoCase.state.in_(ENDED)),
)


def forget(case: EchoCase) -> None:
    """What presenters and recorders wrote for few goes with the case's originals; what was sent or released stays, and of a case
    that is still to be closed what is still to be sent."""
    for row in follow_ups(case):
        for outcome in row.outcomes:
            outcome.words = ""
    notes = select(CaseNote).join(CaseNote.case).where(EchoCase.id == case.id, _NOTES)
    lines = select(CaseRecommendation).join(CaseRecommendation.case).where(EchoCase.id == case.id, _LINES)
    for each in [*db.session.scalars(notes), *db.session.scalars(lines)]:
        db.session.delete(each)
    db.session.flush()


def _written_at(case: EchoCase) -> datetime | None:
    """When the newest of what `forget` takes was written, or taken out; None where there is none."""
    newest = (
        select(func.max(CaseOutcome.answered_at))
        .join(CaseOutcome.follow_up)
        .where(CaseFollowUp.case_id == case.id, CaseOutcome.words != ""),
        select(func.max(func.coalesce(CaseNote.removed_at, CaseNote.captured_at)))
        .join(CaseNote.case)
        .where(EchoCase.id == case.id, _NOTES),
        select(func.max(func.coalesce(CaseRecommendation.removed_at, CaseRecommendation.captured_at)))
        .join(CaseRecommendation.case)
        .where(EchoCase.id == case.id, _LINES),
    )
    return max((at for query in newest if (at := db.session.scalar(query)) is not None), default=None)


def _said(case: EchoCase) -> bool:
    """Whether anything that was said in its session is written down."""
    return any(
        db.session.scalar(select(kind.id).where(kind.case_id == case.id, kind.removed_at.is_(None)).limit(1))
        for kind in (CaseRecommendation, CaseNote)
    )


BESIDE = Beside(
    left=or_(
        exists().where(
            CaseFollowUp.case_id == EchoCase.id,
            CaseOutcome.follow_up_id == CaseFollowUp.id,
            CaseOutcome.words != "",
        ),
        exists().where(CaseNote.case_id == EchoCase.id, _NOTES),
        exists().where(CaseRecommendation.case_id == EchoCase.id, _LINES),
    ),
    written_at=_written_at,
    said=_said,
)
