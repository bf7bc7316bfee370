"""Answering calendar programs that poll: conditional requests, and what they get while the database is away.

Calendar programs give up a calendar that answers with 401, 429 or 5xx, so these answers come as near to never as they can
(RFC 9110 section 13 for the conditions).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from threading import Lock
from typing import TypeVar

from flask import Response, current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.http import is_resource_modified

from jam.base.database import db
from jam.base.now import now

TYPE = "text/calendar; charset=utf-8"

View = TypeVar("View", bound=Callable[..., Response])

#: Of all copies that one process keeps.
_MOST_COPIES = 500
_MOST_BYTES = 16 * 1024 * 1024


def asks_for_news() -> bool:
    """Whether the request names what the client has already."""
    return bool(request.if_none_match) or request.if_modified_since is not None


def is_known(etag: str, changed_at: datetime) -> bool:
    """Whether the client has this already. If-None-Match goes before If-Modified-Since (RFC 9110 section 13.2.2)."""
    return not is_resource_modified(request.environ, etag, last_modified=changed_at)


def answer(
    content: bytes | None, etag: str, changed_at: datetime, headers: dict[str, str], media: str = TYPE
) -> Response:
    """The bytes, or without any the word that nothing changed."""
    response = Response(content or b"", 200 if content is not None else 304, content_type=media)
    response.set_etag(etag.strip('"'))
    # Never later than the answer itself (RFC 9110 section 8.8.2.1).
    response.last_modified = min(changed_at, now())
    response.vary.add("Accept-Encoding")
    response.headers.update(headers)
    if content is None:
        del response.headers["Content-Type"]
    return response


@dataclass(frozen=True)
class _Copy:
    content: bytes
    headers: list[tuple[str, str]]


class _Copies:
    """The last good answers of this process, by address; the one not asked for longest goes first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, _Copy] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def keep(self, path: str, response: Response) -> None:
        if response.status_code == 304 or request.method != "GET":
            return
        with self._lock:
            self._drop(path)
            if response.status_code == 200 and len(data := response.get_data()) <= _MOST_BYTES // 8:
                self._kept[path] = _Copy(data, list(response.headers))
                self._bytes += len(data)
            while len(self._kept) > _MOST_COPIES or self._bytes > _MOST_BYTES:
                self._drop(next(iter(self._kept)))

    def get(self, path: str) -> _Copy | None:
        with self._lock:
            return self._kept.get(path)

    def _drop(self, path: str) -> None:
        if path in self._kept:
            self._bytes -= len(self._kept.pop(path).content)


def steady(view: View) -> View:
    """While the view fails, answer what was answered last. Without a copy, whoever has one is told to keep it; only who
    has none, and nothing here either, gets 503."""

    @wraps(view)
    def calm(*arguments: object, **options: object) -> Response:
        copies: _Copies = current_app.extensions.setdefault("calendar-copies", _Copies())
        try:
            response = view(*arguments, **options)
        except HTTPException:
            raise
        except Exception as error:
            db.session.rollback()
            current_app.logger.error(
                "a calendar is answered from a copy: %s", type(error).__name__, exc_info=error
            )
            return _from_copy(copies.get(request.path))
        copies.keep(request.path, response)
        return response

    return calm  # type: ignore[return-value]


def _from_copy(copy: _Copy | None) -> Response:
    if copy is not None:
        response = Response(copy.content, headers=copy.headers)
        response.make_conditional(request)
        return response
    if asks_for_news():
        return Response(status=304)
    response = Response("Jam is busy. Please ask again in a minute.\n", 503, mimetype="text/plain")
    response.headers["Retry-After"] = "60"
    response.headers["Cache-Control"] = "no-store"
    return response
