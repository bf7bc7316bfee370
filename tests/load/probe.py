"""What every probe is: a name, how large, what it needs, which sabotages it must notice, and what it does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.load.report import Report
from tests.load.stage import Stage

Sizes = Mapping[str, Any]


@dataclass(frozen=True)
class Probe:
    """One row of the figures."""

    name: str
    about: str
    run: Callable[[Stage, Sizes], Report]
    #: Options with their full size; 1 and 0 say whether. A few are words.
    sizes: Sizes = field(default_factory=dict)
    #: Processes of `jam serve`; 0 for no server at all.
    web: int = 4
    #: How many `jam worker` run, where the size `workers` does not say.
    clocks: int = 1
    #: Modules of tests/load/sabotage under each of which it must fail.
    sabotages: tuple[str, ...] = ()
