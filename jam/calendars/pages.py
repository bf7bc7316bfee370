"""Feeds for calendar programs: the same bytes until something changes, and a cheap "nothing new" for pollers."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response, abort, request

from jam.base.access import access
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
        if key == ALL or program_by_slug(key.partition(":")[2]):
            return _answer(_nothing_yet(key), '"nothing-yet"', None, name)
        abort(404)
    mark, changed_at = found
    if request.if_none_match.contains_weak(mark.strip('"')):
        return _answer(b"", mark, changed_at, name)
    return _answer(queries.feed_content(key), mark, changed_at, name)


def _nothing_yet(key: str) -> bytes:
    from jam.base.now import now

    return feed("Workforce Solutions", "", f"{key}@{request.host}", request.base_url, "teal", [], now())


def _answer(content: bytes, mark: str, changed_at: datetime | None, name: str) -> Response:
    answer = Response(content, content_type=TYPE)
    answer.set_etag(mark.strip('"'))
    answer.last_modified = changed_at
    answer.headers["Cache-Control"] = "public, max-age=300, stale-if-error=86400"
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return answer.make_conditional(request)
