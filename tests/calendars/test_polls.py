"""A poller is answered whatever befalls the database: never 401, 429 or 5xx while there is anything to answer with."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy.orm import Session, scoped_session

from jam.base.database import db
from jam.calendars.actions import make_link, revoke_link
from jam.calendars.pages import personal_address
from tests import makers
from tests.clients import Client

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

PUBLIC = ["/calendar/all.ics", "/calendar/program/jam.ics", "/recordings.atom"]


class _Cursor(sqlite3.Cursor):
    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        return super().execute("SELECT 1" if "busy_timeout" in sql else sql, *values)


class _Impatient(sqlite3.Connection):
    """Gives up at once when somebody else holds the database."""

    def cursor(self, *_: Any) -> Any:
        return super().cursor(_Cursor)


@contextmanager
def locked() -> Iterator[None]:
    """Somebody holds the whole database."""
    path = db.engine.url.database
    assert path

    def connect(_dialect: Any, _record: Any, _words: Any, options: dict[str, Any]) -> None:
        options |= {"timeout": 0, "factory": _Impatient}

    def start_anew() -> None:
        db.session.remove()
        db.engine.dispose()

    sqlalchemy_event.listen(db.engine, "do_connect", connect)
    start_anew()
    # Outside the write-ahead log an exclusive lock keeps readers out too.
    holder = sqlite3.connect(path, isolation_level=None)
    try:
        assert holder.execute("PRAGMA journal_mode = DELETE").fetchone() == ("delete",)
        holder.execute("BEGIN EXCLUSIVE")
        yield
    finally:
        holder.close()
        sqlalchemy_event.remove(db.engine, "do_connect", connect)
        start_anew()


@pytest.fixture
def paths(app: Flask, db_session: scoped_session[Session]) -> list[str]:
    """Public feeds, a session's file and a personal feed."""
    seat = makers.registration(makers.event())
    make_link(seat.person, by=makers.BY)
    address = personal_address(seat.person)
    assert address
    found = [*PUBLIC, f"/sessions/{seat.event.slug}.ics", urlsplit(address).path]
    db.session.commit()
    return found


def test_a_locked_database_makes_no_5xx_for_who_polled_before(client: Client, paths: list[str]) -> None:
    before = {path: client.get(path) for path in paths}
    with locked():
        assert client.get("/").status_code == 503  # so it is locked indeed
        for path, first in before.items():
            again = client.get(path)
            assert (again.status_code, again.data) == (200, first.data)
            kept = ("ETag", "Last-Modified", "Content-Type", "Cache-Control")
            assert [again.headers.get(name) for name in kept] == [first.headers.get(name) for name in kept]
            known = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
            assert (known.status_code, known.data) == (304, b"")
            assert client.head(path).status_code == 200
    assert [client.get(path).status_code for path in paths] == [200] * len(paths)


def test_another_process_without_a_copy_tells_who_has_one_to_keep_it(
    client: Client, paths: list[str]
) -> None:
    with locked():
        for path in paths:
            assert client.get(path, headers={"If-None-Match": '"theirs"'}).status_code == 304
            late = client.get(path)
            assert (late.status_code, late.headers["Retry-After"]) == (503, "60")


def test_a_revoked_link_leaves_no_copy(
    client: Client, paths: list[str], db_session: scoped_session[Session]
) -> None:
    assert b"VEVENT" in client.get(paths[-1]).data
    [person] = {seat.person for seat in db_session.query(makers.Registration)}
    revoke_link(person, by=makers.BY)
    db.session.commit()
    assert client.get(paths[-1]).status_code == 410
    with locked():
        assert b"VEVENT" not in client.get(paths[-1]).data
