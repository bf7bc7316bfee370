"""The sentences about how Jam stands, and where each begins."""

from __future__ import annotations

from datetime import timedelta

import pytest

from jam.health import rules
from jam.health.rules import Backlog, Level


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(1, "1 minute"), (12, "12 minutes"), (119, "119 minutes"), (125, "2 hours"), (3000, "2 days")],
)
def test_spans_in_words(minutes: int, words: str) -> None:
    assert rules.span(timedelta(minutes=minutes, seconds=30)) == words


@pytest.mark.parametrize(
    ("late", "left", "runs", "level"),
    [
        (10, None, True, Level.FINE),
        (11, None, True, Level.DOWN),
        (11, 6, True, Level.DOWN),
        (11, 5, True, Level.NOTE),
        (61, 5, True, Level.DOWN),
        (11, 5, False, Level.DOWN),
    ],
)
def test_when_mail_is_behind(late: int, left: int | None, runs: bool, level: Level) -> None:
    backlog = Backlog(timedelta(minutes=late), 3, None if left is None else timedelta(minutes=left))
    assert rules.mail(backlog, runs).level == level


@pytest.mark.parametrize(("seconds", "level"), [(60, Level.FINE), (-61, Level.FAULT), (3600, Level.FAULT)])
def test_clocks_may_differ_by_a_minute(seconds: int, level: Level) -> None:
    assert rules.skew(timedelta(seconds=seconds)).level == level


@pytest.mark.parametrize(
    ("free", "total", "level"),
    [(2**30, 2**34, Level.FINE), (400 * 2**20, 2**30, Level.FAULT), (2**30, 2**36, Level.FAULT)],
)
def test_a_disk_is_nearly_full(free: int, total: int, level: Level) -> None:
    assert rules.disk("files", free, total).level == level
