"""What calendars say of a session: one entry for public feeds, another for somebody who has a seat."""

from __future__ import annotations

from email.utils import parseaddr
from hashlib import sha256

from flask import current_app

from jam.base.links import url
from jam.base.markdown import plain
from jam.base.words import when
from jam.calendars.ics import Entry
from jam.mail.wording import mark
from jam.schedule.models import Event
from jam.schedule.rules import State, Visibility

#: Raised when Jam writes calendars otherwise than before, so that stored bytes are built anew.
_FORMAT = 1
_SUMMARY = 1_500

#: Stands where the join page's address will be.
JOIN_PAGE = mark("join_page")


def made_with() -> str:
    """What goes into all bytes beside the sessions: where Jam is served, who sends, how it writes."""
    parts = (current_app.config["BASE_URL"], current_app.config["MAIL_FROM"], _FORMAT)
    return sha256(repr(parts).encode()).hexdigest()[:16]


def is_shown(event: Event) -> bool:
    """Whether public feeds carry it: drafts and members' sessions stand in none."""
    return event.state != State.DRAFT and event.visibility != Visibility.MEMBERS


def public_entry(event: Event) -> Entry:
    """As everybody may see it, without any way in but the registration page."""
    page = url("site.session", slug=event.slug)
    takes_people = event.visibility == Visibility.PUBLIC and event.state == State.PUBLISHED
    about = event.summary if event.visibility == Visibility.PUBLIC else ""
    words = description(event, event.time_zone, about, f"{'Register' if takes_people else 'More'}: {page}")
    return entry(event, location="Online", description=words)


def seat_entry(event: Event, zone: str, roles: tuple[str, ...] = ()) -> Entry:
    """As somebody sees it who is let in, with a mark where their own join page's address will be.

    `roles` are sentences about what else they do there.
    """
    way_in = f"Join here (this link is yours alone): {JOIN_PAGE}"
    words = description(event, zone, event.summary, *roles, way_in)
    return entry(event, location=JOIN_PAGE, description=words)


def entry(event: Event, *, location: str, description: str) -> Entry:
    """What all entries of a session have in common."""
    name, address = parseaddr(current_app.config["MAIL_FROM"])
    return Entry(
        uid=event.uid,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        created_at=event.created_at,
        changed_at=event.changed_at,
        sequence=event.sequence,
        cancelled=event.state == State.CANCELLED,
        summary=f"{event.program.name}: {event.title}",
        description=description,
        location=location,
        url=url("site.session", slug=event.slug),
        organizer_name=name,
        organizer_email=address,
    )


def description(event: Event, zone: str, about: str, *ends: str) -> str:
    """The time in words, for readers who see the entry in another zone; what it is about; what to do."""
    about = plain(about)
    if len(about) > _SUMMARY:
        about = about[:_SUMMARY].rsplit(" ", 1)[0] + " …"
    return "\n\n".join(part for part in (when(event.starts_at, event.ends_at, zone), about, *ends) if part)
