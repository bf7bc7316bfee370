"""Answers that come later: who owes one, how staff see that, and how people answer on their own page."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from jam.audit.models import AuditDetail, AuditEntry
from jam.base.database import db
from jam.base.now import now
from jam.base.tokens import make
from jam.mail.models import Letter
from jam.people.actions import Details
from jam.registration import answers, passes, questions
from jam.registration.models import Answer, Question, Registration
from jam.registration.question_rules import Kind
from jam.registration.questions import Said
from jam.registration.roster import Asked, of_event
from jam.registration.rules import Need
from jam.schedule.models import Event
from tests import makers
from tests.clients import Client
from tests.rows import every_row

ANA = {"email": "ana@clinic.example", "name": "Ana Lee", "organization": "Riverside Clinic", "state": "OH"}
BEN = {"colleagues-0-name": "Ben Ode", "colleagues-0-email": "ben@clinic.example"}


@pytest.fixture
def event(db_session: scoped_session[Session]) -> Event:
    """A session with two questions that need an answer, one of them of its program, and one that does not."""
    made = makers.event()
    makers.question(made.program, "How many are you?", kind=Kind.NUMBER, required=True)
    makers.question(
        made, "Which days?", kind=Kind.SEVERAL, options="Monday\nFriday", other=True, required=True
    )
    makers.question(made, "Anything else?")
    db.session.commit()
    return made


def fields(event: Event) -> list[str]:
    return [f"q{each.id}" for each in questions.asked_at(event)]


def enter(client: Client, seat: Registration) -> str:
    """Open somebody's own page; the path of their answers."""
    client.get(f"/me/{make('me', seat.person_id, seat.person.link_version)}")
    return f"/me/seats/{seat.id}/answers"


def log(seat: Registration) -> list[tuple[str, str | None, str | None]]:
    """What the log says was changed of a registration by its person: field, before, after."""
    query = (
        select(AuditDetail.field, AuditDetail.before, AuditDetail.after)
        .join(AuditEntry, AuditEntry.id == AuditDetail.entry_id)
        .where(
            AuditEntry.object_id == seat.id,
            AuditEntry.action.in_([answers.CHANGED_ANSWERS, answers.CHANGED_NEED]),
            AuditEntry.actor == f"person:{seat.person_id}",
        )
        .order_by(AuditDetail.id)
    )
    return [(field, before, after) for field, before, after in db.session.execute(query)]


def test_a_colleague_is_asked_on_their_own_page_and_the_roster_knows_until_then(
    client: Client, event: Event
) -> None:
    path = f"/sessions/{event.slug}/register/colleagues"
    page = unescape(client.get(path).text)
    assert [each in page for each in ("How many are you?", "Which days?", "Anything else?")] == [True] * 3
    done = client.submit(path, {**ANA, **BEN}, follow_redirects=True)
    assert "each of them answers what the organizers ask" in done.text
    [letter] = db.session.scalars(select(Letter))
    assert "Please answer them on your own page:" in letter.text
    [seat] = db.session.scalars(select(Registration))
    enter(client, seat)
    home = client.get("/me/").text
    assert "2 questions wait for your answer" in home
    assert f'href="/me/seats/{seat.id}/answers"' in home

    makers.sign_in(client)
    roster = f"/desk/sessions/{event.slug}/people"
    assert "2 answers missing" in client.get(f"{roster}?answers=missing").text

    number, days, _ = fields(event)
    path = enter(client, seat)
    client.submit(path, {number: "4", days: ["Friday"]})
    assert [(each.label, each.value) for each in db.session.scalars(select(Answer).order_by(Answer.id))] == [
        ("How many are you?", 4),
        ("Which days?", {"chosen": ["Friday"], "other": ""}),
    ]
    assert "for your answer" not in client.get("/me/").text
    makers.sign_in(client)
    page = client.get(roster).text
    assert ("answers missing" in page, "Answers or needs changed" in page) == (False, True)
    assert "Nobody like that" in client.get(f"{roster}?answers=missing").text


@pytest.mark.parametrize(
    ("required", "words"),
    [(False, "The organizers also ask a few questions. You can answer"), (None, "Everything else is on")],
)
def test_the_letter_asks_only_for_what_is_asked(
    client: Client, db_session: scoped_session[Session], required: bool | None, words: str
) -> None:
    made = makers.event()
    if required is not None:
        makers.question(made, required=required)
    db.session.commit()
    client.submit(f"/sessions/{made.slug}/register/colleagues", {**ANA, **BEN})
    assert words in db.session.scalars(select(Letter)).one().text


