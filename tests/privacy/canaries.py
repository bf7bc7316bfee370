"""Somebody who used every form and room, each time with words that stand nowhere else, so that each can be looked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from jam.attendance import hand, moves, uploads
from jam.attendance import requests as asking
from jam.attendance.actions import decide, import_report
from jam.attendance.models import AttendanceAlias, AttendanceRow
from jam.attendance.rules import Asked
from jam.audit.actions import record
from jam.base.database import db
from jam.base.now import frozen, now
from jam.base.zones import EASTERN
from jam.calendars.actions import make_link
from jam.cases import actions as cases
from jam.cases import review as case_review
from jam.cases.attachments import attach
from jam.cases.models import Copy, EchoCase
from jam.cases.opening import note
from jam.cases.rules import State as CaseState
from jam.cohorts import decisions as admissions
from jam.cohorts import faculty
from jam.cohorts.rules import Role
from jam.cohorts.rules import State as Applied
from jam.interest import actions as interest
from jam.interest.models import Wish
from jam.interest.rules import Way
from jam.library import actions as library
from jam.mail.models import Letter
from jam.mail.refusing import pause
from jam.me.actions import change_name
from jam.outcomes.models import CaseFollowUp, CaseOutcome, CaseRecommendation
from jam.people import actions as people
from jam.people.models import Person
from jam.people.rules import AccountRole
from jam.proposals import actions as proposals
from jam.proposals import decisions, invitations
from jam.proposals.models import Proposal
from jam.proposals.rules import Kind
from jam.proposals.rules import State as Standing
from jam.registration import actions as registrations
from jam.registration import passes, questions
from jam.registration.accommodations import settle
from jam.registration.colleagues import register_colleagues
from jam.registration.models import Registration
from jam.registration.question_rules import Kind as AnswerKind
from jam.registration.questions import CasesOf
from jam.registration.rules import Need, Source
from jam.review import actions as review
from jam.schedule import actions as schedule
from jam.schedule.models import Event
from jam.vocabulary.actions import add_first_terms
from jam.vocabulary.queries import terms
from jam.vocabulary.rules import Kind as TermKind
from tests import makers
from tests.attendance.files import ATTENDEES_2020, HEAD_2020, OTHERS_2020, PANELISTS_2020
from tests.cases import brought
from tests.cases.test_reading import docx
from tests.proposals import offers
from tests.review.readers import reviewer, say

BY = makers.BY


class Somebody:
    """A person and the words they left, by what each is."""

    def __init__(self, mark: str) -> None:
        self.mark = mark
        self.words: list[str] = []
        self.id = 0

    def word(self, what: str) -> str:
        """Another word of theirs: letters only, so that it passes as a name, in an address and in a file."""
        made = f"{self.mark}{what}{'abcdefghijklmnopqrstuvwxyz'[len(self.words) % 26]}"
        assert made not in self.words
        self.words.append(made)
        return made

    def zip(self, end: int) -> str:
        """A ZIP code of theirs, long enough not to stand anywhere by chance."""
        made = f"{sum(map(ord, self.mark)) % 90000 + 10000}-{end:04}"
        self.words.append(made)
        return made

    def address(self, what: str) -> str:
        return f"{self.word(what)}@canary.example"

    def details(self, end: int) -> people.Details:
        return people.Details(
            self.word("name") + " Lee", self.word("org") + " Clinic", state="OH", zip=self.zip(end)
        )

    @property
    def person(self) -> Person:
        return db.session.get_one(Person, self.id)


def seed(mark: str, past: Event, ahead: list[Event]) -> Somebody:
    """Somebody in every room of the house; about forty words. `past` is over, `ahead` are to come; it commits."""
    who = Somebody(mark)
    address = who.address("first")
    with frozen(past.starts_at - timedelta(days=7)):
        seat = registrations.register(past, address, who.details(1), source=Source.FORM)
    who.id = seat.person_id
    registrations.record_join(seat)
    _answers(who, seat)
    for number, event in enumerate(ahead):
        registrations.register(event, address, who.details(number + 2), source=Source.FORM)
    passes.take(ahead[0].program, address, who.details(8), said=_said_with_pass(who, ahead[0]))
    second = _merge_twin(who, past)
    _take_part(who, address)
    _report(who, past, address, seat.name)
    _correct(who, past)
    _offer(who, address)
    _share(who, address)
    _apply(who, address)
    _bring(who, address)
    make_link(who.person, by=f"person:{who.id}")
    change_name(who.person, who.word("renamed"), by=f"person:{who.id}")
    _closed_account(who)
    _advise(who, address)
    declined = registrations.register(makers.event(title="By approval", approval=True), address,
                                      people.Details(who.word("asked")), source=Source.FORM)  # fmt: skip
    registrations.decline(declined, by=BY, message=who.word("declined"))
    _register_colleague(who, address, seat.name)
    _spoiled_letter(who, second)
    uploads.hold(f"Yes,{who.word('upload')},{address}\n".encode(), "report.csv", past.id, 1)
    db.session.commit()
    return who


def _said_with_pass(who: Somebody, at: Event) -> questions.Said:
    asked = makers.question(at.program, "Who sent you?")
    return questions.Said([(asked.id, asked.label, who.word("sender"))], who.word("always"))


def _answers(who: Somebody, seat: Registration) -> None:
    """An answer of each kind that can tell something, what they need, and what staff wrote back."""
    program = seat.event.program
    line = makers.question(program, "What is your team called?")
    days = makers.question(program, "Which days?", kind=AnswerKind.SEVERAL, options="A\nB", other=True)
    answers = [
        (line.id, line.label, who.word("team")),
        (days.id, days.label, {"chosen": ["A"], "other": who.word("ownday")}),
    ]
    questions.keep(seat, questions.Said(answers, who.word("need")))
    settle(seat, Need.CANNOT, who.word("sorry"), by=BY)


def _merge_twin(who: Somebody, past: Event) -> str:
    """Another row of theirs, found to be the same person; returns its address."""
    address = who.address("second")
    with frozen(past.starts_at - timedelta(days=6)):
        twin = registrations.register(past, address, who.details(9), source=Source.FORM)
    people.merge(who.person, twin.person, by=BY)
    return address


def _take_part(who: Somebody, address: str) -> None:
    details = people.Details(who.word("wisher"), who.word("wishorg"))
    interest.take_part(address, details, [Way.PRESENT, Way.NEWS], who.word("message"))
    wish = db.session.scalars(select(Wish).where(Wish.person_id == who.id)).one()
    interest.answer(wish, who.word("note"), by=BY)
    interest.confirm_news(who.person, by=f"person:{who.id}")
    interest.take_part(address, people.Details(who.word("again")), [Way.FUND], who.word("more"))


def _correct(who: Somebody, past: Event) -> None:
    """Staff corrected their attendance, they asked for another correction, and lines were moved to them and back."""
    hand.correct(past, who.person, hand.Said(True, minutes=30), who.word("reason"), by=BY)
    asked = asking.ask(past, who.person, who.word("asked"), by=f"person:{who.id}")
    asking.answer(asked, Asked.DECLINED, who.word("answered"), by=BY)
    asking.ask(past, who.person, who.word("askedagain"), by=f"person:{who.id}")
    row = db.session.scalars(
        select(AttendanceRow).where(AttendanceRow.event_id == past.id, AttendanceRow.person_id == who.id,
                                    AttendanceRow.decided.is_(None))
    ).first()  # fmt: skip
    assert row is not None
    other = makers.person()
    moves.move_lines(past, row, other, who.word("moved"), by=BY)
    db.session.add(
        AttendanceAlias(
            address=who.word("alias") + "..x@canary.example", person_id=who.id, said_at=now(), said_by=BY
        )
    )


def _offer(who: Somebody, address: str) -> None:
    """Something they offered to present, with an answer to a question, and what we decided."""
    given = proposals.Offer(who.word("talk"), story=who.word("story"), access_needs=who.word("ramp"))
    details = people.Details(who.word("speaker"), organization=who.word("stage"))
    made = proposals.offer(address, details, given, bio=who.word("bio"), send=False)
    made.format = "talk"
    proposals.send_in(made, by=BY)
    asked = decisions.ask(made, who.word("asking"), by=BY)
    proposals.answer_question(asked, who.word("reply"), by=f"person:{who.id}")
    _judge(made, reviewer("Rena Castellan"), who.word("judged"))
    decisions.decide(made, Standing.NOT_NOW, who.word("later"), by=BY)
    decisions.release([made], by=BY)


def _apply(who: Somebody, address: str) -> None:
    """Their organization is on the waiting list of a cohort; they advise it, and are a guest of one session."""
    cohort, home = makers.cohort(f"cohort-of-{who.mark.lower()[::-1]}"), who.person.organization
    answers = [(1, "Since when?", who.word("since"))]
    made = makers.application(
        cohort, home.name if home else "", 1, contact=address, challenge=who.word("challenge"), answers=answers,
        zip=who.zip(20),
    )  # fmt: skip
    made.contact.name = who.word("applicant")
    admissions.decide(made, Applied.WAITING, who.word("patience"), by=BY)
    admissions.release([made], by=BY)
    faculty.invite_guest(makers.cohort_event(cohort), who.word("guest"), address, who.word("welcome"), by=BY)


def _bring(who: Somebody, address: str) -> None:
    """They bring a case to a cohort of theirs: it was read, they were asked about it, and it has an attachment."""
    cohort, home = makers.cohort(f"brings-{who.mark.lower()[::-1]}"), who.person.organization
    team = makers.admitted(cohort, home.name if home else "", 1, contact=address, zip=who.zip(21))
    if not terms(TermKind.LEVER):
        add_first_terms(by=BY)
    made = cases.begin(team.contact, by=BY)
    given = replace(
        brought.given(
            tried=who.word("tried"),
            background=who.word("background"),
            **{f"q{makers.question(CasesOf(cohort), 'Who pays?').id}": who.word("payer")},
        ),
        known_as=who.word("knownas"),
    )
    cases.write(made, replace(given, towns=who.word("town")), by=BY)
    attach(made, f"{who.word('attached')}.docx", docx(f"<w:p><w:t>{who.word('inside')}</w:t></w:p>"), by=BY)
    cases.submit(made, by=BY)
    case_review.start(made, by=BY)
    case_review.ask(made, who.word("asksfor"), by=BY)
    note(made, who.person, Copy.RELEASED)
    _follow(who, brought.case(team.contact, CaseState.RECOMMENDED))


def _follow(who: Somebody, held: EchoCase) -> None:
    """Of another case they told what became of what was recommended; they suggested some of it themself."""
    held.recommendations_sent_at = now()
    said = CaseRecommendation(
        case_id=held.id, client_id="one", position=1, words="Pay for the drive.", suggested_by_id=who.id, captured_at=now(),
        captured_by=BY,
    )  # fmt: skip
    asked = CaseFollowUp(case_id=held.id, days=30, due_on=now().date(), asked_at=now(), answered_at=now())
    asked.outcomes.append(
        CaseOutcome(recommendation=said, answer="tried", words=who.word("happened"), answered_at=now())
    )
    db.session.add_all([said, asked])
    db.session.flush()


def _advise(who: Somebody, address: str) -> None:
    """They advise a cohort; who can sign in keeps the account they have."""
    group = makers.cohort(f"led-by-{who.mark.lower()[::-1]}")
    faculty.add_faculty(group, "Expert", address, Role.EXPERT, who.word("expertise"), by=BY)


def _share(who: Somebody, address: str) -> None:
    """They were asked to offer something, and shared what stands in the library now."""
    invitations.invite_known(who.person, who.word("wanted"), [], by=BY)
    given = proposals.Offer(who.word("gift"), kind=Kind.SHARE, story=who.word("shared"))
    made = proposals.offer(address, people.Details(who.word("giver")), given, send=True)
    made.state = Standing.ACCEPTED
    record("proposals.accept", "proposal", made.id, by=BY)
    library.write(made, library.Words(who.word("entry"), who.word("mended")), by=BY)


def _judge(made: Proposal, account: people.Account, words: str) -> None:
    say(account, made, 4, comment=words)


def _review(who: Somebody, account: people.Account) -> None:
    """They reviewed somebody else's proposal, and stepped back from another."""
    review.add_reviewer(makers.program(), account, by=BY)
    judged, other = (offers.proposal(title=f"Judged {n} by {who.mark[::-1]}") for n in range(2))
    review.assign(judged, [account.id], by=BY)
    _judge(judged, account, who.word("comment"))
    review.suggest(judged, account, who.word("curious"), by=account.actor)
    review.step_back(other, account, who.word("friend"), by=account.actor)


