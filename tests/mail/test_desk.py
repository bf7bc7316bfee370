"""Staff find letters, call them back, and see each as its recipient does, but for the links that are the recipient's own."""

from __future__ import annotations

import re
from base64 import b64encode
from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from jam.base import tokens
from jam.base.database import db
from jam.base.now import frozen, now
from jam.mail.actions import hold
from jam.mail.jobs import deliver
from jam.mail.models import Letter
from jam.mail.rules import GRACE, State
from jam.people.actions import sign_in_link
from jam.people.rules import LINK_BY_MAIL
from jam.registration.models import Registration
from jam.schedule import actions as schedule
from tests import makers
from tests.clients import Client
from tests.mail.letters import letter


@pytest.fixture
def organizer(client: Client, db_session: scoped_session[Session]) -> Client:
    makers.sign_in(client)
    return client


def rows(page: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="/desk/letters/\d+">(.*?)<span', page)


def state(id: int) -> str:
    db.session.rollback()
    return db.session.get_one(Letter, id).state


def test_letters_are_found_by_words_state_and_session(
    organizer: Client, db_session: scoped_session[Session]
) -> None:
    first = makers.event(title="Peers")
    makers.registration(first, "ana@clinic.example", "Ana Lee")
    makers.registration(makers.event(title="Payment"), "ben@riverside.example", "Élise Ode")
    db_session.commit()
    deliver()
    held = letter("cyd@clinic.example", "Cyd")
    hold([held], "A look first.", by="command")
    db_session.commit()
    assert rows(organizer.get("/desk/letters/").text) == [
        "Your sign-in link",
        "You&#39;re in: Payment",
        "You&#39;re in: Peers",
    ]
    assert rows(organizer.get("/desk/letters/?q=RIVERSIDE").text) == ["You&#39;re in: Payment"]
    assert rows(organizer.get("/desk/letters/?q=élise").text) == ["You&#39;re in: Payment"]
    assert rows(organizer.get("/desk/letters/?q=in: peers").text) == ["You&#39;re in: Peers"]
    assert rows(organizer.get("/desk/letters/?state=held").text) == ["Your sign-in link"]
    assert rows(organizer.get(f"/desk/letters/?scope=event:{first.id}").text) == ["You&#39;re in: Peers"]
    assert rows(organizer.get("/desk/letters/?q=%25").text) == []
    tomorrow = (now() + timedelta(days=2)).date()
    assert rows(organizer.get(f"/desk/letters/?from={tomorrow}").text) == []
    assert rows(organizer.get(f"/desk/letters/?to={tomorrow}&kind=sign-in").text) == ["Your sign-in link"]
    program = organizer.get(f"/desk/letters/?scope=program:{first.program_id}&kind=registered").text
    assert rows(program) == ["You&#39;re in: Payment", "You&#39;re in: Peers"]
    assert "No such letters" in organizer.get("/desk/letters/?q=nobody").text


@pytest.mark.parametrize("query", ["q=%00", "state=nonsense", "scope=event:99999999999999999", "scope=x", "page=0", "page=99999999999999999999", "page=-1", "page=²", "q=" + "x" * 5000])  # fmt: skip
def test_nonsense_in_the_address_is_no_fault(organizer: Client, query: str) -> None:
    assert organizer.get(f"/desk/letters/?{query}").status_code == 200


@pytest.mark.parametrize("query", ["", "?q=guest", "?state=due"])
def test_the_list_asks_the_same_number_of_questions_however_long_it_is(
    organizer: Client, db_session: scoped_session[Session], query: str
) -> None:
    letter("guest@clinic.example")
    db_session.commit()
    organizer.get("/desk/letters/")
    with makers.statements() as with_one:
        organizer.get(f"/desk/letters/{query}")
    for number in range(60):
        letter(f"guest{number}@clinic.example", due_at=now() + timedelta(minutes=9))
    db_session.commit()
    with makers.statements() as with_many:
        answer = organizer.get(f"/desk/letters/{query}")
    assert len(rows(answer.text)) == 50
    assert "Page 1 of 2" in answer.text
    assert len(rows(organizer.get(f"/desk/letters/{query or '?q='}&page=2").text)) == 11
    assert len(with_many) == len(with_one)
    assert len(with_many) <= 15


def moved(people: int = 3) -> list[int]:
    """A session with so many seats has moved; the ids of the letters that wait to say so."""
    event = makers.event(title="Peers")
    for _ in range(people):
        makers.registration(event)
    db.session.commit()
    deliver()
    schedule.move(
        event, event.starts_at + timedelta(hours=1), event.ends_at + timedelta(hours=1), by="command"
    )
    db.session.commit()
    return list(db.session.scalars(select(Letter.id).where(Letter.kind == "moved")))


def test_letters_of_one_action_are_called_back_together_and_let_go_again(
    organizer: Client, db_session: scoped_session[Session]
) -> None:
    with frozen(makers.utc("2026-11-22 20:00")):
        ids = moved()
        page = organizer.get("/desk/letters/").text
        assert "3 letters “New time: Peers” leave at 3:10 p.m. Eastern" in page
        batch = db_session.get_one(Letter, ids[0]).batch
        done = organizer.submit("/desk/letters/", {"do": "hold"}, form=f"/batches/{batch}")
        assert (done.status_code, done.location) == (303, "/desk/letters/")
        assert {state(id) for id in ids} == {State.HELD}
        page = organizer.get("/desk/letters/").text
        assert "3 letters are called back" in page
        assert "3 letters “New time: Peers” are held back" in page
    with frozen(makers.utc("2026-11-22 20:11")):
        assert deliver() == 0
        answer = organizer.post(
            f"/desk/letters/batches/{batch}", data={"do": "release", "csrf_token": csrf(organizer)}
        )
        assert answer.status_code == 303
        assert deliver() == 3


def csrf(client: Client, page: str = "/desk/letters/") -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("deed", "leave", "stands"),
    [("send", 3, State.SENT), ("withdraw", 0, State.WITHDRAWN), ("hold", 0, State.HELD)],
)
def test_what_is_decided_about_waiting_letters_happens(
    organizer: Client, db_session: scoped_session[Session], deed: str, leave: int, stands: State
) -> None:
    ids = moved()
    batch = db_session.get_one(Letter, ids[0]).batch
    organizer.post(f"/desk/letters/batches/{batch}", data={"do": deed, "csrf_token": csrf(organizer)})
    assert deliver() == leave
    assert {state(id) for id in ids} == {stands}
    if deed != "send":
        with frozen(now() + GRACE + timedelta(minutes=1)):
            assert deliver() == 0


