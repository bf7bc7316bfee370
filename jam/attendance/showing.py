"""What several staff pages of attendance show: a session's page, moments and minutes in words, bars of presence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import abort, render_template, request

from jam.attendance import queries
from jam.attendance.actions import why_not
from jam.attendance.compare import compared
from jam.attendance.foretold import Change
from jam.attendance.forms import UploadForm
from jam.attendance.ledger import disagreeing, words_of
from jam.attendance.minutes import minutes_chart
from jam.attendance.models import AttendanceCorrection, AttendanceRow
from jam.attendance.presence import Presence
from jam.attendance.reconcile import reconcile
from jam.attendance.rules import Asked, stretches_from
from jam.attendance.suggestions import MOST_ALIKE, names_nobody, walk_ins_like
from jam.base.lookup import typed
from jam.base.paging import paged
from jam.base.words import clock
from jam.base.zones import wall, zone_words
from jam.interest.queries import names_of
from jam.schedule.models import Event
from jam.schedule.queries import event_by_slug
from jam.schedule.workspace import workspace

#: What the table shows, in words for the filter.
SHOWN = {
    queries.CAME: "Everybody who came",
    queries.AUDIENCE: "People in the audience",
    queries.WITH_SEAT: "Registered and came",
    queries.WALK_INS: "Walk-ins: came without a seat",
    queries.PANELISTS: "Host and panelists",
    queries.MISSED: "Registered and did not come",
}
ROLE_WORDS = {
    "attendee": "Attendee",
    "panelist": "Panelist",
    "host": "Host",
    "other": "Other",
    "waiting": "Waiting room",
}


#: Where a request for a correction stands, in words.
ASKED_WORDS = {
    Asked.OPEN: "Waits for an answer",
    Asked.ACCEPTED: "Corrected",
    Asked.DECLINED: "Stays as it is",
    Asked.WITHDRAWN: "Taken back",
}
ASKED_TONES = {
    Asked.OPEN: "wait",
    Asked.ACCEPTED: "done",
    Asked.DECLINED: "quiet",
    Asked.WITHDRAWN: "quiet",
}


def actor_words(actors: set[str]) -> Callable[[str], str]:
    """Who did something, as the log names them, in words."""
    known = {"command": "a command", "clock": "the clock"} | names_of(actors)
    return lambda actor: known.get(actor, "somebody who is no longer there")


def said_words(correction: AttendanceCorrection, event: Event, zone: str | None = None) -> str:
    """What a correction says, in a sentence without its full stop."""
    if not correction.came:
        return "Did not come"
    if correction.stretches is not None:
        return f"Came: {words_of(stretches_from(correction.stretches), zone or event.time_zone)}"
    if correction.seconds is not None:
        return f"Came for {minutes(correction.seconds)}"
    return "Came"


def event_or_404(slug: str) -> Event:
    return event_by_slug(slug) or abort(404)


def minutes(seconds: int | None) -> str:
    """“52 min”, or that it cannot be known."""
    return "Not known" if seconds is None else f"{round(seconds / 60):,} min"


def stays(event: Event, change: Change) -> tuple[str, str]:
    """How somebody was there now and afterwards, as far as that differs: role, how long, and, where that is the same, when."""
    pair = (change.before, change.after)
    there = [each for each in pair if each]
    roles, lengths = {role for role, *_ in there}, {length for _, length, *_ in there}
    exact = len(lengths) > len({minutes(length) for length in lengths})

    def words(each: Presence | None) -> str:
        if each is None:
            return "Not there"
        role, length, first, last = each
        long = f"{length // 60} min {length % 60} s" if exact and length is not None else minutes(length)
        said = [long[:1].lower() + long[1:] if length is None else long]
        if len(roles) > 1 or role != "attendee":
            said.insert(0, ROLE_WORDS[role])
        if len(there) == 2 and len(roles) == len(lengths) == 1:
            said.append(f"{said_at(event, first)} to {said_at(event, last)}")
        return ", ".join(said)

    return words(change.before), words(change.after)


def said_at(event: Event, moment: datetime | None) -> str:
    """“1:07 p.m.” in the session's zone, with the day where it is another than the session's."""
    if moment is None:
        return "Not known"
    day, own = wall(moment, event.time_zone).date(), wall(event.starts_at, event.time_zone).date()
    on = "" if day == own else f" on {day:%B} {day.day}, {day.year}"
    return clock(moment, event.time_zone) + on


def event_page(event: Event, form: UploadForm) -> str:
    """The session's page of attendance, with a form that may have been filled in."""
    q, who = typed(), request.args.get("who", "")
    who = who if who in SHOWN else queries.CAME
    reports = queries.reports(event)
    entries = queries.entries(event)
    return render_template(
        "attendance/desk_event.html",
        **workspace(event, "attendance"),
        form=form,
        why_not=why_not(event),
        reports=reports,
        instead={report.replaced_by_id for report, _ in reports},
        compared=compared(reports[-1][0].figures) if reports and "lines" in reports[-1][0].figures else [],
        summary=(summary := queries.summary(event)),
        chart=minutes_chart(event) if reports else None,
        reconciled=reconcile(event),
        requests=queries.open_requests(event),
        corrections=(by_hand := queries.corrections([event.id])),
        otherwise=disagreeing(event, by_hand),
        said=lambda correction: said_words(correction, event),
        open_entries=[each for each in entries if each.decided is None],
        likenesses=walk_ins_like(event) if summary and summary.walk_ins else [],
        most_alike=MOST_ALIKE,
        devices=sum(each.decided is None and names_nobody(each) for each in entries),
        decided_entries=[each for each in entries if each.decided],
        found=paged(queries.table(event, q=q, who=who)) if reports or queries.known([event.id]) else None,
        q=q,
        who=who,
        shown=SHOWN,
        roles=ROLE_WORDS,
        at=lambda moment: said_at(event, moment),
        minutes=minutes,
        zone_words=zone_words,
    )


def bars_of(event: Event, lines: list[AttendanceRow]) -> dict[int, tuple[float, float]]:
    """Where each line's stretch begins and how long it is, in percent of the session and what lies around it."""
    known = {
        row.id: (row.joined_at, row.left_at)
        for row in lines
        if row.joined_at and row.left_at and row.joined_at < row.left_at
    }
    start = min([event.starts_at, *(joined for joined, _ in known.values())])
    whole = (max([event.ends_at, *(left for _, left in known.values())]) - start).total_seconds()
    return {
        id: (
            round(100 * (joined - start).total_seconds() / whole, 2),
            round(max(0.5, 100 * (left - joined).total_seconds() / whole), 2),
        )
        for id, (joined, left) in known.items()
    }
