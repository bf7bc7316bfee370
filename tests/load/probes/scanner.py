"""A mail scanner opens every link of every letter before its reader does. Nothing may happen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from itertools import count

import requests
from sqlalchemy import select

from jam.attendance import requests as corrections
from jam.attendance.rules import Asked as Answered
from jam.base.database import db
from jam.base.now import frozen, now
from jam.cases import plans
from jam.cases.actions import withdraw
from jam.cases.handing import hand
from jam.cases.models import EchoCase
from jam.cases.retention import announce
from jam.cases.rules import State as CaseState
from jam.cases.rules import Who
from jam.cases.steps import take
from jam.cohorts import decisions as admissions
from jam.cohorts import faculty, members
from jam.cohorts.rules import Role as CohortRole
from jam.cohorts.rules import State as Applied
from jam.interest import actions as interest
from jam.interest.rules import Way
from jam.library import actions as library
from jam.mail.actions import hasten
from jam.mail.kinds import kinds
from jam.mail.models import Letter
from jam.me.actions import send_page_link
from jam.outcomes import actions as outcomes
from jam.outcomes.actions import Line
from jam.outcomes.asking_letters import AGAIN, ASK, ask
from jam.outcomes.following import asked_of
from jam.people.actions import Details, mail_sign_in_link
from jam.people.rules import AccountRole
from jam.proposals import chasing, decisions, invitations
from jam.proposals import stage as stage_of
from jam.proposals.models import Proposal
from jam.proposals.presenters import Other
from jam.proposals.rules import Credit, Format
from jam.proposals.rules import Kind as Sort
from jam.proposals.rules import State as Standing
from jam.registration import accommodations, group, passes, questions
from jam.registration import actions as registrations
from jam.registration.colleagues import register_colleagues
from jam.registration.models import Registration, SeriesPass
from jam.registration.queries import dates_missing
from jam.registration.rules import Need
from jam.reminders import actions as reminders
from jam.reminders.jobs import write_due
from jam.review import actions as review
from jam.review.letters import tell
from jam.schedule import actions as schedule
from jam.schedule.models import Cohort
from tests import makers
from tests.cases import brought
from tests.load.browser import PATIENCE, another_place, quiet_session, statuses
from tests.load.probe import Probe, Sizes
from tests.load.report import Report
from tests.load.stage import Stage
from tests.load.tables import differing
from tests.outcomes.followed import sent_case
from tests.proposals import offers

_numbers = count(1)


def _registered() -> None:
    makers.registration(makers.event())


def _seat_cancelled() -> None:
    registrations.cancel(makers.registration(makers.event()), by=makers.BY)


def _moved() -> None:
    event = makers.event()
    makers.registration(event)
    _told(event.id)
    schedule.move(
        event, event.starts_at + timedelta(hours=1), event.ends_at + timedelta(hours=1), by=makers.BY
    )


def _cancelled() -> None:
    event = makers.event()
    makers.registration(event)
    _told(event.id)
    schedule.cancel(event, by=makers.BY)


def _reinstated() -> None:
    event = makers.event()
    makers.registration(event)
    _told(event.id)
    schedule.cancel(event, by=makers.BY)
    _told(event.id)
    schedule.reinstate(event, by=makers.BY)


def _waiting() -> None:
    _queue()


def _promoted() -> None:
    first, _second = _queue()
    registrations.cancel(first, by=makers.BY)


def _offered() -> Registration:
    first, second = _queue(offer_hours=24)
    registrations.cancel(first, by=makers.BY)
    return second


def _offer_lapsed() -> None:
    second = _offered()
    second.offer_until = now()
    db.session.flush()
    registrations.lapse(second, by=makers.BY)


def _pending() -> Registration:
    return makers.registration(makers.event(approval=True))


def _approved() -> None:
    registrations.approve(_pending(), by=makers.BY)


def _declined() -> None:
    registrations.decline(_pending(), by=makers.BY)


def _answered(state: Answered) -> Callable[[], object]:
    """A request for a correction of attendance was answered."""

    def cause() -> None:
        event = makers.event(starts_at=now() - timedelta(days=3))
        asked = corrections.ask(event, makers.registration(event).person, "I was there.", by=makers.BY)
        corrections.answer(asked, state, "We looked.", by=makers.BY)

    return cause


def _queue(**columns: int) -> tuple[Registration, Registration]:
    """Somebody with the only seat of a session, and somebody who waits for it."""
    event = makers.event(capacity=1, waiting_list=True, **columns)
    return makers.registration(event), makers.registration(event)


def _pass() -> SeriesPass:
    program = makers.program(f"series-{next(_numbers)}")
    makers.event(program)
    return passes.take(program, makers.person().address or "", Details(name="Ana Lee"), by=makers.BY)


def _pass_dates() -> None:
    held = _pass()
    makers.event(held.program, starts_at=now() + timedelta(days=60))
    passes.catch_up(dates_missing(held), by=makers.BY)


def _pass_left() -> None:
    passes.leave(_pass(), by=makers.BY)


def _interest_received() -> None:
    interest.take_part(makers.person().address or "", Details(name="Ana Lee"), {Way.PRESENT}, "On call")


def _news_confirm() -> None:
    interest.ask_for_news(makers.person(), by=makers.BY)


def _accommodation() -> None:
    seat = makers.registration(makers.event())
    questions.keep(seat, questions.Said(accommodation="Captions, please"))
    accommodations.settle(seat, Need.ARRANGED, "", by=makers.BY)


def _my_page() -> None:
    send_page_link(makers.person().address or "")


def _group() -> None:
    seat = makers.registration(makers.event())
    words = group.wording(*group.first_words(seat.event))
    group.send(seat.event, [seat], words, mark=str(seat.id), by=makers.BY)


def _registered_by() -> None:
    named = [("Cal Roe", makers.person().address or "")]
    host = makers.person().address or ""
    register_colleagues(makers.event(), host, Details(name="Ana Lee"), named, by=makers.BY)


def _reminders() -> None:
    """To people with a seat a week and an hour before, to those who wait a day before."""
    event = makers.event(capacity=1, waiting_list=True)
    makers.registration(event)
    makers.registration(event)
    waiting = replace(
        reminders.DEFAULTS[1], name="Still waiting", kind="reminder-waiting", audience="waiting"
    )
    reminders.add(event, waiting, by=makers.BY)
    db.session.commit()
    for ahead in (timedelta(weeks=1), timedelta(days=1), timedelta(hours=1)):
        with frozen(event.starts_at - ahead):
            write_due()


def _faculty_reminder() -> None:
    """To who leads a cohort, a day before its session."""
    cohort = makers.cohort()
    brought.faculty(cohort, CohortRole.FACILITATOR)
    event = makers.cohort_event(cohort)
    db.session.commit()
    with frozen(event.starts_at - timedelta(days=1)):
        write_due()


def _follow_ups() -> None:
    """To who came and to who did not, a day after."""
    event = makers.event(starts_at=now() - timedelta(hours=26), recording_url="https://video.example/1")
    came = makers.registration(event)
    makers.registration(event)
    makers.reported(event, came)
    db.session.commit()
    write_due()


def _proposal(state: Standing) -> Callable[[], object]:
    return lambda: offers.proposal(state)


def _invited() -> Proposal:
    return offers.proposal(others=(Other("Cal Roe", makers.person().address or ""),))


def _invited_answered() -> None:
    offers.yes(_invited().presenters[1])


def _question() -> None:
    decisions.ask(offers.proposal(), "Since when?", by=makers.BY)


def _stage_moved() -> None:
    made = offers.proposal(Standing.CONFIRMED)
    event = made.event
    assert event is not None
    later = timedelta(hours=1)
    schedule.move(event, event.starts_at + later, event.ends_at + later, by=makers.BY)


def _chased() -> None:
    """A week before the session, to whoever has not sent everything."""
    made = offers.proposal(Standing.CONFIRMED)
    event = made.event
    assert event is not None
    db.session.commit()
    with frozen((event.starts_at - timedelta(weeks=1)).replace(hour=18)):
        chasing.chase()


def _wanted() -> None:
    invitations.invite_known(makers.person(), "We heard of you.", [], by=makers.BY)


def _unscheduled() -> None:
    stage_of.take_off(offers.proposal(Standing.SCHEDULED), by=makers.BY)


def _reopened() -> None:
    decisions.reopen(offers.proposal(Standing.NOT_NOW), by=makers.BY)


def _review_waiting() -> None:
    reader = makers.account(AccountRole.REVIEWER, f"reader{next(_numbers)}@staff.example")
    review.add_reviewer(makers.program(), reader, by=makers.BY)
    offers.proposal()
    tell(reader, 1, "2026-12-15")


def _cohort() -> Cohort:
    return makers.cohort(f"cohort-{next(_numbers) + 100}")


def _decided(decision: Applied) -> Callable[[], object]:
    """A team applies, and its contact is told; those of an admitted team are asked."""

    def tell_them() -> None:
        made = makers.application(_cohort())
        admissions.decide(made, decision, "We look forward to it.", by=makers.BY)
        admissions.release([made], by=makers.BY)

    return tell_them


def _cohort_members() -> None:
    """A team is welcomed, gets a new date, and one of them leaves."""
    group = _cohort()
    made = makers.admitted(group)
    makers.cohort_event(group)
    members.leave(made.team[-1], by=makers.BY)


def _cohort_guest() -> None:
    address = makers.person(name="Cal Roe").address or ""
    faculty.invite_guest(makers.cohort_event(_cohort()), "Cal Roe", address, "Tell us.", by=makers.BY)


def _shared() -> Proposal:
    return offers.proposal(
        Standing.ACCEPTED, kind=Sort.SHARE, minutes=None, credit=Credit.NAME, format=Format.RESOURCE
    )


def _published() -> None:
    library.publish(_shared(), by=makers.BY)


def _sign_in() -> None:
    address = makers.account().person.address
    assert address
    mail_sign_in_link(address)


def _told(event_id: int) -> None:
    """People know what was written to them so far; otherwise a change takes the letter's place."""
    for letter in db.session.scalars(
        select(Letter).where(Letter.scope_kind == "event", Letter.scope_id == event_id)
    ):
        letter.state = "sent"
    db.session.flush()


