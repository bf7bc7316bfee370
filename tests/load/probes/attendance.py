"""Reports of every format, damaged in every way: each line with somebody on it is read or refused, and nothing breaks.

Every line with a person carries a word of its own. Which lines these are is counted here, from the text that was written
to the file, without Jam's code.
"""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

from tests import makers
from tests.attendance import test_other_languages, test_other_tables, test_teams, test_zoom_meeting
from tests.attendance.files import INVENTED_2025, INVENTED_2026, came, dialed, missed, report_2020, spoke
from tests.load.probe import Probe, Sizes
from tests.load.processes import beside
from tests.load.report import Report
from tests.load.stage import Stage

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252")
#: How often a damaged report is imported, too, and not only looked at.
KEPT_EVERY = 20

_PERSON = re.compile(r"\b(Ann|Bo|Cy|Cole|priya|Priya|Perez|iPhone|Dial)\b")
_MARK = re.compile(r"q\d{5}z")
_BREAK = re.compile(r"\r\n|\r|\n")
_JUNK = (
    '"',
    ",",
    "\t",
    ";",
    "\n",
    "\r",
    "\x00",
    "é",
    "\u202f",
    "--",
    "@",
    "'",
    "\\",
    " ",
    "1",
    "\ufffd",
    '""',
    '","',
)


def formats() -> dict[str, str]:
    """A report of each layout, with a few people more than once."""
    webinar = report_2020(
        came("Ann", "13:00:00", "13:30:00", 30), came("Ann", "13:10:00", "13:40:00", 30), missed("Bo"),
        panelists=spoke("Cy", "12:55:00", "14:00:00"), others=dialed("Dial in", "1:05 PM", "1:10 PM"),
    )  # fmt: skip
    return {
        "webinar-2020": webinar,
        "webinar-2025": INVENTED_2025.read_text(),
        "webinar-2026": INVENTED_2026.read_text(),
        "webinar-portuguese": test_other_languages.PORTUGUESE,
        "webinar-spanish": test_other_languages.SPANISH.replace("Ana D", "Ann D").replace("Pia", "Cy"),
        "meeting-total": test_zoom_meeting.A_TOTAL,
        "meeting-stays": test_zoom_meeting.A_STAYS,
        "meeting-b": test_zoom_meeting.B,
        "meeting-c": test_zoom_meeting.C,
        "meeting-italian": test_zoom_meeting.ITALIAN,
        "teams": test_teams.ENGLISH.partition("\n4. ")[0],
        "teams-german": test_teams.GERMAN,
        "teams-2021": test_teams.OF_2021,
        "teams-2020": test_teams.OF_2020,
        "teams-live": test_teams.LIVE,
        "gotowebinar": test_other_tables.GOTO,
        "table": "Name,Email,Minutes\nAnn,ann@example.org,30\nBo,bo@example.org,20\nCy,,12\n",
        "table-breaks": 'Name,Email,Minutes\n"Ann\nLee",ann@example.org,30\nBo,"bo@example.org\n",20\n"Cy","cy@example.org",3\n',
        "table-times": "Name;Email;Joined;Left\nAnn;ann@example.org;2026-10-20 13:00;2026-10-20 13:30\nBo;;13:00;13:10\n",
    }


def marked(text: str) -> str:
    """The text with each line of a person four times, each with a word of its own behind the first name on it."""
    number, lines = 0, []
    for line in text.splitlines(keepends=True):
        times = 4 if _PERSON.search(line) and line.count('"') % 2 == 0 else 1
        for _ in range(times):
            number += 1
            lines.append(_PERSON.sub(rf"\1 q{number:05}z", line, count=1))
    return "".join(lines)


def damaged(text: str, rng: Random) -> str:
    """The text after one to four blows."""
    for _ in range(rng.randint(1, 4)):
        text = rng.choice(_BLOWS)(text, rng) or text
    return text


def _cut(text: str, rng: Random) -> str:
    return text[: rng.randrange(len(text))]


def _without_a_piece(text: str, rng: Random) -> str:
    at = rng.randrange(len(text))
    return text[:at] + text[at + rng.randint(1, 40) :]


def _with_junk(text: str, rng: Random) -> str:
    at = rng.randrange(len(text))
    return text[:at] + rng.choice(_JUNK) * rng.choice((1, 1, 1, 3)) + text[at:]


