"""The checks: one list for the probe of a balancer, the staff's front page and the operator's command."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import and_, func, or_, select, text
from sqlalchemy.exc import SQLAlchemyError

from jam.base.database import db
from jam.base.now import now
from jam.base.words import count
from jam.health import machine, rules
from jam.health.models import Heartbeat
from jam.health.rules import (
    FAILED_IN_VAIN,
    FORGOTTEN_AFTER,
    SILENT_AFTER,
    TRIED_IN_VAIN,
    Backlog,
    Check,
    Depth,
    Level,
)
from jam.mail import server
from jam.mail.models import Letter, PausedAddress
from jam.mail.queries import counts
from jam.mail.rules import State


def checks(depth: Depth) -> list[Check]:
    """How Jam stands, as far as whoever asks needs to know."""
    found = [_database()]
    if found[0].fine:
        found += [_schema()]
    if all(each.fine for each in found):
        found += list(_of_tables(depth))
    else:
        unknown = ["schema", "worker", "mail"] if len(found) == 1 else ["worker", "mail"]
        found += [
            Check(name, "Not known while the database is not ready.", "", Level.DOWN) for name in unknown
        ]
    found.append(_files())
    if depth >= Depth.OPERATOR:
        found += machine.checks()
    return found


def _of_tables(depth: Depth) -> Iterator[Check]:
    silent = _silent_for()
    worker = rules.worker(silent)
    yield worker
    yield rules.mail(_backlog(), worker.fine)
    if depth >= Depth.DESK and worker.fine:
        yield _jobs()
    if depth >= Depth.OPERATOR:
        yield from _letters()
        yield from machine.of_the_database()


def _database() -> Check:
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        db.session.rollback()
        do = "Look whether it runs, and whether JAM_DATABASE_URL names it rightly."
        return Check("database", "The database does not answer.", do, Level.DOWN)
    return Check("database", "The database answers.")


def _schema() -> Check:
    present = set(MigrationContext.configure(db.session.connection()).get_current_heads())
    wanted = set(ScriptDirectory(str(current_app.config["MIGRATIONS"])).get_heads())
    if present == wanted:
        return Check("schema", "The database is of this version.")
    return Check("schema", "The database is of another version.", "Run: jam migrate", Level.DOWN)


def _silent_for() -> timedelta | None:
    seen: datetime | None = db.session.scalar(select(func.max(Heartbeat.seen_at)))
    return now() - seen if seen else None


def _backlog() -> Backlog:
    present = now()
    overdue = or_(
        and_(Letter.state == State.DUE, Letter.due_at <= present),
        and_(Letter.state == State.SENDING, Letter.lease_until < present),
    )
    waiting, since = db.session.execute(select(func.count(), func.min(Letter.due_at)).where(overdue)).one()
    in_vain = db.session.scalar(
        select(func.count()).where(Letter.state == State.DUE, Letter.attempts >= TRIED_IN_VAIN)
    )
    left: datetime | None = db.session.scalar(select(func.max(Letter.sent_at)))
    trouble = server.trouble()
    return Backlog(
        late=present - since if waiting else timedelta(0),
        waiting=waiting,
        last_left=present - left if left else None,
        in_vain=in_vain or 0,
        trouble=present - trouble.trouble_since if trouble and trouble.trouble_since else None,
    )


def _jobs() -> Check:
    """Judged by the processes that are alive: each job by the one that ran it last."""
    rows = db.session.scalars(
        select(Heartbeat).where(Heartbeat.seen_at >= now() - FORGOTTEN_AFTER).order_by(Heartbeat.seen_at)
    )
    newest = {row.job: row for row in rows}
    failing = sorted(name for name, row in newest.items() if row.failures >= FAILED_IN_VAIN)
    late = sorted(
        name
        for name, row in newest.items()
        if now() - row.seen_at > SILENT_AFTER + 3 * timedelta(seconds=row.every)
    )
    return rules.jobs(failing, late)


def _letters() -> Iterator[Check]:
    failed = counts().get(State.FAILED, 0)
    if failed:
        says = f"{count(failed, 'letter', 'letters')} could not be delivered."
        do = "Staff see them, each with its reason, under Letters on the desk."
        yield Check("letters", says, do, Level.NOTE)
    else:
        yield Check("letters", "No letter has failed.")
    paused = db.session.scalar(select(func.count()).select_from(PausedAddress)) or 0
    if paused:
        says = f"{count(paused, 'address refuses', 'addresses refuse')} mail, so nothing is sent there."
        yield Check("addresses", says, "Staff see them under Letters on the desk.", Level.NOTE)
    else:
        yield Check("addresses", "No address refuses mail.")


def _files() -> Check:
    return _writable("files", current_app.config["FILES"], "JAM_FILES")


def _writable(name: str, folder: Path, setting: str) -> Check:
    """Whether a file can be written into a folder, or into the one it will be made in. Leaves nothing there."""
    try:
        with tempfile.TemporaryFile(dir=_standing(folder)) as file:
            file.write(b"Jam was here.")
            file.flush()
    except OSError:
        do = f"Look at {setting}: who may write there, and whether the disk is full."
        return Check(name, "The folder for files cannot be written.", do, Level.DOWN)
    return Check(name, "Files can be written.")


def _standing(folder: Path) -> Path:
    return next(each for each in (folder, *folder.parents) if each.exists())
