"""What the walk needs beside the demonstration data: sessions in every state, somebody who has a seat at each, letters, a report.

`prepare` returns words for the addresses of pages: `next` is the address part of the next Jam, `person` somebody's id.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from flask import Flask
from sqlalchemy import select

from jam.archive.unpack import FOLDER
from jam.attendance import hand, requests, uploads
from jam.attendance.actions import import_report
from jam.attendance.models import AttendanceRow
from jam.base.database import db
from jam.base.now import frozen, now
from jam.base.tokens import make
from jam.base.zones import EASTERN, wall
from jam.cases.attachments import attach
from jam.cases.models import Copy, EchoCase
from jam.cases.opening import note
from jam.cases.rules import State as Brought
from jam.cohorts import decisions as admissions
from jam.cohorts import faculty, members
from jam.cohorts.models import CohortMember
from jam.cohorts.rules import Role
from jam.cohorts.rules import State as Applied
from jam.interest import actions as interest
from jam.interest.models import Wish
from jam.interest.queries import subscription_of
from jam.interest.rules import CONFIRM, END, Way
from jam.library import actions as library
from jam.mail.actions import hold, say
from jam.mail.checks import Typed
from jam.mail.jobs import deliver
from jam.mail.models import Letter
from jam.mail.refusing import pause
from jam.outcomes import actions as outcomes
from jam.outcomes import following
from jam.outcomes.actions import Line
from jam.outcomes.rules import Answer
from jam.people import actions as people
from jam.people import choices, organizations
from jam.people.models import Account, Person
from jam.people.rules import AccountRole, Stop
from jam.proposals import bulk as many_offers
from jam.proposals import decisions, files, invitations
from jam.proposals.models import Proposal
from jam.proposals.presenters import Other
from jam.proposals.rules import Credit, Kind
from jam.proposals.rules import State as Standing
from jam.registration import bulk, group, held, questions
from jam.registration.accommodations import settle
from jam.registration.colleagues import register_colleagues
from jam.registration.models import Registration
from jam.registration.pages import join_token
from jam.registration.question_rules import Kind as AnswerKind
from jam.registration.questions import Said
from jam.registration.roster import Asked
from jam.registration.rules import Need
from jam.registration.tables import Table
from jam.reminders.models import ReminderRule
from jam.reports.actions import make_report
from jam.review.models import Review, ReviewQuestion
from jam.schedule import actions as schedule
from jam.schedule.models import Event, Program
from jam.schedule.rules import State
from jam.statistics.choice import Choice
from jam.vocabulary.models import Term
from tests import makers
from tests.archive.files import zipped
from tests.attendance.files import INVENTED_2026
from tests.cases import brought
from tests.cases.test_reading import docx
from tests.outcomes.followed import sent_case
from tests.proposals import offers, slides

BY = "command"


@dataclass(frozen=True)
class Prepared:
    """Words for addresses, and the accounts by their roles."""

    words: dict[str, str]
    accounts: dict[str, int]

    def path(self, pattern: str) -> str:
        """The address that a pattern such as “/sessions/{next}” stands for."""
        return pattern.format_map(self.words)


def prepare(app: Flask) -> Prepared:
    """Add to the demonstration data what it lacks, and commit."""
    with app.app_context():
        accounts = {
            account.role: account for account in db.session.scalars(select(Account).order_by(Account.id))
        }
        words = _sessions() | _staff(accounts[AccountRole.ORGANIZER]) | _wishes()
        for title in ("New time", "Moved"):
            say(
                "moved",
                f"Subject: {title}: {{title}}\n\nIt is on {{when}}.\n\n{{message}}\n\n{{my_page}}",
                by=BY,
            )
        words |= _cohorts() | _proposals() | _reviews(accounts[AccountRole.REVIEWER])
        words |= _groups(words["approved"], accounts[AccountRole.ORGANIZER])
        words |= _reports(accounts[AccountRole.ORGANIZER])
        for role, account in accounts.items():
            words[f"sign_in_{role}"] = _sign_in(account)
        db.session.commit()
        ids = {str(role): account.id for role, account in accounts.items()}
        db.session.remove()
    return Prepared(words, ids)


def _reports(organizer: Account) -> dict[str, str]:
    """Two reports of the Jam, the second of a longer time."""
    made = [
        make_report(Choice("jam", date(2025, 1, 1), wall(now(), EASTERN).date() - timedelta(days=days)), by=organizer.actor)
        for days in (120, 0)
    ]  # fmt: skip
    return {"report": made[1].name, "earlier_report": made[0].name}


def _sessions() -> dict[str, str]:
    jam = db.session.scalars(select(Program).where(Program.slug == "jam")).one()
    jams = select(Event).where(Event.program_id == jam.id).order_by(Event.starts_at)
    past = db.session.scalars(jams.where(Event.ends_at <= now())).all()
    ahead = db.session.scalars(jams.where(Event.starts_at > now(), Event.state == State.PUBLISHED)).all()
    following, full, approved, called_off = ahead[:4]
    draft = db.session.scalars(jams.where(Event.starts_at > now(), Event.state == State.DRAFT)).first()
    assert draft is not None
    running = makers.event(jam, title="Questions we did not get to", starts_at=now() - timedelta(minutes=10))
    seats = [
        makers.registration(event, WALKER, "Wanda Walker", state="OH")
        for event in (running, following, called_off)
    ]
    full.capacity, full.waiting_list, approved.approval = 3, True, True
    seats += [makers.registration(event, WALKER, "Wanda Walker") for event in (full, approved)]
    schedule.cancel(called_off, by=BY, message="Too many people are away that week.")
    db.session.commit()
    deliver()
    schedule.move(
        following, following.starts_at + timedelta(hours=1), following.ends_at + timedelta(hours=1), by=BY
    )
    somebody = seats[0].person
    declined = bulk.do(approved, [makers.registration(approved).id], bulk.Wish(bulk.Deed.DECLINE), by=BY)
    attended = db.session.scalars(
        select(AttendanceRow).where(
            AttendanceRow.event_id == past[-1].id, AttendanceRow.person_id.is_not(None)
        )
    ).first()
    entry = db.session.scalars(
        select(AttendanceRow).where(AttendanceRow.was_there, AttendanceRow.person_id.is_(None))
    ).first()
    assert attended is not None
    assert entry is not None
    hand.correct(
        past[-1], somebody, hand.Said(True, minutes=40), "Their supervisor was in the same room.", by=BY
    )
    asked = requests.ask(past[-1], somebody, "I stayed to the end, by telephone.", by=f"person:{somebody.id}")
    return {
        "asker": str(somebody.id),
        "asked_for": str(asked.id),
        "line": str(attended.id),
        "next": following.slug,
        "next_id": str(following.id),
        "full": full.slug,
        "approved": approved.slug,
        "called_off": called_off.slug,
        "draft": draft.slug,
        "running": running.slug,
        "past": past[-1].slug,
        "echo": db.session.scalars(select(Event.slug).where(Event.program_id != jam.id)).first() or "",
        "join_running": join_token(seats[0]),
        "join_next": join_token(seats[1]),
        "join_called_off": join_token(seats[2]),
        "join_waiting": join_token(seats[3]),
        "me": make("me", somebody.id, somebody.link_version),
        "walkers": str(seats[1].id),
        "person": str(attended.person_id),
        "twin": str(db.session.scalars(select(Person.id).where(Person.id != attended.person_id)).first()),
        "batch": declined.batch,
        "not_me": _not_me(following),
        **_merged(),
        "entry_at": db.session.get_one(Event, entry.event_id).slug,
        "entry": str(entry.id),
        "rule": str(db.session.scalars(select(ReminderRule.id).where(ReminderRule.program_id == jam.id)).first()),
        "question": str(_questions(jam, following, seats[1])),
    }  # fmt: skip


def _not_me(at: Event) -> str:
    """The way out of somebody whom a colleague registered."""
    wanda = people.Details(name="Wanda Walker", organization="Harbor House, Inc.", state="OH")
    register_colleagues(at, WALKER, wanda, [("Cal Roe", "cal.roe@people.example")], by=BY)
    seat = db.session.scalars(
        select(Registration).where(Registration.event_id == at.id, Registration.registered_by_id.is_not(None))
    ).one()
    return make("not-me", seat.id, seat.person.link_version)


def _merged() -> dict[str, str]:
    at = makers.event(title="A session of two who were one")
    keep, gone = (
        makers.registration(at, f"{name}@twice.example", "Ana Twice").person for name in ("one", "two")
    )
    people.merge(keep, gone, by=BY)
    homes = []
    for number, name in enumerate(("Twice Crisis Center", "Twice Crisis Centre", "Once Crisis Line")):
        home = makers.person(f"home{number}@twice.example", "Ana Home", organization=name).organization
        assert home is not None
        homes.append(home)
    organizations.describe(homes[0], "twice.example", "OH", by=BY)
    organizations.merge(homes[0], homes[2], by=BY)
    makers.person("alone@twice.example", "Ana Alone")
    names = ("organization", "organization_too", "organization_merged")
    return {"keeper": str(keep.id), "merged": str(gone.id)} | {
        name: str(home.id) for name, home in zip(names, homes, strict=True)
    }


def _questions(jam: Program, at: Event, seat: Registration) -> int:
    """A question of each kind with an answer, and needs in each state; returns the id of a question with options."""
    jam.provided = "- Live captions in English\n- **ASL** interpretation"
    several = makers.question(
        jam, "Which of these would you like to hear more about?", kind=AnswerKind.SEVERAL,
        options="Peer support in crisis lines\nPay\nSupervision", other=True, help="Tick as many as you like.",
    )  # fmt: skip
    number = makers.question(at, "How many people work in your team?", kind=AnswerKind.NUMBER, required=True)
    line = makers.question(at, "What is your team called?")
    makers.question(at, "What has worked where you are?", kind=AnswerKind.TEXT)
    makers.question(at, "How do you come?", kind=AnswerKind.ONE, options="Alone\nWith my team", other=True)
    makers.question(at, "May we call you?", kind=AnswerKind.YES_NO)
    makers.question(at, "Since when do you work there?", kind=AnswerKind.DATE)
    said = [
        (several.id, several.label, {"chosen": ["Pay"], "other": "Housing for staff who move here"}),
        (number.id, number.label, 12),
        (line.id, line.label, "The night line"),
    ]
    questions.keep(seat, Said(said, "Slides a day before, in large print.\nI follow with a screen reader."))
    for name, state in (("Noor Hale", Need.ARRANGED), ("Bo Lind", Need.CANNOT)):
        other = makers.registration(at, name=name, state="OH")
        questions.keep(other, Said([(number.id, number.label, 3)], "An interpreter for Spanish"))
        settle(other, state, "We looked for one.", by=BY)
    questions.retire(makers.question(at, "Asked no more?"), by=BY)
    return several.id


def _staff(organizer: Account) -> dict[str, str]:
    preview_at = makers.event(title="A session whose report waits", starts_at=now() - timedelta(days=2))
    replaced_at = makers.event(
        title="A session whose report was corrected", starts_at=now() - timedelta(days=3)
    )
    import_report(replaced_at, INVENTED_2026.read_bytes(), replaced_at.time_zone, by=BY)
    *lines, _bo, guest = (
        INVENTED_2026.read_bytes().replace(b"11:30:00 AM,30", b"11:20:00 AM,20").splitlines(keepends=True)
    )
    letters = db.session.scalars(select(Letter).where(Letter.kind != "sign-in").order_by(Letter.id)).all()
    hold([each for each in letters if each.kind == "cancelled"], "Called back by staff.", by=BY)
    pause(letters[-1], "The mail server said 550 5.1.1 No such user here")
    letters[-1].state, letters[-1].reason = "failed", "The mail server said 550 5.1.1 No such user here"
    return {
        "unreported": preview_at.slug,
        "upload": uploads.hold(INVENTED_2026.read_bytes(), INVENTED_2026.name, preview_at.id, organizer.id),
        "replaced": replaced_at.slug,
        "correction": uploads.hold(b"".join([*lines, guest]), "corrected.csv", replaced_at.id, organizer.id),
        "table": uploads.hold(
            b"Wer,Post,Von\nAnn,ann@example.org,13:00\n", "table.csv", preview_at.id, organizer.id
        ),
        "past_upload": uploads.hold(zipped(), "past.zip", 0, organizer.id, FOLDER),
        "sign_in": _sign_in(organizer),
        "letter": str(letters[-1].id),
        "editable": next(str(each.id) for each in letters if each.state == "held"),
        "account": str(organizer.id),
        "term": str(db.session.scalars(select(Term.id)).first()),
    }


def _wishes() -> dict[str, str]:
    said = people.Details(name="Ines Okafor", organization="Harbor House, Inc.", state="OH")
    ines = interest.take_part(
        "ines@people.example",
        said,
        {Way.PRESENT, Way.NEWS},
        "We train peers on the job.\n\nCould we tell you how?",
    )
    news = subscription_of(ines)
    assert news is not None
    asked = interest.take_part("noor@people.example", people.Details(name="Noor Hale"), {Way.NEWS}, "")
    interest.confirm_news(asked, by=BY)
    choices.choose(ines, Stop.FOLLOW_UPS, False, by=BY)
    return {
        "wish": str(db.session.scalars(select(Wish.id)).first()),
        "news": make(CONFIRM, ines.id, news.link_version),
        "no_news": make(END, asked.id),
        "stop": make(Stop.REMINDERS, ines.id),
        "stopped": make(Stop.FOLLOW_UPS, ines.id),
    }


def _proposals() -> dict[str, str]:
    """Wanda's offers in the states whose pages differ most."""

    def made(state: Standing, title: str) -> Proposal:
        others = (Other("Noor Hale", "noor.hale@people.example", "Harbor House, Inc."),)
        return offers.proposal(state, address=WALKER, name="Wanda Walker", title=title, others=others)

    read, held = (
        made(Standing.IN_REVIEW, "Night shifts that people stay for"),
        made(Standing.PRESENTED, "What we learned"),
    )
    decisions.ask(read, "How many people took part in the first year?", by=BY)
    on_stage = made(Standing.SCHEDULED, "A pay band with four steps")
    files.keep_slides(on_stage, files.checked_slides(slides.pdf()), by=BY)
    files.keep_portrait(on_stage.lead, files.checked_portrait(slides.png()), by=BY)
    late = made(Standing.SCHEDULED, "Still without slides")
    late.scheduled_at = late.lead.answered_at = now() - timedelta(days=25)
    waiting = made(Standing.RECEIVED, "Decided and not told")
    decisions.decide(waiting, Standing.NOT_NOW, "We had this topic in June.", by=BY)
    many = many_offers.do(
        [made(Standing.RECEIVED, "Read with others").code], many_offers.Wish(many_offers.Deed.REVIEW), by=BY
    )
    gift, unsaid = (
        offers.proposal(Standing.ACCEPTED, address=WALKER, name="Wanda Walker", title=title, kind=Kind.SHARE,
                        format=None, credit=credit)
        for title, credit in (("A workbook for supervisors", Credit.NAME), ("A checklist for nights", None))
    )  # fmt: skip
    return {
        "in_library": gift.code,
        "initiative": library.publish(gift, by=BY).slug or "",
        "shared_only": unsaid.code,
        "reviewed": many.batch,
        "offered": made(Standing.RECEIVED, "Peers on the night line").code,
        "in_review": read.code,
        "accepted": made(Standing.ACCEPTED, "Grow your own supervisors").code,
        "on_stage": on_stage.code,
        "presented": held.code,
        "taken_back": made(Standing.WITHDRAWN, "Taken back").code,
        **_invitations(),
    }


