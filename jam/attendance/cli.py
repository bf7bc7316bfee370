"""`jam attendance`: reports of meeting platforms from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import click
from flask import Flask

from jam.attendance.actions import as_json, import_report, preview, recognize, reread
from jam.attendance.foretold import WAYS, foretell, in_words
from jam.attendance.keeping import LARGE, Progress
from jam.audit.actions import COMMAND
from jam.base.database import db, reading
from jam.base.errors import Refused
from jam.base.words import count
from jam.schedule.models import Event
from jam.schedule.queries import event_by_slug


@click.group("attendance")
def attendance_commands() -> None:
    """Who came to a session."""


@attendance_commands.command("import")
@click.argument("session")
@click.argument("file")
@click.option(
    "--timezone",
    "zone_name",
    metavar="ZONE",
    help="Zone of the times in the file; the session's unless said.",
)
@click.option("--dry-run", is_flag=True, help="Say what the report holds and change nothing.")
@click.option("--json", "as_document", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def import_command(
    make_app: Callable[[], Flask],
    session: str,
    file: str,
    zone_name: str | None,
    dry_run: bool,
    as_document: bool,
) -> None:
    """Import FILE, the attendance report of a platform, for SESSION (the last part of its address).

    Importing a file twice adds nothing the second time; a later report of the same occasion counts in the place of the
    earlier one.
    """
    data = _bytes(file)
    with make_app().app_context(), reading() if dry_run else nullcontext():
        event = _event(session)
        zone_name = zone_name or event.time_zone
        if dry_run:
            found = preview(event, data, zone_name)
            result = as_json(found, foretell(found))
        else:
            name, progress = Path(file).name, _progress(data)
            db.session.rollback()
            with reading():  # others may write while the file is read
                report = recognize(_event(session), data, zone_name, progress=progress)
                db.session.rollback()
            result = import_report(
                _event(session), data, zone_name, by=COMMAND, file_name=name, progress=progress, report=report
            ).json
            db.session.commit()
        click.echo(
            json.dumps(result, ensure_ascii=False) if as_document else _words(result, event.title, dry_run)
        )


@attendance_commands.command("reread")
@click.argument("session")
@click.pass_obj
def reread_command(make_app: Callable[[], Flask], session: str) -> None:
    """Read the stored reports of SESSION again, by the rules of now; what staff decided stays."""
    with make_app().app_context():
        event = _event(session)
        changed = reread(event, by=COMMAND)
        db.session.commit()
        said = f"{count(changed, 'line', 'lines')} changed" if changed else "nothing changed"
        click.echo(f"{event.title} ({event.slug}): {said}.")


def _event(session: str) -> Event:
    event = event_by_slug(session)
    if event is None:
        raise Refused(f"There is no session “{session}”. It is the last part of the session's address.")
    return event


def _progress(data: bytes) -> Progress | None:
    """Tells on the error output how far a large report is; a small one is done before anybody asks."""

    def told(what: str, done: int, total: int) -> None:
        click.echo(f"{what}: {done:,} of {total:,}" if total else f"{what} …", err=True)

    return told if len(data) > LARGE else None


def _bytes(file: str) -> bytes:
    try:
        return Path(file).read_bytes()
    except FileNotFoundError:
        raise Refused(f"There is no file {file}. Check its name and folder.") from None
    except OSError as error:
        raise Refused(f"{file} cannot be read: {error.strerror}.") from None


def _words(result: dict[str, Any], title: str, dry_run: bool) -> str:
    added = count(result["new_rows"], "new line", "new lines")
    read = count(result["rows_read"], "line", "lines")
    lines = [
        f"{title} ({result['session']}), times read as {result['timezone']}",
        f"{read} read, {added}." + (" Nothing was changed." if dry_run else ""),
    ]
    words = {
        "attendees": "Attendees",
        "registrants": "Registered",
        "no_shows": "Registered and did not come",
        "panelists": "Panelists",
        "panelists_also_attendees": "Panelists who were attendees too",
        "people": "People in all, host and panelists included",
        "attendee_minutes": "Minutes of attendees in all",
        "median_minutes": "Minutes of the median attendee",
        "peak": "Most attendees at one moment",
        "undecided": "Entries without an address, to decide on the desk",
    }
    for key, label in words.items():
        if key in result:
            value = result[key]
            lines.append(f"  {label}: {'not known' if value is None else format(value, ',')}")
    lines += [f"  Line {each['line']} was refused: {each['reason']}" for each in result["rows_refused"]]
    return "\n".join(lines + [f"  {sentence}" for sentence in result["differences"]] + _named(result))


def _named(result: dict[str, Any]) -> list[str]:
    """The people whose attendance changes, a line for each way in which it does."""
    changes = result.get("changes", {"named": [], "people": {}})
    lines = []
    for kind in WAYS:
        names = [each["name"] for each in changes["named"] if each["change"] == kind]
        more = changes["people"].get(kind, 0) - len(names)
        if names:
            lines.append(
                f"  {in_words(kind, len(names) + more)}: {', '.join(names)}{f' and {more:,} more' if more else ''}"
            )
    return lines
