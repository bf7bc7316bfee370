"""Databases for tests: the schema is built once per run and engine, then every test starts on a copy as good as new.

SQLite: each worker has one file, which a copy of the template takes the place of (about a millisecond). PostgreSQL: each
worker has one database made from the template, and what a test wrote is deleted and the template's rows and counters put
back (about seven milliseconds; a new database from the template takes sixty).
"""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import LiteralString, cast

from filelock import FileLock
from sqlalchemy import URL

from tests import engines

#: Fills an empty database, given by its URL, with the schema.
Builder = Callable[[str], None]

POSTGRESQL_TEMPLATE = "jam_test_template"


class Databases:
    """The databases of one worker."""

    def __init__(self, folder: Path, build: Builder) -> None:
        self._folder = folder
        self._build = build
        self._own: _Cleaned | None = None
        self._file: Path | None = None

    def sqlite(self, path: Path) -> str:
        """A database file at `path` with the schema; its URL."""
        shutil.copyfile(self._sqlite_template(), path)
        return f"sqlite:///{path}"

    def clean_sqlite(self) -> str:
        """This worker's SQLite database, as clean as the template; its URL, the same each time."""
        if self._file is None:
            self._file = Path(tempfile.mkdtemp(prefix="worker-", dir=self._folder)) / "jam.sqlite"
        draft = self._file.with_name("draft")
        shutil.copyfile(self._sqlite_template(), draft)
        for journal in ("-wal", "-shm"):
            self._file.with_name(f"jam.sqlite{journal}").unlink(missing_ok=True)
        draft.replace(self._file)  # another file of that name: who still has the earlier one open, keeps it
        return f"sqlite:///{self._file}"

    def sqlite_bytes(self) -> bytes:
        """What stands in the files of the worker's SQLite database."""
        assert self._file is not None
        return b"".join(path.read_bytes() for path in self._file.parent.glob("jam.sqlite*"))

    def postgresql(self, keep: Sequence[int] = ()) -> str:
        """This worker's database, as clean as the template; its URL. Raises EngineMissing where there is no server.

        Connections to it are ended, but for those of the processes to `keep`, if they wait for work.
        """
        if self._own is None:
            self._postgresql_template()
            url = self._create(template=self.name_for_run(POSTGRESQL_TEMPLATE))
            self._own = _Cleaned(url)
        else:
            self._own.clean(keep)
        return text(self._own.url)

    def empty(self, engine: str, path: Path) -> str:
        """A new database without any table, for tests of the schema itself; its URL."""
        return f"sqlite:///{path}" if engine == "sqlite" else text(self._create())

    def close(self) -> None:
        """Let go of the worker's own connection."""
        if self._own:
            self._own.connection.close()

    def name_for_run(self, name: str) -> str:
        """`name`, told apart from that of another run on the same server."""
        return f"{name}_{self._folder.name.rpartition('-')[2].lower()}"

    def _sqlite_template(self) -> Path:
        template = self._folder / "template.sqlite"
        if not template.exists():
            with FileLock(self._folder / "sqlite.lock"):
                if not template.exists():
                    draft = self._folder / "draft.sqlite"
                    draft.unlink(missing_ok=True)
                    self._build(f"sqlite:///{draft}")
                    draft.rename(template)
        return template

    def _postgresql_template(self) -> None:
        done = self._folder / "postgresql.done"
        with FileLock(self._folder / "postgresql.lock"):
            if not done.exists():
                name = self.name_for_run(POSTGRESQL_TEMPLATE)
                with engines.connect(engines.server_url(self._folder)) as server:
                    server.execute(_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
                self._build(text(self._create(name)))
                done.touch()

    def _create(self, name: str | None = None, template: str = "template0") -> URL:
        name = name or self.name_for_run(f"jam_test_{uuid.uuid4().hex[:8]}")
        server_url = engines.server_url(self._folder)
        with engines.connect(server_url) as server:
            server.execute(_sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
        return server_url.set(database=name)


def drop_all(folder: Path) -> None:
    """Drop this run's databases from a server that outlives it."""
    with suppress(engines.EngineMissing), engines.connect(engines.server_url(folder)) as server:
        mine = Databases(folder, lambda _: None).name_for_run("jam_test_%")
        for (name,) in server.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE %s", [mine]
        ).fetchall():
            server.execute(_sql(f'DROP DATABASE "{name}" WITH (FORCE)'))


class _Cleaned:
    """One PostgreSQL database that remembers its first state and returns to it."""

    def __init__(self, url: URL) -> None:
        self.url = url
        self.connection = engines.connect(url)
        # Rows land in what a vacuum frees, before older ones: no order was asked for, but tests see it.
        for table in self._tables():
            self.connection.execute(_sql(f'ALTER TABLE public."{table}" SET (autovacuum_enabled = false)'))
        self.connection.execute("CREATE SCHEMA first_state")
        self._function("empty", "SETOF text", self._emptying())
        self._function("fill", "void", self._filling())

    def clean(self, keep: Sequence[int]) -> None:
        """Delete what was written, put back what the template held, restart the counters."""
        # A connection that a test left open may hold locks.
        self.connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND NOT (pid = ANY(%s) AND state = 'idle')",
            [list(keep)],
        )
        written = ", ".join(f'public."{table}"' for table in self._column("SELECT first_state.empty()"))
        # Files without a page, so that rows stand in the order of their writing whatever tests were before.
        self.connection.execute(_sql(f"VACUUM (INDEX_CLEANUP ON) {written}"))
        self.connection.execute("SELECT first_state.fill()")

    def _function(self, name: str, returns: str, statements: Iterator[str]) -> None:
        """Statements as one function on the server, which keeps their plans."""
        self.connection.execute(
            _sql(
                f"CREATE FUNCTION first_state.{name}() RETURNS {returns} LANGUAGE plpgsql"
                # Neither foreign keys nor the triggers of append-only tables stand in the way of a clean slate.
                " SET session_replication_role = replica AS $$ BEGIN\n"
                + "\n".join(f"{each};" for each in statements)
                + "\nEND $$"
            )
        )

    def _emptying(self) -> Iterator[str]:
        """Delete from each table that has a page, and name it."""
        for table in self._tables():
            yield (
                f"""IF pg_relation_size('public."{table}"') > 0 THEN DELETE FROM public."{table}";"""
                f" RETURN NEXT '{table}'; END IF"
            )

    def _filling(self) -> Iterator[str]:
        for table in self._tables():
            if self._column(f'SELECT 1 FROM public."{table}" LIMIT 1'):
                self.connection.execute(_sql(f'CREATE TABLE first_state."{table}" AS TABLE public."{table}"'))
                columns = ", ".join(f'"{name}"' for name in self._writable_columns(table))
                yield (
                    f'INSERT INTO public."{table}" ({columns}) OVERRIDING SYSTEM VALUE'
                    f' SELECT {columns} FROM first_state."{table}"'
                )
        for sequence in self._column("SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'"):
            [(value, called)] = self.connection.execute(
                _sql(f'SELECT last_value, is_called FROM public."{sequence}"')
            ).fetchall()
            yield (
                f'IF (SELECT (last_value, is_called) <> ({value}, {called}) FROM public."{sequence}") THEN'
                f""" PERFORM setval('public."{sequence}"', {value}, {called}); END IF"""
            )

    def _tables(self) -> list[object]:
        return self._column("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")

    def _column(self, query: str) -> list[object]:
        return [row[0] for row in self.connection.execute(_sql(query)).fetchall()]

    def _writable_columns(self, table: object) -> list[object]:
        return self._column(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public'"
            f" AND table_name = '{table}' AND is_generated = 'NEVER' ORDER BY ordinal_position"
        )


def text(url: URL) -> str:
    """The URL in full, password included."""
    return url.render_as_string(hide_password=False)


def _sql(statement: str) -> LiteralString:
    # Names only, all of them ours: nothing here comes from outside.
    return cast("LiteralString", statement)


@contextmanager
def worker_databases(folder: Path, build: Builder) -> Iterator[Databases]:
    """The worker's databases until it ends."""
    databases = Databases(folder, build)
    try:
        yield databases
    finally:
        databases.close()