def _invitations() -> dict[str, str]:
    """Two people were asked to present; one has declined."""
    noor, olu = (
        invitations.invite(f"{name}@people.example", people.Details(name=f"{name.title()} Hale"),
                           "We heard of your night line.", [], by=BY)
        for name in ("asked", "declining")
    )  # fmt: skip
    invitations.decline(olu, never=False, by=BY)
    return {
        "no_thanks": make(invitations.NO_THANKS, noor.id),
        "declined": make(invitations.NO_THANKS, olu.id),
    }


def _cohorts() -> dict[str, str]:
    """Wanda is a member of a cohort that takes applications, asked by another, applies to a third, and is a guest."""
    group, asking, applying = (makers.cohort(f"walked-{name}") for name in ("open", "asking", "applying"))
    closed = makers.cohort("walked-closed", opens_on=None, closes_on=None)
    levers = [term.id for term in db.session.scalars(select(Term).where(Term.kind == "lever").limit(2))]
    for days in (-60, -30):
        makers.cohort_event(
            group, starts_at=now() + timedelta(days=days), title=f"What {-days} days taught us"
        )
    makers.cohort_event(group, title="What keeps people")
    stem = {"contact": WALKER, "term_ids": levers}
    admitted = makers.admitted(group, "Harbor House", **stem)
    makers.reported(makers.cohort_event(group, starts_at=now() - timedelta(days=14)))
    waiting = makers.application(group, "Second Harbor", zip="59001", place="MT", term_ids=levers)
    admissions.decide(waiting, Applied.WAITING, "We look again in spring.", by=BY)
    asked = makers.admitted(asking, "Harbor House", says_yes=False, **stem)
    for each in (group, closed):
        faculty.add_faculty(each, "Fay Lindqvist", "facilitator@example.org", Role.FACILITATOR, "Ohio", by=BY)
    makers.question(group, "What have you tried so far?", kind=AnswerKind.TEXT)
    guest = faculty.invite_guest(
        makers.cohort_event(applying, title="One evening"),
        "Wanda Walker",
        WALKER,
        "Tell us of your line.",
        by=BY,
    )
    return {
        "cohort": group.slug,
        "closed_cohort": closed.slug,
        "application": str(admitted.id),
        "applied": str(waiting.id),
        "member": str(admitted.contact.id),
        "asked_member": str(asked.contact.id),
        "own_application": str(makers.application(applying, "Harbor House", **stem).contact.id),
        "guest": str(guest.id),
        **_cases(admitted.contact),
    }


