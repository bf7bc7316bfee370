"""Each probe at a small size holds, and under each of its sabotages it does not: a probe that cannot fail is none."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jam.base.settings import ROOT
from tests import apps, databases, engines, needs
from tests.load.__main__ import main
from tests.load.nursery import open_nursery
from tests.load.probes import PROBES
from tests.load.stage import Database, open_stage

#: Sizes at which a probe takes seconds.
SMALL: dict[str, dict[str, Any]] = {
    "seats": {"n": 40, "k": 5, "rounds": 1, "list": 1},
    "same-person": {"n": 20},
    "promote": {"cancel": 5, "waiting": 12},
    "pass": {"people": 6, "dates": 3},
    "ics-fuzz": {"n": 12, "sessions": 3},
    "scanner": {"n": 1},
    "replay": {"n": 3},
    "feed-cache": {"n": 3},
}

#: Those that also play on PostgreSQL here; the others do by the command.
CHEAP = {"seats", "same-person", "promote"}

#: Those that walk through all routes or letters there are.
WALKS = {"replay", "scanner"}

#: Noticed by probes that need a stage of their own: a test of its own below, or the command.
ON_THEIR_OWN = {
    "claim", "lease", "optimist", "renamed", "apart", "final", "inline", "encoded", "keys", "grace", "stale", "elapsed", "meek",
    "unescaped", "silent", "unnoticed", "uncounted",
}  # fmt: skip

SABOTAGES = sorted({sabotage for probe in PROBES.values() for sabotage in probe.sabotages})


#: Where a fault shows, of what a probe would else walk through.
SHOWN = {
    "again": {"n": 3, "only": ["/sessions/<slug>/register"]},
    "single_use": {"n": 3, "only": ["/signin/<token>"]},
    "opening": {"n": 1, "only": ["sign-in"]},
}


@pytest.fixture(scope="module", autouse=True)
def nursery(tmp_path_factory: pytest.TempPathFactory, run_folder: Path) -> Iterator[None]:
    """What the probes start begins at once."""
    templates = run_folder / "templates"
    templates.mkdir(exist_ok=True)
    with open_nursery(tmp_path_factory.mktemp("nursery"), templates):
        yield


@pytest.fixture
def database(worker_databases: databases.Databases, shared_apps: dict[str, apps.Shared]) -> Database:
    """A stage's database, with its tables."""

    def made(engine: str, folder: Path) -> str:
        if engine == "sqlite":
            return worker_databases.sqlite(folder / "jam.sqlite")
        # Its connections are about to be ended, which the app that tests share would notice in the next test only.
        if shared := shared_apps.pop(engine, None):
            shared.end()
        try:
            return worker_databases.postgresql()
        except engines.EngineMissing as reason:
            needs.missing("postgresql", str(reason))

    return made


@pytest.mark.parametrize(
    ("engine", "name"),
    [("sqlite", name) for name in SMALL] + [("postgresql", name) for name in SMALL if name in CHEAP],
)
def test_they_hold(engine: str, name: str, database: Database) -> None:
    probe = PROBES[name]
    with open_stage(engine, web=2, clocks=min(probe.clocks, 1), database=database) as stage:
        assert probe.run(stage, SMALL[name]).violations == []


@pytest.mark.parametrize("sabotage", [each for each in SABOTAGES if each not in ON_THEIR_OWN])
def test_they_notice_sabotage(sabotage: str, database: Database) -> None:
    probes = [name for name in SMALL if sabotage in PROBES[name].sabotages]
    assert probes
    clocks = int("scanner" in probes)  # the others notice before a letter leaves
    with open_stage("sqlite", web=2, clocks=clocks, sabotage=sabotage, database=database) as stage:
        sizes = {name: SMALL[name] | (SHOWN.get(sabotage, {}) if name in WALKS else {}) for name in probes}
        assert [name for name in probes if PROBES[name].run(stage, sizes[name]).ok] == []


def test_letters_hold_and_notice_sabotage(capsys: pytest.CaptureFixture[str], database: Database) -> None:
    letters = ["letters", "--n", "60", "--workers", "2"]
    statuses = [main(letters, database), main([*letters, "--sabotage", "claim"], database)]
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert statuses == [0, 1]
    assert [(each["ok"], each.get("sabotage"), each["n"]) for each in found] == [
        (True, None, 60),
        (False, "claim", 60),
    ]


def test_crashes_lose_nothing_and_sabotage_is_noticed(
    capsys: pytest.CaptureFixture[str], database: Database
) -> None:
    crash = ["mail-crash", "--runs", "1", "--points"]
    statuses = [
        main([*crash, "seat-without-letter,after-250"], database),
        main([*crash, "after-compose", "--sabotage", "optimist"], database),
    ]
    held, noticed = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert statuses == [0, 1]
    assert (held["violations"], held["crashes"], held["twice"]) == ([], 2, {"after-250": 1})
    assert noticed["violations"] == ["after-compose: 3 letters were lost"]


def test_letters_of_fuzzed_words_hold(capsys: pytest.CaptureFixture[str], database: Database) -> None:
    status = main(["mail-fuzz", "--n", "30", "--seed", "7"], database)
    held = json.loads(capsys.readouterr().out)
    assert (status, held["violations"], held["letters"]) == (0, [], 30)


def test_damaged_reports_lose_nobody_and_sabotage_is_noticed(
    capsys: pytest.CaptureFixture[str], database: Database
) -> None:
    few = ["attendance", "--mutations", "60"]
    statuses = [main(few, database), main([*few, "--sabotage", "silent"], database)]
    held, noticed = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (statuses, held["crashes"], held["silent losses"]) == ([0, 1], 0, 0)
    assert noticed["silent losses"] > 0


def test_summaries_are_what_rows_say_and_sabotage_is_noticed(
    capsys: pytest.CaptureFixture[str], database: Database
) -> None:
    few = ["stats", "--sets", "12"]
    statuses = [main(few, database), main([*few, "--sabotage", "unnoticed"], database)]
    held, noticed = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (statuses, held["violations"], held["differences"]) == ([0, 1], [], 0)
    assert noticed["differences"] > 0


def test_statistics_ask_the_same_of_the_database_however_much_there_is(
    capsys: pytest.CaptureFixture[str], database: Database
) -> None:
    few = ["scale", "--rows", "6000", "--sessions", "3", "--report", "0"]
    status = main(few, database)
    held = json.loads(capsys.readouterr().out)
    assert (status, held["violations"]) == (0, [])
    assert {
        name: len({at["queries"] for rows, at in held[name].items() if rows[0].isdigit()})
        for name in ("desk", "public", "command")
    } == {"desk": 1, "public": 1, "command": 1}


def test_every_sabotage_is_some_probes() -> None:
    files = {path.stem for path in (ROOT / "tests/load/sabotage").glob("*.py")} - {"__init__", "__main__"}
    assert set(SABOTAGES) == files


def test_the_command_leaves_nothing_behind(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "tests.load",
        "seats",
        "--n",
        "8",
        "--k",
        "2",
        "--rounds",
        "1",
        "--list",
        "0",
    ]
    around = {**os.environ, "TMPDIR": str(tmp_path)}
    run = subprocess.run(
        command, check=False, cwd=ROOT, env=around, capture_output=True, text=True, timeout=120
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert json.loads(run.stdout)["ok"] is True
    assert list(tmp_path.iterdir()) == []
    assert [path for path in Path("/proc").glob("[0-9]*/environ") if str(tmp_path) in environ(path)] == []


def environ(path: Path) -> str:
    """What a process was started with, where the kernel says it."""
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""
