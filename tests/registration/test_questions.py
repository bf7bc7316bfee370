"""Questions of staff on the registration form: what counts as an answer, where it is kept, and what changes later."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, scoped_session

from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.people import actions as people
from jam.people.actions import Details
from jam.registration import passes, questions
from jam.registration.jobs import fill_passes
from jam.registration.models import Answer, Question, Registration
from jam.registration.question_rules import Asked, Kind, answer, from_words, options_of, total, words
from jam.registration.questions import QuestionFields, Said
from jam.schedule import actions as schedule
from jam.schedule.models import Event
from tests import makers
from tests.clients import Client

SIGHT = Asked(Kind.ONE, "How do you follow?", ("By sight", "By ear"), other=True, required=True)
DAYS = Asked(Kind.SEVERAL, "Which days?", ("Monday", "Friday"))


@pytest.mark.parametrize(
    ("asked", "typed", "kept"),
    [
        (Asked(Kind.LINE, "Why?"), ["  a\x00  b\u202e "], "a b"),
        (Asked(Kind.TEXT, "Why?"), ["one\r\ntwo\x00"], "one\ntwo"),
        (Asked(Kind.TEXT, "Why?"), [" \n "], None),
        (Asked(Kind.NUMBER, "How many?"), ["1,200"], 1200),
        (Asked(Kind.NUMBER, "How many?"), ["2.50"], 2.5),
        (Asked(Kind.NUMBER, "How many?"), ["-0"], 0),
        (Asked(Kind.YES_NO, "Will you?"), ["yes"], True),
        (Asked(Kind.YES_NO, "Will you?"), ["no"], False),
        (Asked(Kind.YES_NO, "Will you?"), [], None),
        (Asked(Kind.DATE, "When?"), ["2026-12-15"], "2026-12-15"),
        (DAYS, ["Friday", "Monday", "Monday"], {"chosen": ["Monday", "Friday"], "other": ""}),
        (DAYS, [], None),
    ],
)
def test_what_is_kept(asked: Asked, typed: list[str], kept: Any) -> None:
    assert answer(asked, typed) == kept


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (Kind.NUMBER, "1e999"),
        (Kind.NUMBER, "1e13"),
        (Kind.NUMBER, "NaN"),
        (Kind.NUMBER, "-Infinity"),
        (Kind.NUMBER, "twelve"),
        (Kind.NUMBER, "9" * 200),
        (Kind.DATE, "0000-00-00"),
        (Kind.DATE, "2026-02-30"),
        (Kind.DATE, "20261215"),
        (Kind.DATE, "2026-W50-2"),
        (Kind.DATE, "9999-01-01"),
        (Kind.YES_NO, "maybe"),
        (Kind.LINE, "x" * 201),
        (Kind.TEXT, "x" * 5001),
    ],
)
def test_what_is_no_answer_is_refused_in_a_sentence_that_names_the_question(kind: Kind, typed: str) -> None:
    with pytest.raises(Refused, match="“How then\\?”") as refusal:
        answer(Asked(kind, "How then?"), [typed])
    assert refusal.value.message.endswith(".")


@pytest.mark.parametrize("kind", list(Kind))
def test_a_required_question_needs_something(kind: Kind) -> None:
    asked = Asked(kind, "Which?", ("A", "B"), required=True)
    for empty in ([], [""]):
        with pytest.raises(Refused, match="“Which\\?”"):
            answer(asked, empty)


def test_an_answer_of_ones_own_stands_beside_the_options() -> None:
    assert answer(SIGHT, ["__other__"], " By  touch ") == {"chosen": [], "other": "By touch"}
    assert answer(SIGHT, [], "By touch") == {"chosen": [], "other": "By touch"}
    assert answer(SIGHT, ["By ear"]) == {"chosen": ["By ear"], "other": ""}
    for typed, own, sentence in [
        (["__other__"], "", "You chose “Other”"),
        (["By ear"], "By touch", "room for one answer"),
        (["By ear", "By sight"], "", "room for one answer"),
        (["By smell"], "", "Choose from the list"),
    ]:
        with pytest.raises(Refused, match=sentence):
            answer(SIGHT, typed, own)
    with pytest.raises(Refused, match="Choose from the list"):
        answer(DAYS, ["__other__"], "Sunday")


def test_options_are_lines_without_doubles() -> None:
    assert options_of(" A \r\n\n B") == ["A", "B"]
    for lines, sentence in [
        ("A", "at least two"),
        ("A\na", "twice"),
        ("A\n__other__", "cannot be an option"),
        ("\n".join(map(str, range(51))), "50 is the most"),
    ]:
        with pytest.raises(Refused, match=sentence):
            options_of(lines)


def test_sums_count_choices_and_measure_numbers() -> None:
    chosen = [{"chosen": ["Gone", "Friday"], "other": ""}, {"chosen": ["Friday"], "other": "Sunday"}, None]
    found = total(DAYS, chosen)
    assert (found.answered, found.counts, found.texts) == (
        2, [("Monday", 0), ("Friday", 2), ("Gone", 1), ("Other", 1)], ["Sunday"],
    )  # fmt: skip
    assert total(Asked(Kind.NUMBER, "n"), [3, 1, 1200, None]).spread == ("1", "3", "1,200")
    assert total(Asked(Kind.NUMBER, "n"), []).spread is None
    assert total(Asked(Kind.YES_NO, "y"), [True, False, True]).counts == [("Yes", 2), ("No", 1)]
    assert [words(each) for each in (True, 2.5, "x", None, chosen[1])] == [
        "Yes",
        "2.5",
        "x",
        "",
        "Friday; Sunday",
    ]


# --- on the form ------------------------------------------------------------------------------------------------------


@pytest.fixture
def event(db_session: scoped_session[Session]) -> Event:
    made = makers.event()
    db.session.commit()
    return made


WHO = {"name": "Ana Lee", "organization": "Riverside Clinic", "state": "OH"}


def register(client: Client, event: Event, address: str = "ana@clinic.example", **typed: Any) -> Any:
    return client.submit(f"/sessions/{event.slug}/register", {**WHO, "email": address, **typed})


def kept(event: Event) -> list[tuple[str, Any]]:
    query = select(Answer.label, Answer.value).join(Registration).where(Registration.event_id == event.id)
    return [(label, value) for label, value in db.session.execute(query.order_by(Answer.id))]


def test_a_form_asks_what_the_program_asks_and_then_its_own(client: Client, event: Event) -> None:
    own = makers.question(event, "What of this topic?")
    of_program = makers.question(event.program, "How did you hear of us?", help="A word will do.")
    makers.question(makers.event(title="Another"), "Of another session?")
    questions.retire(makers.question(event, "Asked no more?"), by="command")
    db.session.commit()
    page = client.get(f"/sessions/{event.slug}/register").text
    assert [name for name in re.findall(r'name="(q\d+)"', page)] == [f"q{of_program.id}", f"q{own.id}"]
    assert "A word will do." in page


def test_answers_are_kept_in_the_words_of_the_day(client: Client, event: Event) -> None:
    line = makers.question(event, "Why do you come?", required=True)
    several = makers.question(event, "Which days?", kind=Kind.SEVERAL, options="Monday\nFriday", other=True)
    number = makers.question(event, "How many of you?", kind=Kind.NUMBER)
    makers.question(event, "Left empty?", kind=Kind.DATE)
    db.session.commit()
    answered = register(client, event, **{
        f"q{line.id}": "To learn", f"q{several.id}": ["Friday", "__other__"], f"q{several.id}_other": "Sunday",
        f"q{number.id}": "12",
    })  # fmt: skip
    assert answered.status_code == 303
    questions.edit(line, QuestionFields(kind=Kind.LINE, label="And why?"), by="command")
    db.session.commit()
    assert kept(event) == [
        ("Why do you come?", "To learn"),
        ("Which days?", {"chosen": ["Friday"], "other": "Sunday"}),
        ("How many of you?", 12),
    ]


def test_bad_answers_come_back_with_everything_that_was_typed(client: Client, event: Event) -> None:
    date = makers.question(event, "Since when?", kind=Kind.DATE)
    number = makers.question(event, "How many?", kind=Kind.NUMBER)
    one = makers.question(event, "Which?", kind=Kind.ONE, options="A\nB", other=True)
    needed = makers.question(event, "Why?", required=True)
    db.session.commit()
    path = f"/sessions/{event.slug}/register"
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path).text)
    assert token is not None
    answered = client.post(path, data={
        "csrf_token": token[1], "email": "ana@clinic.example", "name": "Ana Lee",
        f"q{date.id}": "0000-00-00", f"q{number.id}": "1e999", f"q{one.id}": "<b>C", f"q{one.id}_other": "mine\x00",
        f"q{needed.id}": "", "accommodation": "Captions please",
    })  # fmt: skip
    assert answered.status_code == 400
    for sentence in (
        "Enter a date under “Since when?”, such as 2026-12-15.",
        "Enter a number under “How many?”, such as 12 or 2.5.",
        "Choose from the list under “Which?”.",
        "Answer “Why?”. We need it to register you.",
    ):
        assert sentence in answered.text
    for typed in ("ana@clinic.example", "0000-00-00", "1e999", "mine", "Captions please"):
        assert typed in answered.text
    assert "<b>C" not in answered.text
    assert kept(event) == []
    assert db.session.scalars(select(Registration)).all() == []


def test_ten_megabytes_are_too_large(client: Client, event: Event) -> None:
    text = makers.question(event, "Your story?", kind=Kind.TEXT)
    db.session.commit()
    data = {"email": "ana@clinic.example", "name": "Ana", f"q{text.id}": "x" * 10_000_000}
    assert client.post(f"/sessions/{event.slug}/register", data=data).status_code == 413


def test_who_is_registered_already_cannot_be_made_to_say_something_else(client: Client, event: Event) -> None:
    why = makers.question(event, "Why?")
    db.session.commit()
    register(client, event, **{f"q{why.id}": "To learn"})
    register(client, event, **{f"q{why.id}": "Nonsense", "accommodation": "Nonsense"})
    assert kept(event) == [("Why?", "To learn")]
    assert db.session.scalars(select(Registration.accommodation)).all() == [None]


# --- where else answers go --------------------------------------------------------------------------------------------


def test_a_pass_answers_for_each_of_its_dates_also_later_ones(event: Event) -> None:
    why = makers.question(event.program, "Why?")
    said = Said([(why.id, why.label, "To learn")], "Large print")
    passes.take(event.program, "ana@clinic.example", Details("Ana Lee"), said=said)
    later = makers.event(title="Later", starts_at=now() + timedelta(days=60))
    db.session.commit()
    assert fill_passes() == 1
    for each in (event, later):
        assert kept(each) == [("Why?", "To learn")]
    needs = db.session.execute(select(Registration.accommodation, Registration.accommodation_state))
    assert needs.all() == [("Large print", "asked")] * 2
    with pytest.raises(Refused, match="so it stays"):
        questions.delete(why, by="command")


def test_two_people_who_are_one_keep_what_either_answered(event: Event) -> None:
    first, second = makers.question(event, "First?"), makers.question(event, "Second?")
    ana, twin = makers.registration(event), makers.registration(event)
    questions.keep(ana, Said([(first.id, "First?", "mine")]))
    questions.keep(twin, Said([(first.id, "First?", "other"), (second.id, "Second?", "too")], "A ramp"))
    people.merge(ana.person, twin.person, by="command")
    db.session.commit()
    assert [(each.label, each.value) for each in questions.answers_of([ana.id])] == [
        ("First?", "mine"), ("Second?", "too"),
    ]  # fmt: skip
    assert (ana.accommodation, ana.accommodation_state) == ("A ramp", "asked")


def test_a_question_belongs_to_a_program_or_to_a_session(event: Event) -> None:
    for place in ({}, {"program_id": event.program_id, "event_id": event.id}):
        db.session.add(Question(kind="line", label="Whose?", position=1, **place))
        with pytest.raises(IntegrityError):
            db.session.flush()
        db.session.rollback()


def test_a_draft_takes_its_questions_with_it_when_it_is_deleted(event: Event) -> None:
    draft = makers.event(title="A draft", published=False)
    makers.question(draft, "Of the draft?")
    makers.question(event, "Of the session?")
    db.session.commit()
    schedule.delete_draft(draft, by="command")
    db.session.commit()
    assert db.session.scalars(select(Question.label)).all() == ["Of the session?"]


@pytest.mark.parametrize(
    ("asked", "cell", "kept"),
    [
        (Asked(Kind.YES_NO, "Will you?"), "Yes", True),
        (Asked(Kind.YES_NO, "Will you?", required=True), " ", None),
        (Asked(Kind.DATE, "When?"), "2026-12-15 00:00:00", "2026-12-15"),
        (DAYS, "friday; Monday", {"chosen": ["Monday", "Friday"], "other": ""}),
        (SIGHT, "By touch", {"chosen": [], "other": "By touch"}),
        (SIGHT, "by EAR", {"chosen": ["By ear"], "other": ""}),
        (Asked(Kind.SEVERAL, "Which?", ("A; B", "C")), "a; b", {"chosen": ["A; B"], "other": ""}),
    ],
)
def test_a_cell_of_a_table_is_read_as_it_was_written(asked: Asked, cell: str, kept: Any) -> None:
    assert from_words(asked, cell) == kept


def test_a_cell_that_names_no_option_is_refused() -> None:
    with pytest.raises(Refused, match="“Sunday” is no option of “Which days\\?”"):
        from_words(DAYS, "Monday; Sunday")
