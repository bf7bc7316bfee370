"""Whether a place in the United States is rural, by its ZIP code and the 2010 Rural-Urban Commuting Area codes (RUCA)."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).with_name("ruca2010.txt")
_ZIP = re.compile(r"([0-9]{3})([0-9]{2})(?:-[0-9]{4})?")
_CODES = {**{str(code): code for code in range(1, 10)}, "A": 10}

#: The Federal Office of Rural Health Policy takes the codes 4 to 10 as rural.
FIRST_RURAL = 4


class Area(StrEnum):
    """What is known of a place."""

    RURAL = "rural"
    URBAN = "urban"
    UNKNOWN = "unknown"


AREA_WORDS = {Area.RURAL: "Rural", Area.URBAN: "Urban", Area.UNKNOWN: "Not known"}


def ruca(zip_code: str | None) -> int | None:
    """The primary code of a ZIP code, 1 to 10; None where the table has none (99 means that it was not coded)."""
    found = _ZIP.fullmatch(zip_code or "")
    if found is None:
        return None
    place = int(found[2])
    row = _table().get(found[1], "")
    return _CODES.get(row[place : place + 1])


def area_of(zip_code: str | None) -> Area:
    """Whether a ZIP code is rural; what the table does not know stays unknown."""
    code = ruca(zip_code)
    if code is None:
        return Area.UNKNOWN
    return Area.RURAL if code >= FIRST_RURAL else Area.URBAN


@cache
def _table() -> dict[str, str]:
    lines = _TABLE.read_text(encoding="ascii").splitlines()
    return dict(line.split(" ", 1) for line in lines if not line.startswith("#"))
