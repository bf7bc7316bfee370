"""What a case says of its organization, as pairs of words: kinds and bands alone."""

from __future__ import annotations

from collections.abc import Iterable

from jam.base.words import count
from jam.cases import rules
from jam.cases.models import EchoCase
from jam.cases.rules import NEWNESS_WORDS, Newness
from jam.cohorts.models import CohortApplication
from jam.cohorts.rules import SETTING_WORDS, SIZE_WORDS, Setting, Size
from jam.vocabulary.areas import AREA_WORDS, Area


def facts(case: EchoCase, *, own: bool = False) -> list[tuple[str, str | None]]:
    """Setting, size and figures as bands; `own`: as they are said to who brings it."""
    newness = NEWNESS_WORDS[Newness(case.newness)]
    if not own:
        newness = newness.replace("of ours", "of theirs")
    if case.earlier is not None:
        newness = f"It follows up {case.earlier.shown}"
    return [
        ("Setting", SETTING_WORDS[Setting(case.setting)] if case.setting else None),
        ("People who work there", SIZE_WORDS[Size(case.size)] if case.size else None),
        ("Rural or urban", AREA_WORDS[Area(case.area)]),
        ("Turnover", rules.TURNOVER.get(case.turnover or "")),
        ("Vacancy", rules.VACANCY.get(case.vacancy or "")),
        ("Time to hire", rules.TIME_TO_HIRE.get(case.time_to_hire or "")),
        ("Limits", ", ".join(rules.LIMITS[each] for each in case.limits if each in rules.LIMITS) or None),
        ("New or not", newness),
    ]


def alike(case: EchoCase, applications: Iterable[CohortApplication]) -> str:
    """How many other organizations of its cohort a case could be of, by what it says of its own, in a sentence; empty where it
    says nothing of it, or there is no other."""
    others = [each for each in applications if each.id != case.member.application_id]
    said: dict[str, tuple[str | None, list[str | None]]] = {
        "setting": (case.setting, [each.setting for each in others]),
        "size": (case.size, [each.size for each in others]),
        "rural or urban": (case.area if case.area != Area.UNKNOWN else None, [each.area for each in others]),
    }
    fits = {words: [it == one for it in theirs] for words, (one, theirs) in said.items() if one}
    if not others or not fits:
        return ""
    if len(fits) > 1:
        fits["all together"] = [all(each) for each in zip(*fits.values(), strict=True)]
    numbers = "; ".join(f"{words} {sum(each) or 'none'}" for words, each in fits.items())
    whose = count(len(others), "other organization", "other organizations")
    return f"Of the {whose} of this cohort, as many fit as well: {numbers}."
