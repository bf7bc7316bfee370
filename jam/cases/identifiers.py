"""Reading a text for what looks like an identifier. It finds what it can and never says that nothing is left."""

from __future__ import annotations

from jam.cases.identifier_dates import dates
from jam.cases.identifier_kinds import OWN, Finding, Kind, Known
from jam.cases.identifier_names import named
from jam.cases.identifier_own import own
from jam.cases.identifier_patterns import shaped

#: What is read of one text, in characters.
LONGEST = 200_000

#: Of two findings at one place the one further left stays: what is the submitter's own, then what has a shape of its own.
_RANK = {
    kind: place
    for place, kind in enumerate(
        [
            Kind.EMAIL, *OWN, Kind.URL, Kind.SSN, Kind.FAX, Kind.PHONE, Kind.IP, Kind.PLAN, Kind.RECORD, Kind.ACCOUNT, Kind.LICENCE,
            Kind.VEHICLE, Kind.DEVICE, Kind.PHOTO, Kind.BIOMETRIC, Kind.DATE, Kind.NAME, Kind.GEOGRAPHY, Kind.OTHER,
        ]
    )
}  # fmt: skip


def look(text: str, known: Known = Known()) -> list[Finding]:  # noqa: B008 - it is frozen
    """What looks like an identifier in a text, in its order, none overlapping another."""
    text = text[:LONGEST]
    found = {*own(text, known), *shaped(text), *dates(text), *named(text)}
    kept, taken = [], bytearray(len(text))
    for each in sorted(found, key=_order):
        if not any(taken[each.start : each.end]):
            taken[each.start : each.end] = b"\1" * (each.end - each.start)
            kept.append(each)
    return sorted(kept)


def _order(finding: Finding) -> tuple[int, int, int, int]:
    """What is the submitter's own or an address first, then the longer one."""
    first = finding.kind in (Kind.EMAIL, Kind.URL, *OWN)
    return (0 if first else 1, finding.start - finding.end, _RANK[finding.kind], finding.start)
