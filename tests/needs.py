"""Parts of the machine that some tests need, and what happens where one is missing."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def required(part: str) -> bool:
    """Whether `JAM_TEST_REQUIRE` (names separated by commas) says that `part` must be here."""
    return part in {name.strip() for name in os.environ.get("JAM_TEST_REQUIRE", "").split(",")}


def missing(part: str, reason: str) -> NoReturn:
    """Skip the test with `reason`, or fail it where `JAM_TEST_REQUIRE` names `part`."""
    if required(part):
        pytest.fail(f"JAM_TEST_REQUIRE names {part}, but {reason}", pytrace=False)
    pytest.skip(f"{part} is missing: {reason}")