def test_who_owes_an_answer_is_counted_from_the_rows(event: Event) -> None:
    first, second, _ = questions.asked_at(event)
    both, one, none, gone = (
        makers.registration(event, name=name) for name in ("Both", "One", "None", "Gone")
    )
    other = makers.registration(makers.event(starts_at=now() + timedelta(days=90)), name="Elsewhere")
    said = [(first.id, first.label, 1), (second.id, second.label, {"chosen": ["Monday"], "other": ""})]
    questions.keep(both, Said(said))
    questions.keep(one, Said(said[:1]))
    gone.status = "cancelled"
    db.session.flush()
    ids = [each.id for each in (both, one, none, gone, other)]
    assert answers.owed(ids) == {one.id: 1, none.id: 2, other.id: 1}
    missing = db.session.execute(of_event(event, Asked(answers="missing"))).all()
    assert [seat.name for seat, _ in missing] == ["None", "One"]
    questions.retire(second, by=makers.BY)
    db.session.flush()
    assert answers.owed(ids) == {none.id: 1, other.id: 1}


def test_people_are_found_by_what_they_chose(client: Client, event: Event) -> None:
    days = questions.asked_at(event)[1]
    odd = makers.question(event, "Which?", kind=Kind.ONE, options='other\nchosen\n50% "é"', other=True)
    call = makers.question(event, "May we call?", kind=Kind.YES_NO)
    said = {
        "Ana": [
            (days, {"chosen": ["Monday", "Friday"], "other": ""}),
            (odd, {"chosen": ["other"], "other": ""}),
        ],
        "Ben": [(days, {"chosen": ["Friday"], "other": ', "Monday"]'}), (call, True)],
        "Cal": [(odd, {"chosen": ['50% "é"'], "other": ""}), (call, False)],
        "Dee": [(odd, {"chosen": [], "other": "chosen"})],
    }
    for name, answered in said.items():
        seat = makers.registration(event, name=name)
        questions.keep(seat, Said([(each.id, each.label, value) for each, value in answered]))
    db.session.commit()

    def found(question: Question, place: int) -> list[str]:
        rows = db.session.execute(of_event(event, Asked(answers=f"{question.id}.{place}"))).all()
        return [seat.name for seat, _ in rows]

    assert [found(days, place) for place in range(3)] == [["Ana"], ["Ana", "Ben"], ["Ben"]]
    assert [found(odd, place) for place in range(4)] == [["Ana"], [], ["Cal"], ["Dee"]]
    assert [found(call, place) for place in range(2)] == [["Ben"], ["Cal"]]

    makers.sign_in(client)
    page = client.get(f"/desk/sessions/{event.slug}/people?answers={days.id}.0").text
    assert [f">{name}</a><span" in page for name in said] == [True, False, False, False]
    assert f'<option value="{days.id}.0" selected>Monday</option>' in page
    program = client.get(f"/desk/programs/jam/people?answers={days.id}.1").text
    assert [f">{name}<" in program for name in said] == [True, True, False, False]
    for nonsense in (f"{days.id}.3", f"{days.id}.-1", "9876.0", ".", "1.٣", f"{'9' * 30}.0"):
        page = client.get(f"/desk/sessions/{event.slug}/people", query_string={"answers": nonsense}).text
        assert "Download as" in page
        assert "Show everybody" not in page


def test_staff_answer_for_somebody_as_far_as_they_know(client: Client, event: Event) -> None:
    makers.sign_in(client)
    path = f"/desk/sessions/{event.slug}/people/add"
    number, days, _ = fields(event)
    who = {"email": "cal@clinic.example", "name": "Cal Roe"}
    answer = client.submit(path, {**who, number: "four"})
    assert (answer.status_code, "Enter a number under" in unescape(answer.text)) == (400, True)
    client.submit(path, {**who, number: "4", "accommodation": "ASL"})
    seat = db.session.scalars(select(Registration)).one()
    assert [(each.label, each.value) for each in db.session.scalars(select(Answer))] == [
        ("How many are you?", 4)
    ]
    assert (seat.accommodation, seat.accommodation_state) == ("ASL", Need.ASKED)
    assert answers.owed([seat.id]) == {seat.id: 1}
    client.submit(path, {"email": "dee@clinic.example", "name": "Dee Moss"})
    assert len(db.session.scalars(select(Registration)).all()) == 2, "all of it may stay empty"
    page = client.get(path).text
    assert (f'name="{days}"' in page, "What they need to take part" in page) == (True, True)


@pytest.fixture
def answered(event: Event) -> Registration:
    """Ana's seat with answers of each kind, and a need that is arranged."""
    seat = makers.registration(event, "ana@clinic.example")
    number, days, other = questions.asked_at(event)
    said = [
        (number.id, number.label, 4),
        (days.id, days.label, {"chosen": ["Monday"], "other": "Sunday"}),
        (other.id, other.label, "We are new"),
    ]
    questions.keep(seat, Said(said, "A reader for slides"))
    seat.accommodation_state, seat.accommodation_note = Need.ARRANGED, "Zoe reads"
    db.session.commit()
    return seat


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_what_was_answered_stands_in_the_form_and_saving_it_changes_nothing(
    client: Client, answered: Registration
) -> None:
    path = enter(client, answered)
    before = every_row()
    page = client.submit(path, {}, follow_redirects=True)
    assert "Nothing was changed." in page.text
    assert every_row() == before


