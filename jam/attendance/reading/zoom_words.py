"""What Zoom calls the tables and columns of a webinar's report in other languages than English."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise, takewhile

from jam.attendance.reading.cells import heading, yes_or_no
from jam.attendance.reading.columns import meaning, named, plain
from jam.attendance.reading.found import Section
from jam.attendance.reading.records import split
from jam.attendance.reading.times import Order, wall_time

#: The first table's title stands below a head of about four lines.
_HEAD = 40
#: How many lines below the names of columns are looked at.
_SAMPLE = 20
#: Words in the titles of tables, without accents; of two that are found, the upper one counts.
_TITLES = [
    (Section.OTHER, r"\b(?:otr[oa]s|altri|autres|andere|weitere|sonstige|outros|inni)\b|その他|其他|기타"),
    (
        Section.HOST,
        r"\b(?:host\b|anfitri|ospitant|organizzator|hote\b|gastgeber|gospodarz)|ホスト|主持人|호스트",
    ),
    (
        Section.PANELIST,
        r"\b(?:panel|palestrante|ponente|relator|diskussionsteil|podiumsteil)|ハネリスト|パネリスト|嘉宾|패널",
    ),
    (
        Section.ATTENDEE,
        r"\b(?:asistent|participant|partecipant|teilnehm|deelnemer|uczestni)|出席者|参加者|参会者|참석자",
    ),
]
_WORDS = [(section, re.compile(words)) for section, words in _TITLES]
#: What Zoom calls in English what a column holds.
_ENGLISH = {
    "attended": "attended", "name": "user name", "first": "first name", "last": "last name", "email": "email",
    "join": "join time", "leave": "leave time", "duration": "time in session (minutes)", "registered": "registration time",
    "approval": "approval status", "country": "country/region name", "guest": "is guest", "registrant": "registrant id",
}  # fmt: skip
_STAY = ("join time", "leave time", "time in session (minutes)")
_ENGLISH_ATTENDED = {"attended", "attendance", "present", "came", "status", "attendance status", "was there"}
#: The head's columns that stand at the same place in every language, and those that are known by a word.
_FIRST = ("topic", "webinar id", "actual start time")
_FIGURES = [
    ("# cancelled", re.compile(r"cancel|annul|storn|キャンセル")),
    ("unique viewers", re.compile(r"exclusiv|especific|unic|uniqu|eindeutig|einzeln|unik|ユニーク|唯一")),
    ("total users", re.compile(r"total|gesamt|lacznie|合計")),
    ("max concurrent views", re.compile(r"simult|gleichzeit|concurr|jednoczes|同時|同时")),
    ("# registered", re.compile(r"inscri|iscri|regist|anmeld|zarejestr|登録|注册")),
]


def section_of(title: str) -> Section | None:
    """Which table a title is that of; None where its words say nothing."""
    words = plain(title)
    return next((section for section, known in _WORDS if known.search(words)), None)


def section_by(names: Sequence[str], tables: int) -> Section:
    """Which table has these names of columns below a title that says nothing, as the next one after so many."""
    if "attended" not in names:
        return Section.OTHER
    if tables > 1 or {"registration time", "approval status", "first name", "last name"} & set(names):
        return Section.ATTENDEE
    return Section.PANELIST if tables else Section.HOST


def names_below(lines: Sequence[str], start: int, delimiter: str) -> list[str] | None:
    """The names of columns, in English as far as they are Zoom's, on the next line with anything from one on; None where
    no names of a webinar's columns stand there."""
    filled = [line for line in lines[start : start + _SAMPLE] if line.strip()]
    cells, *below = [split(line, delimiter) or [] for line in filled] or [[]]
    if named(cells) < 4 or any("@" in cell or _is_time(cell) for cell in cells):
        return None
    names = _english(cells)
    below = list(takewhile(lambda row: named(row) > 1, below))  # as far as the title of the next table
    places = [at for row in below if (at := stay_at(row)) is not None]
    if places and not {"join time", "leave time"} <= set(names):
        at = max(set(places), key=places.count)
        for place, name in zip(range(at, len(names)), _STAY, strict=False):
            names[place] = name
    if "attended" not in names and any(row and yes_or_no(row[0]) is not None for row in below):
        names[0] = "attended"
    return names if {"join time", "leave time"} <= set(names) else None


def _english(cells: Sequence[str]) -> list[str]:
    """The names in English as far as they are known, each once; “Nombre” behind “Nombre de usuario” is a first name."""
    names: list[str] = []
    for cell in cells:
        name = _ENGLISH.get(meaning(cell) or "")
        if name == "user name" and name in names:
            name = "first name"
        names.append(cell if name is None or name in names else name)
    return names


def stay_at(cells: Sequence[str]) -> int | None:
    """Where a time of joining and one of leaving stand beside each other."""
    times = [_is_time(cell) for cell in cells]
    return next((at for at, both in enumerate(pairwise(times)) if all(both)), None)


def _is_time(cell: str) -> bool:
    return any(wall_time(cell, order, needs_clock=True) for order in Order)


def head_names(cells: Sequence[str]) -> list[str]:
    """The names of the head's columns in English, as far as they are known."""
    names = [plain(cell) for cell in cells]
    known = {at: name for at, name in enumerate(_FIRST)}
    for at, name in enumerate(names):
        figure = next((figure for figure, word in _FIGURES if word.search(name)), None)
        if figure and at >= len(_FIRST) and figure not in known.values():
            known[at] = figure
    return [known.get(at, name) for at, name in enumerate(names)]


def delimiter_of(lines: Sequence[str]) -> str | None:
    """What parts the cells of a webinar's report in another language than English; None for what is no such report.

    Such a one has the title of a table alone on a line and, right below it, names of columns that tell who came.
    """
    for at, line in enumerate(lines[:_HEAD]):
        for delimiter in ",\t;":
            title = split(line, delimiter) or []
            if named(title) != 1 or section_of(title[0]) is None:
                continue
            names = names_below(lines, at + 1, delimiter)
            if names is not None and "attended" in names:
                said = split(next(each for each in lines[at + 1 :] if each.strip()), delimiter) or []
                if heading(said[names.index("attended")]) not in _ENGLISH_ATTENDED:
                    return delimiter
    return None
