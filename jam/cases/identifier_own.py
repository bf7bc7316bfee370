"""What Jam knows of the submitter, looked for in a text: the organization in all its short forms, the town, the colleagues."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jam.cases.identifier_kinds import Finding, Kind, Known
from jam.cases.identifier_words import AMBIGUOUS, COMMON_IN_NAMES, NEITHER, NICKNAMES, STATES

_SMALL = frozenset({"of", "for", "the", "and", "at", "in", "a", "an", "on", "to", "&"})
_LEGAL = frozenset({"inc", "llc", "ltd", "corp", "co", "incorporated", "corporation", "pc", "pllc"})
_POSSESSIVE = r"(?:[’']s)?"


def own(text: str, known: Known) -> Iterator[Finding]:
    """Passages that name the submitter's organization, town or people; findings may overlap."""
    for name in known.organizations:
        for pattern in _organization(name):
            yield from _found(text, pattern, Kind.OWN_ORGANIZATION)
    for domain in known.domains:
        for pattern in _domain(domain):
            yield from _found(text, pattern, Kind.OWN_ORGANIZATION)
    for town in known.towns:
        if len(town.strip()) > 2:
            yield from _found(text, _spaced(town, re.IGNORECASE), Kind.OWN_TOWN)
    for person in known.people:
        for pattern in _person(person):
            yield from _found(text, pattern, Kind.OWN_COLLEAGUE)


def _found(text: str, pattern: re.Pattern[str], kind: Kind) -> Iterator[Finding]:
    for found in pattern.finditer(text):
        yield Finding(found.start(), found.end(), kind)


def _spaced(words: str, flags: int = 0) -> re.Pattern[str]:
    """Words in a row, whatever stands between them: blanks, hyphens, line ends; “and” is “&” as well."""
    parts = [
        r"(?:and|&|\+)" if part.casefold() in ("and", "&") else re.sub("['’]", "['’]?", re.escape(part))
        for part in re.split(r"[\s,.-]+", words.strip())
        if part
    ]
    return re.compile(r"(?<!\w)" + r"[\s,.-]+".join(parts) + r"(?!\w)", flags)


def _organization(name: str) -> Iterator[re.Pattern[str]]:
    words = [each.strip(",.()") for each in name.split() if each.strip(",.()")]
    while len(words) > 1 and words[-1].casefold() in _LEGAL:
        words.pop()
    if words and words[0].casefold() == "the" and len(words) > 1:
        words = words[1:]
    if not words:
        return
    whole = " ".join(words)
    yield _spaced(whole, re.IGNORECASE if len(whole) > 4 or not whole.isupper() else 0)
    short = _distinctive(words)
    if short:
        yield _spaced(short)
        yield re.compile(r"(?<!\w)" + re.escape(short.replace(" ", "")) + r"(?!\w)", re.IGNORECASE)
        begun = next((n for n in range(len(words), 0, -1) if " ".join(words[:n]) == short), None)
        if begun:  # “Cedar Ridge Health” of “Cedar Ridge Behavioral Health Center”
            rest = "|".join(
                re.escape(each) for each in sorted({*words[begun:], *_TAILS}, key=len, reverse=True)
            )
            yield re.compile(
                r"(?<!\w)" + r"\s+".join(map(re.escape, short.split())) + rf"(?:\s+(?:{rest}))+(?!\w)"
            )
    for first, last in _joined(words):  # “L&F” of “Lantern & Fjord Health”
        yield re.compile(rf"(?<![\w&]){first}\s?[&+]\s?{last}(?![\w&])")
    for acronym in _acronyms(words):
        yield re.compile(r"(?<![\w.])" + r"\.?".join(acronym) + r"\.?(?=[’']?s?\b|\W|$)(?!\w*[a-rt-z])")


_TAILS = (
    "Health",
    "Behavioral",
    "Center",
    "Services",
    "Clinic",
    "Counseling",
    "Care",
    "Recovery",
    "Community",
    "Mental",
    "Staff",
    "Wellness",
)


