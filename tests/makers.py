"""Makes rows for tests, by the app's own actions. Nothing is committed here unless it says so: `db.session.commit()`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import count
from typing import Any

from flask import Flask
from sqlalchemy import insert, select
from sqlalchemy.event import listen, remove

from jam.attendance import layouts
from jam.attendance.models import (
    Attendance,
    AttendanceAlias,
    AttendanceCorrection,
    AttendanceMove,
    AttendanceReport,
    AttendanceRequest,
    AttendanceRow,
)
from jam.audit.actions import record
from jam.base.database import db
from jam.base.limits import RateCount
from jam.base.now import frozen, now
from jam.base.zones import EASTERN, to_utc
from jam.calendars import actions as calendars
from jam.cases import actions as cases
from jam.cases.models import CaseAsk, CaseFile, CaseSign, Copy, EchoCase
from jam.cases.opening import note as note_opening
from jam.cohorts import actions as applications
from jam.cohorts import decisions as admissions
from jam.cohorts import faculty as faculties
from jam.cohorts import members
from jam.cohorts.actions import Given, TeamMate
from jam.cohorts.faculty import PlanFields
from jam.cohorts.models import CohortApplication, CohortMember, CohortPlan
from jam.cohorts.queries import plan_of
from jam.cohorts.rules import Role, Setting, Size, Standing
from jam.cohorts.rules import State as Applied
from jam.health.models import Heartbeat
from jam.interest import actions as interest
from jam.interest.rules import Way
from jam.library.models import Entry
from jam.mail.actions import say
from jam.mail.models import Letter
from jam.mail.refusing import pause
from jam.outcomes.models import CaseFollowUp, CaseNote, CaseOutcome, CaseRecommendation
from jam.people import actions as people
from jam.people.models import Account, Person
from jam.people.queries import account_by_address
from jam.people.rules import AccountRole
from jam.proposals import actions as proposals
from jam.proposals import invitations
from jam.proposals.doubles import tell_apart
from jam.proposals.models import Proposal, ProposalFile, ProposalQuestion
from jam.proposals.presenters import Other
from jam.registration import actions as registrations
from jam.registration import passes, questions
from jam.registration.colleagues import refuse, register_colleagues
from jam.registration.models import Question, Registration
from jam.registration.queries import of_person
from jam.registration.question_rules import Kind as AnswerKind
from jam.registration.rules import Source
from jam.reports.models import ReportSnapshot
from jam.review import actions as review
from jam.review.models import ReviewNotice
from jam.review.sheets import sheet_of
from jam.schedule import actions as schedule
from jam.schedule import agendas, programs
from jam.schedule.given import EventFields, ProgramFields, Slot
from jam.schedule.models import Cohort, Event, Program
from jam.schedule.queries import cohort_by_slug, program_by_slug
from jam.schedule.rules import ItemKind, Visibility
from jam.schedule.signals import event_changed
from jam.schedule.slots import slots_of
from jam.solutions.models import SolutionEntry
from jam.statistics.models import KeptMark
from jam.statistics.summaries import keep
from jam.vocabulary.actions import add_first_terms
from jam.vocabulary.queries import terms
from jam.vocabulary.rules import Kind
from tests.clients import Client

BY = "command"
_numbers = count(1)


def program(slug: str = "jam", **fields: Any) -> Program:
    """The program of this address, made when there is none: third Tuesdays, 1:00 to 2:00 p.m. Eastern."""
    found = program_by_slug(slug)
    if found is not None:
        return found
    given = {
        "name": "Workforce Solutions Jam",
        "summary": "What works, from people who do it.",
        "time_zone": EASTERN,
        "start_time": time(13),
        "minutes": 60,
        "join_url": "https://zoom.example/j/series",
        "recurrence": {"kind": "monthly", "nth": 3, "weekday": 1},
        **fields,
    }
    return programs.make_program(slug, ProgramFields(**given), by=BY)


def event(
    of: Program | None = None,
    *,
    title: str = "Peers in the crisis line",
    starts_at: datetime | None = None,
    minutes: int = 60,
    published: bool = True,
    **columns: Any,
) -> Event:
    """A session, published unless said: in thirty days at 1:00 p.m. Eastern unless said.

    `columns` are set as they are, before it is published: capacity, closed, summary, visibility …
    One in the past was made and published thirty days before it.
    """
    start = starts_at or to_utc(now().date() + timedelta(days=30), time(13), EASTERN)
    with frozen(min(now(), start - timedelta(days=30))):
        made = schedule.make_event(of or program(), title, start, start + timedelta(minutes=minutes), by=BY)
        for name, value in columns.items():
            setattr(made, name, value)
        if published:
            schedule.publish(made, by=BY)
    return made


def person(address: str | None = None, name: str = "Ana Lee", **details: Any) -> Person:
    """The person of an address, made when there is none; each call without an address makes another person."""
    return people.find_or_add(address or _address(), people.Details(name=name, **details), by=BY)


def registration(
    at: Event, address: str | None = None, name: str = "Ana Lee", **details: Any
) -> Registration:
    """A seat by the public form, for another person at each call without an address; a week before at the latest."""
    with frozen(min(now(), at.starts_at - timedelta(days=7))):
        return registrations.register(
            at, address or _address(), people.Details(name=name, **details), source=Source.FORM
        )


def crowd(at: Event, seats: int, **details: Any) -> list[Registration]:
    """So many seats of people without addresses, a week before, written past the app's actions: for numbers alone."""
    before = at.starts_at - timedelta(days=7)
    made = [
        Registration(
            event=at, person=Person(name="Ana Lee", created_at=before), status="confirmed", source="form", name="Ana Lee",
            registered_at=before, **details,
        )
        for _ in range(seats)
    ]  # fmt: skip
    db.session.add_all(made)
    db.session.flush()
    return made