def _case(*states: CaseState) -> Callable[[], None]:
    def cases() -> None:
        group = _cohort()
        for role in (CohortRole.COORDINATOR, CohortRole.EXPERT):
            brought.faculty(group, role)
        for state in states:
            brought.case(brought.member(group, f"Cedar Ridge {next(_numbers)}"), state)

    return cases


def _recommended(made: EchoCase) -> None:
    """The presenter and the members hear of it, and the presenter of a correction."""
    plans.mark_presented(made, by=makers.BY)
    brought.member(made.cohort, f"Lakeside {next(_numbers)}")
    outcomes.keep(made, Line("one", "Pay for the drive."), by=makers.BY)
    outcomes.send(made, by=makers.BY)
    outcomes.keep(made, Line("one", "Pay the drive."), by=makers.BY)


def _without(made: EchoCase) -> None:
    plans.mark_presented(made, by=makers.BY)
    outcomes.send(made, none_why="The time ran out.", by=makers.BY)


def _closed(made: EchoCase) -> None:
    plans.mark_presented(made, by=makers.BY)
    take(made, "close", Who.LEAD, by=makers.BY)


def _case_ended(end: Callable[[EchoCase], object]) -> Callable[[], None]:
    """A case with a session that has begun, to which something happens."""

    def ended() -> None:
        group = _cohort()
        event = makers.cohort_event(group)
        made = brought.case(
            brought.member(group, f"Cedar Ridge {next(_numbers)}"), CaseState.SCHEDULED, event
        )
        event.starts_at, event.ends_at = now() - timedelta(minutes=5), now() + timedelta(minutes=85)
        db.session.flush()
        end(made)

    return ended


