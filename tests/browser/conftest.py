"""Fixtures of the browser's tests: a page of an installed Chromium, and Jam with its demonstration data, served."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from filelock import FileLock
from jinja2 import FileSystemBytecodeCache
from playwright.sync_api import Browser, Page, sync_playwright

from jam import create_app
from jam.base.database import db
from jam.base.settings import Settings
from jam.demo import load
from tests import needs
from tests.browser import chromium
from tests.clients import Client
from tests.databases import Databases

SECRET = "a secret for tests, long enough to sign with"

#: Serves Jam out of a folder, see the fixture of this name.
Serve = Callable[[Path], AbstractContextManager[chromium.Site]]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser; one for all tests of this worker."""
    program = chromium.program()
    if program is None:
        needs.missing("chromium", "no chromium or google-chrome is installed (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=chromium.FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def demonstration(run_folder: Path, worker_databases: Databases) -> Path:
    """A SQLite file with the demonstration data, made once per run."""
    ready = run_folder / "demonstration.sqlite"
    with FileLock(run_folder / "demonstration.lock"):
        if not ready.exists():
            draft = run_folder / "demonstration-draft.sqlite"
            draft.unlink(missing_ok=True)
            _load_demonstration(worker_databases.sqlite(draft), run_folder)
            draft.rename(ready)
    return ready


def _load_demonstration(url: str, folder: Path) -> None:
    app = create_app(Settings(database_url=url, secret_key=SECRET, files=folder / "demonstration-files"))
    with app.app_context():
        load()
        db.session.commit()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def compiled_templates(run_folder: Path) -> FileSystemBytecodeCache:
    """Templates as Python's byte code, so that the many served apps of a run compile each of them once."""
    folder = run_folder / "templates"
    folder.mkdir(exist_ok=True)
    return FileSystemBytecodeCache(str(folder))


@pytest.fixture(scope="session")
def serve(demonstration: Path, compiled_templates: FileSystemBytecodeCache) -> Serve:
    """Serves Jam, whose demonstration data, files and mails stand in a folder, at an address of its own."""

    @contextmanager
    def serve(folder: Path) -> Iterator[chromium.Site]:
        shutil.copyfile(demonstration, folder / "jam.sqlite")
        server = chromium.listen()
        app = create_app(
            Settings(
                database_url=f"sqlite:///{folder / 'jam.sqlite'}",
                secret_key=SECRET,
                base_url=f"http://127.0.0.1:{server.port}",
                files=folder / "files",
                mail_url=f"file:{folder / 'mail'}",
            )
        )
        app.jinja_env.bytecode_cache = compiled_templates
        app.test_client_class = Client
        with chromium.serving(server, app) as site:
            yield site
        with app.app_context():
            db.engine.dispose()

    return serve


@pytest.fixture
def site(serve: Serve, tmp_path: Path) -> Iterator[chromium.Site]:
    """Jam with the demonstration data; what a test changes, no other sees."""
    with serve(tmp_path) as served:
        yield served


@pytest.fixture
def page(browser: Browser, site: chromium.Site) -> Iterator[Page]:
    """An empty tab: no cookies, Eastern time, a desk's width. Paths are relative to the site.

    Errors on the page and scripts that the content policy stopped fail the test at its end.
    """
    context = browser.new_context(
        base_url=site.url,
        locale="en-US",
        timezone_id="America/New_York",
        viewport={"width": 1440, "height": 900},
        color_scheme="light",
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "console", lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None
    )
    yield page
    context.close()
    assert faults == [], "the page had errors"
