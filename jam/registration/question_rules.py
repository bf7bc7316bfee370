"""Questions that staff add to the registration form: their kinds, and what counts as an answer. Pure decisions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from statistics import median
from typing import Any

from jam.base.errors import Refused
from jam.base.text import clean_line, clean_text


class Kind(StrEnum):
    """What a question can be answered with."""

    LINE = "line"
    TEXT = "text"
    ONE = "one"
    SEVERAL = "several"
    NUMBER = "number"
    YES_NO = "yes_no"
    DATE = "date"


#: What staff choose from.
KIND_WORDS = {
    Kind.LINE: "Short text",
    Kind.TEXT: "Long text",
    Kind.ONE: "One of many",
    Kind.SEVERAL: "Several of many",
    Kind.NUMBER: "Number",
    Kind.YES_NO: "Yes or no",
    Kind.DATE: "Date",
}

#: Kinds with options.
CHOICES = (Kind.ONE, Kind.SEVERAL)
YES_NO = {"yes": True, "no": False}

#: What a form sends for an answer of one's own; no option can read like this.
OTHER = "__other__"

MOST_OPTIONS = 50
LINE_LIMIT = 200
TEXT_LIMIT = 5000
_LARGEST = Decimal(10) ** 12
_DECIMALS = 6


@dataclass(frozen=True)
class Asked:
    """A question as it stands on a form."""

    kind: Kind
    label: str
    options: tuple[str, ...] = ()
    other: bool = False
    required: bool = False


def answer(asked: Asked, typed: Sequence[str], own: str = "") -> Any:
    """What was answered, as it is kept; None for nothing. `own` is the text beside “other”.

    Refused, in a sentence, for what cannot be an answer and for nothing where something is needed.
    """
    if asked.kind in CHOICES:
        return _chosen(asked, typed, own)
    words = typed[0] if typed else ""
    if asked.kind is Kind.TEXT:
        found: Any = clean_text(words, TEXT_LIMIT, f"Your answer to “{asked.label}”")
    else:
        found = clean_line(words[:TEXT_LIMIT], LINE_LIMIT, f"Your answer to “{asked.label}”")
    if not found:
        _needed(asked)
        return None
    if asked.kind is Kind.NUMBER:
        return _number(asked, found)
    if asked.kind is Kind.DATE:
        return _day(asked, found)
    if asked.kind is Kind.YES_NO:
        if found not in YES_NO:
            raise Refused(f"Choose yes or no under “{asked.label}”.")
        return YES_NO[found]
    return found


def _chosen(asked: Asked, typed: Sequence[str], own: str) -> dict[str, Any] | None:
    own = (
        clean_line(own[:TEXT_LIMIT], LINE_LIMIT, f"Your own answer to “{asked.label}”") if asked.other else ""
    )
    ticked = set(typed)
    wants_other = OTHER in ticked and asked.other
    if ticked - set(asked.options) - ({OTHER} if asked.other else set()):
        raise Refused(
            f"Choose from the list under “{asked.label}”. It may have changed while you were writing."
        )
    if wants_other and not own:
        raise Refused(f"You chose “Other” under “{asked.label}”. Write what it is, or choose something else.")
    chosen = [option for option in asked.options if option in ticked]
    # Words beside “Other” are an answer, ticked or not; but of one of many there is only one.
    if asked.kind is Kind.ONE and len(chosen) + bool(own) > 1:
        raise Refused(f"Under “{asked.label}” there is room for one answer. Choose one, or write your own.")
    if not chosen and not own:
        _needed(asked)
        return None
    return {"chosen": chosen, "other": own}


def _needed(asked: Asked) -> None:
    if asked.required:
        verb = "Choose an answer to" if asked.kind in (*CHOICES, Kind.YES_NO) else "Answer"
        raise Refused(f"{verb} “{asked.label}”. We need it to register you.")


def _number(asked: Asked, typed: str) -> int | float:
    try:
        number = Decimal(typed.replace(",", "").replace(" ", ""))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) > _LARGEST:
        raise Refused(f"Enter a number under “{asked.label}”, such as 12 or 2.5.")
    rounded = round(number, _DECIMALS)
    return int(rounded) if rounded == rounded.to_integral_value() else float(rounded)


def _day(asked: Asked, typed: str) -> str:
    sentence = f"Enter a date under “{asked.label}”, such as 2026-12-15."
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", typed):
        raise Refused(sentence)
    try:
        found = date.fromisoformat(typed)
    except ValueError:
        raise Refused(sentence) from None
    if not 1900 <= found.year < 2200:
        raise Refused(sentence)
    return typed


_YES, _NO = {"yes", "y", "true", "1"}, {"no", "n", "false", "0"}


def from_words(asked: Asked, cell: str) -> Any:
    """What a cell of a table answers, written as `words` writes it; None for an empty one. Refused as by `answer`."""
    asked, cell = replace(asked, required=False), cell.strip()
    if asked.kind in CHOICES:
        options = {option.casefold(): option for option in asked.options}
        several = asked.kind is Kind.SEVERAL and cell.casefold() not in options
        parts = [part.strip() for part in cell.split(";")] if several else [cell]
        own = "; ".join(part for part in parts if part and part.casefold() not in options)
        if own and not asked.other:
            raise Refused(f"“{own[:60]}” is no option of “{asked.label}”.")
        return answer(asked, [options[part.casefold()] for part in parts if part.casefold() in options], own)
    if asked.kind is Kind.YES_NO:
        cell = "yes" if cell.casefold() in _YES else "no" if cell.casefold() in _NO else cell
    if asked.kind is Kind.DATE:
        cell = cell.removesuffix(" 00:00:00")  # a spreadsheet's date
    return answer(asked, [cell] if cell else [])


def words(value: Any) -> str:
    """A kept answer in words."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, dict):
        return "; ".join([*value["chosen"], *([value["other"]] if value["other"] else [])])
    return str(value)


