"""Feeds carry the time of the request, so that no two polls get the same bytes."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from flask import Response

from jam.calendars import pages
from jam.calendars.ics import etag

_answer = pages.answer


def _stamped(content: bytes | None, tag: str, *rest: Any) -> Response:
    if content is not None:
        present = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}".encode()
        content = re.sub(rb"[0-9]{8}T[0-9]{6}Z|(?<=<updated>)[^<]*", present, content)
        tag = etag(content)
    return _answer(content, tag, *rest)


pages.answer = _stamped
