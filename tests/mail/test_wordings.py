"""Every wording under templates/mail is known, uses only what its kind gives, and reads well both ways."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from jam.base.settings import ROOT
from jam.mail.kinds import kinds
from jam.mail.wording import fill, mark, placeholders, source, write

WORDINGS = sorted(path.stem for path in (ROOT / "templates" / "mail").glob("*.md"))
LINKS = ("my_page", "join_page", "sign_in", "sessions", "confirm_news")

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
        words = write(text, {each: f"«{each}»" for each in given}, dict.fromkeys(LINKS, 1))
    assert text.startswith("Subject: ")
    assert "!" not in words.text
    assert words.subject
    assert "\n" not in words.subject
    assert len(re.findall('class="button"', words.html)) <= 1
    said = words.text + words.html
    assert "link.invalid" not in said
    assert re.search(r"\{[a-z_]+\}", said) is None
    assert "\ue010" not in said
    for each in placeholders(text) & set(LINKS):
        assert mark(each) in words.text
        assert f'href="{mark(each)}"' in words.html


def test_a_wording_with_an_unknown_name_fails_when_it_is_written(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(KeyError, match="nonsense"):
        write("Subject: x\n\nHello {nonsense}", {"name": "Ana"}, {})


def test_an_empty_message_leaves_no_gap(app: Flask) -> None:
    with app.test_request_context():
        words = write("Subject: x\n\nOne.\n\n{message}\n\nTwo.", {"message": ""}, {})
    assert words.text == "One.\n\nTwo."
    assert "<p></p>" not in words.html


def test_marks_are_filled_and_those_of_nobody_vanish(app: Flask) -> None:
    assert fill(f"{mark('my_page')} and {mark('other')}.", {"my_page": "https://jam.example/me/x"}) == (
        "https://jam.example/me/x and ."
    )
