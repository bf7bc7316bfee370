"""Everything that Jam holds about one person, as one document."""

from __future__ import annotations

import json
from typing import Any

from jam.base import privacy
from jam.base.now import now
from jam.people.models import Person
from jam.people.queries import rows_of

_ABOUT = (
    "Everything that Jam, the site of the Workforce Solutions Jam, holds about you. Times are ISO 8601 with their "
    "distance from UTC. A part without items says that there is nothing of its kind."
)


def export_of(person: Person) -> bytes:
    """One JSON document in UTF-8: each part with a sentence of explanation and its items, of all rows of the person."""
    ids = rows_of(person)
    parts: dict[str, Any] = {}
    for holding in reversed(privacy.holdings()):
        rows = [holding.export(id) for id in ids]
        for name, words in holding.parts.items():
            parts[name] = {"what": words, "items": [item for found in rows for item in found.get(name, [])]}
    document = {"about": _ABOUT, "made_at": now().isoformat(), "parts": parts}
    return json.dumps(document, ensure_ascii=False, indent=2).encode()
