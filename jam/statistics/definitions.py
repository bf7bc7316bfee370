"""The list of measures as a page of the documentation, written from the registry: `jam statistics --definitions`."""

from __future__ import annotations

from itertools import groupby

from jam.statistics.measures import MEASURES, Measure, Told

_HEAD = """\
# Measures

What each figure of **Statistics** means. This page is written by `jam statistics --definitions` from the list that pages,
files and the command read; a test compares the two. Registrations and attendance are two different things and never mixed.
What cannot be known is “Not known” on pages and `null` in files, never 0. Figures count sessions that are published and over;
a period counts both of its days, by the program's wall clock.

Where one state or one sector is chosen, figures are of the people who gave it; those that cannot be told for a part of the
people are then not known.

The public page shows few of them, and keeps small counts to itself: see
[Numbers for everybody](staff.md#numbers-for-everybody).
"""


def page() -> str:
    """The whole page, as Markdown."""
    parts = [_HEAD]
    for topic, measures in groupby(MEASURES.values(), key=lambda each: each.topic):
        parts.append(f"\n## {topic}\n")
        parts += [_measure(each) for each in measures]
    return "".join(parts)


def _measure(of: Measure) -> str:
    lines = [
        f"\n**{of.title[0].upper()}{of.title[1:]}** (`{of.name}`). {of.definition}",
        "",
        f"- Worked out as: {of.formula}.",
        f"- Unit: {of.unit}." + (f" Taken of: {of.denominator}." if of.denominator else ""),
    ]
    if of.excluded:
        lines.append(f"- Left out: {of.excluded[0].lower()}{of.excluded[1:]}")
    told = [] if of.told is Told.ALWAYS else [f"Told {of.told}."]
    told += [] if of.for_part else ["Not for one state or sector."]
    lines.append(" ".join([f"- Counted so since {of.since}.", *told]))
    return "\n".join(lines) + "\n"
