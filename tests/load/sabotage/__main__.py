"""`python -m tests.load.sabotage NAME serve …` is `jam serve …` without the protection that NAME takes away."""

from __future__ import annotations

import os
import runpy
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

from tests.load.processes import NONE


def here(_program: str, arguments: Sequence[str]) -> NoReturn:
    """Go on in this process, which `jam serve` would leave for a fresh one, so that what was replaced stays so."""
    python, dash_m, module, *rest = arguments
    assert dash_m == "-m", python
    sys.argv = [module, *rest]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
    sys.exit()


def main(name: str, words: list[str]) -> None:
    """Take the protection away, then be the command."""
    os.execv = here  # type: ignore[assignment]
    if name != NONE:
        import_module(f"tests.load.sabotage.{name}")
    from jam import cli

    sys.argv = ["jam", *words]
    cli.main()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