def test_letters_that_left_meanwhile_stay_as_they_are(
    organizer: Client, db_session: scoped_session[Session]
) -> None:
    ids = moved()
    batch = db_session.get_one(Letter, ids[0]).batch
    with frozen(now() + GRACE + timedelta(minutes=1)):
        deliver()
    answer = organizer.post(
        f"/desk/letters/batches/{batch}",
        data={"do": "withdraw", "csrf_token": csrf(organizer)},
        follow_redirects=True,
    )
    assert "Those letters have moved on meanwhile" in answer.text
    assert {state(id) for id in ids} == {State.SENT}


@pytest.mark.parametrize(("deed", "stands"), [("release", State.DUE), ("withdraw", State.WITHDRAWN)])
def test_everything_held_is_decided_at_once(
    organizer: Client, db_session: scoped_session[Session], deed: str, stands: State
) -> None:
    held = [letter(f"guest{number}@clinic.example") for number in range(3)]
    hold(held, "After a restore.", by="command")
    db_session.commit()
    assert "3 letters leave within a minute." in organizer.get("/desk/letters/").text
    organizer.post("/desk/letters/held", data={"do": deed, "csrf_token": csrf(organizer)})
    assert {state(each.id) for each in held} == {stands}


@pytest.mark.parametrize("path", ["/desk/letters/held", "/desk/letters/batches/nobatch", "/desk/letters/1"])
def test_an_unknown_deed_does_nothing(
    organizer: Client, db_session: scoped_session[Session], path: str
) -> None:
    one = letter()
    db_session.commit()
    assert organizer.post(path, data={"do": "burn", "csrf_token": csrf(organizer)}).status_code == 400
    assert state(one.id) == State.DUE


def test_the_way_back_stays_on_this_site(organizer: Client) -> None:
    answer = organizer.post(
        "/desk/letters/batches/none",
        data={"do": "hold", "next": "//evil.example", "csrf_token": csrf(organizer)},
    )
    assert answer.location == "/desk/letters/"


