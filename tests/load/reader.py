"""A process that reads attendance reports for a probe: a path and a session on each line in, what became of it out."""

from __future__ import annotations

import json
import sys
import traceback
from importlib import import_module
from pathlib import Path

from flask import Flask

from jam import create_app
from jam.attendance.actions import as_json, import_report, preview
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.settings import Settings
from jam.base.zones import EASTERN
from jam.schedule.queries import event_by_slug


def read(path: Path, slug: str, keep: bool) -> dict[str, object]:
    """What a preview shows of a file and, with `keep`, whether an import says the same; nothing stays."""
    event = event_by_slug(slug)
    assert event is not None
    data = path.read_bytes()
    try:
        found = preview(event, data, EASTERN)
    except Refused as refusal:
        return {"refused": refusal.message}
    said = as_json(found)
    kept = import_report(event, data, EASTERN, by="command").json if keep else said
    return {
        "rows": [[line.row.line, line.row.span] for line in found.lines],
        "left_out": [each["line"] for each in said["rows_refused"]],
        "rows_read": said["rows_read"],
        "agree": kept == said,
    }


def main(sabotage: str) -> None:
    """Answer line by line until there are no more."""
    app: Flask = create_app(Settings())
    if sabotage:
        import_module(f"tests.load.sabotage.{sabotage}")
    for asked in sys.stdin:
        path, slug, keep = asked.rstrip("\n").split("\t")
        with app.app_context():
            try:
                answer = read(Path(path), slug, keep == "keep")
            except Exception:
                answer = {"crash": traceback.format_exc()[-600:]}
            finally:
                db.session.rollback()
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
