"""Addresses that leave the house, in mail and feeds: always under the configured base URL, never the request's host."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import current_app


def url(endpoint: str, **values: Any) -> str:
    """The whole address of a page, with or without a request at hand."""
    base = urlsplit(current_app.config["BASE_URL"])
    adapter = current_app.url_map.bind(base.netloc, script_name=base.path or "/", url_scheme=base.scheme)
    return adapter.build(endpoint, values, force_external=True)
