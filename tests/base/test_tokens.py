"""Personal links: ours, for one purpose, one row and one version, and good through a change of the key."""

from __future__ import annotations

import pytest
from flask import Flask

from jam.base import tokens

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def is_good(text: str, purpose: str = "me", version: int = 0) -> bool:
    found = tokens.read(text, purpose)
    return found is not None and found.is_for(version)


@pytest.mark.parametrize("id", [0, 1, 35, 36, 12345, 2**31 - 1])
def test_a_link_is_read_back(app: Flask, id: int) -> None:
    with app.app_context():
        text = tokens.make("me", id, 3)
        found = tokens.read(text, "me")
        assert found is not None
        assert (found.id, found.is_for(3)) == (id, True)
        assert len(text) >= 28
        assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def test_a_link_is_good_for_its_purpose_row_and_version_only(app: Flask) -> None:
    with app.app_context():
        text = tokens.make("me", 12, 3)
        assert is_good(text, "me", 3)
        assert not is_good(text, "join", 3)
        assert not is_good(text, "me", 2)
        assert not is_good(text, "me", 4)
        other = text[:27] + "d"
        found = tokens.read(other, "me")
        assert found is not None
        assert found.id == 13
        assert not is_good(other, "me", 3)


def test_any_changed_character_makes_a_link_bad(app: Flask) -> None:
    with app.app_context():
        text = tokens.make("me", 12)
        for place in range(len(text)):
            changed = text[:place] + ("x" if text[place] != "x" else "y") + text[place + 1 :]
            assert not is_good(changed), place


@pytest.mark.parametrize(
    "garbage",
    ["", "x", "x" * 26, "x" * 27, "x" * 27 + "A", "x" * 27 + "1" * 13, "é" * 28, "x" * 27 + "٣", "x" * 27 + "-1", "x" * 27 + " 1",
     "\x00" * 40, "x" * 27 + "1\n", "../" * 12, "x" * 100_000],
)  # fmt: skip
def test_garbage_is_no_link_and_no_fault(app: Flask, garbage: str) -> None:
    with app.app_context():
        assert not is_good(garbage)


def test_links_survive_a_new_key_while_the_earlier_one_counts(app: Flask) -> None:
    with app.app_context():
        app.config["KEYS"] = ["the first key"]
        old = tokens.make("me", 12)
        app.config["KEYS"] = ["the second key", "the first key"]
        new = tokens.make("me", 12)
        assert old != new
        assert is_good(old)
        assert is_good(new)
        app.config["KEYS"] = ["the second key"]
        assert not is_good(old)
        assert is_good(new)
