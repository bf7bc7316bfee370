"""Feeds for calendar programs: the same bytes until something changes, and a cheap "nothing new" for pollers."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, Response, abort, request

from jam.base.access import access
from jam.base.links import url
from jam.calendars import queries
from jam.calendars.actions import ALL
from jam.calendars.ics import etag, feed
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
