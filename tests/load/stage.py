"""Sets up what a probe plays on: a fresh database, the real server, real workers, and a mail server that keeps all."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import requests
from flask import Flask

from jam import create_app
from jam.audit.actions import COMMAND
from jam.base.database import db
from jam.base.settings import Settings
from jam.cli import bring_up_to_date
from jam.vocabulary.actions import add_first_terms
from tests import databases, engines
from tests.load.browser import Browser, quiet_session
from tests.load.forge import Forge, open_forge
from tests.load.ports import free_port
from tests.load.processes import jam, running, stop, tail
from tests.load.sink import Sink, open_sink
from tests.load.tables import Tables

#: Seconds until the server must answer; a shared machine is slow.
READY_AFTER = 60


#: The URL of a fresh database of an engine, which may put its file into a folder.
Database = Callable[[str, Path], str]


class NotReady(Exception):
    """The server did not come up, or something that had to happen did not."""


@dataclass
class Stage:
    """A running Jam. `app` is the same app in this process, to prepare rows by its own actions."""

    app: Flask
    base_url: str
    sink: Sink
    tables: Tables
    log: Path
    clocks: list[subprocess.Popen[bytes]] = field(default_factory=list)
    #: The environment of its commands.
    around: Mapping[str, str] = field(default_factory=dict)
    sabotage: str | None = None

    def browser(self) -> Browser:
        """A new visitor."""
        return Browser(self.base_url)

    @contextmanager
    def preparing(self) -> Iterator[None]:
        """Rows may be made inside; they are committed at the end."""
        with self.app.app_context():
            yield
            db.session.commit()

    def forge(self) -> AbstractContextManager[Forge]:
        """Processes by the hundred, at other times, which die where they are told to."""
        return open_forge(self.around, self.log.with_name("forge.log"), self.sabotage)

    def stop_clocks(self) -> None:
        """Let the workers finish and end, so that nothing but requests writes from here on."""
        for each in self.clocks:
            stop(each)

    def await_letters(self) -> None:
        """Wait until everything that is due has left. NotReady when nothing leaves any more."""
        self.await_none(
            "SELECT count(*) FROM letter WHERE state = 'sending' OR (state = 'due' AND attempts = 0)",
            "no letter left",
        )

    def await_none(self, query: str, otherwise: str, **values: Any) -> None:
        """Wait until this count is 0. NotReady, with these words, when it falls no more for a minute."""
        left = self.tables.number(query, **values)
        while left:
            await_that(partial(self._fewer_than, left, query, values), 60, otherwise)
            left = self.tables.number(query, **values)

    def _fewer_than(self, number: int, query: str, values: Mapping[str, Any]) -> bool:
        return self.tables.number(query, **values) < number


@contextmanager
def open_stage(
    engine: str, *, web: int, clocks: int, sabotage: str | None = None, database: Database | None = None
) -> Iterator[Stage]:
    """A running Jam on a fresh database of this engine: so many web processes, so many workers. At the end all is gone.

    `database` may hand in one that has its tables; otherwise the migrations make them.
    Raises engines.EngineMissing where there is no PostgreSQL, and NotReady with the server's last words.
    """
    with ExitStack() as end:
        folder = Path(tempfile.mkdtemp(prefix="jam-load-"))
        end.callback(shutil.rmtree, folder, ignore_errors=True)
        sink, mail_url = end.enter_context(open_sink())
        port = free_port()
        settings = Settings(
            database_url=database(engine, folder)
            if database
            else end.enter_context(_fresh_database(engine, folder)),
            secret_key=secrets.token_hex(32),
            base_url=f"http://127.0.0.1:{port}",
            files=folder / "files",
            mail_url=mail_url,
            trusted_proxies=1,
        )
        app = create_app(settings)
        end.callback(_let_go, app)
        if database is None:
            bring_up_to_date(app)
        else:
            with app.app_context():
                add_first_terms(by=COMMAND)
                db.session.commit()
        tables = Tables(settings.sqlalchemy_url)
        end.callback(tables.close)
        around = _environment(settings)
        log = folder / "serve.log"
        if web:
            serve = jam(["serve", "--workers", str(web), "--port", str(port)], sabotage)
            server = end.enter_context(running(serve, around, log))
        work = [
            end.enter_context(running(jam(["worker"], sabotage), around, folder / f"worker-{number}.log"))
            for number in range(clocks)
        ]
        if web:
            _await_server(settings.base_url, server, log)
        yield Stage(app, settings.base_url, sink, tables, log, work, around, sabotage)


def await_that(holds: Callable[[], bool], seconds: float, otherwise: str) -> None:
    """Wait until it holds. NotReady, with these words, when it does not in time."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise NotReady(f"{otherwise} within {seconds:g} seconds")
        time.sleep(0.05)


@contextmanager
def _fresh_database(engine: str, folder: Path) -> Iterator[str]:
    if engine == "sqlite":
        yield f"sqlite:///{folder / 'jam.sqlite'}"
        return
    with engines.run_folder() as run:
        try:
            yield databases.Databases(run, lambda _: None).empty("postgresql", run)
        finally:
            if "JAM_TEST_POSTGRESQL_URL" in os.environ:
                databases.drop_all(run)


def _let_go(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def _environment(settings: Settings) -> dict[str, str]:
    """What the commands see: these settings and no others."""
    others = {name: value for name, value in os.environ.items() if not name.startswith(("JAM_", "GUNICORN_"))}
    return {
        **others,
        "JAM_DATABASE_URL": settings.database_url,
        "JAM_SECRET_KEY": settings.keys[0],
        "JAM_BASE_URL": settings.base_url,
        "JAM_FILES": str(settings.files),
        "JAM_MAIL_URL": settings.mail_url.get_secret_value(),
        "JAM_TRUSTED_PROXIES": str(settings.trusted_proxies),
    }


def _await_server(base_url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    def answers() -> bool:
        if server.poll() is not None:
            raise NotReady(f"the server ended with {server.returncode}: {tail(log)}")
        try:
            return session.get(f"{base_url}/healthz", timeout=10).status_code == 200
        except requests.RequestException:
            return False

    with quiet_session() as session:
        await_that(answers, READY_AFTER, f"the server was not ready ({tail(log)})")