def reported(at: Event, *came: Registration) -> AttendanceReport:
    """A report of a session was imported in which these people stand, with fifty minutes each."""
    report = AttendanceReport(
        event_id=at.id, format="zoom-webinar", time_zone=EASTERN, stored_as="reports/none", sha256="0" * 64,
        size=0, figures={"attendees": len(came)}, imported_at=at.ends_at, imported_by=BY,
    )  # fmt: skip
    db.session.add(report)
    db.session.add_all(
        Attendance(event_id=at.id, person_id=seat.person_id, role="attendee", seconds=3000) for seat in came
    )
    db.session.flush()
    return report


def account(
    role: AccountRole = AccountRole.ORGANIZER, address: str | None = None, name: str = "Ola Desk"
) -> Account:
    """An account of this role; one for each role, unless the address says otherwise."""
    address = address or f"{role}@staff.example"
    return account_by_address(address) or people.add_account(address, name, role, by=BY)


def cohort(slug: str = "cohort-3", **plan: Any) -> Cohort:
    """The cohort of this address, made when there is none: monthly, open for applications, with a public page.

    Its program is the ECHO, whose sessions are listed.
    """
    found = cohort_by_slug(slug)
    if found is not None:
        return found
    echo = program(
        "echo", name="Workforce ECHO", visibility=Visibility.LISTED, start_time=time(14), minutes=90
    )
    today = now().date()
    made = programs.make_cohort(
        echo,
        slug,
        slug.capitalize().replace("-", " "),
        today - timedelta(days=90),
        today + timedelta(days=270),
        by=BY,
    )
    given = {
        "published": True,
        "opens_on": today - timedelta(days=7),
        "closes_on": today + timedelta(days=30),
    }
    faculties.set_plan(
        made, PlanFields(**{**given, "about": "Peers who work on the same thing.", **plan}), by=BY
    )
    return made


