"""A cohort with a case in every state, full of words that nobody else may find, and everybody who may want to see them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select

from jam.base import files
from jam.base.database import db
from jam.base.now import now
from jam.cases import actions, attachments, planning, plans, review
from jam.cases.forms import fingerprint
from jam.cases.identifier_kinds import Kind
from jam.cases.models import CaseFile, Copy, EchoCase
from jam.cases.opening import note
from jam.cases.rules import HELD, State, Who
from jam.cohorts.models import CohortMember
from jam.cohorts.rules import Role
from jam.outcomes.following import fingerprint as fingerprint_of
from jam.outcomes.models import CaseFollowUp, CaseNote, CaseOutcome, CaseRecommendation
from jam.outcomes.rules import Answer
from jam.people.models import Account, Person
from jam.people.rules import AccountRole
from jam.registration.questions import CasesOf
from jam.schedule.models import Cohort, Event
from jam.vocabulary.actions import add_first_terms
from tests import makers
from tests.cases.brought import BY, TEXTS, case, enter, faculty, given, member
from tests.cases.test_reading import docx
from tests.clients import Client

#: A letter for each state; L is scheduled for a later day, T for today.
STATES = {
    "D": State.DRAFT, "S": State.SUBMITTED, "R": State.IN_REVIEW, "C": State.CHANGES, "A": State.APPROVED, "L": State.SCHEDULED,
    "T": State.SCHEDULED, "P": State.PRESENTED, "N": State.RECOMMENDED, "F": State.FOLLOWED_UP, "E": State.CLOSED, "W": State.WITHDRAWN,
}  # fmt: skip

#: A colleague is of the presenter's own team, a member of another organization in the same cohort.
ROLES = (
    "presenter", "colleague", "member", "member elsewhere", "applicant", "attendee", "coordinator", "facilitator", "faculty",
    "organizer", "facilitator elsewhere", "reviewer", "stranger",
)  # fmt: skip

#: Words that stand nowhere else. Of the reading: the presenter's own, what the coordinator asked for, noted and made of it before,
#: what is released; what is seen in the attachment, whose properties hold the presenter's own.
OWN, ASKED, NOTED, EARLIER, RELEASED, FILED = "Zuckerk", "Zaskork", "Znotork", "Zearlik", "Quetzal", "Zattach"
#: Of the session: what was recommended and is not sent yet, is sent, was taken out again; what was asked and answered there, the
#: summary; what became of it in the presenter's words, and in those that others may read.
UNSENT, SENT, REMOVED, SAID, SUMMARY, BECAME, TOLD = (
    "Zunsent", "Zrecomm", "Zremovd", "Zclarif", "Zsummar", "Zbecame", "Ztoldof",
)  # fmt: skip
#: What the presenter's organization wrote in its application.
APPLIED = "Zapplied"


def word(stem: str, letter: str) -> str:
    """The word of this kind in the case with this letter."""
    return f"{stem}{letter.lower()}dl"


@dataclass
class World:
    """The cases by their letters, and the cookies of everybody by their roles."""

    app: Flask
    cohort: Cohort
    cases: dict[str, EchoCase] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    #: What a page that the presenter or the coordinator has open sends along.
    seen: dict[str, tuple[str, str]] = field(default_factory=dict)
    #: Their attachments, as the presenter sent them.
    bytes: dict[str, bytes] = field(default_factory=dict)
    #: What became of their first recommendation, where it was told: its id, and what its words are known by.
    outcomes: dict[str, tuple[int, str]] = field(default_factory=dict)
    #: A session of the cohort that no case is planned for.
    free: int = 0
    #: What a page that plans the approved case for it sends along.
    plan: str = ""
    #: The address of the session of today.
    session: str = ""


def build(app: Flask, client: Client) -> World:
    """Make it all, and commit. Everybody has opened every case a moment ago, so that only the rule stands between."""
    add_first_terms(by=BY)
    cohort, elsewhere = makers.cohort(), makers.cohort("cohort-4")
    presenter, other, stranger = (
        makers.admitted(
            cohort, "Cedar Ridge Recovery", 2, challenge=f"Nobody stays, says {APPLIED}."
        ).contact,
        member(cohort, "Lakeside Clinic"),
        member(elsewhere, "Far Away Clinic"),
    )
    today, later = makers.cohort_event(cohort), makers.cohort_event(cohort)
    accounts = {
        "coordinator": faculty(cohort, Role.COORDINATOR),
        "facilitator": faculty(cohort, Role.FACILITATOR),
        "faculty": faculty(cohort, Role.EXPERT),
        "organizer": makers.account(AccountRole.ORGANIZER),
        "facilitator elsewhere": faculty(elsewhere, Role.FACILITATOR),
        "reviewer": makers.account(AccountRole.REVIEWER),
    }
    people = {
        "presenter": presenter.person,
        "colleague": presenter.application.team[1].person,
        "member": other.person,
        "member elsewhere": stranger.person,
        "applicant": makers.application(cohort, "Hopeful Clinic", 1).team[0].person,
        "attendee": makers.registration(makers.event()).person,
    }
    texts = {**TEXTS, f"q{makers.question(CasesOf(cohort), 'Who pays for it?').id}": "A county pays."}
    made = World(app, cohort, free=makers.cohort_event(cohort).id, session=today.slug)
    for letter, state in STATES.items():
        made.cases[letter] = found = _case(presenter, letter, state, today if letter == "T" else later, texts)
        made.seen[letter] = (fingerprint(found), review.version(found))
        made.bytes[letter] = files.fetch(file_of(found).stored_as)
        for person in [*people.values(), *(each.person for each in accounts.values())]:
            for copy in Copy:
                note(found, person, copy)
    today.starts_at = now() - timedelta(minutes=10)  # its day has begun, at whatever hour this runs
    told = {
        each.follow_up.case_id: (each.id, fingerprint_of(each))
        for each in db.session.scalars(select(CaseOutcome))
    }
    made.outcomes = {letter: told.get(each.id, (0, "")) for letter, each in made.cases.items()}
    plan = {made.cases["A"].id: made.free}
    made.plan = planning.seen(planning.board(cohort), plan)
    db.session.commit()
    made.cookies = {**dict(_by_link(client, people)), **dict(_by_account(client, accounts)), "stranger": ""}
    return made


def _case(of: CohortMember, letter: str, state: State, event: Event, texts: dict[str, str]) -> EchoCase:
    """A case in a state, by every step before, that came back once; each of its words says whose it is."""
    mine, out = word(OWN, letter), word(RELEASED, letter)
    made = case(of, State.DRAFT, **{name: f"{words} {mine}" for name, words in texts.items()})
    about = f'<c xmlns:dc="d"><dc:creator>{mine}</dc:creator></c>'
    sent = docx(f"<w:p><w:r><w:t>{word(FILED, letter)}</w:t></w:r></w:p>", **{"docProps/core.xml": about})
    file = attachments.attach(made, f"{mine}.docx", sent, by=BY)
    made.known_as, made.towns = mine, f"{mine}ville"
    if state is State.DRAFT:
        return made
    actions.submit(made, by=BY)
    if state is State.SUBMITTED:
        return made
    review.start(made, by=BY)
    review.edit(made, {name: f"{words} {word(EARLIER, letter)}" for name, words in texts.items()}, by=BY)
    review.ask(made, f"Please look at {word(ASKED, letter)}.", by=BY)
    if state is State.CHANGES:
        return made
    actions.write(made, given(**{name: f"{words} Again {mine}." for name, words in texts.items()}), by=BY)
    actions.submit(made, by=BY)
    review.start(made, by=BY)
    review.edit(made, {name: f"{words} {out}" for name, words in texts.items()}, by=BY)
    review.let_out(made, file, True, by=BY)
    review.sign(made, dict.fromkeys(Kind, word(NOTED, letter)), by=BY)
    if state is State.WITHDRAWN:
        actions.withdraw(made, Who.PRESENTER, by=BY)
    if state in (State.IN_REVIEW, State.WITHDRAWN):
        return made
    review.approve(made, by=BY)
    if state is State.APPROVED:
        return made
    plans.put_on(made, event, by=BY)
    made.state = state
    if state in HELD:
        _recommended(made, letter)
    db.session.flush()
    return made


def _recommended(case: EchoCase, letter: str) -> None:
    """What came of its session; sent, and answered, for all but the one that was only presented."""
    case.summary = word(SUMMARY, letter)
    sent = case.state != State.PRESENTED
    at: dict[str, Any] = {"case_id": case.id, "captured_at": now(), "captured_by": BY}
    rows = [
        CaseRecommendation(client_id="1", position=1, words=word(SENT if sent else UNSENT, letter), **at),
        CaseRecommendation(client_id="2", position=2, words=word(REMOVED, letter), removed_at=now(), **at),
        CaseNote(client_id="3", words=word(SAID, letter), **at),
    ]
    db.session.add_all(rows)
    if not sent:
        return
    case.recommendations_sent_at = now()
    asked = CaseFollowUp(case_id=case.id, days=30, due_on=now().date(), asked_at=now(), answered_at=now())
    db.session.add(asked)
    db.session.flush()
    became = {"words": word(BECAME, letter), "answer": Answer.TRIED, "answered_at": now()}
    became |= {"released_words": word(TOLD, letter), "released_at": now()}
    db.session.add(CaseOutcome(recommendation_id=rows[0].id, follow_up_id=asked.id, **became))


def file_of(case: EchoCase) -> CaseFile:
    """Its attachment."""
    return case.files[0]


def _by_account(client: Client, accounts: dict[str, Account]) -> Iterator[tuple[str, str]]:
    for who, account in accounts.items():
        client.sign_in(account)
        yield who, _cookie(client)


def _by_link(client: Client, people: dict[str, Person]) -> Iterator[tuple[str, str]]:
    for who, person in people.items():
        with client.session_transaction() as session:
            session.clear()
        enter(client, person)
        yield who, _cookie(client)


def _cookie(client: Client) -> str:
    found = client.get_cookie("jam", domain="jam.example")
    assert found is not None
    return f"jam={found.value}"
