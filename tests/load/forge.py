"""Real worker processes by the hundred: each is forked from one process that has Jam loaded, and so begins at once.

`python -m tests.load.forge [SABOTAGE]` reads one JSON line for each thing to do and answers each by one.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from jam.base.settings import ROOT
from tests.load.processes import TIED, python, stop


class Forge:
    """The probe's end of it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def start(self, task: str, **options: Any) -> int:
        """Begin a task of TASKS in a process of its own, with `point` to die at and `ahead` seconds; its number."""
        return int(self._ask(do="start", task=task, options=options))

    def end(self, pid: int, told: bool = False, within: float = 30) -> int:
        """Wait for the end of a process, asked for by SIGTERM if `told`: its status, or minus the signal it died of.

        TimeoutError when it does not end in time; it is killed then.
        """
        status = self._ask(do="end", pid=pid, told=told, within=within)
        if status is None:
            raise TimeoutError(f"process {pid} did not end within {within:g} seconds")
        return int(status)

    def run(self, task: str, **options: Any) -> int:
        """Start it and wait for its end."""
        return self.end(self.start(task, **options), within=900)

    def _ask(self, **words: Any) -> Any:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(words) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


@contextmanager
def open_forge(environment: Mapping[str, str], log: Path, sabotage: str | None) -> Iterator[Forge]:
    """A forge under the settings of a stage, until the end of the block."""
    words = python("tests.load.forge", sabotage)
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(TIED), *words],
            cwd=ROOT,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=out,
            text=True,
        )
    try:
        yield Forge(process)
    finally:
        stop(process)
        for end in (process.stdin, process.stdout):
            if end is not None:
                end.close()


# --- the forge itself -----------------------------------------------------------------------------------------------


def main(sabotage: str | None) -> None:
    """Load everything, then fork what is asked for."""
    if sabotage:
        import_module(f"tests.load.sabotage.{sabotage}")
    tasks = import_module("tests.load.tasks")
    app = tasks.app()
    for line in sys.stdin:
        words = json.loads(line)
        if words["do"] == "start":
            answer: int | None = _fork(tasks.TASKS[words["task"]], app, words["options"])
        else:
            answer = _end(words["pid"], words["told"], words["within"])
        print(json.dumps(answer), flush=True)


def _fork(task: Callable[..., None], app: Any, options: dict[str, Any]) -> int:
    pid = os.fork()
    if pid:
        return pid
    os.dup2(2, 1)  # what it says goes to the log, not to the probe
    os.close(0)
    status = 1
    try:
        task(app, **options)
        status = 0
    except SystemExit as end:
        status = int(end.code or 0)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def _end(pid: int, told: bool, within: float) -> int | None:
    if told:
        os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.005)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return None


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)
