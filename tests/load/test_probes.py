"""Each probe at a small size holds, and under each of its sabotages it does not: a probe that cannot fail is none."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from jam.base.settings import ROOT
from tests import engines, needs
from tests.load.__main__ import main
from tests.load.probes import PROBES

#: Sizes at which a probe takes seconds, by probe.
SMALL = {
    "seats": {"n": 40, "k": 5, "rounds": 1},
    "same-person": {"n": 20},
    "replay": {"n": 4},
    "scanner": {"n": 1},
    "letters": {"n": 60},
}


def words(probe: str, *more: str) -> list[str]:
    """The command's words for a small run."""
    return [probe, *(word for name, size in SMALL[probe].items() for word in (f"--{name}", str(size))), *more]


def line(capsys: pytest.CaptureFixture[str]) -> Any:
    """The one line on stdout."""
    [said] = capsys.readouterr().out.splitlines()
    return json.loads(said)


@pytest.mark.parametrize("probe", PROBES)
def test_holds_on_sqlite(probe: str, capsys: pytest.CaptureFixture[str]) -> None:
    status = main(words(probe))
    found = line(capsys)
    assert (found["violations"], found["ok"], found["db"], status) == ([], True, "sqlite", 0)


@pytest.mark.parametrize("probe", ["seats"])
def test_holds_on_postgresql(
    probe: str, run_folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    try:
        server = engines.server_url(run_folder)
    except engines.EngineMissing as reason:
        needs.missing("postgresql", str(reason))
    monkeypatch.setenv("JAM_TEST_POSTGRESQL_URL", server.render_as_string(hide_password=False))
    status = main(words(probe, "--db", "postgresql"))
    found = line(capsys)
    assert (found["violations"], found["ok"], found["db"], status) == ([], True, "postgresql", 0)


@pytest.mark.parametrize(
    ("probe", "sabotage"), [(each.name, sabotage) for each in PROBES.values() for sabotage in each.sabotages]
)
def test_notices_sabotage(probe: str, sabotage: str, capsys: pytest.CaptureFixture[str]) -> None:
    status = main(words(probe, "--sabotage", sabotage))
    found = line(capsys)
    assert (found["sabotage"], found["ok"], bool(found["violations"]), status) == (sabotage, False, True, 1)


def test_every_sabotage_is_some_probes() -> None:
    files = {path.stem for path in (ROOT / "tests/load/sabotage").glob("*.py")} - {"__init__", "__main__"}
    assert {sabotage for each in PROBES.values() for sabotage in each.sabotages} == files


def test_the_command_leaves_nothing_behind(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.load", *words("seats")]
    run = subprocess.run(
        command,
        check=False,
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        start_new_session=True,
        timeout=120,
    )
    assert (run.returncode, json.loads(run.stdout)["ok"], run.stderr) == (0, True, "")
    assert list(tmp_path.iterdir()) == []
    left = subprocess.run(["ps", "-eo", "args"], check=True, capture_output=True, text=True).stdout
    assert str(tmp_path) not in left
