"""`jam check`: how Jam stands, for whoever runs it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

import click
from flask import Flask

from jam.base.database import reading
from jam.health.queries import checks
from jam.health.rules import Check, Depth, Level

_MARKS = {Level.FINE: "ok", Level.NOTE: "note", Level.FAULT: "FAULT", Level.DOWN: "FAULT"}


@click.command("check")
@click.option("--json", "as_document", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def check_command(make_app: Callable[[], Flask], as_document: bool) -> None:
    """Say how Jam stands: settings, database, worker, mail, disks. Status 1 when something is wrong."""
    with make_app().app_context(), reading():
        found = checks(Depth.OPERATOR)
    wrong = any(each.level >= Level.FAULT for each in found)
    click.echo(_document(found, wrong) if as_document else "\n".join(map(_line, found)))
    sys.exit(int(wrong))


def _line(check: Check) -> str:
    return (
        f"{_MARKS[check.level]:5}  {check.name}: {check.says} {check.do if not check.fine else ''}".rstrip()
    )


def _document(found: list[Check], wrong: bool) -> str:
    marks = {level: mark.lower() for level, mark in _MARKS.items()}
    return json.dumps(
        {
            "ok": not wrong,
            "checks": [
                {"name": each.name, "level": marks[each.level], "says": each.says, "do": each.do}
                for each in found
            ],
        },
        ensure_ascii=False,
    )
