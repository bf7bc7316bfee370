"""`jam past`: sessions, registrants and reports of earlier years from the command line."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import click
from flask import Flask

from jam.archive.actions import carry_out, lever_mistakes
from jam.archive.plan import KIND_WORDS, Kind, Plan, PlannedFile, plan
from jam.archive.unpack import unpack
from jam.audit.actions import COMMAND
from jam.base.database import reading
from jam.base.errors import Refused
from jam.base.words import count, day_words
from jam.schedule.queries import program_by_slug


@click.group("past")
def past_commands() -> None:
    """Earlier years."""


@past_commands.command("import")
@click.argument("file")
@click.option("--program", "slug", metavar="SLUG", help="Program of sessions whose line names none.")
@click.option("--ignore-levers", is_flag=True, help="Leave out levers that Jam does not know.")
@click.option("--dry-run", is_flag=True, help="Say what the files hold and change nothing.")
@click.pass_obj
def import_command(
    make_app: Callable[[], Flask], file: str, slug: str | None, ignore_levers: bool, dry_run: bool
) -> None:
    """Import FILE, a ZIP of sessions.csv, lists of registrants and attendee reports.

    Importing it twice adds nothing the second time. With a mistake in it nothing is imported.
    """
    members = unpack([(Path(file).name, _bytes(file))])
    with make_app().app_context(), reading() if dry_run else nullcontext():
        program = program_by_slug(slug) if slug else None
        if slug and program is None:
            raise Refused(f"There is no program “{slug}”. It is the last part of the program's address.")
        found = plan(members, program, {})
        mistakes = found.mistakes + ([] if ignore_levers else lever_mistakes(found))
        if mistakes:
            raise Refused("\n".join(mistakes))
        if dry_run:
            click.echo("\n".join([*_lines(found), "Nothing was changed."]))
            return
        lines = _lines(found)
        done = carry_out(found, by=COMMAND, ignore_levers=ignore_levers)
        if done.stopped:
            raise Refused(done.words)
        click.echo("\n".join([*lines, done.words]))


def _lines(found: Plan) -> list[str]:
    lines = []
    for session in found.sessions:
        known = "known" if session.event else "new"
        lines.append(f"{day_words(session.day)}, {session.title} ({session.program.name}): {known}")
    for each in found.files:
        lines.append(f"{each.name}: {_words(each)}")
        if each.kind is not Kind.SESSIONS:
            lines += [f"  Line {row.line} is left out: {row.reason}" for row in each.refused]
        lines += [f"  {remark}" for remark in each.remarks]
    return lines


def _words(each: PlannedFile) -> str:
    kind = KIND_WORDS[each.kind].lower()
    if each.kind is Kind.SESSIONS:
        return kind
    of = f" of “{each.session.title}”" if each.session else ""
    if each.already:
        return f"{kind}{of}, here already"
    new = [count(each.people, "person", "people"), count(each.seats, "registration", "registrations")]
    if each.kind is Kind.REPORT:
        new.append(count(each.attendances, "attendance", "attendances"))
    return f"{kind}{of}, new: {', '.join(new)}"


def _bytes(file: str) -> bytes:
    try:
        return Path(file).read_bytes()
    except FileNotFoundError:
        raise Refused(f"There is no file {file}. Check its name and folder.") from None
    except OSError as error:
        raise Refused(f"{file} cannot be read: {error.strerror}.") from None
