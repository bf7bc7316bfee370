"""The figures of the reading are counted right: what is touched, told apart, exact, and pointed at for nothing."""

from __future__ import annotations

from jam.cases.identifier_kinds import Finding, Kind
from tests.load.phi.reading import Labelled, unmarked
from tests.load.probes.phi import Tally, known


def labelled(written: str) -> Labelled:
    text, marks = unmarked(written)
    return Labelled(text, marks, None, "t1", "background")


def test_the_figures_count_what_they_say() -> None:
    tally = Tally()
    found = [Finding(0, 3, Kind.NAME), Finding(4, 6, Kind.NAME), Finding(8, 9, Kind.DATE)]
    tally.add(labelled("[[name|Ana]] [[name+other|Lee]] x y [[date|May]]"), found)
    tally.add(labelled("[[date|May]]"), [Finding(0, 3, Kind.NAME)])
    tally.add(labelled("nothing"), [Finding(0, 1, Kind.NAME)])
    assert tally.row("name") == {
        "marks": 2, "recall": 1.0, "recall_class": 1.0, "recall_exact": 0.5,
        "findings": 4, "precision": 0.75, "precision_class": 0.5,
    }  # fmt: skip
    assert tally.row("date")["recall"] == 0.5
    assert tally.row("date")["recall_class"] == 0.0
    assert (tally.row("all")["marks"], tally.row("all")["findings"]) == (4, 5)
    assert (tally.whole_texts, tally.clean_texts, tally.false_in_clean) == (1, 1, 1)


def test_a_stranger_is_unknown() -> None:
    assert known(None).organizations == ()