def _cases(wanda: CohortMember) -> dict[str, str]:
    """Wanda's cases in the states whose pages differ most; one is being read, and one was presented and opened."""
    named = "Here at Harbor House, Dr. Halverson left us in May 2024. Call 614-555-0199."
    sent = brought.case(wanda, Brought.SUBMITTED, background=named)
    read = brought.case(wanda, Brought.IN_REVIEW, background=named)
    attachments_of = brought.case(wanda, Brought.DRAFT, background=named)
    attach(attachments_of, "Harbor_House.docx", docx("<w:p><w:r><w:t>Harbor House</w:t></w:r></w:p>"), by=BY)
    gone = brought.member(wanda.cohort, "Elm Grove Center")
    left = brought.case(gone, Brought.SUBMITTED)
    members.leave(gone, by=BY)
    held = brought.case(wanda, Brought.PRESENTED)
    lead = people.find_or_add("facilitator@example.org", people.Details(name="Fay Lindqvist"), by=BY)
    note(read, lead, Copy.ORIGINAL)
    for reader in (wanda.person, lead):
        note(held, reader, Copy.RELEASED)
    said = Line("one", "Pay for the drive.", suggested_by_id=lead.id, link="https://example.org/drive")
    outcomes.keep(held, said, by=BY)
    outcomes.keep_note(held, "two", "How far is it?", by=BY)
    return {
        "case_sent": sent.code,
        "case_left": left.code,
        "case_read": read.code,
        "case_draft": attachments_of.code,
        "case_approved": brought.case(wanda, Brought.APPROVED).code,
        "case_presented": held.code,
        "case_followed": _followed(wanda).code,
    }