def test_one_letter_is_held_released_withdrawn_and_tried_again(
    organizer: Client, db_session: scoped_session[Session]
) -> None:
    one = letter()
    db_session.commit()
    page = f"/desk/letters/{one.id}"
    for deed, stands in (("hold", State.HELD), ("release", State.DUE), ("withdraw", State.WITHDRAWN)):
        token = csrf(organizer, page)
        assert organizer.post(page, data={"do": deed, "csrf_token": token}).location == page
        assert state(one.id) == stands
    late = organizer.post(page, data={"do": "hold", "csrf_token": csrf(organizer)})
    assert late.status_code == 409
    assert "This letter has moved on meanwhile" in late.text


def test_a_failed_letter_says_why_and_is_tried_again_or_put_aside(
    organizer: Client, db_session: scoped_session[Session]
) -> None:
    again, aside = letter(), letter()
    for each in (again, aside):
        each.state, each.reason, each.attempts = State.FAILED, "The mail server said 550 No such user", 3
    db_session.commit()
    page = organizer.get(f"/desk/letters/{again.id}").text
    assert "The mail server said 550 No such user" in page
    assert "could not be delivered" in page
    organizer.submit(f"/desk/letters/{again.id}", {"do": "retry"}, form=f"/{again.id}")
    assert deliver() == 1
    organizer.post(f"/desk/letters/{aside.id}", data={"do": "put-aside", "csrf_token": csrf(organizer)})
    assert state(aside.id) == State.WITHDRAWN
    assert "550 No such user Put aside by staff." in organizer.get(f"/desk/letters/{aside.id}").text
    assert (
        organizer.post(
            f"/desk/letters/{aside.id}", data={"do": "retry", "csrf_token": csrf(organizer)}
        ).status_code
        == 409
    )


def test_a_letter_is_shown_as_its_recipient_sees_it_without_the_recipients_links(
    organizer: Client, db_session: scoped_session[Session]
) -> None:
    seat = makers.registration(makers.event(title="Peers & <more>"), "ana@clinic.example")
    db_session.commit()
    deliver()
    one = db_session.scalars(select(Letter)).one()
    seat = db_session.get_one(Registration, seat.id)
    secrets = [
        tokens.make("join", seat.id, seat.person.link_version),
        tokens.make("me", seat.person_id, seat.person.link_version),
    ]
    page = organizer.get(f"/desk/letters/{one.id}").text
    frame = organizer.get(f"/desk/letters/{one.id}/html")
    for said in (page, frame.text):
        assert "/join/" not in said.replace("/join/nothing", "")
        assert "/me/" not in said
        assert all(secret not in said for secret in secrets)
        assert "\ue000" not in said
    assert "[link to the page that lets the recipient into the session]" in page
    assert "[link to the recipient&#39;s own page]" in page
    assert "METHOD:REQUEST" in page
    assert "Workforce Solutions Jam: Peers &amp; &lt;more&gt;" in page
    assert 'href="#" title="link to the recipient' in frame.text
    assert "Peers &amp; &lt;more&gt;" in frame.text


def test_a_sign_in_letter_shows_no_link_that_works(
    organizer: Client, db_session: scoped_session[Session]
) -> None:
    account = makers.account()
    link = sign_in_link(account, LINK_BY_MAIL, by="command")
    one = letter()
    one.links = {"sign_in": ["sign-in", link.id]}
    db_session.commit()
    page = organizer.get(f"/desk/letters/{one.id}").text + organizer.get(f"/desk/letters/{one.id}/html").text
    assert tokens.make("sign-in", link.id) not in page
    assert "/signin/" not in page
    assert "[one-time link that signs the recipient in]" in page


def test_the_letters_html_is_locked_in_its_frame(
    organizer: Client, db_session: scoped_session[Session]
) -> None:
    one = letter(name="<script>alert(1)</script><style>*{display:none}</style>")
    db_session.commit()
    answer = organizer.get(f"/desk/letters/{one.id}/html")
    [style] = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert answer.headers["Content-Security-Policy"] == (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self'; sandbox"
    )
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "<script" not in answer.text
    page = organizer.get(f"/desk/letters/{one.id}").text
    assert re.search(rf'<iframe [^>]*src="/desk/letters/{one.id}/html" sandbox ', page)


@pytest.mark.parametrize("id", [0, 987654, 2**31, 10**30])
def test_a_letter_that_is_not_there_is_not_found(organizer: Client, id: int) -> None:
    assert organizer.get(f"/desk/letters/{id}").status_code == 404
    assert organizer.get(f"/desk/letters/{id}/html").status_code == 404