def cohort_event(of: Cohort, **given: Any) -> Event:
    """A session of a cohort, published unless said: in thirty days at 2:00 p.m. Eastern unless said."""
    start = given.pop("starts_at", None) or to_utc(now().date() + timedelta(days=30), time(14), EASTERN)
    return event(of.program, starts_at=start, cohort_id=of.id, **{"minutes": 90, **given})


def application(
    of: Cohort, organization: str = "Riverside Clinic", team: int = 3, *, contact: str = "", **given: Any
) -> CohortApplication:
    """An application of an organization with a team of so many; they have addresses like member2@riversideclinic.example,
    the contact that one which is given."""
    home = "".join(each for each in organization.lower() if each.isalnum())
    first = organization.split(maxsplit=1)[0]
    mates = [TeamMate(f"{first} Member {n}", f"member{n}@{home}.example") for n in range(1, team + 1)]
    mates[0] = TeamMate(mates[0].name, contact or mates[0].address)
    said = {"setting": Setting.CMHC, "size": Size.SMALL, "place": "OH", "zip": "43004", "challenge": "Nobody stays.",
            "committed": True, **given}  # fmt: skip
    return applications.apply(_plan(of), mates[0], Given(organization=organization, **said), mates[1:])


def admitted(
    of: Cohort, organization: str = "Riverside Clinic", team: int = 3, *, says_yes: bool = True, **given: Any
) -> CohortApplication:
    """An application that was admitted and told; everybody of the team has said yes, unless said."""
    made = application(of, organization, team, **given)
    admissions.decide(made, Applied.ADMITTED, over=True, by=BY)
    admissions.release([made], by=BY)
    for each in made.team:
        if says_yes and each.standing == Standing.ASKED:
            members.answer(each, True, shows_name=True, by=f"person:{each.person_id}")
    return made


def registration_of(at: Event, member: CohortMember) -> Registration:
    """A member's seat at a session, made when there is none."""
    found = of_person(at.id, member.person_id)
    return found or registration_at(at, member)


def registration_at(at: Event, member: CohortMember) -> Registration:
    """Give a member a seat at a session that may be over."""
    with frozen(min(now(), at.starts_at - timedelta(days=1))):
        details = people.Details(name=member.name)
        return registrations.register(at, member.person.address or "", details, source=Source.DESK)


def _plan(of: Cohort) -> CohortPlan:
    found = plan_of(of)
    assert found is not None
    return found


def question(
    of: questions.Where | None = None, label: str = "What do you hope for?", **fields: Any
) -> Question:
    """A question on the form of a session or program; a short text unless `kind` says otherwise."""
    given = questions.QuestionFields(label=label, **{"kind": AnswerKind.LINE, **fields})
    return questions.add(of or program(), given, by=BY)


def sign_of_life(job: str = "letters", worker: str = "here:7", **columns: Any) -> Heartbeat:
    """The row that a worker left whose last round of a job has just ended well."""
    given = {
        "started_at": now(),
        "ended_at": now(),
        "seen_at": now(),
        "milliseconds": 12,
        "outcome": "done",
        **columns,
    }
    beat = Heartbeat(worker=worker, job=job, every=5, **given)
    db.session.add(beat)
    db.session.flush()
    return beat


def sign_in(client: Client, role: AccountRole = AccountRole.ORGANIZER) -> Account:
    """Make an account of this role, commit, and let the client's requests be its own."""
    made = account(role)
    db.session.commit()
    client.sign_in(made)
    return made