def options_of(lines: str) -> list[str]:
    """Options out of lines; Refused when there are too few, too many, or two alike."""
    found = [clean_line(each, LINE_LIMIT, "An option") for each in lines.split("\n")]
    found = [each for each in found if each]
    if len(found) < 2:
        raise Refused("Write at least two options, one per line.")
    if len(found) > MOST_OPTIONS:
        raise Refused(f"There are {len(found)} options; {MOST_OPTIONS} is the most.")
    seen: set[str] = set()
    for each in found:
        if each.casefold() in seen:
            raise Refused(f"“{each}” stands among the options twice.")
        if each == OTHER:
            raise Refused(f"“{OTHER}” cannot be an option. Choose other words.")
        seen.add(each.casefold())
    return found


@dataclass(frozen=True)
class Sum:
    """All answers to one question: how many there are, how often each choice, each text, or what the numbers are."""

    answered: int
    counts: list[tuple[str, int]]
    texts: list[str]
    #: Least, middle and largest number.
    spread: tuple[str, str, str] | None


def total(asked: Asked, values: Iterable[Any]) -> Sum:
    """The sum of kept answers. A choice that is offered no longer is counted after those that are."""
    given = [value for value in values if value is not None]
    if asked.kind in CHOICES:
        every = [option for value in given for option in value["chosen"]]
        order = dict.fromkeys([*asked.options, *every])
        counts = [(option, every.count(option)) for option in order]
        own = [value["other"] for value in given if value["other"]]
        if own or asked.other:
            counts.append(("Other", len(own)))
        return Sum(len(given), counts, own, None)
    if asked.kind is Kind.YES_NO:
        return Sum(len(given), [("Yes", given.count(True)), ("No", given.count(False))], [], None)
    if asked.kind is Kind.NUMBER:
        found = [f"{_plain(each):,}" for each in (min(given), median(given), max(given))] if given else None
        return Sum(len(given), [], [], (found[0], found[1], found[2]) if found else None)
    return Sum(len(given), [], [words(value) for value in given], None)


def _plain(number: int | float) -> int | float:
    return int(number) if number == int(number) else number
