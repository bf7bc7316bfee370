"""What the head of a report claims beside what its lines show, and why the two differ, as far as the lines say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jam.base.words import count


@dataclass(frozen=True)
class Compared:
    """One figure twice: by the platform, None where its report does not say, and by Jam; with a reason."""

    label: str
    platform: str | None
    jam: str | None
    why: str


def compared(figures: dict[str, Any]) -> list[Compared]:
    """The figures of a stored report, side by side."""
    lines = figures["lines"]
    rows = []
    if figures.get("registrants") is not None:
        rows.append(_registered(figures))
    rows += [_viewers(figures, lines), _peak(figures, lines), _minutes(figures, lines)]
    return rows


def _registered(figures: dict[str, Any]) -> Compared:
    said, found = figures["platform"]["registered"], figures["registrants"]
    why = f"The table of attendees lists {count(found, 'different address', 'different addresses')}, those of people who did not come included."
    if said is not None and said != found:
        why += " The report does not say whom its own number leaves out or counts twice."
    return Compared("Registered", _number(said), _number(found), why)


def _viewers(figures: dict[str, Any], lines: dict[str, Any]) -> Compared:
    said, found = figures["platform"]["viewers"], figures["attendees"]
    stays = count(lines["attended"], "line says", "lines say")
    why = f"{stays} that somebody joined; they are {count(found, 'different address', 'different addresses')}"
    back = lines["several"]
    why += f", because {count(back, 'person stands', 'people stand')} on more than one line." if back else "."
    both = figures.get("panelists_also_attendees")
    if both:
        why += f" {count(both, 'of them is', 'of them are')} among the panelists too."
    if figures["undecided"]:
        entries = count(figures["undecided"], "entry without an address is", "entries without an address are")
        why += f" {entries} not among them."
    again = lines["attended"] - found
    if again:
        why += f" As a sum: {lines['attended']:,} − {count(again, 'further line', 'further lines')} of the same people = {found:,}"
        why += "." if said is None or said == found else f", {_apart(found, said)} the report claims."
    if said is not None and said != found:
        why += " The report does not say whom it counts as a viewer."
    return Compared("Attendees", _number(said), _number(found), why)


def _peak(figures: dict[str, Any], lines: dict[str, Any]) -> Compared:
    said, found = lines["peak"], figures["peak"]
    why = "Jam counts who was there at the same moment: each attendee once, on however many devices."
    if said == 0 and found:
        why = f"People were there, so the 0 of the report is no count. {why}"
    return Compared("Most at one moment", _number(said), _number(found), why)


def _minutes(figures: dict[str, Any], lines: dict[str, Any]) -> Compared:
    found = figures["attendee_minutes"]
    if lines["overlap"]:
        # What is read adds up: the difference of the two rounded figures, where it is the same but for rounding.
        apart = lines["overlap"] if found is None else round(lines["minutes"]) - round(found)
        twice = apart if abs(apart - lines["overlap"]) <= 1 else lines["overlap"]
        why = f"{twice:,.0f} of the minutes on the lines are of people who stand on two lines at the same time; they count once."
    else:
        why = "Nobody stands on two lines at the same time, so both are the same."
    if lines.get("totals"):
        people = count(lines["totals"], "attendee has", "attendees have")
        why += f" {people} one figure for the whole time and no times of joining."
    if lines["unusable"]:
        people = count(lines["unusable"], "attendee has", "attendees have")
        why += f" {people} no usable times; their minutes are not known."
    shown = None if found is None else f"{found:,.0f}"
    return Compared("Minutes of attendees", f"{lines['minutes']:,.0f} line by line", shown, why)


def _apart(found: int, said: int) -> str:
    return f"{found - said:,} more than" if found > said else f"{said - found:,} fewer than"


def _number(value: int | None) -> str | None:
    return None if value is None else f"{value:,}"
