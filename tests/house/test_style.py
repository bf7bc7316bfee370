"""Style and types hold for every commit, as `make lint` and `make types` check them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.plan import ROOT

CHECKS = {
    "style": ["ruff", "check", "--output-format=concise", "."],
    "layout": ["ruff", "format", "--check", "--output-format=concise", "."],
    "types": ["mypy"],
    "order of the rooms": ["lint-imports"],
}


@pytest.mark.parametrize("what", CHECKS)
def test_nothing_to_complain_about(what: str) -> None:
    name, *arguments = CHECKS[what]
    program = Path(sys.executable).with_name(name)
    result = subprocess.run([program, *arguments], check=False, cwd=ROOT, capture_output=True, text=True)
    if result.returncode:
        pytest.fail(result.stdout + result.stderr, pytrace=False)
