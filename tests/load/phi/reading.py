"""Reads the labelled texts that stand beside it; `python -m tests.load.phi.reading` counts them.

A text is written with its labels inside, [[class|words]]. Reading takes the labels out and tells where the words stand.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent
SAFE_HARBOR = (
    *("name", "geography", "date", "phone", "fax", "email", "ssn", "record", "plan", "account"),
    *("licence", "vehicle", "device", "url", "ip", "biometric", "photo", "other"),
)
CLASSES = (*SAFE_HARBOR, "own-organization", "own-town", "own-colleague")
HEAD = re.compile(r"^== (t\d+) (\S+) (\S+)$", re.MULTILINE)
MARK = re.compile(r"\[\[([a-z+-]+)\|(.+?)\]\]")


class Mark(NamedTuple):
    """Words that identify: their class, and other classes that would be as right."""

    start: int
    end: int
    kind: str
    also: tuple[str, ...]
    text: str


class Labelled(NamedTuple):
    """One text of a case; about is what Jam knows of its submitter, None for a stranger's."""

    text: str
    marks: tuple[Mark, ...]
    about: dict[str, Any] | None
    id: str
    field: str


def unmarked(written: str) -> tuple[str, tuple[Mark, ...]]:
    text, marks, last = "", [], 0
    for found in MARK.finditer(written):
        text += written[last : found.start()]
        kind, *also = found[1].split("+")
        if not {kind, *also} <= set(CLASSES):
            raise ValueError(f"no such class: {found[0]}")
        marks.append(Mark(len(text), len(text) + len(found[2]), kind, tuple(also), found[2]))
        text, last = text + found[2], found.end()
    return text + written[last:], tuple(marks)


def read() -> Iterator[Labelled]:
    """All labelled texts, in the order of their files."""
    submitters = json.loads((HERE / "submitters.json").read_text("utf-8"))
    for path in sorted((HERE / "texts").glob("*.txt")):
        _, *parts = HEAD.split(path.read_text("utf-8"))
        for id, whose, field, written in zip(*[iter(parts)] * 4, strict=True):
            text, marks = unmarked(written.strip())
            yield Labelled(text, marks, None if whose == "stranger" else submitters[whose], id, field)


def main() -> None:
    texts = list(read())
    kinds = Counter(mark.kind for labelled in texts for mark in labelled.marks)
    where = Counter(kind for labelled in texts for kind in {mark.kind for mark in labelled.marks})
    print("| class | marks | texts |\n| --- | ---: | ---: |")
    for kind in CLASSES:
        print(f"| {kind} | {kinds[kind]} | {where[kind]} |")
    print(f"| all | {kinds.total()} | {sum(bool(labelled.marks) for labelled in texts)} |")
    strangers = sum(labelled.about is None for labelled in texts)
    nothing = sum(not labelled.marks for labelled in texts)
    print(
        f"\n{len(texts)} texts, {nothing} of them with nothing to mark; {strangers} by submitters unknown to Jam."
    )


if __name__ == "__main__":
    main()