def _handed() -> None:
    """A presenter hands a case to a colleague."""
    who = brought.member(_cohort(), f"Cedar Ridge {next(_numbers)}")
    made = brought.case(who, CaseState.SUBMITTED)
    hand(made, who.application.team[1], Who.PRESENTER, giver=who.person, by=makers.BY)


def _case_going() -> None:
    """Nobody presented a case, and its cohort is long over."""
    made = brought.case(brought.member(_cohort(), f"Cedar Ridge {next(_numbers)}"), CaseState.APPROVED)
    made.cohort.starts_on = made.cohort.ends_on = (now() - timedelta(days=400)).date()
    made.state_at = now() - timedelta(days=400)
    db.session.flush()
    announce(made)


def _case_gone() -> None:
    """The faculty reads a case that its presenter then takes back."""
    group = _cohort()
    for role in (CohortRole.COORDINATOR, CohortRole.FACILITATOR):
        brought.faculty(group, role)
    made = brought.case(brought.member(group, f"Cedar Ridge {next(_numbers)}"), CaseState.APPROVED)
    withdraw(made, Who.PRESENTER, by=makers.BY)


def _asked_about() -> None:
    """A presenter is asked what became of the recommendations, and reminded."""
    made, _ = sent_case(brought.member(_cohort(), f"Cedar Ridge {next(_numbers)}"), days_ago=45)
    asked = asked_of(made)
    row = asked.now
    assert row is not None
    for kind in (ASK, AGAIN):
        ask(kind, asked, row)


