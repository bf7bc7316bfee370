"""Fixtures that every test may use. A test that asks for a database runs twice: on SQLite and on PostgreSQL."""

from __future__ import annotations

import contextlib
import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from jam.base.database import db
from jam.base.settings import Settings
from tests import apps, databases, engines, needs, speed
from tests.clients import Client
from tests.commands import Runner
from tests.schema import build_schema

RUN_FOLDER = pytest.StashKey[Path]()
RUN_END = pytest.StashKey[contextlib.ExitStack]()

#: Tests that ran when their worker was lost.
LOST: list[str] = []

pytest.register_assert_rewrite("tests.makers", "tests.personas")


# --- one folder per run, shared by all workers ----------------------------------------------------------------------


def pytest_configure(config: pytest.Config) -> None:
    """Give the run its folder; the process that makes it also ends what runs in it."""
    for name in [name for name in os.environ if name.startswith("JAM_") and not name.startswith("JAM_TEST_")]:
        del os.environ[name]  # the settings of this machine's own Jam are not the tests'
    speed.share_routes()
    speed.collect_seldom()
    if hasattr(config, "workerinput"):
        config.stash[RUN_FOLDER] = Path(config.workerinput["run_folder"])
        return
    end = config.stash[RUN_END] = contextlib.ExitStack()
    config.stash[RUN_FOLDER] = folder = end.enter_context(engines.run_folder())
    if "JAM_TEST_POSTGRESQL_URL" in os.environ:
        end.callback(databases.drop_all, folder)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell each worker where the run's folder is."""
    node.workerinput["run_folder"] = str(node.config.stash[RUN_FOLDER])


@pytest.hookimpl(optionalhook=True)
def pytest_handlecrashitem(crashitem: str, report: pytest.TestReport, sched: Any) -> None:
    """A test whose worker was lost (it hung, or the machine ended it) is tried once more on a new one, and named at the end."""
    if crashitem not in LOST:
        LOST.append(crashitem)
        sched.mark_test_pending(crashitem)
        report.outcome = "rerun"  # type: ignore[assignment]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name what was tried again."""
    for each in LOST:
        terminalreporter.line(f"Its worker was lost, and it was tried once more: {each}", yellow=True)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server and remove the folder, also after Ctrl-C."""
    if end := config.stash.get(RUN_END, None):
        end.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The probes first: they last long and mostly wait, so no worker should be left alone with one at the end."""
    items.sort(key=lambda item: item.path.parent.name != "load")


def pytest_collection_finish() -> None:
    """All modules and tests are there now, and stay."""
    speed.keep_for_good()


# --- databases ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def run_folder(request: pytest.FixtureRequest) -> Path:
    """A folder that all workers of this run share; what is made in it once, behind a lock, is made once."""
    return request.config.stash[RUN_FOLDER]


@pytest.fixture(scope="session")
def worker_databases(run_folder: Path) -> Iterator[databases.Databases]:
    """The databases of this worker, with the schema."""
    with databases.worker_databases(run_folder, build_schema) as mine:
        yield mine


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> str:
    """Which engine this run of the test is on: "sqlite" or "postgresql"."""
    return str(request.param)


@pytest.fixture(scope="session")
def shared_apps() -> Iterator[dict[str, apps.Shared]]:
    """The apps that this worker's tests share, by engine."""
    made: dict[str, apps.Shared] = {}
    yield made
    for each in made.values():
        each.end()


@pytest.fixture
def engine_url(
    engine: str, worker_databases: databases.Databases, shared_apps: dict[str, apps.Shared]
) -> str:
    """A database with the schema and nothing else in it."""
    if engine == "sqlite":
        return worker_databases.clean_sqlite()
    shared = shared_apps.get(engine)
    try:
        return worker_databases.postgresql(keep=shared.backends if shared else [])
    except engines.EngineMissing as reason:
        needs.missing("postgresql", str(reason))


@pytest.fixture
def database_bytes(worker_databases: databases.Databases) -> Callable[[], bytes]:
    """What stands in the files of this test's SQLite database, deleted or not."""
    return worker_databases.sqlite_bytes


@pytest.fixture
def empty_database(engine: str, worker_databases: databases.Databases, tmp_path: Path) -> Callable[[], str]:
    """Makes databases without a single table, for tests of the schema itself; each call gives the URL of another."""

    def make() -> str:
        try:
            return worker_databases.empty(engine, tmp_path / f"empty-{uuid.uuid4().hex}.sqlite")
        except engines.EngineMissing as reason:
            needs.missing("postgresql", str(reason))

    return make


# --- the app --------------------------------------------------------------------------------------------------------


@pytest.fixture
def settings(engine_url: str, tmp_path: Path) -> Settings:
    """Settings of this test alone: its database, its files, its mail folder."""
    return Settings(
        database_url=engine_url,
        secret_key="a secret for tests, long enough to sign with",
        base_url="http://jam.example",
        files=tmp_path / "files",
        mail_url=f"file:{tmp_path / 'mail'}",
    )


@pytest.fixture
def app(engine: str, settings: Settings, shared_apps: dict[str, apps.Shared]) -> Iterator[Flask]:
    """The whole app, on this test's database. A test may change its settings, add a page or a function."""
    shared = shared_apps.get(engine)
    if shared is None:
        shared = shared_apps[engine] = apps.Shared(settings)
    with shared.lent(settings) as app:
        yield app
    if not shared.as_new():
        shared_apps.pop(engine).end()


@pytest.fixture
def client(app: Flask) -> Client:
    """A browser without cookies. Its requests share nothing with the test but the database."""
    client = app.test_client()
    assert isinstance(client, Client)
    return client


@pytest.fixture
def runner(app: Flask, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Runner:
    """Runs commands on this test's app: `runner("statistics", "--json").json`."""
    return Runner(app, monkeypatch, capsys)


@pytest.fixture
def db_session(app: Flask) -> Iterator[scoped_session[Session]]:
    """The session, with an app context around the test. Commit before a request, or the request cannot see it."""
    with app.app_context():
        try:
            yield db.session
        finally:
            db.session.remove()
