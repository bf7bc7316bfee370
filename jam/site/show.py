"""A session as the public sees it: presenters, agenda with its clock, state in a word, and its description for search
engines. Of listed sessions only title and time are for everybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from jam.base.links import url
from jam.base.markdown import plain
from jam.base.now import now
from jam.base.words import clock
from jam.base.zones import wall
from jam.registration.accommodations import provided as always_provided
from jam.registration.rules import Status, seats_left
from jam.schedule.models import Event
from jam.schedule.rules import ITEM_WORDS, ItemKind, State, Visibility, why_closed
from jam.schedule.slots import timed

ORGANIZER = "Workforce Solutions Partnership"


def is_open_book(event: Event) -> bool:
    """Whether everybody may read all of it, not title and time alone."""
    return event.visibility == Visibility.PUBLIC


def provided(event: Event) -> str:
    """What everybody finds there without asking for it, as Markdown."""
    return always_provided(event) if is_open_book(event) else ""


def presenters(event: Event) -> list[str]:
    """Who speaks, each once, in the order of the agenda. A semicolon in the agenda parts two people."""
    if not is_open_book(event):
        return []
    typed = (name.strip() for item in event.agenda for name in item.speakers.split(";"))
    return list(dict.fromkeys(name for name in typed if name))


def presenter_line(event: Event) -> str:
    """Who speaks, in one line."""
    return "; ".join(presenters(event))


def people(event: Event) -> list[tuple[str, str]]:
    """Who speaks, as name and what stands behind the first comma: “Ana Lee”, “Riverside Clinic, Ohio”."""
    return [
        (name.strip(), rest.strip()) for name, _, rest in (each.partition(",") for each in presenters(event))
    ]


def agenda(event: Event) -> list[dict[str, Any]]:
    """The run of the session, each slot with the time it begins at; empty where it is not for everybody."""
    slots = []
    for each in timed(event) if is_open_book(event) else []:
        item, kind = each.item, ITEM_WORDS[ItemKind(each.item.kind)]
        if item.is_open and event.ends_at <= now():
            continue  # nobody came to fill it, and nobody will
        slots.append(
            {
                "clock": clock(each.starts_at, event.time_zone),
                "minutes": item.minutes,
                "kind": kind if kind != item.shown_title else "",
                "title": item.shown_title,
                "people": item.speakers,
            }
        )
    return slots


def short_day(event: Event) -> str:
    """“December 15”."""
    day = wall(event.starts_at, event.time_zone)
    return f"{day:%B} {day.day}"


def opening(event: Event, limit: int = 240) -> str:
    """The first paragraph of what a session is about, cut at a word when it is long."""
    if not is_open_book(event):
        return ""
    return first_words(event.summary, limit)


def first_words(markdown: str, limit: int = 240) -> str:
    """The first paragraph of a text as plain words, cut at a word when it is long."""
    words = plain(markdown).partition("\n\n")[0].replace("\n", " ")
    return words if len(words) <= limit else words[:limit].rsplit(" ", 1)[0] + " …"


def state(event: Event, taken: Mapping[int, int], present: datetime) -> tuple[str, str]:
    """Where it stands, in a word or two, with the tone of the mark; empty for what is plainly to come.

    `taken` counts by event id who has a seat or hopes for one.
    """
    if event.state == State.CANCELLED:
        return "Cancelled", "trouble"
    if event.ends_at <= present:
        return ("Recording", "done") if is_open_book(event) and event.recording_url else ("", "quiet")
    if event.starts_at <= present:
        return "Under way", "now"
    if not is_open_book(event):
        return "For members", "quiet"
    if event.closed:
        return "Registration closed", "quiet"
    if seats_left(event.capacity, taken.get(event.id, 0)) == 0 and not event.approval:
        return ("Waiting list" if event.waiting_list else "Full"), "wait"
    return "", "quiet"


#: What the button says, by what somebody who registers now would get.
REGISTER_WORDS = {
    Status.CONFIRMED: "Register",
    Status.WAITING: "Join the waiting list",
    Status.PENDING: "Ask for a seat",
}


#: schema.org words by what somebody who registers now would get (https://schema.org/ItemAvailability).
_AVAILABLE = {
    Status.CONFIRMED: "InStock",
    Status.WAITING: "SoldOut",
    Status.PENDING: "LimitedAvailability",
}


def structured(
    event: Event, present: datetime, earlier: Sequence[datetime] = (), begins: Status | None = None
) -> dict[str, Any]:
    """The schema.org Event that search engines read, as JSON-LD: no way in but the public page.

    `earlier` are the starts it was announced for before, `begins` is what somebody who registers now would get.
    """
    page = url("site.session", slug=event.slug)
    was = [wall(at, event.time_zone).isoformat() for at in earlier if at != event.starts_at]
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": event.title,
        "url": page,
        "startDate": wall(event.starts_at, event.time_zone).isoformat(),
        "endDate": wall(event.ends_at, event.time_zone).isoformat(),
        "eventStatus": f"https://schema.org/{_event_status(event, was)}",
        "eventAttendanceMode": "https://schema.org/OnlineEventAttendanceMode",
        "location": {"@type": "VirtualLocation", "url": page},
        "organizer": {"@type": "Organization", "name": ORGANIZER, "url": url("site.home")},
        "superEvent": {"@type": "EventSeries", "name": event.program.name},
        "inLanguage": "en-US",
        "isAccessibleForFree": True,
    }
    if was:
        data["previousStartDate"] = was[0] if len(was) == 1 else was
    if is_open_book(event) and event.summary:
        data["description"] = plain(event.summary)
    if speakers := people(event):
        data["performer"] = [{"@type": "Person", "name": name} for name, _ in speakers]
    if why_closed(event.state, event.visibility, event.closed, event.ends_at, present) is None:
        data["offers"] = {
            "@type": "Offer",
            "price": "0",
            "priceCurrency": "USD",
            "url": url("registration.register", slug=event.slug),
            "availability": f"https://schema.org/{_AVAILABLE.get(begins or Status.CONFIRMED, 'SoldOut')}",
        }
    return data


def _event_status(event: Event, was: list[str]) -> str:
    if event.state == State.CANCELLED:
        return "EventCancelled"
    return "EventRescheduled" if was else "EventScheduled"
