"""What of a report may leave the house, and what changed between two of them: pure decisions over figures.

Figures are the JSON document of a snapshot (`figures.py` says what stands in it). They hold every number as it is, for
staff. A document for others holds none below the smallest count, and none that would give such a one away.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from jam.base.words import count, day_words
from jam.statistics.measures import MEASURES, Topic, Unit
from jam.statistics.rules import Number, change_in_words
from jam.statistics.safety import LEAST, SMALLEST, TENS, apart, hidden, rounded, safe_table, told_beside

Figures = dict[str, Any]

#: Raised when the form of the figures changes. Since 2, shares of people say of what they were taken; since 3, it stands there
#: which counts are told in tens; since 4, also as what; since 5, how long was long enough.
VERSION = 5
#: Files of reports of earlier versions were made by a rule that left out less.
FIRST_IN_TENS = 3

#: Of the letters and digits of a code: none look alike, and no word comes out.
ALPHABET = "23456789BCDFGHJKMNPQRTVWXYZ"
CODE_LENGTH = 5

#: Under which name stand those who gave no sector.
NOT_GIVEN = "Not given"

FEW = f"fewer than {SMALLEST}"
WITHHELD = "withheld"

#: Counts of people, of their seats and of their visits; other counts tell nobody.
_OF_PEOPLE = {Unit.REGISTRATIONS, Unit.PEOPLE, Unit.ATTENDANCES, Unit.SEATS}
#: Of how many people everything under a heading is taken; where they are few, nothing under it is given.
_BASES: dict[str, str] = {
    Topic.SEATS: "unique_registrants", Topic.REACH: "unique_registrants", Topic.CAME: "unique_attendees",
    Topic.BACK: "unique_attendees", Topic.COHORTS: "echo_members",
}  # fmt: skip
#: Shares under these headings are of cases, recommendations and proposals, not of people.
_NOT_OF_PEOPLE = {Topic.CASES, Topic.VOLUNTEERS}
#: Counts that are told of each session anyway, or that count people once, however many sessions they came to.
_NOT_ADDED_UP = {
    "registrations", "attendees", "unique_registrants", "unique_attendees", "returning", "echo_members", "peak",
}  # fmt: skip
#: Of so many and more, each whole number of percent is the share of some count.
_FITS_ANY = 100
#: What is worked out of a count and the number of sessions.
_MEAN = "registrations_per_session"
_NEVER_SMALL = {Unit.SESSIONS, Unit.PLACES, Unit.ORGANIZATIONS, Unit.WORDS}


def canonical(figures: Figures) -> bytes:
    """The one way to write figures: the same figures are the same bytes."""
    return json.dumps(figures, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def for_others(figures: Figures) -> Figures:
    """The figures as they may leave the house. What is withheld is None and has `withheld` beside it, in words."""
    shown = deepcopy(figures)
    values = {each["name"]: each["value"] for each in figures["measures"]}
    known = _known_beside(figures)
    for each in shown["measures"]:
        if here := each.pop("here", ""):
            each["definition"] += f" {here}"
        words = _withheld(each, values)
        if words:
            each.update(value=None, words=None, withheld=words)
        elif each["unit"] == Unit.SHARE and each["value"] is not None:
            each["value"] = round(each["value"], 2)
    _withhold_pairs(shown["measures"], values)
    coarse = figures.get("coarse", {})
    in_tens = {*coarse, *_withhold_sessions(shown["sessions"])}
    kept = [
        values[each["name"]] for each in shown["measures"] if each.get("withheld") or each["name"] in in_tens
    ]
    for each in shown["measures"]:
        of = each.pop("of", None)
        if of and each["value"] is not None and (whole := _whole(each, of[1], known, kept)):
            each["denominator"] = f"{each.get('denominator', '')}: {whole}".removeprefix(": ")
    told = coarse if isinstance(coarse, dict) else {}
    _tell_in_tens(shown, in_tens, told)
    shown["unknown"] = {
        # The table of sessions shows which those are.
        name: number if name == "sessions_without_report" else _few(number)
        for name, number in shown["unknown"].items()
    }
    for part, nothing, unknown in (
        ("by_state", "", "seats_without_state"),
        ("by_sector", NOT_GIVEN, "seats_without_sector"),
    ):
        # Few people with many seats are few people.
        cells = {name: people for name, _, people in figures[part]}
        safe = safe_table(cells, cells, sum(cells.values()))
        shown[part] = [[name, rounded(seats) if name in safe else None] for name, seats, _ in figures[part]]
        # What stands in the table stands under what is not known once more.
        if nothing in cells and nothing not in safe and unknown in shown["unknown"]:
            shown["unknown"][unknown] = _small(figures["unknown"][unknown])
    return shown


def coarse_beside(figures: Figures, others: Iterable[Figures]) -> dict[str, int]:
    """Which counts of people whoever has other reports too could subtract from, and be left with a small one; with what is
    told instead.

    - Counts that add up over sessions, and are not told of each: beside any report of some of the same sessions and others.
      So of those told exactly no two overlap: adding and subtracting any number of them leaves what each tells by itself.
    - All others: where a report of some of these sessions, or of these and more, differs by few.

    Two of the very same sessions differ by what was corrected in between, which says of nobody where they were.
    """
    mine, counts = _sessions_of(figures), _counts(figures)
    beside = [
        (theirs, _counts(other))
        for other in others
        if (theirs := _sessions_of(other)) & mine and theirs != mine
    ]
    found = {}
    for name, number in counts.items():
        if not number:
            continue
        known = [of[name] for theirs, of in beside if name in of and (theirs < mine or mine < theirs)]
        adds_up = bool(beside) and name not in _NOT_ADDED_UP
        if adds_up:
            known.append(_largest_part(name, mine, beside))
        if adds_up or any(apart(number, each) for each in known):
            found[name] = told_beside(number, known)
    return found


def _largest_part(name: str, mine: set[int], beside: Sequence[tuple[set[int], Mapping[str, int]]]) -> int:
    """What reports of some of these sessions say of as many of them as they can without counting any twice."""
    total, covered = 0, set[int]()
    for theirs, of in sorted(beside, key=lambda each: -len(each[0])):
        if name in of and theirs < mine and not theirs & covered:
            total += of[name]
            covered |= theirs
    return total


def _sessions_of(figures: Figures) -> set[int]:
    return {each["id"] for each in figures["sessions"]}


def _counts(figures: Figures) -> dict[str, int]:
    return {
        each["name"]: each["value"]
        for each in figures["measures"]
        if each["unit"] in _OF_PEOPLE and each["value"] is not None and each["name"] != _MEAN
    }


def _tell_in_tens(shown: Figures, names: Iterable[str], told: Mapping[str, int]) -> None:
    """Counts that would give away a small one by subtraction, and the mean that goes with them, as “about 3,880”."""
    by_name = {each["name"]: each for each in shown["measures"]}
    if "registrations" in names and _MEAN in by_name and by_name["registrations"]["value"] is not None:
        tens = told.get("registrations", rounded(by_name["registrations"]["value"]))
        mean = round(tens / max(1, len(shown["sessions"])))
        by_name[_MEAN].update(value=mean, words=f"about {mean:,}", coarse=True)
    for name in names:
        each = by_name.get(name)
        if not each or not each["value"]:
            continue
        tens = told.get(name, rounded(each["value"]))
        if min(tens, each["value"]) < LEAST:
            each.update(value=None, words=None, withheld=WITHHELD)
        else:
            each.update(value=tens, words=f"about {tens:,}", coarse=True)


def _withheld(measure: Mapping[str, Any], values: Mapping[str, Any]) -> str:
    unit, value = measure["unit"], measure["value"]
    if value is None or unit in _NEVER_SMALL:
        return ""
    if unit in _OF_PEOPLE and 0 < value < SMALLEST:
        return FEW
    base = values.get(_BASES.get(measure["topic"], ""))
    if base is not None and base < SMALLEST and value:
        return f"taken of {FEW}"
    if unit == Unit.SHARE and measure.get("of") and measure["topic"] not in _NOT_OF_PEOPLE:
        part, whole = measure["of"]
        if whole < SMALLEST:
            return f"taken of {FEW}"
        return WITHHELD if _tells_few(part, whole) else ""
    return ""


def _known_beside(figures: Figures) -> list[int]:
    """Counts that stand in a report, or are the sum of some that do: what a share is taken of lies close to one of them."""
    sessions = [each for each in figures["sessions"] if each["came"] is not None]
    return [*_counts(figures).values(), sum(each["registrations"] for each in sessions)]


def _whole(measure: Mapping[str, Any], whole: int, known: Sequence[int], withheld: Sequence[Number]) -> str:
    """What a share is taken of, in words: of people in tens, and nothing where that would tell what is withheld or told coarsely,
    or where a share in percent fits only some of the numbers that are rounded to that ten."""
    if measure["topic"] in _NOT_OF_PEOPLE:
        return f"{whole:,}"
    if any(each is not None and abs(whole - each) < SMALLEST + TENS for each in withheld):
        return ""
    tens = told_beside(whole, known)
    return f"about {tens:,}" if tens - TENS // 2 >= _FITS_ANY else ""


def _tells_few(part: int, whole: int) -> bool:
    """Whether a share says of few that they were part of the whole, or that they alone were not."""
    return 0 < min(part, whole - part) < SMALLEST


#: Counts that stand beside their whole: the rest is as telling as the part.
_PARTS = {
    "newcomers": "unique_attendees",
    "returning": "unique_attendees",
    "accommodations_met": "accommodations_asked",
    "walk_ins": "attendees",
}


def _withhold_pairs(measures: Sequence[dict[str, Any]], values: Mapping[str, Any]) -> None:
    """Withhold a part whose rest would be small, and what the withheld part could be worked out from."""
    by_name = {each["name"]: each for each in measures}
    for name, whole in _PARTS.items():
        part, of = values.get(name), values.get(whole)
        if name in by_name and part and of and 0 < of - part < SMALLEST:
            by_name[name].update(value=None, words=None, withheld=WITHHELD)
    pair = [by_name[name] for name in ("newcomers", "returning") if name in by_name]
    if any(each.get("withheld") for each in pair):
        for each in pair:
            if each["value"]:
                each.update(value=None, words=None, withheld=WITHHELD)


#: What is given of a session; the rest is for staff alone.
SESSION_COLUMNS = ("registrations", "attendees", "show_rate", "median_minutes", "peak")


def _withhold_sessions(sessions: list[dict[str, Any]]) -> list[str]:
    """Withhold what is small; of which counts the totals could give it away, where another report shows what is hidden here."""
    few_seats = hidden({n: each["registrations"] for n, each in enumerate(sessions)})
    few_came = hidden({
        n: each["attendees"] for n, each in enumerate(sessions) if each["attendees"] is not None
    })  # fmt: skip
    for n, each in enumerate(sessions):
        each["withheld"] = {}
        if n in few_seats:
            each["withheld"].update(registrations=_small(each["registrations"]), show_rate=WITHHELD)
        if n in few_came:
            each["withheld"].update(attendees=_small(each["attendees"]))
        if n in few_came or (each["came"] or SMALLEST) < SMALLEST or each["at_start"] < SMALLEST:
            each["withheld"].update(show_rate=WITHHELD, median_minutes=WITHHELD, peak=WITHHELD)
        elif 0 < (each["peak"] or 0) < SMALLEST:
            each["withheld"].update(peak=FEW)
        if each["came"] is not None and _tells_few(each["came"], each["at_start"]):
            each["withheld"].update(show_rate=WITHHELD)
        for name in ("at_start", "came", "walk_ins", "minutes", *each["withheld"]):
            each[name] = None
        if each["show_rate"] is not None:
            each["show_rate"] = round(each["show_rate"], 2)
    return [name for name, few in (("registrations", few_seats), ("attendees", few_came)) if few]


def _small(number: int) -> str:
    return FEW if number < SMALLEST else WITHHELD


def _few(number: int) -> int | str:
    return _small(number) if 0 < number < LEAST else rounded(number)


# --- two reports compared ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """A measure in two reports: its words then and now, how it changed in words, and why as far as is known."""

    name: str
    title: str
    before: str
    after: str
    words: str
    why: Sequence[str] = ()


@dataclass(frozen=True)
class SessionChange:
    """A session that one of two reports does not have, or has with other figures."""

    title: str
    slug: str
    date: str
    words: str


@dataclass(frozen=True)
class Reason:
    """Something that was done between two reports, in words with its number, and under which headings it shows."""

    words: str
    topics: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Comparison:
    """What differs between two reports."""

    changed: Sequence[Change]
    #: Titles of measures that are the same.
    same: Sequence[str]
    sessions: Sequence[SessionChange]
    #: What was done in between, each in words.
    reasons: Sequence[Reason]
    #: Why the two cannot simply be compared, in sentences.
    cautions: Sequence[str]


def compare(before: Figures, after: Figures, reasons: Sequence[Reason], made_at: datetime) -> Comparison:
    """What differs from one report to a later one, and which of the reasons stand behind each difference.

    `made_at`: when the earlier one was made; sessions that ended later could not be in it.
    """
    cautions = _cautions(before, after)
    told = {each["topic"] for figures in (before, after) for each in figures["measures"]}
    reasons = [
        *_other_sessions(before["sessions"], after["sessions"], made_at),
        *(each for each in reasons if each.topics & told),
    ]
    otherwise = (
        "The two are not of the same choice."
        if cautions
        else "Nothing in Jam’s log between the two says why."
    )
    earlier = {each["name"]: each for each in before["measures"]}
    changed, same = [], []
    for each in after["measures"]:
        was = earlier.get(each["name"])
        if (
            was is not None
            and was["value"] == each["value"]
            and was["definition"] == each["definition"]
            and _same_here(was, each)
        ):
            same.append(each["title"])
        else:
            changed.append(_change(was, each, reasons, otherwise))
    gone = [each for name, each in earlier.items() if name not in {one["name"] for one in after["measures"]}]
    changed += [Change(each["name"], each["title"], _said(each), "No longer counted", "") for each in gone]
    return Comparison(changed, same, _sessions(before["sessions"], after["sessions"]), reasons, cautions)


def _other_sessions(
    before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]], made_at: datetime
) -> list[Reason]:
    """How many sessions only one of the reports has, which every figure may come from."""
    earlier, later = ({each["id"] for each in some} for some in (before, after))
    new = [each for each in after if each["id"] not in earlier]
    held = sum(datetime.fromisoformat(each["ends_at"]) > made_at for each in new)
    told = (
        (held, "session was held since", "sessions were held since"),
        (len(new) - held, "session stands only in the later report", "sessions stand only in the later report"),
        (len(earlier - later), "session stands only in the earlier report", "sessions stand only in the earlier report"),
    )  # fmt: skip
    return [reason(count(number, one, many), *Topic) for number, one, many in told if number]


def _change(
    was: Mapping[str, Any] | None, now: Mapping[str, Any], reasons: Sequence[Reason], otherwise: str
) -> Change:
    if was is None:
        return Change(now["name"], now["title"], "Not counted then", _said(now), "New",
                      ["Jam did not count this when the earlier report was made."])  # fmt: skip
    why = [each.words for each in reasons if now["topic"] in each.topics]
    if (then := was.get("here")) and then != now.get("here"):
        why.insert(0, f"Before: {then}")
    if was["definition"] != now["definition"] or was["formula"] != now["formula"]:
        why.insert(0, f"It is counted otherwise since {now['since']}: {now['definition']}")
    if not why:
        why = [otherwise]
    return Change(now["name"], now["title"], _said(was), _said(now), _difference(was, now), why)


def _same_here(was: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether what is particular to a report's choice is the same; earlier reports do not say."""
    return was.get("here") in (None, now.get("here"))