#: What brings about each kind of letter that Jam sends. A kind that is missing here fails the probe.
CAUSES: dict[str, Callable[[], object]] = {
    "accommodation": _accommodation,
    "approved": _approved,
    "attendance-corrected": _answered(Answered.ACCEPTED),
    "attendance-kept": _answered(Answered.DECLINED),
    "cancelled": _cancelled,
    "case-approved": (approved_case := _case(CaseState.APPROVED)),
    "case-changes": _case(CaseState.CHANGES),
    "case-presented": _case_ended(lambda made: plans.mark_presented(made, by=makers.BY)),
    "case-follow-up": (asked_about := _asked_about),
    "case-follow-up-again": asked_about,
    "case-closed": _case_ended(_closed),
    "case-going": _case_going,
    "case-gone": _case_gone,
    "case-handed": (handed := _handed),
    "case-handed-on": handed,
    "case-none": _case_ended(_without),
    "case-recommended": (recommended := _case_ended(_recommended)),
    "case-rewritten": recommended,
    "case-summary": recommended,
    "case-released": approved_case,
    "case-received": (submitted := _case(CaseState.SUBMITTED)),
    "case-scheduled": _case(CaseState.SCHEDULED),
    "case-unscheduled": _case_ended(lambda made: plans.take_off(made, Who.LEAD, by=makers.BY)),
    "case-waiting": submitted,
    "case-withdrawn": _case_ended(lambda made: withdraw(made, Who.PRESENTER, by=makers.BY)),
    "cohort-admitted": (admitted := _decided(Applied.ADMITTED)),
    "cohort-confirm": admitted,
    "cohort-dates": _cohort_members,
    "cohort-declined": _decided(Applied.DECLINED),
    "cohort-guest": _cohort_guest,
    "cohort-left": _cohort_members,
    "cohort-received": admitted,
    "cohort-waiting": _decided(Applied.WAITING),
    "cohort-welcome": _cohort_members,
    "declined": _declined,
    "follow-up-came": _follow_ups,
    "follow-up-missed": _follow_ups,
    "group": _group,
    "interest-received": _interest_received,
    "invited-to-propose": _wanted,
    "moved": _moved,
    "my-page": _my_page,
    "news-confirm": _news_confirm,
    "offer-lapsed": _offer_lapsed,
    "offered": _offered,
    "pass": _pass,
    "pass-dates": _pass_dates,
    "pass-left": _pass_left,
    "pending": _pending,
    "promoted": _promoted,
    "proposal-accepted": _proposal(Standing.ACCEPTED),
    "proposal-answered": _invited_answered,
    "proposal-chased": _chased,
    "proposal-confirmed": _proposal(Standing.CONFIRMED),
    "proposal-draft": _proposal(Standing.DRAFT),
    "proposal-invited": _invited,
    "proposal-moved": _stage_moved,
    "proposal-not-now": _proposal(Standing.NOT_NOW),
    "proposal-presented": _proposal(Standing.PRESENTED),
    "proposal-published": _published,
    "proposal-question": _question,
    "proposal-received": _proposal(Standing.RECEIVED),
    "proposal-reopened": _reopened,
    "proposal-review": _proposal(Standing.IN_REVIEW),
    "proposal-scheduled": _proposal(Standing.SCHEDULED),
    "proposal-shared": _shared,
    "proposal-unscheduled": _unscheduled,
    "proposal-withdrawn": _proposal(Standing.WITHDRAWN),
    "registered": _registered,
    "registered-by": _registered_by,
    "reinstated": _reinstated,
    "reminder": _reminders,
    "reminder-faculty": _faculty_reminder,
    "reminder-soon": _reminders,
    "reminder-waiting": _reminders,
    "review-waiting": _review_waiting,
    "seat-cancelled": _seat_cancelled,
    "sign-in": _sign_in,
    "waiting": _waiting,
}