def test_people_change_their_answers_and_the_log_says_what_they_were(
    client: Client, event: Event, answered: Registration
) -> None:
    number, days, other = fields(event)
    path = enter(client, answered)
    refused = client.submit(path, {number: "", days: ["Friday"]})
    assert (refused.status_code, "Answer “How many are you?”" in unescape(refused.text)) == (400, True)
    client.submit(path, {number: "5", days: ["Friday"], f"{days}_other": "", other: ""})
    db.session.expire_all()
    assert {each.label: each.value for each in db.session.scalars(select(Answer))} == {
        "How many are you?": 5,
        "Which days?": {"chosen": ["Friday"], "other": ""},
    }
    ids = [int(each[1:]) for each in (number, days, other)]
    assert log(answered) == [
        (f"answer {ids[0]}", "4", "5"),
        (f"answer {ids[1]}", "Monday; Sunday", "Friday"),
        (f"answer {ids[2]}", "We are new", None),
    ]
    assert (answered.accommodation_state, answered.accommodation_note) == (Need.ARRANGED, "Zoe reads")


def test_what_a_program_asks_is_answered_once_for_every_session_to_come(client: Client, event: Event) -> None:
    for days in (60, 90, -5):
        makers.event(starts_at=now() + timedelta(days=days))
    db.session.commit()
    many = questions.asked_at(event)[0]
    held = passes.take(event.program, "pia@series.example", Details(name="Pia Lund"))
    mine = sorted(
        db.session.scalars(select(Registration).where(Registration.person_id == held.person_id)),
        key=lambda seat: seat.event.starts_at,
    )
    first, second, third = mine
    questions.keep(third, Said([(many.id, many.label, 9)]))
    db.session.commit()
    path = enter(client, first)
    home = client.get("/me/").text
    assert ("2 questions wait" in home, "So they do at 1 other session of yours" in home) == (True, True)
    _, days, _ = fields(event)
    client.submit(path, {f"q{many.id}": "4", days: ["Friday"]})
    assert "for your answer" not in client.get("/me/").text
    db.session.expire_all()
    found = {seat.id: [each.value for each in questions.answers_of([seat.id])] for seat in mine}
    assert found == {first.id: [4, {"chosen": ["Friday"], "other": ""}], second.id: [4], third.id: [9]}
    assert log(second) == [(f"answer {many.id}", None, "4")]
    assert held.answers == [[many.id, many.label, 4]]


@pytest.mark.parametrize(
    ("words", "state"), [("A reader, and captions", Need.ASKED), ("", None)], ids=["other words", "none"]
)
def test_a_need_whose_words_change_is_open_again(
    client: Client, answered: Registration, words: str, state: Need | None
) -> None:
    client.submit(enter(client, answered), {"accommodation": words})
    db.session.refresh(answered)
    assert (answered.accommodation, answered.accommodation_state, answered.accommodation_note) == (
        words or None,
        state,
        "",
    )
    assert log(answered) == [("accommodation_state", "arranged", state)]
    makers.sign_in(client)
    page = client.get(f"/desk/sessions/{answered.event.slug}/accommodations").text
    assert ("You had arranged it" in page) == bool(words)
    assert ("Not asked for any more" in page) != bool(words)
    story = client.get(f"/desk/people/{answered.person_id}").text
    assert "Need changed" in story
    assert "captions" not in repr(db.session.execute(select(AuditDetail.after)).all())


def over(event: Event) -> None:
    event.starts_at, event.ends_at = now() - timedelta(hours=2), now() - timedelta(hours=1)


@pytest.mark.parametrize(
    "end",
    [
        lambda seat: setattr(seat, "status", "cancelled"),
        lambda seat: setattr(seat.event, "state", "cancelled"),
        lambda seat: over(seat.event),
    ],
    ids=["given back", "called off", "over"],
)
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_what_is_over_is_changed_no_more(
    client: Client, answered: Registration, end: Callable[[Registration], None]
) -> None:
    path = enter(client, answered)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path).text)
    assert token is not None
    end(answered)
    db.session.commit()
    before = every_row()
    for answer in (
        client.get(path),
        client.post(path, data={"csrf_token": token[1], "accommodation": "ASL"}),
    ):
        assert (answer.status_code, answer.location) == (303, "/me/")
    assert every_row() == before


def test_nobody_sees_or_changes_what_others_answered(
    client: Client, event: Event, answered: Registration
) -> None:
    mine = makers.registration(event, "ben@clinic.example", "Ben Ode")
    db.session.commit()
    enter(client, mine)
    assert client.get(f"/me/seats/{answered.id}/answers").status_code == 404
