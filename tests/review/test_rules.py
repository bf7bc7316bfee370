"""Means, spreads, scales, and what a change of criteria says about the scores that are there."""

from __future__ import annotations

import pytest

from jam.base.errors import Refused
from jam.review.rules import (
    Asked,
    Sheet,
    converted,
    effects,
    figure,
    figures,
    overall,
    spread,
    spread_words,
)
from jam.review.sheets import checked

SHEET = Sheet(
    (Asked("Relevance", "", 2, 1), Asked("Clarity", "", 1, 2)), ("Weak", "Fair", "Good", "Great", "Best")
)


JOY_IS_NEW = (
    "“Joy” is new. 4 reviews that are in lack it: who wrote them is asked for it while the proposal is open, and until then "
    "it does not count there."
)
TWO_STEPS = (
    "The scale has 2 steps instead of 5. Scores stay as they were given, and means place them on the new scale between its "
    "worst and its best."
)


def test_a_weighted_mean_counts_what_is_scored() -> None:
    assert overall({1: (5, 5), 2: (2, 5)}, SHEET.criteria, 5) == 4
    assert overall({2: (2, 5)}, SHEET.criteria, 5) == 2
    assert overall({9: (2, 5)}, SHEET.criteria, 5) is None


def test_another_scale_keeps_the_place_between_worst_and_best() -> None:
    assert [converted((points, 5), 10) for points in (1, 3, 5)] == [1, 5.5, 10]
    assert converted((3, 3), 5) == 5
    assert converted((4, 5), 5) == 4


def test_figures_of_several_reviews() -> None:
    found = figures([{1: (5, 5), 2: (2, 5)}, {1: (1, 5), 2: (4, 5)}], SHEET)
    assert found.overall == spread([4, 2])
    assert found.each == {1: spread([5, 1]), 2: spread([2, 4])}
    assert figures([], SHEET).overall is None


def test_words_of_a_spread() -> None:
    found = [spread(values) for values in ([4], [3, 3], [2, 5, 4])]
    assert [spread_words(each) for each in found if each] == ["4", "3, all the same", "3.7, from 2 to 5"]
    assert [figure(value) for value in (4, 3.96, 3.25)] == ["4", "4", "3.2"]


def test_a_change_says_what_it_does() -> None:
    after = Sheet((Asked("Relevance now", "", 3, 1), Asked("Joy")), ("No", "Yes"))
    assert effects(SHEET, after, {1: 4, 2: 1}, 4) == [
        "“Relevance now” counts 3 instead of 2. All means follow at once.",
        "“Relevance” reads otherwise now. What was given under the earlier words (4 scores) stays and counts.",
        "“Clarity” is no longer scored. What was given (1 score) stays readable and counts in no mean.",
        JOY_IS_NEW,
        TWO_STEPS,
    ]
    assert effects(SHEET, after, {}, 0) == []
    assert effects(SHEET, SHEET, {1: 4}, 4) == []


@pytest.mark.parametrize(
    ("criteria", "scale", "words"),
    [
        ([], ["a", "b"], "at least one"),
        ([Asked(f"C{n}") for n in range(13)], ["a", "b"], "the most"),
        ([Asked("")], ["a", "b"], "a name"),
        ([Asked("One"), Asked("one")], ["a", "b"], "same name"),
        ([Asked("One", weight=11)], ["a", "b"], "weight"),
        ([Asked("One")], ["a", " "], "steps"),
        ([Asked("One")], [str(n) for n in range(11)], "steps"),
    ],
)
def test_what_cannot_be_kept_is_refused(criteria: list[Asked], scale: list[str], words: str) -> None:
    with pytest.raises(Refused, match=words):
        checked(criteria, scale)
