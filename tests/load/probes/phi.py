"""How many identifiers in labelled texts are pointed at, and how many passages pointed at are labelled, class by class.

The texts were written before and apart from the patterns, by somebody who has not seen them; the patterns by somebody who has
not seen the texts. A mark counts as pointed at where any finding touches it, as told apart where that finding's class is the
mark's (or one that would be as right), and as exact where it also begins and ends there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from jam.cases import identifiers
from jam.cases.identifier_kinds import Finding, Known
from tests.load.phi.reading import CLASSES, Labelled, Mark, read
from tests.load.probe import Probe, Sizes
from tests.load.report import Report
from tests.load.stage import Stage

#: Fewer texts would say little.
FEWEST = 300


def known(about: dict[str, Any] | None) -> Known:
    """What Jam knows of a text's submitter."""
    if about is None:
        return Known()
    return Known(
        organizations=(about["organization"], *about["also_called"]),
        domains=(about["domain"],) if about["domain"] else (),
        towns=(about["town"],) if about["town"] else (),
        people=(about["submitter"], *about["colleagues"]),
    )


def touches(finding: Finding, mark: Mark) -> bool:
    return finding.start < mark.end and mark.start < finding.end


def is_of(finding: Finding, mark: Mark) -> bool:
    return finding.kind in (mark.kind, *mark.also)


class Tally:
    """What was found of the texts."""

    def __init__(self) -> None:
        self.marks: Counter[str] = Counter()
        self.pointed: Counter[str] = Counter()
        self.told: Counter[str] = Counter()
        self.exact: Counter[str] = Counter()
        self.findings: Counter[str] = Counter()
        self.touching: Counter[str] = Counter()
        self.right: Counter[str] = Counter()
        self.clean_texts = self.false_in_clean = self.whole_texts = self.texts = 0

    def add(self, labelled: Labelled, findings: Iterable[Finding]) -> None:
        found = list(findings)
        self.texts += 1
        missed = 0
        for mark in labelled.marks:
            near = [each for each in found if touches(each, mark)]
            self.marks[mark.kind] += 1
            self.pointed[mark.kind] += bool(near)
            self.told[mark.kind] += any(is_of(each, mark) for each in near)
            self.exact[mark.kind] += any(
                is_of(each, mark) and (each.start, each.end) == (mark.start, mark.end) for each in near
            )
            missed += not near
        for each in found:
            near_marks = [mark for mark in labelled.marks if touches(each, mark)]
            self.findings[each.kind] += 1
            self.touching[each.kind] += bool(near_marks)
            self.right[each.kind] += any(is_of(each, mark) for mark in near_marks)
        self.whole_texts += bool(labelled.marks) and not missed
        if not labelled.marks:
            self.clean_texts += 1
            self.false_in_clean += len(found)

    def row(self, kind: str) -> dict[str, Any]:
        """The figures of one class, or of all together under “all”."""

        def of(counts: Counter[str]) -> int:
            return counts.total() if kind == "all" else counts[kind]

        return {
            "marks": of(self.marks),
            "recall": share(of(self.pointed), of(self.marks)),
            "recall_class": share(of(self.told), of(self.marks)),
            "recall_exact": share(of(self.exact), of(self.marks)),
            "findings": of(self.findings),
            "precision": share(of(self.touching), of(self.findings)),
            "precision_class": share(of(self.right), of(self.findings)),
        }


def share(part: int, whole: int) -> float | None:
    """A share with three digits; None where there is nothing to be a part of."""
    return round(part / whole, 3) if whole else None


def run(stage: Stage, sizes: Sizes) -> Report:
    """Read all texts, and say what was found."""
    tally, report = Tally(), Report()
    for labelled in read():
        tally.add(labelled, identifiers.look(labelled.text, known(labelled.about)))
    report.n = tally.texts
    report.demand(tally.texts >= FEWEST, f"there are {tally.texts} texts, fewer than {FEWEST}")
    report.figures = {
        "texts": tally.texts,
        "texts_with_every_mark_pointed_at": share(tally.whole_texts, tally.texts - tally.clean_texts),
        "findings_per_text_without_marks": share(tally.false_in_clean, tally.clean_texts),
        "all": tally.row("all"),
        "classes": {kind: tally.row(kind) for kind in CLASSES},
    }
    return report


PROBE = Probe(
    "phi",
    "Labelled texts are read for identifiers: recall and precision, class by class.",
    run,
    web=0,
    clocks=0,
)
