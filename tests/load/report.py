"""What a probe found, as the one line it prints."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

#: More of the same tells nothing new.
MOST_SHOWN = 20


@dataclass
class Report:
    """Violations decide whether the probe passed; figures only inform."""

    n: int = 0
    violations: list[str] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)
    #: False when the probe broke off, so that nobody knows what it would have found.
    judged: bool = True

    def demand(self, holds: bool, otherwise: str) -> None:
        """Keep a violation unless it holds."""
        if not holds:
            self.violations.append(otherwise)

    @property
    def ok(self) -> bool:
        """Whether nothing was violated."""
        return not self.violations

    def line(self, probe: str, db: str, sabotage: str | None) -> str:
        """One line of JSON."""
        shown = self.violations[:MOST_SHOWN]
        if len(self.violations) > MOST_SHOWN:
            shown.append(f"… and {len(self.violations) - MOST_SHOWN} more")
        head: dict[str, Any] = {"probe": probe, "db": db, "n": self.n, "ok": self.ok, "violations": shown}
        if sabotage:
            head["sabotage"] = sabotage
        return json.dumps({**head, **self.figures}, ensure_ascii=False)
