"""What reviewers score and how that adds up: criteria with weights, a scale, means, and what a change of them does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from jam.base.words import count
from jam.proposals.rules import State


class Stand(StrEnum):
    """Where one reviewer's reading of one proposal stands."""

    BEGUN = "begun"
    DONE = "done"
    RECUSED = "recused"


class Outcome(StrEnum):
    """What staff did with a question that a reviewer suggested."""

    SENT = "sent"
    ASIDE = "aside"


#: While it is one of these, and nothing is decided, a proposal is read.
READ = (State.RECEIVED, State.IN_REVIEW)

LONGEST_COMMENT = 4_000
LONGEST_REASON = 500
FEWEST_STEPS, MOST_STEPS = 2, 10
MOST_CRITERIA = 12
MOST_WEIGHT = 10
#: Questions that one reviewer suggests about one proposal and that staff have not settled.
MOST_QUESTIONS = 5


@dataclass(frozen=True)
class Asked:
    """One criterion: what is scored, what to look at, and how much it counts. `id` is None for a new one."""

    name: str
    hint: str = ""
    weight: int = 1
    id: int | None = None


#: What reviewers score where staff have set nothing else.
DEFAULT_CRITERIA = (
    Asked("Relevance", "Would people across the country want to know this now?", 2),
    Asked("Evidence", "Is it clear what changed, and how they know?", 2),
    Asked("Scalability", "Could another organization do it with what it has?", 2),
    Asked("Lived experience and fairness", "Are those concerned heard, and who might be left out?", 2),
    Asked("Clarity", "Is it told so that you could repeat it?", 1),
)
#: Words of the scale, the lowest first.
DEFAULT_SCALE = ("Weak", "Fair", "Good", "Very good", "Outstanding")


@dataclass(frozen=True)
class Sheet:
    """What reviewers of a program fill in."""

    criteria: tuple[Asked, ...] = DEFAULT_CRITERIA
    scale: tuple[str, ...] = DEFAULT_SCALE
    anonymous: bool = False

    @property
    def steps(self) -> int:
        """The highest score."""
        return len(self.scale)


#: A score as it was given: the value, and of how many steps.
Mark = tuple[int, int]


def converted(mark: Mark, steps: int) -> float:
    """A score on a scale of so many steps; one given on another scale keeps its place between worst and best."""
    points, of = mark
    return 1 + (points - 1) * (steps - 1) / (of - 1)


def overall(marks: Mapping[int, Mark], criteria: Iterable[Asked], steps: int) -> float | None:
    """One reviewer's weighted mean over the criteria that count; None when none of them is scored."""
    parts = [
        (each.weight, converted(marks[each.id], steps))
        for each in criteria
        if each.id is not None and each.id in marks
    ]
    whole = sum(weight for weight, _ in parts)
    return sum(weight * value for weight, value in parts) / whole if whole else None


@dataclass(frozen=True)
class Spread:
    """Several scores: their mean, the lowest, the highest, and how many there are."""

    mean: float
    least: float
    most: float
    number: int


def spread(values: Iterable[float | None]) -> Spread | None:
    """Mean and spread of the values there are; None when there are none."""
    known = [each for each in values if each is not None]
    return Spread(sum(known) / len(known), min(known), max(known), len(known)) if known else None


@dataclass(frozen=True)
class Figures:
    """What all reviews of one proposal say together."""

    overall: Spread | None
    #: By criterion, for those that count now.
    each: dict[int, Spread] = field(default_factory=dict)


def figures(reviews: Sequence[Mapping[int, Mark]], sheet: Sheet) -> Figures:
    """The mean of the reviewers' weighted means, and mean and spread of each criterion."""
    found: dict[int, Spread] = {}
    for criterion in sheet.criteria:
        if criterion.id is None:
            continue
        values = spread(
            converted(marks[criterion.id], sheet.steps) for marks in reviews if criterion.id in marks
        )
        if values is not None:
            found[criterion.id] = values
    return Figures(spread(overall(marks, sheet.criteria, sheet.steps) for marks in reviews), found)


def figure(value: float) -> str:
    """“3.8”, and “4” for a whole number."""
    return f"{value:.1f}".removesuffix(".0")


def spread_words(found: Spread) -> str:
    """“3.8, from 2 to 5”; where everybody says the same, that."""
    if found.number == 1:
        return figure(found.mean)
    if found.least == found.most:
        return f"{figure(found.mean)}, all the same"
    return f"{figure(found.mean)}, from {figure(found.least)} to {figure(found.most)}"


def effects(before: Sheet, after: Sheet, given: Mapping[int, int], reviews: int) -> list[str]:
    """What changing criteria and scale does to scores that are there, in sentences; `given` counts them by criterion.

    Nothing is lost by any of it.
    """
    if not reviews:
        return []
    kept = {each.id or 0: each for each in after.criteria}
    changed = [
        words
        for was in before.criteria
        for words in _effect(was, kept.get(was.id or -1), given.get(was.id or 0, 0))
    ]
    new = [
        f"“{each.name}” is new. {count(reviews, 'review that is in lacks', 'reviews that are in lack')} it: who wrote "
        "them is asked for it while the proposal is open, and until then it does not count there."
        for each in after.criteria
        if each.id is None
    ]
    scale = []
    if after.steps != before.steps:
        words = "Scores stay as they were given, and means place them on the new scale between its worst and its best."
        scale = [f"The scale has {after.steps} steps instead of {before.steps}. {words}"]
    elif after.scale != before.scale:
        scale = ["The words of the scale change. Scores given under the earlier words stay as they are."]
    return changed + new + scale


def _effect(was: Asked, now: Asked | None, number: int) -> list[str]:
    scores = count(number, "score", "scores")
    if not number:
        return []
    if now is None:
        return [
            f"“{was.name}” is no longer scored. What was given ({scores}) stays readable and counts in no mean."
        ]
    found = []
    if now.weight != was.weight:
        found.append(f"“{now.name}” counts {now.weight} instead of {was.weight}. All means follow at once.")
    if (now.name, now.hint) != (was.name, was.hint):
        found.append(
            f"“{was.name}” reads otherwise now. What was given under the earlier words ({scores}) stays and counts."
        )
    return found
