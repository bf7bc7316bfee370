"""Writing to a group: seen first, tried on oneself, sent once, on record."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from jam.base.database import db
from jam.base.now import frozen
from jam.mail.actions import release, say
from jam.mail.models import Letter
from jam.mail.rules import State
from jam.registration import actions
from jam.registration.models import Registration
from jam.schedule.models import Event
from tests import makers
from tests.cases_once import cases_once
from tests.clients import Client
from tests.worlds import made_once

NOVEMBER = makers.utc("2026-11-22 15:00")
WRITE = "/desk/sessions/jam-2026-12-15/people/write"
FIELDS = {
    "subject": "Bring a case, {name}",
    "body": "Hello **{name}**,\n\nbring one to {title}.\n\n{join_page}",
}


@pytest.fixture
def desk(client: Client, db_session: scoped_session[Session]) -> Client:
    makers.sign_in(client)
    return client


@made_once
def make_event() -> int:
    made = makers.event(starts_at=makers.utc("2026-12-15 18:00"))
    makers.registration(made, "ana@people.example", "Ana Lee", state="OH")
    makers.registration(made, "ben@people.example", "Ben <b>Ode</b> [x](y)", state="TX")
    actions.cancel(makers.registration(made, "cai@people.example", "Cai Abe"), by="command")
    db.session.commit()
    return made.id


@pytest.fixture
def event(db_session: scoped_session[Session]) -> Event:
    """Ana of Ohio, Ben <b>, and Cai, who cancelled."""
    with frozen(NOVEMBER):
        return db_session.get_one(Event, make_event())


def letters() -> list[Letter]:
    return list(db.session.scalars(select(Letter).where(Letter.kind == "group").order_by(Letter.id)))


def test_the_letter_is_seen_before_it_is_sent_and_written_once(event: Event, desk: Client) -> None:
    with frozen(NOVEMBER):
        page = desk.submit(f"{WRITE}?q=ode", {**FIELDS, "do": "preview"}).text
        assert "Write to 1 person" in page
        assert "Bring a case, Ben &lt;b&gt;Ode&lt;/b&gt; [x](y)" in page
        assert "Send to 1 person" in page
        assert letters() == []
        mark = {**FIELDS, "mark": "same", "do": "send"}
        page = desk.submit(WRITE, mark, follow_redirects=True).text
        assert "2 letters are written. They leave in ten minutes." in page
        assert "Ana Lee" in page
        assert "Cai Abe" not in page
        assert "This letter is written already." in desk.submit(WRITE, mark, follow_redirects=True).text
        assert "Bring a case" in desk.get("/desk/sessions/jam-2026-12-15/people/letters").text
    found = letters()
    assert [(each.to_address, each.state, each.due_at) for each in found] == [
        (address, State.DUE, NOVEMBER + timedelta(minutes=10))
        for address in ("ana@people.example", "ben@people.example")
    ]
    assert len({each.batch for each in found}) == 1
    assert "<b>Ode" not in found[1].html
    assert found[0].subject == "Bring a case, Ana Lee"
    assert found[0].text.startswith("Hello Ana Lee,\n\nbring one to Peers in the crisis line.")
    assert 'class="button"' in found[0].html


def test_a_test_goes_to_whoever_writes_and_carries_nobodys_key(event: Event, desk: Client) -> None:
    with frozen(NOVEMBER):
        page = desk.submit(WRITE, {**FIELDS, "do": "test"}).text
    assert "A test is on its way to you." in page
    [letter] = letters()
    assert (letter.to_address, letter.subject) == ("organizer@staff.example", "Bring a case, Ola Desk")
    assert {tuple(target) for target in letter.links.values()} == {("me", letter.recipient_id)}


def test_a_held_letter_waits_for_staff(event: Event, desk: Client) -> None:
    with frozen(NOVEMBER):
        page = desk.submit(f"{WRITE}?state=OH", {**FIELDS, "do": "hold"}, follow_redirects=True).text
        assert "1 letter is held back until you let them go." in page
        assert "Let them go" in page
    assert [each.state for each in letters()] == [State.HELD]


@cases_once(
    ("fields", "query", "sentence"),
    [
        ({"subject": ""}, "", "Give the letter a subject."),
        ({"body": " "}, "", "Write the letter first."),
        ({"body": "{secret}"}, "", "Jam does not know {secret}."),
        ({"subject": "{my_page}"}, "", "A link cannot stand in the subject."),
        ({}, "?state=ME", "Nobody who fits has an address to write to."),
    ],
)
def test_what_cannot_be_a_letter_is_not_sent(
    event: Event, desk: Client, fields: dict[str, str], query: str, sentence: str
) -> None:
    with frozen(NOVEMBER):
        answer = desk.submit(WRITE + query, {**FIELDS, **fields, "do": "send"})
    assert answer.status_code == 400
    assert sentence in answer.text
    assert letters() == []


def test_another_sessions_letters_are_not_found_here(event: Event, desk: Client) -> None:
    assert desk.get("/desk/sessions/jam-2026-12-15/people/letters/0123456789abcdef").status_code == 404


def test_a_letter_is_kept_continued_and_gone_once_it_is_sent(event: Event, desk: Client) -> None:
    unfinished = {"subject": "", "body": "Hello {nmae}, come to [x]({join_page})\n\n{when}"}
    with frozen(NOVEMBER):
        page = desk.submit(f"{WRITE}?state=OH", {**unfinished, "do": "keep"}, follow_redirects=True).text
        assert "Kept as a draft. Nobody gets it until you send it." in page
        assert "No subject yet" in page
        [kept] = letters()
        assert (kept.state, kept.to_address) == (State.DRAFT, "organizer@staff.example")
        path = f"{WRITE}?draft={kept.id}&state=OH"
        assert f'href="{path.replace("&", "&amp;")}"' in page
        page = desk.get(f"/desk/letters/{kept.id}").text
        assert f'href="{path.replace("&", "&amp;")}">Continue writing' in page
        assert "Let leave" not in page
        assert release([kept], by="command") == 0
        page = desk.get(path).text
        assert "Hello {nmae}, come to [x]({join_page})" in page
        assert "Write to 1 person" in page
        desk.submit(path, {"subject": "Nearly", "do": "keep"})
        assert [(each.id, each.subject) for each in letters()] == [(kept.id, "Nearly")]
        answer = desk.submit(path, {"do": "send"})
        assert answer.status_code == 400
        assert "Jam does not know {nmae}. Did you mean {name}?" in answer.text
        desk.submit(path, {**FIELDS, "do": "send"})
    assert [(each.state, each.to_address) for each in letters()] == [
        (State.WITHDRAWN, "organizer@staff.example"),
        (State.DUE, "ana@people.example"),
    ]
    assert "Nearly" not in desk.get("/desk/sessions/jam-2026-12-15/people/letters").text


def test_a_draft_is_thrown_away_and_found_under_its_session_alone(event: Event, desk: Client) -> None:
    with frozen(NOVEMBER):
        other = makers.event(title="Other", starts_at=makers.utc("2027-01-19 18:00"))
        db.session.commit()
        desk.submit(WRITE, {**FIELDS, "do": "keep"})
        [kept] = letters()
        elsewhere = f"/desk/sessions/{other.slug}/people/write?draft={kept.id}"
        assert "bring one to" not in desk.get(elsewhere).text
        desk.submit(f"{WRITE}?draft={kept.id}", {"do": "drop"})
    assert [each.state for each in letters()] == [State.WITHDRAWN]


def test_the_first_words_are_those_that_staff_gave_this_kind(event: Event, desk: Client) -> None:
    say(
        "group",
        "Subject: A word about {title}\n\nDear {name},",
        home=("program", event.program_id),
        by="command",
    )
    db.session.commit()
    assert 'value="A word about {title}"' in desk.get(WRITE).text


def test_the_letter_is_seen_with_the_eyes_of_whom_staff_choose(event: Event, desk: Client) -> None:
    [ana, ben] = db.session.scalars(
        select(Registration).where(Registration.status == "confirmed").order_by("id")
    )
    for seat in (ana, ben):
        fields = {**FIELDS, "do": "preview", "example": f"registration:{seat.id}"}
        page = unescape(desk.submit(WRITE, fields).text)
        assert f"Bring a case, {seat.name}" in page
        assert "/join/" not in page
