"""Feeds for calendar programs: the same bytes until something changes, and a cheap "nothing new" for pollers."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from hashlib import sha256

from flask import Blueprint, Response, abort, current_app, g

from jam.base.access import access
from jam.base.database import db
from jam.base.links import url
from jam.base.lookup import LARGEST_ID, row_or_404
from jam.base.tokens import Token, make, read
from jam.base.words import when
from jam.calendars import feeds, personal, queries, recordings
from jam.calendars.entries import public_entry
from jam.calendars.ics import Entry, etag, feed, filled, vevent
from jam.calendars.links import Shown, Way, to_add, to_subscribe
from jam.calendars.models import PersonalCalendar
from jam.calendars.polls import TYPE, answer, asks_for_news, is_known, steady
from jam.calendars.rules import ALL, RECORDINGS, cohort_key, lever_key, program_key, session_key
from jam.mail.kinds import resolve
from jam.people.models import Person
from jam.registration.models import Registration
from jam.registration.rules import Status
from jam.schedule.models import Event

blueprint = Blueprint("calendars", __name__)

_PUBLIC = {"Cache-Control": "public, max-age=300, stale-if-error=86400"}
_PRIVATE = {
    "Cache-Control": "private, max-age=300",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}
#: Of a feed whose bytes are not stored yet.
_BEGAN = datetime(2024, 5, 1, tzinfo=UTC)


@blueprint.get("/calendar/all.ics")
@access("public")
@steady
def all_feed() -> Response:
    """Every session on show."""
    return _stored(ALL, "workforce-solutions.ics")


@blueprint.get("/calendar/program/<slug>.ics")
@access("public")
@steady
def program_feed(slug: str) -> Response:
    """One program's sessions."""
    return _stored(program_key(slug), f"{slug}.ics")


@blueprint.get("/calendar/cohort/<slug>.ics")
@access("public")
@steady
def cohort_feed(slug: str) -> Response:
    """One cohort's sessions, as far as everybody may see them."""
    return _stored(cohort_key(slug), f"{slug}.ics")


@blueprint.get("/calendar/lever/<slug>.ics")
@access("public")
@steady
def lever_feed(slug: str) -> Response:
    """The sessions on one lever of change; also of one that is no longer offered."""
    return _stored(lever_key(slug), f"{slug}.ics")


@blueprint.get("/sessions/<slug>.ics")
@access("public")
@steady
def session_file(slug: str) -> Response:
    """One session, to add by hand."""
    return _stored(session_key(slug), f"{slug}.ics")


@blueprint.get("/recordings.atom")
@access("public")
@steady
def recordings_feed() -> Response:
    """New recordings, for feed readers."""
    return _stored(RECORDINGS, "recordings.atom", "application/atom+xml; charset=utf-8")


#: Purpose of the tokens in personal calendar links.
PERSONAL = "calendar"


def personal_address(person: Person) -> str | None:
    """The address of a person's own feed; None while they have none."""
    return _address(person.id, person.calendar_version) if person.calendar_version % 2 else None


def _address(person_id: int, version: int) -> str:
    return url("calendars.own_feed", token=make(PERSONAL, person_id, version))


@blueprint.get("/calendar/me/<token>.ics")
@access("public")
@steady
def own_feed(token: str) -> Response:
    """One person's sessions, for whoever has the address; 410 for one that was replaced or revoked."""
    found = read(token, PERSONAL)
    owner = queries.owner(found.id) if found and found.id <= LARGEST_ID else None
    if found is None or owner is None:
        return _plain("There is no calendar here. Copy the address from your own page again.", 404)
    if _is_live(found, owner):
        return _own(owner)
    if any(found.is_for(version) for version in range(1, owner.version + 1, 2)):
        return _plain("This calendar address was replaced or revoked. Your own page has a new one.", 410)
    return _plain("There is no calendar here. Copy the address from your own page again.", 404)


def _is_live(token: Token, owner: queries.Owner) -> bool:
    return owner.version % 2 == 1 and not owner.gone and token.is_for(owner.version)


