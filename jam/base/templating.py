"""What every template may use: dates in words, Markdown, versions of static files, and the page of a long list."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, current_app, get_flashed_messages, request

from jam.base import markdown, words, zones
from jam.base.now import now


def init_app(app: Flask) -> None:
    """Attach filters, globals and the version in addresses of static files."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        markdown=markdown.render,
        wall=zones.wall,
        long_date=words.long_date,
        moment=words.moment,
    )
    app.jinja_env.globals.update(
        clock=words.clock,
        day_words=words.day_words,
        clock_range=words.clock_range,
        when=words.when,
        until=lambda at, zone: words.until(at, now(), zone),
        counted=words.count,
        percent=words.percent,
        now=now,
        EASTERN=zones.EASTERN,
        zone_name=zones.zone_name,
        flashed=_flashed,
    )
    app.url_defaults(_version_of_static)


def _flashed() -> list[Any]:
    # Asking for messages opens the session; a visitor without one must stay cacheable.
    if current_app.config["SESSION_COOKIE_NAME"] not in request.cookies:
        return []
    return list(get_flashed_messages(with_categories=True))


def _version_of_static(endpoint: str, values: dict[str, Any]) -> None:
    # A new file gets a new address, so browsers may keep the old one for long.
    if endpoint == "static" and "filename" in values and current_app.static_folder:
        values["v"] = _digest(current_app.static_folder, str(values["filename"]))


@cache
def _digest(folder: str, name: str) -> str:
    path = Path(folder) / name
    return sha256(path.read_bytes()).hexdigest()[:10] if path.is_file() else "0"
