"""The command: `python -m tests.load seats --n 500 --k 10 --rounds 20 --db postgresql --sabotage lock`."""

from __future__ import annotations

import argparse
import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

from tests.engines import EngineMissing
from tests.load.probe import Probe, Sizes
from tests.load.probes import PROBES
from tests.load.processes import tail
from tests.load.report import Report
from tests.load.stage import Database, NotReady, open_stage

#: Seconds after which a run gives up, whatever it is doing.
MOST_SECONDS = 1800


class TooLong(Exception):
    """The probe did not end in time."""


def main(words: list[str] | None = None, database: Database | None = None) -> int:
    """Run a probe and print its line. 0: nothing violated; 1: something was; 2: it could not run, or broke off.

    With `--sabotage all`, one line for each of the probe's sabotages; 0: all were noticed; 1: one was not.
    """
    given = _parser().parse_args(words)
    probe: Probe = PROBES[given.probe]
    sizes = {name: getattr(given, name) for name in probe.sizes}
    if given.sabotage == "all":
        noticed = [_said(probe, given.db, sizes, each, database) for each in probe.sabotages]
        return int(not all(status == 1 for status in noticed))
    return _said(probe, given.db, sizes, given.sabotage, database)


def run(
    probe: Probe, db: str, sizes: Sizes, sabotage: str | None = None, database: Database | None = None
) -> Report:
    """The report of one run, on a stage of its own. EngineMissing where there is no such database."""
    clocks = sizes.get("workers", probe.clocks) if probe.clocks else 0
    with (
        _at_most(MOST_SECONDS),
        open_stage(db, web=probe.web, clocks=clocks, sabotage=sabotage, database=database) as stage,
    ):
        try:
            report = probe.run(stage, sizes)
        except Exception as error:  # a probe that breaks off has not held
            traceback.print_exc()
            report = Report(
                next(iter(sizes.values())), [f"it broke off: {type(error).__name__}: {error}"], judged=False
            )
        if not report.ok and not sabotage:
            for log in sorted(stage.log.parent.glob("*.log")):
                print(tail(log, 60), file=sys.stderr)
        return report


def _said(probe: Probe, db: str, sizes: Sizes, sabotage: str | None, database: Database | None) -> int:
    try:
        report = run(probe, db, sizes, sabotage, database)
    except (EngineMissing, NotReady, TooLong) as reason:
        print(f"{probe.name} could not run: {reason}", file=sys.stderr)
        return 2
    print(report.line(probe.name, db, sabotage), flush=True)
    if not report.judged:
        return 2
    return 0 if report.ok else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    probes = parser.add_subparsers(dest="probe", required=True, metavar="PROBE")
    for probe in PROBES.values():
        one = probes.add_parser(probe.name, help=probe.about, description=probe.about)
        one.add_argument("--db", choices=["sqlite", "postgresql"], default="sqlite")
        for name, size in probe.sizes.items():
            kind = str if isinstance(size, str) else _count
            one.add_argument(f"--{name}", type=kind, default=size, help=f"{size} if not said")
        one.add_argument(
            "--sabotage",
            choices=[*probe.sabotages, "all"],
            help="take a protection away; the probe must then find violations",
        )
    return parser


def _count(typed: str) -> int:
    number = int(typed)
    if number < 0:
        raise ValueError(typed)
    return number


@contextmanager
def _at_most(seconds: int) -> Iterator[None]:
    def give_up(_signal: int, _frame: FrameType | None) -> NoReturn:
        raise TooLong(f"it took more than {seconds} seconds")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(2))  # tidy up when told to end
    sys.exit(main())
