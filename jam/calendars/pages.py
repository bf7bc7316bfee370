"""Feeds for calendar programs: the same bytes until something changes, and a cheap "nothing new" for pollers."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256

from flask import Blueprint, Response, abort, current_app, request

from jam.base.access import access
from jam.base.database import db
from jam.base.links import url
from jam.base.lookup import LARGEST_ID
from jam.base.tokens import make, read
from jam.calendars import queries
from jam.calendars.actions import ALL, personal_feed
from jam.calendars.ics import etag, feed
from jam.people.models import Person
from jam.schedule.queries import program_by_slug, shown

blueprint = Blueprint("calendars", __name__)

TYPE = "text/calendar; charset=utf-8"


@blueprint.get("/calendar/all.ics")
@access("public")
def all_feed() -> Response:
    """Every session on show."""
    return _stored(ALL, "workforce-solutions.ics")


@blueprint.get("/calendar/program/<slug>.ics")
@access("public")
def program_feed(slug: str) -> Response:
    """One program's sessions."""
    return _stored(f"program:{slug}", f"{slug}.ics")


@blueprint.get("/sessions/<slug>.ics")
@access("public")
def session_file(slug: str) -> Response:
    """One session, to add by hand."""
    event = shown(slug)
    entry = queries.entry(event.id) if event else None
    if event is None or entry is None:
        abort(404)
    title = f"{event.program.name}: {event.title}"
    content = feed(
        title, "", event.uid, request.base_url, event.program.color, [entry.content], entry.changed_at
    )
    return _answer(content, etag(content), entry.changed_at, f"{event.slug}.ics")


#: Purpose of the tokens in personal calendar links.
PERSONAL = "calendar"


def personal_address(person: Person) -> str | None:
    """The address of a person's own feed; None while they have none."""
    if person.calendar_version % 2 == 0:
        return None
    return url("calendars.own_feed", token=make(PERSONAL, person.id, person.calendar_version))


@blueprint.get("/calendar/me/<token>.ics")
@access("public")
def own_feed(token: str) -> Response:
    """One person's sessions, for whoever has the address; 410 for one that was replaced or revoked."""
    found = read(token, PERSONAL)
    person = db.session.get(Person, found.id) if found and found.id <= LARGEST_ID else None
    if found is None or person is None:
        return _plain("There is no calendar here. Copy the address from your own page again.", 404)
    current = person.calendar_version
    if current % 2 and found.is_for(current) and not person.merged_into_id and not person.erased_at:
        uid = f"{sha256(token.encode()).hexdigest()[:32]}@{current_app.config['UID_DOMAIN']}"
        content = personal_feed(person, uid, url("calendars.own_feed", token=token))
        answer = Response(content, content_type=TYPE)
        answer.set_etag(etag(content).strip('"'))
        answer.headers["Cache-Control"] = "private, max-age=300"
        answer.headers["Content-Disposition"] = 'inline; filename="my-sessions.ics"'
        answer.make_conditional(request)
        return _own(answer)
    if any(found.is_for(version) for version in range(1, current + 1, 2)):
        return _plain("This calendar address was replaced or revoked. Your own page has a new one.", 410)
    return _plain("There is no calendar here. Copy the address from your own page again.", 404)


def _plain(words: str, status: int) -> Response:
    return _own(Response(words + "\n", status, mimetype="text/plain"))


def _own(answer: Response) -> Response:
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers.setdefault("Cache-Control", "no-store")
    return answer


def _stored(key: str, name: str) -> Response:
    found = queries.feed_mark(key)
    if found is None:
        return _nothing_yet(key, name)
    mark, changed_at = found
    if request.if_none_match.contains_weak(mark.strip('"')):
        return _answer(b"", mark, changed_at, name)
    return _answer(queries.feed_content(key), mark, changed_at, name)


def _nothing_yet(key: str, name: str) -> Response:
    """A program without a session on show still has an address that can be subscribed to."""
    program = program_by_slug(key.partition(":")[2])
    if key != ALL and program is None:
        abort(404)
    title = program.name if program else "Workforce Solutions Partnership"
    made = program.changed_at if program else datetime(2024, 5, 1, tzinfo=UTC)
    content = feed(title, "", f"nothing-yet-{key}", url("site.home"), "teal", [], made)
    return _answer(content, etag(content), None, name)


def _answer(content: bytes, mark: str, changed_at: datetime | None, name: str) -> Response:
    answer = Response(content, content_type=TYPE)
    answer.set_etag(mark.strip('"'))
    answer.last_modified = changed_at
    answer.headers["Cache-Control"] = "public, max-age=300, stale-if-error=86400"
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    answer.make_conditional(request)
    return answer
