"""A report as a tagged PDF (PDF/UA-1): title, language, headings, tables with header cells, charts with words."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from jam.base.drawing import Chart
from jam.base.words import moment
from jam.base.zones import EASTERN
from jam.reports import document
from jam.reports.rules import Figures

#: The one font that the program carries for running text, so that no machine's fonts change a document.
_FONT = "Libertinus Serif"

#: How the program says which characters its font lacks; a document for everybody's reader must show every one.
_MISSING = re.compile('the text `"(.+?)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
_BOX = "\N{WHITE SQUARE}"
#: From here on stand pictures such as emoji; first words of names that many unlike characters have.
_PICTURES = 0x1F000
_COMMON = {"LATIN", "GREEK", "CYRILLIC", "BLACK", "WHITE", "HEAVY", "SQUARE"}

_TEMPLATE = Path(__file__).parents[2] / "templates" / "reports" / "report.typ"


def pdf(figures: Figures, name: str, made_at: datetime) -> bytes:
    """The document of these figures as they may leave the house; the same arguments give the same bytes.

    `name`: how the report is called; `made_at`: as of when its figures are.
    """
    import typst

    content = json.dumps(_content(figures, name, made_at), ensure_ascii=False)
    fonts = typst.Fonts(include_system_fonts=False)
    while True:
        compiler = typst.Compiler(_TEMPLATE.read_bytes(), font_paths=fonts, sys_inputs={"report": content})
        try:
            made = compiler.compile(format="pdf", pdf_standards=["ua-1"], timestamp=made_at)
        except typst.TypstError as error:
            missing = _MISSING.search(error.message)
            if missing is None:
                raise
            fewer = _without(content, _ESCAPED.sub(lambda code: chr(int(code[1], 16)), missing[1]))
            if fewer == content:
                raise
            content = fewer
            continue
        assert isinstance(made, bytes)
        return made


def _without(content: str, missing: str) -> str:
    """The same with a box for each character of the scripts of `missing`, which the font cannot show."""
    scripts = {_script(each) for each in missing if not each.isascii()}
    return "".join(_BOX if each != _BOX and _script(each) in scripts else each for each in content)


def _script(character: str) -> str:
    """What sets characters of one kind apart from others: pictures as one, letters by the name of their script."""
    if ord(character) >= _PICTURES:
        return "pictures"
    word = unicodedata.name(character, "").partition(" ")[0]
    return character if word in _COMMON or not word else word


def _content(shown: Figures, name: str, made_at: datetime) -> Mapping[str, Any]:
    return {
        "id": name,
        "title": document.title(shown),
        "period": document.period(shown),
        "as_of": moment(made_at, EASTERN),
        "year": made_at.year, "month": made_at.month, "day": made_at.day,
        "in_short": document.in_short(shown),
        "how_to_read": document.HOW_TO_READ,
        "topics": [
            {"name": topic, "measures": [_measure(each) for each in measures]}
            for topic, measures in document.topics(shown)
        ],
        "sessions": document.session_lines(shown),
        "states": document.state_lines(shown),
        "sectors": document.sector_lines(shown),
        "levers": document.lever_lines(shown),
        "unknown": document.unknown_lines(shown),
        "charts": {each.name: _chart(each) for each in document.drawn(shown)},
    }  # fmt: skip


def _measure(each: Mapping[str, Any]) -> dict[str, str]:
    return {
        "title": each["title"][0].upper() + each["title"][1:],
        "figure": each["figure"],
        "definition": each["definition"],
        "formula": each["formula"],
        "denominator": each["denominator"],
        "excluded": each["excluded"],
        "since": each["since"],
    }


def _chart(chart: Chart) -> dict[str, str]:
    words = " ".join((chart.sentence, *chart.notes))
    return {
        "title": chart.title,
        "words": words,
        "svg": chart.wide.svg(chart.title, words, font=_FONT),
    }
