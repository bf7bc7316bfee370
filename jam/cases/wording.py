"""What a case says of its organization, as pairs of words: kinds and bands alone."""

from __future__ import annotations

from jam.cases import rules
from jam.cases.models import EchoCase
from jam.cases.rules import NEWNESS_WORDS, Newness
from jam.cohorts.rules import SETTING_WORDS, SIZE_WORDS, Setting, Size
from jam.vocabulary.areas import AREA_WORDS, Area


def facts(case: EchoCase) -> list[tuple[str, str | None]]:
    """Setting, size and figures as bands."""
    newness = NEWNESS_WORDS[Newness(case.newness)].replace("of mine", "here")
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
