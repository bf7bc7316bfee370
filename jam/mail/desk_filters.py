"""Which letters a page of the desk looks for, as its address says it."""

from __future__ import annotations

import re
from datetime import date, time, timedelta

from flask import request

from jam.base.lookup import LARGEST_ID, typed
from jam.base.zones import EASTERN, to_utc
from jam.mail.kinds import kinds
from jam.mail.queries import Wanted

_SCOPE = re.compile(r"([a-z-]{1,40}):(\d{1,10})")


def wanted_letters() -> tuple[Wanted, dict[str, str]]:
    """Which letters this request looks for, whatever their state, and its filters as a form holds them."""
    kind = request.args.get("kind", "")
    first, last = (_day(request.args.get(name, "")) for name in ("from", "to"))
    wanted = Wanted(
        q=typed(),
        kind=kind if kind in kinds else "",
        scope=_scope(),
        since=to_utc(first, time(0), EASTERN) if first else None,
        until=to_utc(last + timedelta(days=1), time(0), EASTERN) if last else None,
    )
    return wanted, {
        "q": wanted.q,
        "kind": wanted.kind,
        "scope": f"{wanted.scope[0]}:{wanted.scope[1]}" if wanted.scope else "",
        "from": first.isoformat() if first else "",
        "to": last.isoformat() if last else "",
    }


def _day(text: str) -> date | None:
    # What is no date, or none that a letter could be of, narrows nothing.
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2200 else None


def _scope() -> tuple[str, int] | None:
    asked = _SCOPE.fullmatch(request.args.get("scope", ""))
    return (asked[1], min(int(asked[2]), LARGEST_ID)) if asked else None
