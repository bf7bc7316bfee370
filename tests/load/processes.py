"""Starts the real commands, and sees to it that none outlives the probe."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jam.base.settings import ROOT

#: Seconds for a command to finish what it does before it is killed.
PATIENCE = 40

#: Instead of a sabotage's name.
NONE = "none"

TIED = Path(__file__).with_name("tied.py")


#: What begins a module: Python itself, or a nursery.
AFRESH = (sys.executable, "-m")
begin: tuple[str, ...] = AFRESH


def python(*words: str | None) -> list[str]:
    """The command line of `python -m MODULE …`; words that are None are left out."""
    return [*begin, *(word for word in words if word)]


def jam(words: list[str], sabotage: str | None) -> list[str]:
    """The command line of `jam …`, as everybody runs it or with a protection taken away."""
    if sabotage or begin != AFRESH:
        return python("tests.load.sabotage", sabotage or NONE, *words)
    return [str(Path(sys.executable).with_name("jam")), *words]


@contextmanager
def running(
    command: list[str], environment: Mapping[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """The command until the end of the block; then it is asked to end, and killed when it does not."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(TIED), *command],
            cwd=ROOT,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process
    finally:
        stop(process)


def stop(process: subprocess.Popen[Any]) -> None:
    """Ask a process to end, and wait for it."""
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def tail(log: Path, lines: int = 15) -> str:
    """The last words of a process; nothing when it never ran."""
    return "" if not log.exists() else "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


class Beside:
    """A module of the tests in a process of its own, which answers each line with one of JSON."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def ask(self, line: str) -> dict[str, Any]:
        """What it answers."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer


@contextmanager
def beside(module: str, environment: Mapping[str, str], sabotage: str | None) -> Iterator[Beside]:
    """A module, `tests.load.…`, until the end of the block."""
    process = subprocess.Popen(
        python(module, sabotage),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, **environment},
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield Beside(process)
        process.stdin.close()  # it ends when nobody asks it any more
        process.wait(timeout=60)
    finally:
        stop(process)
        process.stdin.close()
        process.stdout.close()
