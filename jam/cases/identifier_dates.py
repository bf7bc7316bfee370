"""Dates but for the year alone, and ages over 89 (45 CFR 164.514(b)(2)(i)(C))."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jam.cases.identifier_kinds import Finding, Kind

_LONG = "January|February|March|April|June|July|August|September|October|November|December"
_SHORT = "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec"
_MONTH = rf"(?:{_LONG}|May|(?:{_SHORT})\b\.?)"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?"
_YEAR = r"(?:(?:19|20)\d\d|[’']\d\d)"
_WEEKDAY = r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,? (?:the )?)?"
_I = re.IGNORECASE

_WHOLE: tuple[re.Pattern[str], ...] = (
    re.compile(rf"\b{_WEEKDAY}{_MONTH} {_DAY}(?: ?(?:–|-|to|through) ?(?:{_MONTH} )?{_DAY})?(?:,? {_YEAR})?(?![\w%]|\.\d)"),
    re.compile(rf"\b{_WEEKDAY}(?:the )?{_DAY}(?: day)?(?: of)? {_MONTH}(?:,? {_YEAR})?\b"),
    re.compile(rf"\b{_MONTH}(?: of)?,? {_YEAR}\b"),
    re.compile(r"(?<![\w/.-])(?:1[0-2]|0?[1-9])([/.-])(?:3[01]|[12]\d|0?[1-9])\1(?:(?:19|20)\d\d|\d\d)(?![\w/-]|\.\d)"),
    re.compile(r"(?<![\w/.-])(?:3[01]|[12]\d|0?[1-9])([/.-])(?:1[0-2]|0?[1-9])\1(?:19|20)\d\d(?![\w/-])"),
    re.compile(r"(?<![\w/.-])(?:19|20)\d\d([/.-])(?:1[0-2]|0[1-9])\1(?:3[01]|[12]\d|0[1-9])(?![\w/-])"),
    re.compile(r"(?<![\w/.-])(?:1[0-2]|0[1-9])/(?:19|20)\d\d(?![\w/-])"),
    # Without a year it may as well be a ratio, so it needs a word that speaks of time.
    re.compile(
        r"\b(?:on|since|by|before|after|dated|from|until|till|through|effective|starting|beginning|due|hired|started|left|resigned|DOB)"
        r"(?: about| around)?:? (?P<it>(?:1[0-2]|0?[1-9])/(?:3[01]|[12]\d|0?[1-9])(?:/\d{2,4})?)(?![\w/%]| (?:of|time|ratio|shifts?|schedule))",
        _I,
    ),
    re.compile(r"\b(?:born|birthdays?|DOB|date of birth|birth ?date)\b[^.\n]{0,20}?(?P<it>(?:\d{1,2}[/.-]){1,2}\d{2,4})", _I),
    re.compile(r"\bthe (?:ides of )?(?P<it>(?:3[01]|[12]\d|[1-9])(?:st|nd|rd|th)) of (?:this|last|the|next|each) month\b", _I),
    re.compile(
        rf"\b(?P<it>(?:the )?(?:week|weekend|weeks|morning|night|afternoon) of {_MONTH}(?: {_DAY})?(?:,? {_YEAR})?)\b", _I
    ),
    re.compile(
        r"\b(?:Christmas(?: Eve| Day)?|Thanksgiving(?: Day)?|New Year[’']s (?:Eve|Day)|Labor Day|Memorial Day|Independence Day|Juneteenth"
        r"|Halloween|Valentine[’']s Day|Presidents[’']? Day|Veterans Day|Good Friday|Fourth of July|July Fourth)(?:,? (?:of )?(?:19|20)\d\d)?\b"
    ),
)  # fmt: skip
_WHOLE += (
    re.compile(r"\b(?:on|since|by|until|before|after|from|of|through) (?P<it>the (?:3[01]|[12]\d|[1-9])(?:st|nd|rd|th))\b(?! (?:floor|percentile|grade|year|time|century|step|day|week|month|anniversary|amendment))", _I),
    re.compile(rf"\b(?:{_LONG})(?: through | to |–|-| and )(?:{_LONG}|May)(?:,? {_YEAR})?\b"),
    re.compile(r"\b(?:last|this|next|on|the following|the first|the second|the third) (?P<it>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day (?:of|in|after|before|morning of|night of) [A-Z]\w+)\b"),
    re.compile(r"\b(?:Easter|Ramadan|Eid|Passover|Hanukkah|Diwali|Lunar New Year|Mother[’']s Day|Father[’']s Day|Columbus Day|Indigenous Peoples[’']? Day|Martin Luther King(?: Jr\.?)? Day|MLK Day|New Year[’']s)(?: (?:Sunday|weekend))?(?:,? (?:of )?(?:19|20)\d\d)?\b"),
    re.compile(rf"\b(?:(?:early|late|mid|end of|beginning of|start of|middle of)[ -](?:{_LONG}|May))(?:,? {_YEAR})?\b", _I),
)  # fmt: skip
#: A month by itself is a part of a date as well; “may” and “march” are words, so they need more.
_ALONE = (
    re.compile(
        rf"\b(?:in|since|by|until|till|before|after|during|of|from|through|to|between|and|last|this|next|early|late|mid|around|each|every|for|effective)[ -]"
        rf"(?P<it>(?:(?:early|late|mid)[ -])?(?:{_LONG})|(?:{_SHORT})\.)\b(?! (?:\d|of|for|on|against|toward|up|to the))"
    ),
    re.compile(
        r"\b(?:in|since|by|until|till|last|this past|next|early|late|mid|of|from|every)[ -](?P<it>May)\b(?! \d)"
    ),
    re.compile(rf"(?:^|[.!?] |\n)(?:In |Since |By |Last |Early |Late |Mid-)(?P<it>{_LONG}|May)\b"),
)
_AGE = (
    re.compile(r"\b(?P<it>(?:9\d|1[0-2]\d)[- ]years?[- ]olds?)\b", _I),
    re.compile(
        r"\b(?:aged?|ages?|is|was|turned|turning|turns|over|now) (?P<it>(?:9\d|1[01]\d)(?: years old)?)(?= (?:and|when|this|last|who)|[,.;)]|$)(?<!\d%)",
        _I,
    ),
)
_AGE_CUE = re.compile(r"\bage|years old|turn|birthday|\b(?:she|he|who) (?:is|was) now", _I)


def dates(text: str) -> Iterator[Finding]:
    """Dates and high ages; findings may overlap."""
    for pattern in (*_WHOLE, *_ALONE):
        group = "it" if "it" in pattern.groupindex else 0
        for found in pattern.finditer(text):
            yield Finding(found.start(group), found.end(group), Kind.DATE)
    for place, pattern in enumerate(_AGE):
        for found in pattern.finditer(text):
            if place == 0 or _AGE_CUE.search(found[0]):
                yield Finding(found.start("it"), found.end("it"), Kind.DATE)
