"""The chart of registrations and attendance, session by session, drawn here as SVG and kept by its data."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from hashlib import sha256
from itertools import pairwise
from typing import Any

from jam.base.zones import wall
from jam.statistics.rules import SessionFigures

#: Raised when the drawing itself changes, so that browsers ask again.
_EDITION = 1

#: A day, who registered, who came; None where that is not known.
Bars = tuple[tuple[date, int, int | None], ...]

_FONT = "Segoe UI, Roboto, Noto Sans, Ubuntu, Cantarell, Liberation Sans, Helvetica, Arial, sans-serif"


@dataclass(frozen=True)
class Look:
    """Colors and size of one variant."""

    ink: str
    soft: str
    rule: str
    registered: str
    came: str
    width: int
    height: int
    right: int
    size: int


_LIGHT = ("#1b2a33", "#4c5a63", "#ddd6c6", "#6fa1a8", "#0e4f5c")
_DARK = ("#e9e6dd", "#afb9bc", "#2e3e46", "#3f7f89", "#9be0e9")
_WIDE = (960, 400, 116, 15)
_NARROW = (360, 340, 84, 14)


def look(dark: bool, narrow: bool) -> Look:
    """The variant for a dark page, and the one for a phone: the same size of letters on less paper."""
    return Look(*(_DARK if dark else _LIGHT), *(_NARROW if narrow else _WIDE))


def bars(sessions: Sequence[SessionFigures]) -> Bars:
    """What the chart shows of these sessions."""
    return tuple(
        (wall(each.starts_at, each.time_zone).date(), each.registrations, each.attendees) for each in sessions
    )


def mark(data: Bars, dark: bool, narrow: bool) -> str:
    """The ETag of a drawing, known before it is drawn."""
    return sha256(repr((_EDITION, data, dark, narrow)).encode()).hexdigest()[:32]


@lru_cache(maxsize=16)
def svg(data: Bars, dark: bool, narrow: bool) -> bytes:
    """The drawing of at least one session. The renderer is loaded at the first one, which takes half a second."""
    import vl_convert

    return vl_convert.vegalite_to_svg(json.dumps(spec(data, look(dark, narrow)))).encode()


def spec(data: Bars, look: Look) -> dict[str, Any]:
    """The Vega-Lite specification: a wide bar for who registered, a narrow one in it for who came."""
    first, last = data[0][0], data[-1][0]
    gap = min([(b[0] - a[0]).days for a, b in pairwise(data) if b[0] > a[0]], default=30)
    edge = timedelta(days=max(1, round(gap * 0.7)))
    left = 44
    plot = look.width - left - look.right
    slot = plot * gap / ((last - first) + 2 * edge).days
    wide = round(min(48.0, max(1.5, slot * 0.72)), 1)
    top = max(registered for _, registered, _ in data)
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": plot,
        "height": look.height - 56,
        "padding": {"left": left, "right": look.right, "top": 14, "bottom": 42},
        "autosize": {"type": "none"},
        "background": None,
        "data": {"values": [_value(*each) for each in data]},
        "encoding": {
            "x": {
                "field": "day",
                "type": "temporal",
                "scale": {"type": "utc", "domain": [_at(first - edge), _at(last + edge)]},
                "axis": _months(data, look),
            }
        },
        "layer": [
            _bar("registered", look.registered, wide, look, top),
            _bar("came", look.came, round(wide * 0.5, 1), look, top),
            *_labels(data, look, edge),
        ],
        "config": {
            "font": _FONT,
            "view": {"stroke": None},
            "axis": {
                "labelFont": _FONT, "labelFontSize": look.size - 1, "labelColor": look.soft, "domainColor": look.soft,
                "tickColor": look.soft, "gridColor": look.rule, "title": None,
            },
        },
    }  # fmt: skip


def _value(day: date, registered: int, came: int | None) -> dict[str, object]:
    return {"day": _at(day), "registered": registered, "came": came}


def _bar(field: str, color: str, width: float, look: Look, top: int) -> dict[str, Any]:
    axis = {"tickCount": 4, "domain": False, "ticks": False, "labelPadding": 8, "format": ",d"}
    return {
        "mark": {"type": "bar", "width": width, "color": color},
        "encoding": {
            "y": {
                "field": field,
                "type": "quantitative",
                "scale": {"domain": [0, max(top, 4)], "nice": True},
                "axis": axis,
            }
        },
        "transform": [{"filter": f"isValid(datum.{field})"}],
    }


def _labels(data: Bars, look: Look, edge: timedelta) -> list[dict[str, Any]]:
    """The newest figures in words at the right, each at its height and in its color, kept apart."""
    registered = data[-1][1]
    came = next((each[2] for each in reversed(data) if each[2] is not None), None)
    top = max(4, *(each[1] for each in data))
    apart = top * 2.9 * look.size / (look.height - 56)
    found = [_label(data, edge, look, registered, f"{registered:,}", "registered", look.ink)]
    if came is not None:
        height = min(came, registered - apart) if came <= registered else came
        found.append(_label(data, edge, look, max(height, 0), f"{came:,}", "came", look.came))
    return found


def _label(
    data: Bars, edge: timedelta, look: Look, height: float, figure: str, word: str, color: str
) -> dict[str, Any]:
    return {
        "data": {"values": [{"day": _at(data[-1][0] + edge), "at": height}]},
        "mark": {
            "type": "text", "text": [figure, word], "align": "left", "baseline": "middle", "dx": 6, "color": color,
            "fontSize": look.size, "fontWeight": 600, "lineHeight": round(look.size * 1.2), "font": _FONT,
        },
        "encoding": {"y": {"field": "at", "type": "quantitative"}},
    }  # fmt: skip


def _months(data: Bars, look: Look) -> dict[str, Any]:
    """The axis of time: each session where there are few, else every January and July, or Januaries alone."""
    first, last = data[0][0], data[-1][0]
    days = [each[0] for each in data]
    form = "%b %Y"
    if len(days) > (3 if look.width < 500 else 8):
        step = (1, 7) if (last - first).days < 366 * (3 if look.width < 500 else 6) else (1,)
        days = [date(year, month, 1) for year in range(first.year, last.year + 1) for month in step]
        days = [day for day in days if first <= day <= last] or [first, last]
    else:
        form = "%b %-d"
    return {
        "values": [_at(day) for day in days],
        "format": form,
        "grid": False,
        "labelPadding": 8,
        "labelFlush": False,
    }


def _at(day: date) -> str:
    return f"{day.isoformat()}T12:00:00Z"
