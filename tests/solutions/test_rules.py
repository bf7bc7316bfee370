"""Words and their stems, highlights, and numbers that are too small to be told."""

from __future__ import annotations

import pytest

from jam.solutions.rules import Tally, around, asked, indexed, marked, stem, tally_words


@pytest.mark.parametrize(
    "forms",
    [
        "hire hires hired hiring Hire", "supervisor supervisors", "leave leaves leaving", "pay pays paying", "stay stayed staying",
        "city cities", "plan plans planned planning", "class classes", "nurse nurses nursing", "drive driving drives",
        "Élise elise", "staff staffs staffed staffing", "crisis", "bus", "wage wages",
    ],
)  # fmt: skip
def test_forms_of_a_word_are_one(forms: str) -> None:
    assert len({stem(each) for each in forms.split()}) == 1


def test_different_words_stay_different() -> None:
    words = "pay peer staff state rate ring sing red bed need crisis process 90 988 access"
    assert len({stem(each) for each in words.split()}) == len(words.split())


def test_a_search_is_letters_and_digits_alone() -> None:
    assert asked('"; DROP -- (night) OR *shift* AND the 24/7 Shifts') == [
        "xdrop",
        "xnight",
        "xshift",
        "x24",
        "x7",
    ]
    assert asked("the of and") == []
    assert indexed("The city's wages, and 1e5.") == "xcity xwag x1e5"
    assert asked("Ελλάδα 東京") == []


def test_what_was_looked_for_is_marked() -> None:
    assert marked("We hired two nurses.", asked("hiring nurse")) == [
        ("We ", False), ("hired", True), (" two ", False), ("nurses", True), (".", False),
    ]  # fmt: skip
    long = "word " * 100 + "the night shift left " + "word " * 100
    shown = "".join(each for each, _ in around(long, asked("nights")))
    assert "night shift" in shown
    assert len(shown) < 300
    assert around("Short.", asked("zebra")) == [("Short.", False)]


@pytest.mark.parametrize(
    ("tally", "words"),
    [
        (Tally(4, 4, 4), "Fewer than 5 organizations brought something like this."),
        (Tally(12, 6, 0), "12 organizations brought something like this, 6 tried what was recommended, none that we know of kept it."),
        (Tally(12, 12, 6), "12 organizations brought something like this, 12 tried what was recommended, 6 kept it."),
        (Tally(12, 4, 4), "12 organizations brought something like this, some tried what was recommended."),
        # That two did not would be told by the difference.
        (Tally(12, 10, 5), "12 organizations brought something like this, some tried what was recommended."),
        (Tally(5, 5, 5), "5 organizations brought something like this, 5 tried what was recommended, 5 kept it."),
        (Tally(20, 10, 8), "20 organizations brought something like this, 10 tried what was recommended, some kept it."),
        (Tally(5, 0, 0), "5 organizations brought something like this, none that we know of tried what was recommended."),
    ],
)  # fmt: skip
def test_small_numbers_are_not_told(tally: Tally, words: str) -> None:
    assert tally_words(tally) == words
