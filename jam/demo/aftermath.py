"""What came of the demonstration's cases: what the group recommended, and what their presenters say became of it. Invented."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from uuid import NAMESPACE_URL, uuid5

from jam.base.database import db
from jam.base.now import now
from jam.base.zones import to_utc, wall
from jam.cases.models import EchoCase
from jam.cases.rules import HELD, State
from jam.outcomes.models import CaseFollowUp, CaseOutcome, CaseRecommendation
from jam.outcomes.rules import FOLLOW_UP_DAYS, Answer
from jam.schedule.holidays import working_days_after
from jam.schedule.models import Event
from jam.vocabulary.models import Term

BY = "command"
#: The cases of a running cohort whose recommendations are not sent yet, by their numbers.
WAITING = (6, 7)

#: What the group recommends for each of the stories, in their order.
_RECOMMENDED = (
    ("Call everybody whom you hire once a week in the first month; let somebody do it who is not their supervisor.",
     "Give mentors two hours a week for it, and write these hours into the roster.",
     "Ask those who leave after half a year, not on their last day."),
    ("Let one supervisor from outside come twice a month, by video, and share the cost with a neighbor.",
     "Pay a step more for supervision instead of a stipend.",
     "Ask the state which licenses may supervise; the list is longer than most think."),
    ("Count which visits each payer paid for in a quarter, and show it to the one who pays least.",
     "Write the next grant for what a code does not cover, and only for that.",
     "Join with two other organizations before you talk to the plan."),
    ("Offer the training on Saturdays in a library nearby, with travel paid.",
     "Post peer positions where peers are: at meetings, not on a job board.",
     "Begin with twenty hours a week, so that benefits are not at risk.",
     "Let a peer sit on the panel that hires."),
    ("Begin with one team that wants it, and let that team show the others.",
     "Take out every field that nobody has read for a year."),
    ("Offer loan repayment in your first talk, not in the third.",
     "Let people trade one long day for a free Friday, on trial for three months.",
     "Say in the advertisement what a week looks like."),
)  # fmt: skip
_HAPPENED = {
    Answer.TRIED: "We tried it with one team; it takes more time than we thought.",
    Answer.ADOPTED: "It is in our handbook now.",
    Answer.DROPPED: "Our board did not want it this year.",
    Answer.NOT_YET: "",
}
#: What somebody answers at the three times, by how a recommendation fares.
_FARES = (
    (Answer.NOT_YET, Answer.TRIED, Answer.ADOPTED),
    (Answer.TRIED, Answer.ADOPTED, Answer.ADOPTED),
    (Answer.NOT_YET, Answer.NOT_YET, Answer.TRIED),
    (Answer.TRIED, Answer.DROPPED, Answer.DROPPED),
    (Answer.NOT_YET, Answer.NOT_YET, Answer.DROPPED),
)
_SUMMARY = (
    "In short: they have tried one thing, it held for a while, and they ask what would hold for longer."
)


def state_after(event: Event, number: int, *, running: bool) -> State:
    """Where a case stands that was presented at a session; of a running cohort two wait for their letter."""
    days = (now() - event.starts_at).days
    if running and number in WAITING:
        return State.PRESENTED
    if days < FOLLOW_UP_DAYS[-1]:
        return State.RECOMMENDED if days > 4 else State.PRESENTED
    return State.FOLLOWED_UP if days < 120 or (days < 900 and number == 20) else State.CLOSED


def follow(case: EchoCase, event: Event, number: int, levers: Sequence[Term], voices: Sequence[int]) -> None:
    """Write what came of a case that was presented, and since when it stands where it stands."""
    if case.state not in HELD:
        return
    held = wall(event.starts_at, event.time_zone).date()
    case.presented_at = case.state_at = event.ends_at
    case.recommendations_due_on = working_days_after(held, 3)
    case.summary, case.summary_confirmed_at = _SUMMARY, event.ends_at
    without = case.state == State.CLOSED and number == 9
    lines = [] if without else _lines(case, event, number, levers, voices)
    db.session.add_all(lines)
    if case.state == State.PRESENTED:
        return
    sent = min(event.ends_at + timedelta(days=1 + number % 5, hours=2), now() - timedelta(hours=1))
    case.recommendations_sent_at = case.state_at = sent
    if without:
        case.none_why = "The hour ran out after the questions. We take it up again when you bring it."
        case.closed_at = case.state_at = sent + timedelta(days=1)
        return
    _follow_ups(case, held, event.time_zone, number, lines)


def _lines(
    case: EchoCase, event: Event, number: int, levers: Sequence[Term], voices: Sequence[int]
) -> list[CaseRecommendation]:
    said = _RECOMMENDED[number % len(_RECOMMENDED)]
    return [
        CaseRecommendation(
            case_id=case.id, client_id=str(uuid5(NAMESPACE_URL, f"{case.id}:{place}")), position=place, words=words,
            suggested_by_id=voices[(number + place) % len(voices)] if voices and place % 3 else None,
            term_id=levers[(number + place) % len(levers)].id, captured_at=event.ends_at - timedelta(minutes=20 - place),
            captured_by=BY,
        )
        for place, words in enumerate(said, 1)
    ]  # fmt: skip


def _follow_ups(case: EchoCase, held: date, zone: str, number: int, lines: list[CaseRecommendation]) -> None:
    for turn, days in enumerate(FOLLOW_UP_DAYS):
        due = held + timedelta(days=days)
        asked = to_utc(due, time(9), zone)
        row = CaseFollowUp(case_id=case.id, days=days, due_on=due)
        db.session.add(row)
        if asked > now():
            continue
        row.asked_at = asked
        last = days == FOLLOW_UP_DAYS[-1]
        if (number + turn) % 5 == 4 and not last:
            row.reminded_at = asked + timedelta(days=7) if asked + timedelta(days=7) <= now() else None
            continue
        row.answered_at = min(asked + timedelta(days=1 + number % 4), now() - timedelta(minutes=5))
        row.outcomes = [
            _outcome(line, turn, number + place, row.answered_at) for place, line in enumerate(lines)
        ]
        if last:
            case.state_at = row.answered_at
    if case.state == State.CLOSED:
        case.closed_at = case.state_at = case.state_at + timedelta(days=5)


def _outcome(line: CaseRecommendation, turn: int, fares: int, at: datetime) -> CaseOutcome:
    answer = _FARES[fares % len(_FARES)][turn]
    words = _HAPPENED[answer] if fares % 2 else ""
    released = words if words and fares % 3 else None
    return CaseOutcome(
        recommendation=line, answer=answer, words=words, answered_at=at, released_words=released,
        released_at=at + timedelta(hours=20) if released else None,
    )  # fmt: skip
