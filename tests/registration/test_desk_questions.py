"""Staff write questions, put them in order, retire them, and read what people answered."""

from __future__ import annotations

import csv
import io
import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from jam.base.database import db
from jam.registration import questions
from jam.registration.models import Answer, Question
from jam.registration.question_rules import Kind
from jam.registration.questions import Said
from jam.schedule.models import Event
from tests import makers
from tests.clients import Client


@pytest.fixture
def event(db_session: scoped_session[Session], client: Client) -> Event:
    made = makers.event()
    makers.sign_in(client)
    return made


def labels(where: Event) -> list[str]:
    db.session.expire_all()
    return [each.label for each in questions.asked_at(where)]


@pytest.mark.parametrize("kind", ["programs/jam", "sessions"])
def test_staff_add_a_question_and_see_it_on_the_form(client: Client, event: Event, kind: str) -> None:
    base = f"/desk/{kind}" if kind != "sessions" else f"/desk/sessions/{event.slug}"
    typed = {
        "label": " Which  days? ",
        "kind": "several",
        "options": "Monday\r\nFriday\r\n",
        "other": "y",
        "required": "y",
    }
    answered = client.submit(f"{base}/questions/add", typed, follow_redirects=True)
    assert "“Which days?” is asked from now on." in answered.text
    made = db.session.scalars(select(Question)).one()
    assert (made.kind, made.options, made.other, made.required) == (
        "several",
        ["Monday", "Friday"],
        True,
        True,
    )
    preview = client.get(f"{base}/questions/preview").text
    assert 'value="Friday"' in preview
    assert 'type="submit"' not in preview.partition("<main")[2]
    assert 'value="Friday"' in client.get(f"/sessions/{event.slug}/register").text


def test_what_makes_no_question_comes_back_with_the_sentence(client: Client, event: Event) -> None:
    path = f"/desk/sessions/{event.slug}/questions/add"
    for typed, sentence in [
        ({"label": "", "kind": "line"}, "Write the question."),
        ({"label": "Which?", "kind": "one", "options": "Only"}, "Write at least two options, one per line."),
        ({"label": "Which?", "kind": "essay"}, "Not a valid choice"),
    ]:
        answered = client.submit(path, typed)
        assert answered.status_code == 400
        assert sentence in answered.text
    assert labels(event) == []


def test_questions_move_up_and_down(client: Client, event: Event) -> None:
    made = [makers.question(event, label) for label in ("One?", "Two?", "Three?")]
    db.session.commit()
    path = f"/desk/sessions/{event.slug}/questions"
    client.submit(path, {"way": "up"}, form=f"/{made[2].id}/move")
    assert labels(event) == ["One?", "Three?", "Two?"]
    client.submit(path, {"way": "down"}, form=f"/{made[0].id}/move")
    assert labels(event) == ["Three?", "One?", "Two?"]


@pytest.mark.parametrize("kind", ["programs/jam", "sessions"])
def test_questions_take_the_order_they_were_dragged_into(client: Client, event: Event, kind: str) -> None:
    where = event if kind == "sessions" else event.program
    one, two, three = (makers.question(where, label) for label in ("One?", "Two?", "Three?"))
    questions.retire(makers.question(where, "Gone?"), by=makers.BY)
    db.session.commit()
    path = f"/desk/{kind}/questions" if kind != "sessions" else f"/desk/sessions/{event.slug}/questions"
    client.submit(path, {"ids": f"{three.id},{one.id},{two.id}"}, form="/order")
    assert labels(event) == ["Three?", "One?", "Two?"]
    for wrong in (f"{one.id},{two.id}", f"{one.id},{two.id},{three.id},{three.id}", "", "x,٣"):
        page = client.submit(path, {"ids": wrong}, form="/order", follow_redirects=True)
        assert "The questions changed while you moved them." in page.text
    assert labels(event) == ["Three?", "One?", "Two?"]


def test_an_answered_question_is_retired_and_never_deleted(client: Client, event: Event) -> None:
    answered, free = makers.question(event, "Why?"), makers.question(event, "Free?")
    seat = makers.registration(event)
    questions.keep(seat, Said([(answered.id, "Why?", "To learn")]))
    db.session.commit()
    path = f"/desk/sessions/{event.slug}/questions"
    client.submit(path, {}, form=f"/{free.id}/delete")
    client.submit(path, {"retired": "yes"}, form=f"/{answered.id}/retire")
    assert labels(event) == []
    assert db.session.scalars(select(Question.label)).all() == ["Why?"]
    assert "To learn" in client.get(f"/desk/sessions/{event.slug}/answers").text
    page = client.submit(f"/desk/questions/{answered.id}", {"label": "Why?", "kind": "number"})
    assert "its kind stays" in page.text
    client.submit(path, {"retired": "no"}, form=f"/{answered.id}/retire")
    assert labels(event) == ["Why?"]
    page = client.submit(f"/desk/questions/{answered.id}", {"label": "And why?"}, follow_redirects=True)
    assert "And why?" in page.text
    assert db.session.scalars(select(Answer.label)).all() == ["Why?"]


def test_answers_are_summed_stand_in_the_file_and_in_the_story(client: Client, event: Event) -> None:
    days = makers.question(event, "Which days?", kind=Kind.SEVERAL, options="Monday\nFriday", other=True)
    many = makers.question(event, "How many?", kind=Kind.NUMBER)
    ana, ben, gone = (makers.registration(event, name=name) for name in ("Ana Lee", "Ben Ode", "Cy Gone"))
    questions.keep(
        ana, Said([(days.id, days.label, {"chosen": ["Friday"], "other": "=1+1"}), (many.id, many.label, 3)])
    )
    questions.keep(ben, Said([(many.id, many.label, 1)], "ASL"))
    questions.keep(gone, Said([(many.id, many.label, 1000)]))
    gone.status = "cancelled"
    db.session.commit()
    page = client.get(f"/desk/sessions/{event.slug}/answers").text
    assert "1 person answered." in page
    assert "1,000" not in page
    spread = re.findall(r"<dt>(Least|In the middle|Most)</dt><dd>([^<]*)</dd>", page)
    assert spread == [("Least", "1"), ("In the middle", "2"), ("Most", "3")]
    rows = list(
        csv.reader(io.StringIO(client.get(f"/desk/sessions/{event.slug}/people.csv").text.lstrip("\ufeff")))
    )
    assert [row[-4:] for row in rows] == [
        ["Asks for", "Stands", "Which days?", "How many?"],
        ["", "", "Friday; =1+1", "3"],
        ["ASL", "asked for", "", "1"],
        ["", "", "", "1000"],
    ]
    story = client.get(f"/desk/people/{ana.person_id}").text
    assert "Friday; =1+1" in story
    assert "ASL" in client.get(f"/desk/people/{ben.person_id}").text
