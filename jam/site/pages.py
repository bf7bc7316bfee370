"""The public front. Its pages are the same for everybody and leave the session alone, so that caches may keep them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template, request

from jam.base.access import PUBLIC, access
from jam.base.database import db
from jam.base.links import url
from jam.base.now import now
from jam.base.paging import Paged, paged
from jam.base.text import clean_line
from jam.cohorts.pages import closed_because
from jam.cohorts.queries import public_plans
from jam.library.queries import beside
from jam.registration.joining import web_address
from jam.registration.pages import closed_reason, next_open, outlook, shown_or_404
from jam.schedule.models import Event, Program
from jam.schedule.queries import coming, program_by_slug, recorded, search
from jam.schedule.recurrence import Recurrence, describe
from jam.schedule.rules import State, Visibility
from jam.site import show
from jam.site.queries import earlier_starts, public_cohorts, public_programs, taken_seats
from jam.statistics.measures import MEASURES, Measure
from jam.statistics.queries import public_sessions, public_totals
from jam.statistics.rules import in_words
from jam.vocabulary.queries import by_slug, terms
from jam.vocabulary.rules import Kind

blueprint = Blueprint("site", __name__)

#: The figures of the home page, best first; the last stands in while attendance is not known.
FIGURES = ("sessions_held", "unique_registrants", "show_rate", "states")

#: Sessions to come that stand above the past ones; there is a page for more.
MOST_AHEAD = 24


@blueprint.context_processor
def _words() -> dict[str, Any]:
    return {"show": show}


@blueprint.get("/")
@access(PUBLIC)
def home() -> str:
    """The next Jam, the ways in, what comes, what can be watched."""
    ahead = coming(8)
    first = next((event for event in ahead if show.is_open_book(event)), None)
    latest = [event for event in recorded(12) if show.is_open_book(event)][:3]
    return render_template(
        "site/home.html",
        first=first,
        reason=closed_reason(first) if first else None,
        begins=outlook(first) if first else None,
        ahead=[event for event in ahead if event is not first][:6],
        latest=latest,
        figures=_figures(),
        programs=public_programs(),
        series=first.program if first and first.program.visibility == Visibility.PUBLIC else None,
        taken=taken_seats(ahead),
    )


def _figures() -> list[tuple[Measure, str]]:
    """The first three public figures that are known; none while there are fewer."""
    found = public_totals().measures
    known = [(MEASURES[name], words) for name in FIGURES if (words := in_words(name, found[name]))]
    return known[:3] if found["registrations"] and len(known) >= 3 else []


@blueprint.get("/sessions/")
@access(PUBLIC)
def sessions() -> str:
    """All sessions, by program, lever, time and words. A filter that nothing matches shows nothing, and the way out."""
    asked = {name: clean_line(request.args.get(name, "")[:200]) for name in ("program", "lever", "when", "q")}
    ahead, listed = _found(asked)
    return render_template(
        "site/sessions.html",
        asked=asked,
        filters={name: value for name, value in asked.items() if value},
        ahead=ahead,
        listed=listed,
        programs=public_programs(),
        levers=terms(Kind.LEVER),
        lever=by_slug(Kind.LEVER, asked["lever"]) if asked["lever"] else None,
        taken=taken_seats([*ahead, *listed.items]),
    )


def _found(asked: dict[str, str]) -> tuple[list[Event], Paged]:
    """The sessions to come, to stand on top, and the paged list under them: the past ones, unless others were asked
    for."""
    if asked["when"] not in ("", "upcoming", "past"):
        return [], Paged([], 1, 1, 0)
    term = (Kind.LEVER.value, asked["lever"]) if asked["lever"] else None
    upcoming, past = (
        search(program=asked["program"], term=term, when=when, q=asked["q"]) for when in ("upcoming", "past")
    )
    if asked["when"]:
        return [], paged(upcoming if asked["when"] == "upcoming" else past)
    listed = paged(past)
    return list(db.session.scalars(upcoming.limit(MOST_AHEAD))) if listed.page == 1 else [], listed


@blueprint.get("/sessions/<slug>")
@access(PUBLIC)
def session(slug: str) -> str:
    """One session."""
    event = shown_or_404(slug)
    reason = closed_reason(event)
    begins = outlook(event)
    over = event.ends_at <= now()
    return render_template(
        "site/session.html",
        event=event,
        cancelled=event.state == State.CANCELLED,
        over=over,
        figures=next((each for each in public_sessions() if each.id == event.id), None) if over else None,
        reason=reason,
        begins=begins,
        other=next_open(event) if reason else None,
        shared=beside(event.terms) if show.is_open_book(event) else [],
        recording=_open_link(event, event.recording_url),
        slides=_open_link(event, event.slides_url),
        structured=show.structured(event, now(), earlier_starts(event), begins),
    )


def _open_link(event: Event, typed: str | None) -> str | None:
    return web_address(typed) if show.is_open_book(event) else None


@blueprint.get("/programs/<slug>")
@access(PUBLIC)
def program(slug: str) -> str:
    """One program: what it is, when it meets, what comes and what can be watched."""
    found = None if "\x00" in slug else program_by_slug(slug)
    if found is None or found.visibility == Visibility.MEMBERS:
        abort(404)
    ahead = coming(12, found)
    return render_template(
        "site/program.html",
        program=found,
        cohorts=[(plan, closed_because(plan)) for plan in public_plans(found.id)],
        rhythm=_rhythm(found),
        ahead=ahead,
        latest=[event for event in recorded(12, found) if show.is_open_book(event)][:6],
        taken=taken_seats(ahead),
    )


def _rhythm(found: Program) -> str | None:
    """When a program meets, in words; None where it keeps no pattern."""
    if found.recurrence is None:
        return None
    pattern = Recurrence.from_json(found.recurrence)
    if pattern.kind == "dates":
        return None
    return describe(pattern, found.start_time, found.minutes, found.time_zone)


@blueprint.get("/calendar/")
@access(PUBLIC)
def calendar() -> str:
    """The feeds, and how to subscribe to one in the calendars people use."""
    programs = public_programs()
    feeds = {
        "all": url("calendars.all_feed"),
        "programs": [(each.name, url("calendars.program_feed", slug=each.slug)) for each in programs],
        "cohorts": [
            (f"{each.program.name}: {each.name}", url("calendars.cohort_feed", slug=each.slug))
            for each in public_cohorts()
        ],
        "levers": [(each.name, url("calendars.lever_feed", slug=each.slug)) for each in terms(Kind.LEVER)],
    }
    return render_template("site/calendar.html", feeds=feeds)


@blueprint.get("/accessibility")
@access(PUBLIC)
def accessibility() -> str:
    """How we keep the site open to everybody."""
    return render_template("site/accessibility.html")


@blueprint.get("/privacy")
@access(PUBLIC)
def privacy() -> str:
    """What Jam keeps about people."""
    return render_template("site/privacy.html")