def _closed_account(who: Somebody) -> None:
    account = people.Account(person_id=who.id, role=AccountRole.REVIEWER, active=True, created_at=now())
    db.session.add(account)
    db.session.flush()
    people.sign_in_link(account, timedelta(minutes=30), by=BY)
    _review(who, account)
    people.change_account(account, AccountRole.REVIEWER, False, by=BY)


def _register_colleague(who: Somebody, address: str, name: str) -> None:
    """Somebody else's seat that they took, and letters to that one which name them: one withdrawn, one to leave."""
    at = makers.event(title="For a colleague")
    friend = ("Cal Roe", f"{who.mark[::-1]}@other.example")
    register_colleagues(at, address, people.Details(name), [friend], by="visitor")
    schedule.cancel(at, by=BY)
    schedule.reinstate(at, by=BY)


def _spoiled_letter(who: Somebody, refusing: str) -> None:
    letters = db.session.scalars(
        select(Letter).where(Letter.recipient_id == who.id).order_by(Letter.id)
    ).all()
    letters[0].state, letters[0].sent_at = "sent", now()
    letters[1].state, letters[1].reason = "failed", f"The mail server said 550 no {who.word('bounced')} here"
    letters[1].to_address = refusing
    pause(letters[1], f"550 5.1.1 no {who.word('refused')} here")
    letters[2].state = "held"
    letters[3].state = "sending"