def _distinctive(words: list[str]) -> str:
    """The words at the beginning that only this one has, such as “Cedar Ridge”; "" where there are none."""
    kept: list[str] = []
    for word in words:
        if word.casefold().removesuffix("'s").removesuffix("’s") in COMMON_IN_NAMES:
            if kept:
                break
            continue
        if word in STATES and not kept:
            return ""
        kept.append(word)
    short = " ".join(kept)
    alone_is_word = len(kept) == 1 and (kept[0] in NEITHER or kept[0] in AMBIGUOUS or len(kept[0]) < 4)
    return "" if alone_is_word or short == " ".join(words) else short


def _acronyms(words: list[str]) -> set[str]:
    """The first letters, with and without small words; three letters at least."""
    parts = [part for word in words for part in re.split(r"[-/]", word) if part and part != "&"]
    whole = "".join(part[0] for part in parts).upper()
    large = "".join(part[0] for part in parts if part.casefold() not in _SMALL).upper()
    # A single word of capital letters is the acronym already, and stands in the text as it is.
    return {each for each in (whole, large) if len(each) > 2 and each.isalpha()} - {
        "ECHO",
        "HHS",
        "ACT",
        "CMH",
        "CBH",
    }


def _joined(words: list[str]) -> Iterator[tuple[str, str]]:
    """The first letters of two words that “and” stands between."""
    for first, between, last in zip(words, words[1:], words[2:], strict=False):
        if between.casefold() in ("and", "&", "+") and first[0].isalpha() and last[0].isalpha():
            yield first[0].upper(), last[0].upper()


def _domain(domain: str) -> Iterator[re.Pattern[str]]:
    domain = domain.strip().casefold().removeprefix("www.")
    if "." not in domain:
        return
    yield re.compile(rf"(?:[\w.-]{{1,60}}\.)?{re.escape(domain)}(?:/[\w./-]{{0,200}}\w)?", re.IGNORECASE)
    label = domain.split(".")[-2]
    if len(label) > 3 and label not in COMMON_IN_NAMES:
        yield re.compile(rf"(?<![\w-])[@#]?{re.escape(label)}(?![\w-])", re.IGNORECASE)


def _person(name: str) -> Iterator[re.Pattern[str]]:
    words = [each.strip(",.()") for each in name.split()]
    words = [each for each in words if len(each) > 1 and not (each.isupper() and len(each) > 2)]
    if not words:
        return
    first, last = words[0], words[-1]
    yield _spaced(" ".join(words), re.IGNORECASE)
    if len(words) > 1:
        yield re.compile(rf"(?<!\w){re.escape(first)}\s+(?:\w\.?\s+)?{re.escape(last)}(?!\w)", re.IGNORECASE)
        yield re.compile(rf"(?<!\w){re.escape(last)},\s?{re.escape(first)}(?!\w)", re.IGNORECASE)
        yield re.compile(rf"(?<!\w){first[0]}\.\s?{re.escape(last)}(?!\w)")
        yield re.compile(rf"(?<![\w.]){first[0]}\.\s?{last[0]}\.(?!\w)")
    singles = [word for word in (first, last) if len(word) > 2 and word[0].isupper()]
    forms = [*singles, *(each.capitalize() for each in NICKNAMES.get(first.casefold(), ()))]
    forms += [each.capitalize() for each, short in NICKNAMES.items() if first.casefold() in short]
    for word in forms:
        if word in NEITHER or word in AMBIGUOUS:
            # It is a word as well: only where a name stands, inside a sentence or before its possessive.
            yield re.compile(
                rf"(?<=[a-z,;] ){re.escape(word)}(?=[’']s| (?:and|said|left|is|was|has|who|told|will)\b|[,.;])"
            )
        else:
            title = r"(?:(?:Dr|Mr|Mrs|Ms|Mx)\.? )?"
            yield re.compile(rf"(?<!\w){title}{re.escape(word)}(?!\w)")