def one_of_everything(app: Flask) -> dict[str, int]:
    """Put at least one row into every table and commit; returns the ids of program, event, person and so on.

    Ana came to a session two weeks ago; she holds her seat, two addresses and an account. It opens an app context of its own.
    """
    with app.app_context():
        add_first_terms(by=BY)
        past = event(starts_at=now() - timedelta(days=14))
        levers, roles, sectors = (terms(kind) for kind in (Kind.LEVER, Kind.JOB_ROLE, Kind.SECTOR))
        schedule.edit_event(
            past,
            EventFields(title=past.title, recording_url="https://video.example/1"),
            levers[:1],
            [Slot(ItemKind.TALK, "A year on the line", "Ben Ode", 30, "Host: Ola", "Ben joins by phone.")],
            by=BY,
        )
        agendas.keep(past.program, "A talk", slots_of(past), with_speakers=True, instead=False, by=BY)
        seat = registration(
            past, "ana@clinic.example", organization="Riverside Clinic, Inc.", job_role_id=roles[0].id,
            sector_id=sectors[0].id, state="OH", zip="43004",
        )  # fmt: skip
        passes.take(past.program, "ana@clinic.example", people.Details(name="Ana Lee"), by=BY)
        registrations.record_join(seat)
        _colleague(seat.person)
        asked = question(past.program)
        questions.keep(
            seat,
            questions.Said([(asked.id, asked.label, "A plan for our team")], "ASL in the breakout rooms"),
        )
        owner = account(address="ana@clinic.example")
        link = people.sign_in_link(owner, timedelta(minutes=30), by=BY)
        _attendance(seat)
        _asks_for_a_correction(seat)
        _cohort()
        _case()
        interest.take_part(
            "ana@clinic.example", people.Details("Ana Lee"), {Way.PRESENT, Way.NEWS}, "A year on the line."
        )
        said = db.session.scalars(select(Letter).order_by(Letter.id)).first()
        assert said is not None
        pause(said, "The mail server said 550 5.1.1 No such user here")
        say(
            "moved",
            "Subject: {title} has moved\n\nIt is now {when}.",
            home=("program", past.program_id),
            by=BY,
        )
        db.session.add(KeptMark(event_id=past.id, kind="asked"))
        db.session.add(_report())
        sign_of_life()
        calendars.make_link(seat.person, by=BY)
        _review(_proposal(past), owner)
        _invitation(seat.person)
        db.session.add(RateCount(key="LIMITER/192.0.2.7/form", count=3, expires=int(now().timestamp()) + 60))
        db.session.commit()
        keep(past.id)  # what the clock counts
        past.starts_at += timedelta(minutes=1)  # and what it has not counted yet
        db.session.commit()
        _memory()
        return {
            "program": past.program_id,
            "event": past.id,
            "person": seat.person_id,
            "registration": seat.id,
            "account": owner.id,
            "sign_in_link": link.id,
        }


def _report() -> ReportSnapshot:
    """A report of a year, without the figures and files that make a real one take its time."""
    return ReportSnapshot(
        code="7K3D9", made_at=now(), made_by=BY, choice={"program": None, "from": "2026-01-01", "to": "2026-12-31"},
        sessions=0, log_until=0, version=1, figures=b"{}", sha256="0" * 64, pdf=b"%PDF", xlsx=b"PK",
    )  # fmt: skip


def _review(made: Proposal, host: Account) -> None:
    """Ana's colleague scored what she offered, suggested a question, and was told that it waits."""
    made.state = "in-review"
    reader = account(AccountRole.REVIEWER, "reader@staff.example", "Rena Castellan")
    reviewing = program()
    review.add_reviewer(reviewing, reader, by=BY)
    review.add_reviewer(reviewing, host, by=BY)
    review.assign(made, [reader.id], by=BY)
    sheet = sheet_of(reviewing.id)
    points = {each.id or 0: 4 for each in sheet.criteria}
    review.keep(made, reader, points, "A good one.", seen=review.as_read(made), whole=True, by=reader.actor)
    review.suggest(made, reader, "Who paid for it?", by=reader.actor)
    db.session.add(ReviewNotice(proposal_id=made.id, account_id=reader.id, told_at=now()))
    made.state = "accepted"
    db.session.flush()