METHODS = ("GET", "HEAD", "OPTIONS")


def run(stage: Stage, sizes: Sizes) -> Report:
    """Bring about every kind of letter, take their links, open each by every safe method, compare the database."""
    report, kinds_meant = Report(n=sizes["n"]), set(sizes.get("only", CAUSES))
    unknown = sorted(kinds.keys() - CAUSES.keys())
    report.demand(not unknown, f"tests/load/probes/scanner.py does not say what brings about {unknown}")
    with stage.preparing():
        # While there are no other sessions, reminders go to few.
        for cause in sorted(
            {CAUSES[kind] for kind in kinds_meant}, key=lambda cause: cause is not _reminders
        ):
            cause()
        hasten(db.session.scalars(select(Letter).where(Letter.state == "due")).all(), by=makers.BY)
    stage.await_letters()
    stage.stop_clocks()
    received = {each.id for each in stage.sink.received}
    written = stage.tables.rows("SELECT kind, message_id FROM letter")
    arrived = {row["kind"] for row in written if row["message_id"] in received}
    report.demand(arrived >= kinds_meant, f"no letter came of {sorted(kinds_meant - arrived)}")
    links = sorted({link for letter in stage.sink.received for link in letter.links()})
    report.demand(bool(links), "no letter held a link")
    foreign = [link for link in links if not link.startswith(f"{stage.base_url}/")]
    report.demand(not foreign, f"links to elsewhere: {foreign}")
    before = stage.tables.digests()
    answers = list(_scan((link for link in links if link not in foreign), sizes["n"]))
    changed = differing(before, stage.tables.digests())
    report.demand(not changed, f"opening the links changed {', '.join(changed)}")
    for answer in answers:
        report.demand(
            answer.status_code < 400, f"{answer.request.method} {answer.url} answered {answer.status_code}"
        )
    report.figures |= {
        "kinds": sorted(arrived),
        "letters": len(stage.sink.received),
        "links": len(links),
        "statuses": statuses(answers),
    }
    return report


def _scan(links: Iterable[str], times: int) -> Iterable[requests.Response]:
    """Each time a visitor without cookies, from another place."""
    for link in links:
        for method in METHODS * times:
            with quiet_session() as session:
                headers = {"X-Forwarded-For": another_place()}
                yield session.request(method, link, headers=headers, allow_redirects=False, timeout=PATIENCE)


PROBE = Probe(
    "scanner",
    "every link of every kind of letter, opened by GET, HEAD and OPTIONS",
    run,
    sizes={"n": 3},
    sabotages=("opening",),
)
