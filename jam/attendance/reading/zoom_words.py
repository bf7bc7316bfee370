"""What Zoom calls the tables and columns of a webinar's report in other languages than English."""

from __future__ import annotations

import re
from collections.abc import Sequence

from jam.attendance.reading.cells import heading
from jam.attendance.reading.columns import columns, meaning, named, plain
from jam.attendance.reading.found import Section
from jam.attendance.reading.records import split

#: The first table's title stands below a head of about four lines.
_HEAD = 40
#: Words in the titles of tables, without accents; of two that are found, the upper one counts.
_TITLES = [
    (Section.OTHER, r"\b(?:otr[oa]s|altri|autres|andere|weitere|sonstige|outros|inni)\b|その他|其他|기타"),
    (
        Section.HOST,
        r"\b(?:host\b|anfitri|ospitant|organizzator|hote\b|gastgeber|gospodarz)|ホスト|主持人|호스트",
    ),
    (
        Section.PANELIST,
        r"\b(?:panel|ponente|relator|diskussionsteil|podiumsteil)|ハネリスト|パネリスト|嘉宾|패널",
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
_ENGLISH_ATTENDED = {"attended", "attendance", "present", "came", "status", "attendance status", "was there"}
#: The head's columns that stand at the same place in every language, and those that are known by a word.
_FIRST = ("topic", "webinar id", "actual start time")
_FIGURES = [
    ("# cancelled", re.compile(r"cancel|annul|storn|キャンセル")),
    ("unique viewers", re.compile(r"exclusiv|unic|uniqu|eindeutig|einzeln|unik|ユニーク|唯一")),
    ("total users", re.compile(r"total|gesamt|lacznie|合計")),
    ("max concurrent views", re.compile(r"simult|gleichzeit|concurr|jednoczes|同時|同时")),
    ("# registered", re.compile(r"inscri|iscri|regist|anmeld|zarejestr|登録|注册")),
]


def section_of(title: str) -> Section | None:
    """Which table a title is that of; None where its words say nothing."""
    words = plain(title)
    return next((section for section, known in _WORDS if known.search(words)), None)


def section_by(cells: Sequence[str], tables: int) -> Section:
    """Which table has these names of columns below a title that says nothing, as the next one after so many."""
    found = columns(cells).keys()
    if "attended" not in found:
        return Section.OTHER
    if tables > 1 or found & {"registered", "approval", "first", "last"}:
        return Section.ATTENDEE
    return Section.PANELIST if tables else Section.HOST


def names_columns(cells: Sequence[str]) -> bool:
    """Whether these are names of a webinar's columns, in any language."""
    found = columns(cells)
    return {"join", "leave"} <= found.keys() and not any("@" in cell for cell in cells)


def english(name: str) -> str:
    """What Zoom calls a column in English; the name itself where it is none of Zoom's."""
    return _ENGLISH.get(meaning(name) or "", name.casefold())


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
            cells = split(next((each for each in lines[at + 1 :] if each.strip()), ""), delimiter) or []
            came = columns(cells).get("attended")
            if came is not None and heading(cells[came]) not in _ENGLISH_ATTENDED and names_columns(cells):
                return delimiter
    return None