def _said(measure: Mapping[str, Any]) -> str:
    return str(measure["words"] or "Not known")


def _difference(was: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """“+12 (was 565)”, for measures of which only the small number is told; empty for no change."""
    if was["value"] is None or now["value"] is None:
        return "Known now" if was["value"] is None else "No longer known"
    if was["value"] == now["value"]:
        return ""
    if now["unit"] not in (Unit.SHARE, Unit.DAYS, Unit.MINUTES):
        # Of what is read: from 51 to 53 is two.
        step = round(now["value"]) - round(was["value"])
        return f"{'+' if step > 0 else '−'}{abs(step):,}" if step else "Less than 1"
    if now["name"] not in MEASURES:
        return ""
    return change_in_words(now["name"], now["value"], was["value"])


#: What is compared of a session, in words.
_COMPARED = (
    ("registrations", "registrations"),
    ("attendees", "attendees"),
    ("median_minutes", "median minutes"),
)


def _sessions(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> list[SessionChange]:
    earlier, later = ({each["id"]: each for each in some} for some in (before, after))
    found = []
    for id, each in later.items():
        was = earlier.get(id)
        if was is None:
            words = (
                f"New in the later report: {count(each['registrations'], 'registration', 'registrations')}"
            )
            found.append((each, words))
            continue
        steps = [
            f"{name} {_number(was[key])} → {_number(each[key])}"
            for key, name in _COMPARED
            if _number(was[key]) != _number(each[key])
        ]
        if steps:
            found.append((each, "; ".join(steps)))
    found += [
        (
            each,
            f"No longer in the later report: it had {count(each['registrations'], 'registration', 'registrations')}",
        )
        for id, each in earlier.items()
        if id not in later
    ]
    return [SessionChange(each["title"], each["slug"], each["date"], words) for each, words in found]


def _number(value: float | None) -> str:
    return "not known" if value is None else f"{value:,.0f}"


def _cautions(before: Figures, after: Figures) -> list[str]:
    found = []
    ways: list[tuple[str, Callable[[Figures], Any]]] = [
        ("program", lambda each: each["choice"]["program_name"] or "all programs"),
        ("cohort", lambda each: each["choice"]["cohort_name"] or "no single cohort"),
        ("period", lambda each: " to ".join(_day(each["choice"][end]) for end in ("from", "to"))),
    ]
    for what, said in ways:
        if said(before) != said(after):
            found.append(f"The two are not of the same {what}: {said(before)}, then {said(after)}.")
    return found


def _day(day: str | None) -> str:
    return day_words(date.fromisoformat(day)) if day else "any day"


def reason(words: str, *topics: str) -> Reason:
    """A reason that shows under these headings."""
    return Reason(words, frozenset(topics))
