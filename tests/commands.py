"""Runs the `jam` command inside the test, on the test's app, by the entry point that a person calls."""

from __future__ import annotations

import json
import signal
import sys
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask

from tests.clients import settle


@dataclass(frozen=True)
class Ended:
    """How a command ended and what it said."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What stands on stdout, which must be one JSON document and nothing else."""
        return json.loads(self.out)


class Runner:
    """Call it with the words after `jam`."""

    def __init__(self, app: Flask, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]) -> None:
        self._app, self._patch, self._capture = app, patch, capture

    def __call__(self, *words: str) -> Ended:
        """Run the command. RuntimeError while the test's session holds something that was not committed."""
        from jam import cli  # only tests of commands pay for what it imports

        settle("a command")
        self._capture.readouterr()
        status, last_words = 0, ""
        on_end = signal.getsignal(signal.SIGTERM)
        with self._patch.context() as patch:
            patch.setattr(cli, "create_app", lambda _settings=None: self._app)
            patch.setattr(cli.local, "settings", lambda *_: self._app.config["SETTINGS"])
            patch.setattr(sys, "argv", ["jam", *words])
            try:
                cli.main()
            except SystemExit as end:
                if isinstance(end.code, str):  # Python prints it and ends with 1
                    status, last_words = 1, f"{end.code}\n"
                else:
                    status = end.code or 0
            finally:  # a command that works until it is asked to end listens for that; the tests' process is not its own
                signal.signal(signal.SIGTERM, on_end)
        said = self._capture.readouterr()
        return Ended(status, said.out, said.err + last_words)
