"""The table of steps, what a title and links may be, and what stands against a slot."""

from __future__ import annotations

from datetime import date

import pytest

from jam.base.errors import Refused
from jam.proposals.rules import (
    LONGEST_TITLE,
    STEPS,
    WORDS,
    Kind,
    State,
    Talk,
    Who,
    checked_links,
    checked_title,
    clashes,
    stands,
    why_not,
)

#: From each state, what can come next, by whom (L lead, P presenter, S staff).
EXPECTED = {
    "draft": {"received": "L", "withdrawn": "LS"},
    "received": {"in-review": "S", "accepted": "S", "not-now": "S", "withdrawn": "LS"},
    "in-review": {"accepted": "S", "not-now": "S", "withdrawn": "LS"},
    "accepted": {"scheduled": "S", "in-review": "S", "withdrawn": "LS"},
    "not-now": {"in-review": "S", "withdrawn": "LS"},
    "scheduled": {"scheduled": "S", "accepted": "S", "confirmed": "PS", "presented": "S", "withdrawn": "LS"},
    "confirmed": {"scheduled": "S", "accepted": "S", "presented": "S", "withdrawn": "LS"},
    "presented": {},
    "withdrawn": {"in-review": "S"},
}


def test_every_way_between_states_is_as_written_here() -> None:
    letter = {Who.LEAD: "L", Who.PRESENTER: "P", Who.STAFF: "S"}
    found: dict[str, dict[str, str]] = {state: {} for state in State}
    for step in STEPS.values():
        for before in step.before:
            found[before][step.after] = "".join(sorted(letter[who] for who in step.who))
    assert found == EXPECTED
    assert set(WORDS) == set(State)


def test_what_is_only_shared_never_gets_a_date() -> None:
    assert why_not(STEPS["schedule"], State.ACCEPTED, Kind.PRESENT) is None
    assert (
        why_not(STEPS["schedule"], State.ACCEPTED, Kind.SHARE)
        == "This is only to be shared, so it gets no date."
    )
    assert "published" in stands(State.ACCEPTED, Kind.SHARE)
    assert "date" in stands(State.ACCEPTED, Kind.PRESENT)


@pytest.mark.parametrize("link", ["javascript:alert(1)", "ftp://a.example", "//a.example", "https://", "https://u:p@a.example",
                                  "data:text/html,x", "https://a.example/<script>", "mailto:a@b.example", "http://[x"])  # fmt: skip
def test_only_web_pages_are_links(link: str) -> None:
    with pytest.raises(Refused):
        checked_links(link)


def test_links_stand_one_a_line_and_once() -> None:
    typed = " https://a.example/1 \n\nhttp://b.example\nhttps://a.example/1"
    assert checked_links(typed) == ["https://a.example/1", "http://b.example"]


def test_a_title_is_one_line_without_a_lure() -> None:
    assert checked_title(" Peers \n on the line ") == "Peers on the line"
    for lure in ("", "Log in at bank.com", "https://x.example", "a@b.example", "x" * (LONGEST_TITLE + 1)):
        with pytest.raises(Refused):
            checked_title(lure)


DAY = date(2027, 3, 16)


def talk(month: int, *homes: str, people: tuple[int, ...] = (), day: int = 16) -> Talk:
    return Talk(f"Talk {month}", date(2027, month, day), frozenset(people), frozenset(homes))


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        ([talk(1, "riverside"), talk(2, "riverside")], ["three months in a row"]),
        ([talk(2, "riverside"), talk(4, "riverside")], ["three months in a row"]),
        ([talk(4, "riverside"), talk(5, "riverside")], ["three months in a row"]),
        ([talk(1, "riverside"), talk(4, "riverside")], []),
        ([talk(1, "other"), talk(2, "riverside")], []),
        ([talk(3, people=(7,))], ["already speaks on this day"]),
        ([talk(3, people=(8,))], []),
        ([talk(3, people=(7,), day=17)], []),
    ],
)
def test_other_talks_stand_against_a_slot(others: list[Talk], expected: list[str]) -> None:
    found = clashes(15, 15, DAY, [], [7], {"riverside"}, others)
    assert [words for words in expected if not any(words in each for each in found)] == []
    assert len(found) == len(expected)


def test_length_and_dates_stand_against_a_slot() -> None:
    assert clashes(20, 15, DAY, [DAY], [], (), []) == ["It was offered with 20 minutes; the slot has 15."]
    assert clashes(None, 15, DAY, [], [], (), []) == []
    assert clashes(15, 15, DAY, [date(2027, 4, 20)], [], (), []) == [
        "The presenters did not tick this date as one they could make."
    ]