def _report(who: Somebody, past: Event, address: str, name: str) -> None:
    """Lines of theirs of every kind, and one of somebody else who names them."""
    import_report(past, report_bytes(who, address, name), EASTERN, by=BY, file_name="report.csv")
    dialed = db.session.scalars(
        select(AttendanceRow).where(
            AttendanceRow.event_id == past.id, AttendanceRow.name.like(f"{who.mark}phone%")
        )
    ).one()
    decide(past, dialed, who.person, by=BY)


def report_bytes(who: Somebody, address: str, name: str) -> bytes:
    """A report of October 20, 2026 with custom questions; it ends with dial-ins."""
    head = ATTENDEES_2020.replace("Country/Region Name\n", "Country/Region Name,What do you hope for?\n")
    times = '"Oct 1, 2026 09:00:00","approved","Oct 20, 2026 13:05:00","Oct 20, 2026 13:45:00",40,Canada'
    mine = (
        f'Yes,{who.word("given")},Lee,{address},{times},"{who.word("hope")}\n{who.word("lines")}"\n'
        f"{who.word('broken')},{who.word('shifted')},Lee,{address},{times},x\n"
    )
    other = (
        f'Yes,{who.mark.title()}friend,Ode,{who.mark}friend@other.example,{times},"as {address} told me"\n'
    )
    panel = f'Yes,{who.word("panel")},{address},"Oct 20, 2026 13:00:00","Oct 20, 2026 13:10:00",10,Canada\n'
    dialed = ",".join(['"Oct 20, 2026 13:10:00"', '"Oct 20, 2026 13:30:00"', "20", "Canada"])
    others = f"{who.word('phone')},{dialed}\n{name},{dialed}\nNobody Known,{dialed}\n"
    return (HEAD_2020 + PANELISTS_2020 + panel + head + mine + other + OTHERS_2020 + others).encode()
