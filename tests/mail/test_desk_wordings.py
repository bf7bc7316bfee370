"""Staff change what letters say: seen first, checked, kept in versions, never lost, never somebody's key on the page."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from jam.audit.models import AuditDetail, AuditEntry
from jam.base.database import db
from jam.base.now import frozen, now
from jam.interest import actions as interest
from jam.interest.models import NewsSubscription
from jam.interest.rules import News, Way
from jam.mail.actions import say
from jam.mail.jobs import deliver
from jam.mail.models import Letter, Wording
from jam.mail.queries import current
from jam.mail.wording import parts, source
from jam.people import actions as people
from jam.people.rules import AccountRole
from tests import makers
from tests.clients import Client

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

WORDINGS = "/desk/letters/wordings/"
SEAT = f"{WORDINGS}registered/program-1"
BODY = "Come to **{title}** on {when}.\n\n{join_page}\n\nOr [go]({my_page})."
GOOD = {"subject": "See you: {title}", "body": BODY}


@pytest.fixture
def desk(client: Client, db_session: scoped_session[Session]) -> Client:
    makers.sign_in(client)
    with frozen(makers.utc("2026-11-22 15:00")):
        makers.registration(makers.event(title="Peers <b>"), "ana@people.example", "Ana Lee")
        makers.program("echo", name="Project ECHO")
        db_session.commit()
    return client


def said(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def bodies() -> list[str | None]:
    return list(db.session.scalars(select(Wording.body).order_by(Wording.id)))


def test_the_list_says_whose_words_count_where(desk: Client) -> None:
    with frozen(makers.utc("2026-03-03 15:00")):
        say("registered", "Subject: a\n\nb", by="command")
        say("moved", "Subject: a\n\nb", home=("program", 2), by="account:1")
        db.session.commit()
    page = said(desk.get(WORDINGS).text)
    assert "You have a seat Your own words since March 3, 2026, by a command" in page
    assert "As for everybody : change “You have a seat” for Project ECHO" in page
    assert (
        "Its own words since March 3, 2026, by Ola Desk : change “The session has moved” for Project ECHO"
        in page
    )
    assert "Jam’s own words : change “Your sign-in link” for everybody" in page
    assert "“Your sign-in link” for Project ECHO" not in page


def test_a_preview_changes_nothing_and_shows_nobodys_key(desk: Client) -> None:
    answer = desk.submit(SEAT, {**GOOD, "do": "preview"}, form="program-1")
    assert answer.status_code == 200
    assert "See you: Peers &lt;b&gt;" in answer.text
    frame = unescape(re.findall(r'srcdoc="([^"]*)"', answer.text)[0])
    assert "Come to <strong>Peers &lt;b&gt;</strong>" in frame
    assert 'href="#" title="link to the page that lets' in frame
    assert "/join/" not in answer.text
    assert "\ue000" not in answer.text
    assert "[link to the recipient's own page]" in unescape(answer.text)
    assert "style-src 'self' 'sha256-" in answer.headers["Content-Security-Policy"]
    assert bodies() == []
    assert (
        db.session.scalars(select(Letter).where(Letter.kind == "registered")).one().subject.startswith("You")
    )


def test_what_is_saved_counts_from_then_on_in_its_program_alone(desk: Client) -> None:
    answer = desk.submit(SEAT, {**GOOD, "do": "save"}, form="program-1")
    assert (answer.status_code, answer.location) == (303, WORDINGS)
    assert current("registered", ("program", 1)) == f"Subject: See you: {{title}}\n\n{BODY}"
    assert current("registered", ("program", 2)) == source("registered")
    made = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "mail.wording")).one()
    [detail] = db.session.scalars(select(AuditDetail).where(AuditDetail.entry_id == made.id))
    assert (made.actor, detail.field, detail.before, detail.after) == ("account:1", "version", None, "1")
    with frozen(makers.utc("2026-11-22 15:05")):
        makers.registration(makers.event(title="Nights"), "ben@people.example", "Ben Ode")
        db.session.commit()
        assert deliver() == 2
    assert db.session.scalars(select(Letter.subject).order_by(Letter.id.desc())).first() == "See you: Nights"
    again = desk.submit(SEAT, {**GOOD, "do": "save"}, form="program-1", follow_redirects=True)
    assert "Nothing was changed." in again.text
    assert len(bodies()) == 1


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"subject": " "}, "Give the letter a subject."),
        ({"body": "\n"}, "Write the letter first."),
        ({"subject": "Come {my_page}"}, "A link cannot stand in the subject."),
        ({"body": BODY + " {titel}"}, "Jam does not know {titel}. Did you mean {title}?"),
        ({"body": BODY + " {my page}"}, "Did you mean {my_page}?"),
        ({"body": BODY + " {{ 7*7 }}"}, "Jam does not know"),
        ({"body": "Come to {title}, {when}.\n\n{my_page}"}, "Without {join_page}"),
        ({"body": BODY + " [x](https://e.example/{name})"}, "A link cannot lead to {name}"),
        ({"body": BODY + " [x](https://e.example/{my_page})"}, "{my_page} is a whole address."),
        ({"subject": "x" * 151}, "The subject has 151 characters; 150 is the most."),
        ({"body": BODY + "x" * 10_000}, "10,000 is the most."),
    ],
)
def test_what_cannot_be_a_letter_is_not_saved_and_stays_typed(
    desk: Client, change: dict[str, str], sentence: str
) -> None:
    typed = {**GOOD, **change}
    answer = desk.submit(SEAT, {**typed, "do": "save"}, form="program-1")
    assert answer.status_code == 400
    assert sentence in said(answer.text)
    kept = unescape(re.findall(r"<textarea[^>]*>(.*?)</textarea>", answer.text, re.DOTALL)[0])
    assert kept.strip() == typed["body"].strip()
    assert bodies() == []


def test_of_two_who_save_at_once_the_second_is_told_and_keeps_the_text(desk: Client) -> None:
    opened = desk.get(SEAT).text
    version = re.findall(r'name="version" value="(\d+)"', opened)
    say("registered", f"Subject: Theirs\n\n{BODY}", home=("program", 1), by="account:1")
    db.session.commit()
    answer = desk.submit(SEAT, {**GOOD, "do": "save", "version": version[0]}, form="program-1")
    assert answer.status_code == 409
    assert "Ola Desk saved this wording while you were writing" in answer.text
    assert "Taken out: Subject: Theirs Added: Subject: See you: {title} 3 lines stay" in said(answer.text)
    assert 'value="See you: {title}"' in answer.text
    assert len(bodies()) == 1
    version = re.findall(r'name="version" value="(\d+)"', answer.text)
    assert (
        desk.submit(SEAT, {**GOOD, "do": "save", "version": version[0]}, form="program-1").status_code == 303
    )
    assert len(bodies()) == 2


def test_who_saves_at_the_very_same_moment_is_told_too(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def lose(kind: str, body: str, **by: Any) -> None:
        # Another request saves between the look and the save: it has the number already.
        say("registered", f"Subject: Theirs\n\n{BODY}", home=("program", 1), by="account:1")
        db.session.commit()
        db.session.add(
            Wording(
                kind="registered",
                home_kind="program",
                home_id=1,
                version=1,
                body=body,
                created_at=now(),
                by="x",
            )
        )
        db.session.flush()

    monkeypatch.setattr("jam.mail.desk_wordings.say", lose)
    answer = desk.submit(SEAT, {**GOOD, "do": "save"}, form="program-1")
    assert answer.status_code == 409
    assert "Ola Desk saved this wording while you were writing" in answer.text
    assert 'value="See you: {title}"' in answer.text
    assert 'name="version" value="1"' in answer.text
    assert bodies() == [f"Subject: Theirs\n\n{BODY}"]


def test_every_version_is_kept_told_apart_and_brought_back(desk: Client) -> None:
    assert "Nobody has changed this wording here." in desk.get(f"{SEAT}/history").text
    for subject in ("One", "Two"):
        say("registered", f"Subject: {subject}\n\n{BODY}", home=("program", 1), by="account:1")
    db.session.commit()
    page = said(desk.get(f"{SEAT}/history").text)
    assert "Version 2, which counts now" in page
    assert (
        "by Ola Desk. What it changed: Taken out: Subject: One Added: Subject: Two 3 lines stay as they were"
        in page
    )
    assert (
        "by Ola Desk. Compared with what counts above it today: Taken out: Subject: You're in: {title}"
        in page
    )
    answer = desk.submit(f"{SEAT}/history", {}, form="versions/1")
    assert answer.status_code == 303
    assert bodies()[-1] == f"Subject: One\n\n{BODY}"
    assert len(bodies()) == 3
    say("registered", "Subject: Old\n\n{gone}", home=("program", 1), by="account:1")
    say("registered", f"Subject: New\n\n{BODY}", home=("program", 1), by="account:1")
    db.session.commit()
    refused = desk.submit(f"{SEAT}/history", {}, form="versions/4")
    assert refused.status_code == 400
    assert "This version cannot be used any more. Jam does not know {gone}." in said(refused.text)


def test_going_back_says_first_what_then_counts(desk: Client) -> None:
    assert desk.get(f"{SEAT}/reset").status_code == 303
    say("registered", f"Subject: Ours\n\n{BODY}", home=("program", 1), by="account:1")
    db.session.commit()
    page = desk.get(f"{SEAT}/reset").text
    assert "Go back to Jam's own words?" in said(page)
    assert "Taken out: Subject: Ours" in said(page)
    assert "Added: Subject: You're in: {title}" in said(page)
    assert "You&#39;re in: Peers &lt;b&gt;" in page
    say("registered", f"Subject: All\n\n{BODY}", by="account:1")
    db.session.commit()
    assert "Go back to everybody's words?" in said(desk.get(f"{SEAT}/reset").text)
    assert desk.submit(f"{SEAT}/reset", {}, form="/reset").status_code == 303
    assert parts(current("registered", ("program", 1)))[0] == "All"
    assert "went back to everybody’s words" in said(desk.get(f"{SEAT}/history").text)
    assert bodies()[-1] is None


def test_a_test_goes_to_oneself_with_links_that_open_nothing_of_anybody(desk: Client) -> None:
    interest.take_part("organizer@staff.example", people.Details("Ola Desk"), {Way.NEWS}, "")
    confirmed = db.session.scalars(select(NewsSubscription)).one()
    confirmed.state, confirmed.confirmed_at = News.CONFIRMED, now()
    db.session.commit()
    deliver()
    for path, subject in (
        (f"{WORDINGS}news-confirm/everybody", "Test: Do you want our news?"),
        (SEAT, "Test: See you: Peers <b>"),
        (f"{WORDINGS}sign-in/everybody", "Test: Your sign-in link"),
    ):
        fields = {**GOOD, "do": "test"} if path == SEAT else {"do": "test"}
        page = desk.submit(path, fields, form=path).text
        assert "A test is on its way to you." in page
        letter = db.session.scalars(select(Letter).order_by(Letter.id.desc())).first()
        assert letter is not None
        assert (letter.to_address, letter.subject) == ("organizer@staff.example", subject)
        assert {kind for kind, _ in letter.links.values()} == {"nothing"}
    assert deliver() == 3
    assert bodies() == []


@pytest.mark.parametrize(
    "path",
    [
        "nonsense/everybody",
        "registered/program-99",
        "registered/program-99999999999",
        "registered/nobody",
        "sign-in/program-1",
    ],
)
def test_what_is_not_there_is_not_found(desk: Client, path: str) -> None:
    for rest in ("", "/history", "/reset"):
        assert desk.get(WORDINGS + path + rest).status_code == 404


def test_every_kind_can_be_opened_and_saved_as_jam_came_with_it(desk: Client) -> None:
    for kind in re.findall(r'href="/desk/letters/wordings/([a-z-]+)/everybody"', desk.get(WORDINGS).text):
        path = f"{WORDINGS}{kind}/everybody"
        answer = desk.submit(path, {"do": "preview"}, form=path)
        assert answer.status_code == 200, kind
        assert "There is a problem" not in answer.text, kind
        assert "srcdoc" in answer.text, kind


def test_facilitators_have_no_say(client: Client, db_session: scoped_session[Session]) -> None:
    makers.sign_in(client, AccountRole.FACILITATOR)
    assert client.get(WORDINGS).status_code == 403
