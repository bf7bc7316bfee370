"""What the apps of a run would each make anew is made once, and Python looks for garbage as seldom as does good."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import wraps
from typing import Any

from werkzeug.routing import Rule

#: Python's collector looks for cycles after so many new objects; its own 700 makes it a tenth of the run.
NEW_OBJECTS = 50_000


def share_routes() -> None:
    """Let rules of equal routes share the function that builds their addresses; it is told which rule it works for."""
    build = Rule._compile_builder
    made: dict[Any, Callable[..., Any]] = {}

    @wraps(build)
    def once(self: Rule, append_unknown: bool = True) -> Callable[..., Any]:
        key = (self.rule, tuple(self._trace), repr(self.defaults), append_unknown)
        if key not in made:
            made[key] = build(self, append_unknown)
        return made[key]

    Rule._compile_builder = once  # type: ignore[method-assign]


def collect_seldom() -> None:
    """Look for cycles seldom."""
    gc.set_threshold(NEW_OBJECTS, 10, 10)


def keep_for_good() -> None:
    """Let the collector pass over what is there now."""
    gc.collect()
    gc.freeze()