def _proposal(at: Event) -> Proposal:
    """Ana offered something with Cal, answered a question, and sent slides and a portrait."""
    lever = terms(Kind.LEVER)[0].id
    given = proposals.Offer("Peers on the line", story="It worked.", term_ids=[lever], event_ids=[at.id])
    ana, others = (
        people.Details("Ana Lee", "Riverside Clinic"),
        [Other("Cal Roe", "cal@clinic.example")],
    )
    made = proposals.offer("ana@clinic.example", ana, given, others, send=False)
    made.state = "accepted"
    record("proposals.accept", "proposal", made.id, by=BY)
    db.session.add(
        Entry(proposal_id=made.id, slug="peers-on-the-line", title="Peers on the line", changed_at=now())
    )
    made.questions.append(
        ProposalQuestion(
            question="Since when?", asked_at=now(), asked_by=BY, answer="2024", answered_at=now()
        )
    )
    made.files.append(
        ProposalFile(
            kind="slides",
            version=1,
            stored_as="proposals/none",
            media_type="application/pdf",
            size=0,
            sha256="0" * 64,
            uploaded_at=now(),
            uploaded_by=BY,
        )
    )
    twin = proposals.offer("ana@clinic.example", ana, replace(given, title="Peers on a line"), send=False)
    tell_apart(made, twin, True, by=BY)
    db.session.flush()
    return made


def _cohort() -> None:
    """Ana applied with two colleagues, is a member, and facilitates; Cal is a guest of one session."""
    group = cohort()
    made = applications.apply(
        _plan(group),
        TeamMate("Ana Lee", "ana@clinic.example"),
        Given(organization="Riverside Clinic", setting=Setting.CMHC, size=Size.SMALL, place="OH", zip="43004",
              challenge="Nobody stays.", term_ids=[terms(Kind.LEVER)[0].id], answers=[(1, "Since when?", "2024")]),
        [TeamMate("Bo Lind", "bo@clinic.example")],
    )  # fmt: skip
    admissions.decide(made, Applied.ADMITTED, "We look forward to it.", by=BY)
    admissions.release([made], by=BY)
    members.answer(made.contact, True, shows_name=True, by=BY)
    faculties.add_faculty(group, "Ana Lee", "ana@clinic.example", Role.FACILITATOR, "Riverside Clinic", by=BY)
    with event_changed.muted():  # a seat by the cohort is nothing that an earlier version of Jam could hold
        soon = cohort_event(group, title="What keeps people")
    faculties.invite_guest(soon, "Cal Roe", "cal@clinic.example", "Tell us of your night line.", by=BY)


def _memory() -> None:
    """A row of the memory for a case that is not presented, which no search shows."""
    case_id = db.session.scalars(select(EchoCase.id)).first()
    words = {"brought": "xnobody xstay", "recommended": "xpay xdriv", "happened": ""}
    db.session.execute(insert(SolutionEntry).values(case_id=case_id, **words))
    db.session.commit()


def _invitation(asked: Person) -> None:
    """Ana was asked to offer something about a lever."""
    invitations.invite_known(asked, "We heard of your line.", [terms(Kind.LEVER)[0].id], by=BY)


def _case() -> None:
    """Ana brings a case to her cohort, with an attachment; it was read, asked about, signed and opened."""
    ana = db.session.scalars(select(CohortMember).where(CohortMember.standing == Standing.CONFIRMED)).first()
    assert ana is not None
    made = cases.begin(ana, by=BY)
    lever = terms(Kind.LEVER)[0].id
    cases.write(
        made,
        cases.Given(texts={"situation": "Nobody stays."}, term_ids=[lever], towns="Riverside", consent=True),
        by=BY,
    )
    made.files.append(
        CaseFile(
            name="plan.pdf", stored_as="cases/none", media_type="application/pdf", size=0, sha256="0" * 64, words="A plan.",
            uploaded_at=now(),
        )
    )  # fmt: skip
    made.asks.append(CaseAsk(words="Say where.", asked_at=now(), asked_by=BY))
    made.signs.append(CaseSign(kind="name", signed_at=now(), signed_by=BY))
    note_opening(made, ana.person, Copy.ORIGINAL)
    said = CaseRecommendation(
        case_id=made.id, client_id="one", position=1, words="Pay for the drive.", suggested_by_id=ana.person_id, term_id=lever,
        captured_at=now(), captured_by=BY,
    )  # fmt: skip
    asked = CaseFollowUp(case_id=made.id, days=30, due_on=now().date(), asked_at=now(), answered_at=now())
    asked.outcomes.append(
        CaseOutcome(recommendation=said, answer="tried", words="Two drove.", answered_at=now())
    )
    clarified = CaseNote(
        case_id=made.id, client_id="two", words="How many?", captured_at=now(), captured_by=BY
    )
    db.session.add_all([said, asked, clarified])
    db.session.flush()


