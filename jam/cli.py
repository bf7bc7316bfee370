"""The `jam` command. A mistake ends with status 2 and one clear line."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click
import flask_migrate
from flask import Flask
from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from jam import clock, create_app, local
from jam.archive.cli import past_commands
from jam.attendance.cli import attendance_commands
from jam.audit.actions import COMMAND
from jam.base import ending, tokens
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.links import url
from jam.base.now import frozen
from jam.base.settings import ROOT, Settings
from jam.health.cli import check_command
from jam.people.actions import add_account, sign_in_link
from jam.people.models import Account
from jam.people.rules import LINK_BY_COMMAND, AccountRole
from jam.solutions.cli import solutions_commands
from jam.statistics.cli import statistics_command
from jam.vocabulary.actions import add_first_terms

if TYPE_CHECKING:
    from jam.demo import Loaded

MakeApp = Callable[[], Flask]


class _Instant(click.ParamType[datetime]):
    name = "instant"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            at = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"“{value}” is not a time. Write it like 2026-12-15T17:00:00Z.", param, ctx)
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


@click.group(help="Jam: sessions, registrations, calendars and attendance of a national webinar series.")
@click.pass_context
def jam(context: click.Context) -> None:
    """Everything below makes its app only when it needs one."""
    context.obj = context.obj or (lambda: create_app(local.settings()))


@jam.command()
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64), help="Web processes.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=5000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on."
)
def serve(workers: int, host: str, port: int) -> None:
    """Serve the site for real use (gunicorn); run `jam worker` beside it."""
    if not Settings().secret_key.get_secret_value():
        raise Refused(
            "Set JAM_SECRET_KEY first: a long random text that stays the same, for example from `openssl rand -hex 32`."
        )
    options = [
        "--workers",
        str(workers),
        "--bind",
        f"{host}:{port}",
        "--preload",  # Jam is loaded once and its memory shared; an app has no connection yet that a fork could break
        "--no-control-socket",
        "--timeout",
        "120",  # a report of 50,000 rows is read within one request
        "--chdir",
        str(ROOT),
    ]
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn", "wsgi:app", *options])  # noqa: S606 - no shell is wanted


@jam.command()
@click.pass_obj
def worker(make_app: MakeApp) -> None:
    """Deliver letters and do what is due, until stopped. Any number may run."""
    clock.work(make_app())


@jam.command()
@click.option("--now", "at", type=_Instant(), help="Do it as if it were then, like 2026-12-15T17:00:00Z.")
@click.pass_obj
def tick(make_app: MakeApp, at: datetime | None) -> None:
    """Do one round of what is due, then exit."""
    app = make_app()
    if at is not None and app.config["MAIL_FOLDER"] is None:
        raise Refused("--now is for trying things out: it is refused while JAM_MAIL_URL is a mail server.")
    signal.signal(signal.SIGTERM, ending.ask)
    with frozen(at) if at else nullcontext():
        for name, done in clock.tick(app, pretended=at is not None).items():
            click.echo(f"{name}: {done}")


@jam.command()
@click.pass_obj
def migrate(make_app: MakeApp) -> None:
    """Bring the database up to date."""
    bring_up_to_date(make_app())
    click.echo("The database is up to date.")


@jam.command()
@click.pass_obj
def demo(make_app: MakeApp) -> None:
    """Load the demonstration data into an empty database."""
    app = make_app()
    bring_up_to_date(app)
    with app.app_context():
        click.echo(_demonstration())


@jam.command()
@click.option(
    "--port", default=5000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on."
)
def run(port: int) -> None:
    """Try Jam on this machine: demonstration data, the clock running, on loopback only."""
    app = create_app(local.settings(port))
    bring_up_to_date(app)
    with app.app_context():
        if local.is_empty():
            click.echo("Loading demonstration data, which takes a few seconds …")
            click.echo(_demonstration())
        account = db.session.scalar(select(Account).where(Account.role == AccountRole.ADMIN, Account.active))
        link = _one_time_link(account) if account else None
    scheduler = clock.start(app)
    click.echo(f"\n  Jam runs on {app.config['BASE_URL']} (stop it with Ctrl-C)")
    if link:
        click.echo(f"  Sign in as staff, once, by {link}\n")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends as Ctrl-C does
    try:
        local.serve(app, port)
    finally:
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, signal.SIG_IGN)  # a second one breaks into nothing
        if not clock.finish(scheduler):
            clock.give_up(app)


@jam.group()
def staff() -> None:
    """Who may sign in."""


@staff.command("add")
@click.argument("email")
@click.option(
    "--role", type=click.Choice([role.value for role in AccountRole]), default="organizer", show_default=True
)
@click.option("--name", default="", help="As it should appear.")
@click.pass_obj
def staff_add(make_app: MakeApp, email: str, role: str, name: str) -> None:
    """Make an account and print a one-time sign-in link."""
    with make_app().app_context():
        account = add_account(email, name, AccountRole(role), by=COMMAND)
        click.echo(f"{account.person.name} <{email}> may sign in as {role}. Once, within 24 hours, by:")
        click.echo(_one_time_link(account))


jam.add_command(attendance_commands)
jam.add_command(solutions_commands)
jam.add_command(check_command)
jam.add_command(past_commands)
jam.add_command(statistics_command)


def bring_up_to_date(app: Flask) -> None:
    """Run the migrations that are missing and fill the vocabularies of a new installation."""
    with app.app_context():
        path = app.config["SETTINGS"].sqlite_path
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        flask_migrate.upgrade()
        add_first_terms(by=COMMAND)
        db.session.commit()


def _demonstration() -> Loaded:
    """Load it; what was loaded."""
    from jam.demo import load  # no other command needs it

    return load()


def _one_time_link(account: Account) -> str:
    link = sign_in_link(account, LINK_BY_COMMAND, by=COMMAND)
    db.session.commit()
    return url("people.signin_link", token=tokens.make("sign-in", link.id))


def main() -> None:
    """The entry point: errors that a person can mend are one line each."""
    try:
        sys.exit(jam.main(standalone_mode=False))
    except click.exceptions.NoArgsIsHelpError as help_text:
        help_text.show()
        sys.exit(2)
    except click.ClickException as mistake:
        _give_up(mistake.format_message())
    except click.Abort:
        sys.exit(130)
    except Refused as refused:
        _give_up(refused.message)
    except ValidationError as error:
        _give_up("; ".join(str(each["msg"]).removeprefix("Value error, ") for each in error.errors()))
    except (OperationalError, ProgrammingError) as error:
        if "no such table" in str(error.orig) or "does not exist" in str(error.orig):
            _give_up("The database is not up to date. Run: jam migrate")
        _give_up(f"The database does not answer: {str(error.orig).splitlines()[0]}")
    except DBAPIError as error:
        _give_up(f"The database refused: {str(error.orig).splitlines()[0]}")


def _give_up(message: str) -> None:
    click.echo(message, err=True)
    sys.exit(2)