def _own(owner: queries.Owner) -> Response:
    address = _address(owner.person_id, owner.version)
    headers = {**_PRIVATE, "Content-Disposition": 'inline; filename="my-sessions.ics"'}
    mark = owner.mark
    if mark is not None and is_known(_served(mark.etag, address), mark.changed_at):
        return answer(None, _served(mark.etag, address), mark.changed_at, headers)
    person = db.session.get_one(Person, owner.person_id)
    kept = queries.personal(person.id) or _never_stored(person, address)
    # Stale bytes are built here and not stored: a GET changes nothing. The clock stores them.
    now_there = personal.fresh(person, kept) if mark is None else kept
    tag = _served(now_there.etag, address)
    content = None if is_known(tag, now_there.changed_at) else _filled(now_there.content, address)
    return answer(content, tag, now_there.changed_at, headers)


def _served(mark: str, address: str) -> str:
    # Another key makes other personal links, in the address as inside: the bytes served are other ones then.
    return etag(f"{mark} {address}".encode())


def _filled(content: bytes, address: str) -> bytes:
    """The bytes with this calendar's own address and the person's join links, made now."""
    places = re.compile(
        f"{personal.SEAT.format('([0-9]+)')}|(?<=^SOURCE;VALUE=URI:){re.escape(personal.HERE)}$"
    )
    return filled(content, places, lambda found: resolve("join", int(found[1])) if found[1] else address)


def _never_stored(person: Person, address: str) -> PersonalCalendar:
    uid = f"{sha256(address.encode()).hexdigest()[:32]}@{current_app.config['UID_DOMAIN']}"
    return PersonalCalendar(person_id=person.id, uid=uid, content=b"", etag="", wanted_at=person.created_at,
                            changed_at=person.created_at)  # fmt: skip


@blueprint.get("/me/seats/<int:id>/session.ics")
@access("person")
def seat_file(id: int) -> Response:
    """One session as its holder sees it, with their own join link, to add by hand."""
    seat = row_or_404(Registration, id)
    if seat.person_id != g.person.id or seat.status != Status.CONFIRMED:
        abort(404)
    shown = personal.of_seat(seat)
    content = feed(
        shown.summary, "", shown.uid, "", seat.event.program.color, [vevent(shown)], shown.changed_at
    )
    response = Response(_filled(content, ""), content_type=TYPE)
    response.headers["Content-Disposition"] = f'inline; filename="{seat.event.slug}.ics"'
    return response


@blueprint.app_template_global("add_to_calendar")
def public_ways(event: Event) -> list[Way]:
    """Buttons that put a session into a calendar, for everybody: without a join link."""
    shown = public_entry(event)
    file = url("calendars.session_file", slug=event.slug)
    return _ways(event, shown, f"More: {shown.url}", shown.location, file)


@blueprint.app_template_global("add_seat_to_calendar")
def own_ways(seat: Registration) -> list[Way]:
    """Buttons that put a session into its holder's calendar, with their own join link."""
    join_page = resolve("join", seat.id)
    file = url("calendars.seat_file", id=seat.id)
    words = f"Join here (this link is yours alone): {join_page}"
    return _ways(seat.event, personal.of_seat(seat), words, join_page, file)


def _ways(event: Event, shown: Entry, words: str, location: str, file: str) -> list[Way]:
    details = f"{when(event.starts_at, event.ends_at, event.time_zone)}\n\n{words}"
    return to_add(
        Shown(title=shown.summary, starts_at=shown.starts_at, ends_at=shown.ends_at, details=details,
              location=location, file=file)
    )  # fmt: skip


blueprint.add_app_template_global(to_subscribe, "subscribe_to_calendar")


def _plain(words: str, status: int) -> Response:
    response = Response(words + "\n", status, mimetype="text/plain", headers=_PRIVATE)
    response.headers["Cache-Control"] = "no-store"
    return response


def _stored(key: str, name: str, media: str = TYPE) -> Response:
    headers = {**_PUBLIC, "Content-Disposition": f'inline; filename="{name}"'}
    if asks_for_news():
        mark = queries.feed_mark(key)
        if mark is not None and is_known(mark.etag, mark.changed_at):
            return answer(None, mark.etag, mark.changed_at, headers, media)
    found = queries.whole_feed(key)
    if found is None:
        return _not_stored(key, headers, media)
    mark, content = found
    return answer(content, mark.etag, mark.changed_at, headers, media)


def _not_stored(key: str, headers: dict[str, str], media: str) -> Response:
    """What the clock has not stored yet has an address that can be subscribed to."""
    found = recordings.gathered() if key == RECORDINGS else feeds.gathered(key)
    if found is None:
        abort(404)
    content = found.content(f"nothing-yet-{key}", _BEGAN)
    tag = etag(content)
    return answer(None if is_known(tag, _BEGAN) else content, tag, _BEGAN, headers, media)