def _other_letter(text: str, rng: Random) -> str:
    at = rng.randrange(len(text))
    return text[:at] + rng.choice(_JUNK + tuple("aZ9/:")) + text[at + 1 :]


def _lines(text: str, rng: Random) -> str:
    """A line gone, twice, elsewhere, or padded."""
    lines = text.splitlines(keepends=True)
    at, to = rng.randrange(len(lines)), rng.randrange(len(lines))
    what = rng.randrange(4)
    if what == 0:
        del lines[at]
    elif what == 1:
        lines.insert(to, lines[at])
    elif what == 2:
        lines.insert(to, lines.pop(at))
    else:
        lines[at] = lines[at].rstrip("\r\n") + ",,,\n"
    return "".join(lines)


def _other_breaks(text: str, rng: Random) -> str:
    return text.replace("\r\n", "\n").replace("\n", rng.choice(("\r\n", "\r", "\n\n", "\n")))


def _nothing(text: str, rng: Random) -> str:
    return text


_BLOWS = (
    _cut,
    _without_a_piece,
    _with_junk,
    _with_junk,
    _other_letter,
    _lines,
    _lines,
    _other_breaks,
    _nothing,
)


def encoded(text: str, rng: Random) -> bytes:
    """The text as bytes, in one of the encodings that can hold it and tell it apart from the others."""
    name = rng.choice(ENCODINGS)
    if name == "cp1252" or len(text) < 200:
        name = "utf-8" if any(ord(each) > 255 for each in text) or len(text) < 200 else name
    return text.encode(name, errors="replace")


def run(stage: Stage, sizes: Sizes) -> Report:
    """Damage, read, compare."""
    report, rng, counts = Report(n=sizes["mutations"]), Random(20261122), Counter[str]()
    originals = {name: marked(text) for name, text in formats().items()}
    with stage.preparing():
        event = makers.event(title="A damaged report", starts_at=makers.utc("2026-10-20 17:00"))
        slug = event.slug
    with (
        tempfile.TemporaryDirectory() as folder,
        beside("tests.load.reader", stage.around, stage.sabotage) as reader,
    ):
        for number in range(sizes["mutations"]):
            name = rng.choice(sorted(originals))
            text = originals[name] if number < len(originals) else damaged(originals[name], rng)
            path = Path(folder) / "report.csv"
            path.write_bytes(encoded(text, rng))
            answer = reader.ask(f"{path}\t{slug}\t{'keep' if number % KEPT_EVERY == 0 else 'look'}")
            _judge(report, counts, f"{number} ({name})", text.replace("\x00", ""), answer)
            if len(report.violations) > 100:
                break  # more of the same tells nothing new
    report.demand(
        counts["files refused"] < sizes["mutations"] / 2, "more than half of the files were refused whole"
    )
    report.figures |= {"crashes": counts["crashes"], "silent losses": counts["lost"], **counts}
    return report


def _judge(report: Report, counts: Counter[str], name: str, text: str, answer: dict[str, Any]) -> None:
    if "crash" in answer:
        counts["crashes"] += 1
        report.demand(False, f"{name} broke: {answer['crash']}")
        return
    if "refused" in answer:
        counts["files refused"] += 1
        return
    accounted = set(answer["left_out"])
    people = {number for number, line in enumerate(_BREAK.split(text), 1) if _MARK.search(line)}
    for line, span in answer["rows"]:
        # Of several lines that were read as one, a single one may be a person's: others would have been swallowed.
        mine = range(line, line + span)
        accounted.update([line] if span > 1 and len(people.intersection(mine)) > 1 else mine)
    lost = sorted(people - accounted)
    counts["lost"] += len(lost)
    counts["lines with people"] += len(people)
    counts["rows read"] += answer["rows_read"]
    counts["rows refused"] += len(answer["left_out"])
    report.demand(not lost, f"{name} lost the lines {lost[:5]} without a word")
    both = sorted({line for line, _ in answer["rows"]} & set(answer["left_out"]))
    report.demand(not both, f"{name} read and refused the lines {both[:5]}")
    report.demand(answer["rows_read"] == len(answer["rows"]), f"{name} counts its rows wrongly")
    report.demand(answer["agree"], f"{name}: the import says something else than the preview")


PROBE = Probe(
    "attendance",
    "attendance reports of every format, damaged: lines read and lines refused are all there are",
    run,
    sizes={"mutations": 2000},
    web=0,
    clocks=0,
    sabotages=("silent",),
)
