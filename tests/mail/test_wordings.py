"""Every wording under templates/mail is known, uses only what its kind gives, and reads well both ways; and whatever
stands in a placeholder stays what it is: words."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from jam.base.now import frozen, now
from jam.base.settings import ROOT
from jam.mail.actions import say
from jam.mail.editing import names_in
from jam.mail.jobs import deliver
from jam.mail.kinds import REASON, STOP, examples_of, heading_of, is_link, kinds, needed, with_foot
from jam.mail.models import Letter
from jam.mail.rules import GRACE
from jam.mail.wording import SENDERS, fenced, fill, mark, placeholders, source, write
from jam.schedule import actions as schedule
from tests import makers

LINKED = re.compile(r"(personal |one-time )?link ")
WORDINGS = sorted(path.stem for path in (ROOT / "templates" / "mail").glob("*.md"))

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def test_every_wording_belongs_to_a_kind_and_every_kind_has_one(app: Flask) -> None:
    assert sorted(kinds) == WORDINGS


@pytest.mark.parametrize("name", WORDINGS)
def test_a_wording_uses_only_what_its_kind_gives(app: Flask, name: str) -> None:
    with app.app_context():
        used = placeholders(source(name))
    assert used - set(kinds[name].placeholders) == set()
    assert all(kinds[name].placeholders.values()), "each placeholder says what it stands for"


@pytest.mark.parametrize("name", WORDINGS)
def test_a_wording_reads_like_a_letter(app: Flask, name: str) -> None:
    given = kinds[name].placeholders
    with app.test_request_context():
        text = source(name)
        links = {each for each in given if is_link(each)}
        words = write(text, {each: f"«{each}»" for each in given}, dict.fromkeys(links, 1))
    assert text.startswith("Subject: ")
    assert "!" not in words.text
    assert words.subject
    assert "\n" not in words.subject
    assert len(re.findall('class="button"', words.html)) <= 1
    said = words.text + words.html
    assert "link.invalid" not in said
    assert re.search(r"\{[a-z_]+\}", said) is None
    assert "\ue010" not in said
    for each in placeholders(text) & links:
        assert mark(each) in words.text
        assert f'href="{mark(each)}"' in words.html


def test_a_wording_with_an_unknown_name_fails_when_it_is_written(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(KeyError, match="nonsense"):
        write("Subject: x\n\nHello {nonsense}", {"name": "Ana"}, {})


def test_an_empty_message_leaves_no_gap(app: Flask) -> None:
    with app.test_request_context():
        words = write("Subject: x\n\nOne.\n\n{message}\n\nTwo.", {"message": ""}, {})
    assert words.text == f"One.\n\nTwo.\n\n-- \n{SENDERS}"
    assert "<p></p>" not in words.html


def test_marks_are_filled_and_those_of_nobody_vanish(app: Flask) -> None:
    assert fill(f"{mark('my_page')} and {mark('other')}.", {"my_page": "https://jam.example/me/x"}) == (
        "https://jam.example/me/x and ."
    )


def test_a_kind_says_what_the_desk_and_the_recipient_must_know(app: Flask) -> None:
    for name, kind in kinds.items():
        with app.app_context():
            own = placeholders(source(name))
        foot, _ = with_foot(name, {}, {}, 1)
        assert heading_of(name) != "Other letters", name
        assert foot[REASON].startswith("You get this mail because "), name
        assert not {REASON, STOP} & set(kind.placeholders), name
        assert set(needed(name, own)) <= own, name
        linked = {each for each, said in kind.placeholders.items() if LINKED.match(said)}
        assert {each for each in kind.placeholders if is_link(each)} == linked, name


def test_without_anything_real_a_preview_is_made_up_and_reads_like_a_real_one(app: Flask) -> None:
    with app.test_request_context():
        for name in kinds:
            [example, *_] = examples_of(name)
            assert example.made_up
            written = write(source(name), example.values, example.links)
            assert "(the " not in written.subject + written.text, name


HOSTILE = [
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "[x](https://evil.example)", "**bold** _i_ `c`", "# h\n\n- li",
    "{sign_in} {my_page} {nonsense}", "{{ 7*7 }} {% x %}", "\u202etxt.exe\u2066", "Ana\r\nBcc: x@evil.example", "Ana\u2028Bcc: x",
    "\ue000my_page\ue001", "\ue010title\ue011", "x" * 10_000, "\x00\x1b[31m", "https://link.invalid/my_page", "&amp;&lt;",
]  # fmt: skip


def test_a_value_stays_words(app: Flask) -> None:
    with app.test_request_context():
        for value in HOSTILE:
            stays_words(value)


def stays_words(value: str) -> None:
    wording = "Subject: A {title}\n\nHello **{title}**, see\n\n> {title}\n\n`{title}`\n\n[Open]({my_page})"
    plain = write(wording, {"title": "Ana"}, {"my_page": 1})
    hostile = write(wording, {"title": value}, {"my_page": 1})
    tags = re.compile(r"</?[a-z][^>]*>")
    without_breaks = [tag for tag in tags.findall(hostile.html) if tag != "<br>"]
    assert [tag for tag in without_breaks if "aria-label" not in tag] == [
        tag for tag in tags.findall(plain.html) if "aria-label" not in tag
    ]
    said = hostile.subject + hostile.text + hostile.html
    assert re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069\ue010\ue011]", said) is None
    assert "\n" not in hostile.subject
    assert len(hostile.subject) <= 300
    assert hostile.text.count("\ue000") == 1
    assert hostile.html.count("\ue000") == 1
    assert hostile.html.count("href=") == 1
    assert "<strong></strong>" not in hostile.html


#: What mail programs make links of by themselves, and whether a value may hold it whole.
ADDRESSES = [
    "www.evil.example", "evil.com", "https://evil.example/x", "HTTP://evil.com", "a@b.example", "mailto:a@b.example", "ftp://evil.com",
    "evil\u3002com", "evil.xn--p1ai", "пример.рф", "tel:+18005550100", "https://192.0.2.7/x", "\\\\evil\\share", "www.3com",
]  # fmt: skip


def test_an_address_in_somebodys_name_becomes_no_link(app: Flask) -> None:
    for address in ADDRESSES:
        with app.test_request_context():
            values = {"name": f"Ana {address}", "message": address}
            words = write("Subject: Hi\n\nHello {name}.\n\n{message}", values, {})
        found = words.text.split("\n\n")[0].removeprefix("Hello Ana ").removesuffix(".")
        assert found.replace("\u202f", "") == address
        assert max(map(len, found.split("\u202f"))) < len(address)
        assert "href" not in words.html
        assert words.text.split("\n\n")[1] == address, "what staff write themselves stays as it is"


def test_ordinary_words_are_left_alone(engine: str) -> None:
    for words in (
        "1:00 to 2:00 p.m. Eastern",
        "Dr. Ana Lee, Ph.D.",
        "e.g. this",
        "O'Brien (she)",
        "2.5 hours: a start",
    ):
        assert fenced(words) == words


def test_text_says_what_html_says(app: Flask) -> None:
    body = (
        "Hello {name}, first of **all**.\n\n1. One\n2. Two\n\n- a\n- b\n\n{my_page}\n\nOr [leave]({stop_page}), if you like, or see "
        "[our site](https://jam.example/x).\n\n<https://jam.example/y>\n\n| A | B |\n|---|---|\n| 1 | 2 |"
    )
    links = {"my_page": 1, "stop_page": 2, "stop": 3}
    with app.test_request_context():
        words = write(f"Subject: x\n\n{body}", {"name": "Ana", REASON: "You get this because."}, links)
    assert words.text == (
        "Hello Ana, first of all.\n\n1. One\n2. Two\n\n- a\n- b\n\n"
        f"Open your page: {mark('my_page')}\n\n"
        f"Or leave ({mark('stop_page')}), if you like, or see our site (https://jam.example/x).\n\n"
        "https://jam.example/y\n\nA  B\n1  2\n\n"
        f"-- \nYou get this because.\nTo stop letters like this one: {mark('stop')}\n{SENDERS}"
    )
    assert f'<p class="button"><a href="{mark("my_page")}"' in words.html
    assert f'<a href="{mark("stop")}">Stop letters like this one</a>' in words.html
    assert (
        '<div class="preheader" hidden aria-hidden="true">First of all. 1. One 2. Two - a - b Open your page:'
        in words.html
    )
    assert '<html lang="en-US" dir="ltr">' in words.html


def test_a_letter_may_have_a_reason_of_its_own_beside_that_of_its_foot(app: Flask) -> None:
    with app.test_request_context():
        values, _ = with_foot("case-gone", {"why": "It came up."}, {}, 1)
        new = write("Subject: x\n\nHello. {why}", values, {}).text
        # Stored before the foot's value had a name that no kind has.
        old = write("Subject: x\n\nHello.", {"why": "You get this because."}, {}).text
        both = write("Subject: x\n\nHello. {why}", {"why": "It came up."}, {}).text
    assert new.startswith("Hello. It came up.\n\n-- \nYou get this mail because ")
    assert old == f"Hello.\n\n-- \nYou get this because.\n{SENDERS}"
    assert both == f"Hello. It came up.\n\n-- \n{SENDERS}"
    # Its own can be used where one letter is changed; the foot's cannot.
    assert names_in([Letter(kind="case-gone", values=values, links={STOP: []})]) == ["why"]
    assert names_in([Letter(kind="case-approved", values={"name": "Ana", "why": "You"}, links={})]) == [
        "name"
    ]


def test_a_value_is_no_part_of_an_address(app: Flask) -> None:
    with app.test_request_context():
        words = write("Subject: x\n\n[a](https://{name}/b) [c]({name})", {"name": "evil.example"}, {})
    assert "evil" not in words.html + words.text


def test_a_letter_to_many_looks_its_wording_up_once(db_session: scoped_session[Session]) -> None:
    event = makers.event()
    for _ in range(6):
        makers.registration(event)
    say(
        "cancelled",
        "Subject: Off: {title}\n\nNo {title} on {when}. {message}",
        home=("program", event.program_id),
        by="command",
    )
    db_session.commit()
    with makers.statements() as sent:
        schedule.cancel(event, by="command")
    assert len([each for each in sent if "FROM wording" in each]) == 1
    subjects = db_session.scalars(select(Letter.subject).where(Letter.kind == "cancelled"))
    assert list(subjects) == [f"Off: {event.title}"] * 6


def test_a_program_has_words_of_its_own_and_goes_back(db_session: scoped_session[Session]) -> None:
    jam, echo = makers.program(), makers.program("echo", name="Project ECHO")

    def subject(of: int) -> str:
        seat = makers.registration(makers.event(jam if of == jam.id else echo))
        db_session.commit()
        found = db_session.scalars(select(Letter.subject).where(Letter.recipient_id == seat.person_id)).one()
        return found.partition(":")[0]

    say("registered", "Subject: Everybody: {title}\n\nHello.", by="command")
    say("registered", "Subject: ECHO: {title}\n\nHello.", home=("program", echo.id), by="command")
    assert (subject(jam.id), subject(echo.id)) == ("Everybody", "ECHO")
    say("registered", None, home=("program", echo.id), by="command")
    assert subject(echo.id) == "Everybody"
    say("registered", None, by="command")
    assert subject(echo.id) == "You're in"


def test_who_has_no_seat_hears_nothing_of_one_when_the_session_changes(
    db_session: scoped_session[Session],
) -> None:
    event = makers.event(capacity=1, waiting_list=True)
    for _ in range(2):
        makers.registration(event)
    db_session.commit()
    deliver()

    def told(kind: str) -> list[str]:
        found = db_session.scalars(select(Letter).where(Letter.kind == kind).order_by(Letter.recipient_id))
        return [letter.text.partition("-- ")[0] for letter in found if letter.state != "withdrawn"]

    later = timedelta(hours=1)
    schedule.move(event, event.starts_at + later, event.ends_at + later, by="command")
    first, second = told("moved")
    assert "Your seat moves with it" in first
    assert ("You stay on the waiting list" in second, "calendar" in second) == (True, False)
    db_session.commit()
    with frozen(now() + GRACE + timedelta(minutes=1)):
        deliver()
        schedule.cancel(event, by="command")
    first, second = told("cancelled")
    assert ("leaves your calendar" in first, "calendar" in second) == (True, False)