def _followed(wanda: CohortMember) -> EchoCase:
    """A case whose presenter is asked what became of it, and has answered once."""
    made, said = sent_case(wanda, days_ago=61)
    with frozen(now() - timedelta(days=20)):
        told = {
            said[0].id: following.Said(Answer.ADOPTED, "Harbor House paid two drivers."),
            said[1].id: following.Said(Answer.NOT_YET),
        }
        following.answer(made, 30, told, by=BY)
    return made


def _reviews(reader: Account) -> dict[str, str]:
    """What waits for a reviewer, what they scored, and what they stepped back from: the demonstration has all three."""
    questioned = db.session.scalars(select(ReviewQuestion).where(ReviewQuestion.outcome.is_(None))).first()
    assert questioned is not None
    said = {
        each.stand: each.proposal_id
        for each in db.session.scalars(select(Review).where(Review.account_id == reader.id))
    }
    return {
        "questioned": questioned.proposal.code,
        "suggestion": str(questioned.id),
        "to_read": str(questioned.proposal_id),
        "scored": str(said["done"]),
        "stepped_back": str(said["recused"]),
    }


def _groups(slug: str, organizer: Account) -> dict[str, str]:
    """A letter to everybody of a session, and lists that wait to be imported there and to be mended."""
    at = db.session.scalars(select(Event).where(Event.slug == slug)).one()
    to = group.recipients(at, Asked())
    batch = group.send(at, to, group.wording(*group.first_words(at)), mark="the walk's", by=BY)
    half = Typed("Bring a case", "Hello {name},")
    unfinished = group.keep(at, Asked(), half, organizer, mark="half", draft_id=None, by=BY)
    people = Table(
        ["E-mail", "Name", "State"], [["lia@people.example", "Lia Moss", "OH"], ["lia@", "Lia", ""]]
    )
    links = Table(["Email", "Join URL"], [["nobody@people.example", "https://zoom.example/w/1"]])
    left_out = Table([*people.header, "Why"], [[*people.rows[1], "This is no address."]])
    return {
        "group": batch or "",
        "unfinished": str(unfinished.id),
        "people_list": held.hold(people, at.id, organizer.id, "people"),
        "links": held.hold(links, at.id, organizer.id, "links"),
        "left_out": held.hold(left_out, at.id, organizer.id, "refused"),
    }


def _sign_in(account: Account) -> str:
    return make("sign-in", people.sign_in_link(account, timedelta(hours=1), by=BY).id)


#: Who has a seat, or waits for one, at every session above.
WALKER = "wanda.walker@people.example"
