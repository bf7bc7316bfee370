"""The PostgreSQL server of the tests starts, is shared, and leaves nothing behind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import engines, needs

HOLDER = """
import time
from pathlib import Path
from tests import engines
with engines.run_folder() as folder:
    engines.server_url(folder)
    print(folder, (folder / "home").read_text(), flush=True)
    time.sleep(60)
"""


@pytest.fixture(autouse=True)
def _server() -> None:
    if "JAM_TEST_POSTGRESQL_URL" in os.environ:
        pytest.skip("a server was given: none of ours is started")
    try:
        engines.programs()
    except engines.EngineMissing as reason:
        needs.missing("postgresql", str(reason))


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL], ids=["interrupted", "killed"])
def test_server_ends_with_its_run(how: signal.Signals) -> None:
    run = subprocess.Popen(
        [sys.executable, "-c", HOLDER], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert run.stdout
    folder, home = (Path(word) for word in run.stdout.readline().split())
    pid = int((home / "data" / "postmaster.pid").read_text().split()[0])
    assert home.exists()

    run.send_signal(how)
    run.communicate(timeout=20)

    assert comes_true(lambda: not home.exists())
    assert comes_true(lambda: not running(pid))
    shutil.rmtree(folder, ignore_errors=True)  # a killed run cannot do it itself


def comes_true(condition: Callable[[], bool], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


def running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_workers_share_one_server(tmp_path: Path) -> None:
    with engines.hold(tmp_path):
        first = engines.server_url(tmp_path)
        second = engines.server_url(tmp_path)
        with engines.connect(second) as connection:
            assert connection.info.server_version >= 180000
    engines.await_stop(tmp_path)
    assert first == second
    assert not Path(str(first.query["host"])).exists()