def _colleague(host: Person) -> None:
    """Ana registered Cal for a session in thirty days, who said that it was not meant for him."""
    ana = people.Details(name=host.name, organization="Riverside Clinic")
    soon = event(title="Nights on call")
    register_colleagues(soon, "ana@clinic.example", ana, [("Cal Roe", "cal@clinic.example")], by="visitor")
    made = db.session.query(Registration).filter_by(event_id=soon.id, registered_by_id=host.id).one()
    refuse(made, by=f"person:{made.person_id}")


def _attendance(seat: Registration) -> None:
    """A report of the session with one line, and what follows from it: fifty minutes; and a layout that staff named."""
    layouts.remember(["Wer", "Wie lange"], {"name": 0, "duration": 1}, by=BY)
    start, end = seat.event.starts_at, seat.event.starts_at + timedelta(minutes=50)
    report = AttendanceReport(
        event_id=seat.event_id, format="zoom-webinar", time_zone=EASTERN, stored_as="reports/none", sha256="0" * 64,
        size=0, figures={"attendees": 1}, imported_at=end, imported_by=BY,
    )  # fmt: skip
    db.session.add(report)
    db.session.flush()
    db.session.add_all(
        [
            AttendanceRow(
                report_id=report.id, event_id=seat.event_id, row_key="1" * 64, line=2, section="attendee",
                attended=True, name=seat.name, email="ana@clinic.example", person_id=seat.person_id,
                joined_at=start, left_at=end,
            ),
            Attendance(
                event_id=seat.event_id, person_id=seat.person_id, role="attendee", seconds=3000,
                first_joined_at=start, last_left_at=end,
            ),
        ]
    )  # fmt: skip
    of = {"event_id": seat.event_id, "person_id": seat.person_id, "reason": "She told us.", "made_by": BY}
    db.session.add_all(
        [
            AttendanceCorrection(**of, came=True, seconds=3000, made_at=end, taken_back_at=end, taken_back_by=BY),
            AttendanceMove(
                **of, email="ana@clinic.example", name="ben", from_person_id=seat.person_id, made_at=end, taken_back_at=end,
                taken_back_by=BY,
            ),
            AttendanceAlias(address="ana..l@clinic.example", person_id=seat.person_id, said_at=end, said_by=BY),
        ]
    )  # fmt: skip


def _asks_for_a_correction(seat: Registration) -> None:
    """Who held the seat says that they were there."""
    asked_at = seat.event.starts_at + timedelta(minutes=50)
    db.session.add(
        AttendanceRequest(
            event_id=seat.event_id,
            person_id=seat.person_id,
            words="I was there.",
            asked_at=asked_at,
            state="open",
        )
    )


def _address() -> str:
    return f"guest{next(_numbers)}@people.example"


def utc(text: str) -> datetime:
    """The instant written as “2026-12-15 18:00”, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@contextmanager
def statements() -> Iterator[list[str]]:
    """The SQL that anybody sends inside the block, transactions apart."""
    found: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            found.append(statement)

    listen(db.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        remove(db.engine, "before_cursor_execute", note)
