"""Cases of the demonstration's cohorts: 24 in each, invented, in every state; those of past cohorts were presented and followed up."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import insert, select

from jam.base.database import db
from jam.base.now import now
from jam.cases.actions import free_code
from jam.cases.identifier_kinds import Kind
from jam.cases.models import CaseAsk, CaseSign, CaseText, Copy, EchoCase
from jam.cases.rules import HELD, RELEASED, State
from jam.cohorts.models import CohortFaculty, CohortMember
from jam.cohorts.rules import Standing
from jam.demo.aftermath import WAITING, follow, state_after
from jam.demo.fields import add_fields, answer_fields, log_steps
from jam.schedule.models import Cohort, Event
from jam.schedule.rules import State as EventState
from jam.vocabulary.queries import terms
from jam.vocabulary.rules import Kind as TermKind

BY = "command"
NUMBER = 24
_KEPT = timedelta(days=180 + 95)

#: Situation, what was tried, first question.
_STORIES = (
    ("Half of the people we hire leave within their first year.", "A mentor for each of them; it held while it lasted.",
     "What keeps people through the first three months?"),
    ("Two supervisors carry nine sites.", "A stipend for seniors who supervise; two applied.",
     "Who else can supervise, and what would payers accept?"),
    ("Our outreach hours are paid from a grant that ends soon.", "A new code; one payer of four pays for it.",
     "How do others pay for outreach after a grant?"),
    ("Six peer posts have been open for a year.", "Training once a year, far away; four finished it.",
     "How can people train near home?"),
    ("Documentation takes two hours a day.", "A note written with the client; half of the staff use it.",
     "What made everybody change at once?"),
    ("Hospitals pay a third more for the same license.", "Four-day weeks; fewer left, and the waiting list grew.",
     "What besides pay made people stay?"),
)  # fmt: skip
#: Of the cohort that runs now; the rest were presented or taken back.
_NOW = (
    *[State.PRESENTED] * 8, *[State.SCHEDULED] * 3, *[State.APPROVED] * 4, *[State.IN_REVIEW] * 2, *[State.SUBMITTED] * 3,
    State.CHANGES, State.DRAFT, State.DRAFT, State.WITHDRAWN,
)  # fmt: skip
_PAST = (*[State.PRESENTED] * 22, State.WITHDRAWN, State.WITHDRAWN)


def make_cases(cohorts: list[tuple[Cohort, list[Event]]]) -> None:
    """Write them in bulk, like everything that the demonstration holds in numbers; they come without letters."""
    levers = terms(TermKind.LEVER)
    for cohort, events in cohorts:
        members = _members(cohort)
        held = [each for each in events if each.ends_at <= now()]
        ahead = [each for each in events if each.starts_at > now() and each.state == EventState.PUBLISHED]
        if not members or not held:
            continue
        voices, fields = _voices(cohort, members), add_fields(cohort) if ahead else []
        for number, wanted in enumerate(_NOW if ahead else _PAST):
            at = {State.PRESENTED: held, State.SCHEDULED: ahead}.get(wanted)
            # Of a cohort that runs, the two of its latest session wait for their letters.
            last = bool(ahead) and number in WAITING
            event = (at[-1] if last else at[number % len(at)]) if at else None
            done = event is not None and wanted is State.PRESENTED
            state = state_after(event, number, running=bool(ahead)) if event and done else wanted
            case = _case(cohort, members[number % len(members)], state, event, number)
            case.terms = [levers[number % len(levers)]]
            if event and done:
                follow(case, event, number, levers, voices)
            if fields:
                answer_fields(case, fields, [each for each in Copy if case.words(each)], number)
            log_steps(case, number)
    db.session.flush()


def _members(cohort: Cohort) -> list[CohortMember]:
    """One member of each organization."""
    query = select(CohortMember).where(
        CohortMember.cohort_id == cohort.id, CohortMember.standing == Standing.CONFIRMED
    )
    rows = db.session.scalars(query.order_by(CohortMember.position, CohortMember.id))
    return list({each.application_id: each for each in reversed(list(rows))}.values())


def _voices(cohort: Cohort, members: list[CohortMember]) -> list[int]:
    """Who speaks up in the sessions: the faculty, and some members."""
    query = select(CohortFaculty.person_id).where(CohortFaculty.cohort_id == cohort.id)
    return [*db.session.scalars(query.order_by(CohortFaculty.id)), *(each.person_id for each in members[:5])]


def _case(cohort: Cohort, member: CohortMember, state: State, event: Event | None, number: int) -> EchoCase:
    situation, tried, question = _STORIES[number % len(_STORIES)]
    begun = (event.starts_at if event and event.ends_at <= now() else now()) - timedelta(days=30 + number % 9)
    home, released = (
        member.application,
        state in (*RELEASED, State.IN_REVIEW),
    )
    stands_at = event.ends_at if event and state in HELD else now() - timedelta(days=1 + number % 9)
    case = EchoCase(
        code=free_code(), cohort_id=cohort.id, person_id=member.person_id, member_id=member.id, state=state,
        state_at=stands_at, created_at=begun, sent_at=None if state is State.DRAFT else begun + timedelta(days=2),
        newness="new", setting=home.setting, size=home.size, area=home.area, turnover="30-50", vacancy="10-20",
        time_to_hire="60-90", limits=["pay"], consent_at=begun, attested_at=begun,
        released_changed_at=begun + timedelta(days=4) if released else None, event_id=event.id if event else None,
    )  # fmt: skip
    db.session.add(case)
    db.session.flush()
    texts = {
        "situation": situation, "tried": tried, "question1": question, "success": "Fewer open posts, and nobody new has left.",
        "background": "This is demonstration data. We are one of many organizations that look for the same people.",
    }  # fmt: skip
    # What presenters wrote of a case that ended long ago is gone by now.
    gone = state is State.CLOSED and event is not None and event.ends_at < now() - _KEPT
    copies = [Copy.RELEASED] if gone else [Copy.ORIGINAL, Copy.RELEASED] if released else [Copy.ORIGINAL]
    db.session.execute(
        insert(CaseText),
        [{"case_id": case.id, "copy": copy, "name": name, "words": words} for copy in copies for name, words in texts.items()],
    )  # fmt: skip
    if released and state is not State.IN_REVIEW:
        signed = {"case_id": case.id, "note": "", "signed_at": begun + timedelta(days=5), "signed_by": BY}
        db.session.execute(insert(CaseSign), [{**signed, "kind": kind} for kind in Kind])
    if state is State.CHANGES:
        case.asks.append(CaseAsk(words="Please say in the background how many people work in the team that this is about, as a band.",
                                 asked_at=stands_at, asked_by=BY))  # fmt: skip
    return case
