"""The app that a worker's tests share, one for each engine: made once, and before each test as it was when it was new.

What an app learns by working (its compiled SQL, its templates, its routes) is the same for all tests and most of what a test
would cost. What belongs to one test is its settings and what it changes; `Shared` puts the first in and the second back. An
app that was changed in another way than in its settings is thrown away.
"""

from __future__ import annotations

import gc
import weakref
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import psycopg
from flask import Flask
from sqlalchemy import Engine, event

from jam import configure, create_app
from jam.base.database import db
from jam.base.settings import Settings
from tests.clients import Client

#: So many compiled statements are kept; all tests together ask in more ways than a server.
STATEMENTS = 3000


class Shared:
    """One app for many tests, on one database whose content changes between them."""

    def __init__(self, settings: Settings) -> None:
        self.app = create_app(settings)
        self.app.test_client_class = Client
        with self.app.app_context():
            self._engine = db.engine
        self._engine._compiled_cache.capacity = STATEMENTS  # type: ignore[union-attr]
        self._connections = _watched(self._engine)
        _ = self.app.logger, self.app.jinja_loader  # made when they are first asked for
        self._config = dict(self.app.config)
        self._extensions = dict(self.app.extensions)
        self._first_state = _state(self.app)
        gc.freeze()

    @property
    def backends(self) -> list[int]:
        """The processes of PostgreSQL that the app's waiting connections belong to."""
        return [each.info.backend_pid for each in self._connections if not each.closed]

    @contextmanager
    def lent(self, settings: Settings) -> Iterator[Flask]:
        """The app for one test with these settings, whose database is the one it was made for."""
        self._renew()
        configure(self.app, settings)
        self.app.testing = True
        try:
            yield self.app
        finally:
            self._let_go()

    def as_new(self) -> bool:
        """Whether the last test left its routes, functions and templates' globals alone."""
        return _state(self.app) == self._first_state

    def end(self) -> None:
        """Close its connections."""
        self._engine.dispose()

    def _renew(self) -> None:
        app = self.app
        app.config.clear()
        app.config.update(self._config)
        app.extensions.clear()  # some rooms keep there what they read, for the next request
        app.extensions.update(self._extensions)
        app._got_first_request = False  # a test may add a page; the app is thrown away then

    def _let_go(self) -> None:
        # SQLite's file makes way for another. A connection that somebody still holds is left to them.
        if self._engine.dialect.name == "sqlite" or self._engine.pool.checkedout():  # type: ignore[attr-defined]
            self._engine.dispose()
            self._connections.clear()


def _watched(engine: Engine) -> weakref.WeakSet[psycopg.Connection[Any]]:
    """The PostgreSQL connections that the engine opens, as long as it has them."""
    found: weakref.WeakSet[psycopg.Connection[Any]] = weakref.WeakSet()
    if engine.dialect.name == "postgresql":
        event.listen(engine, "connect", lambda connection, _record: found.add(connection))
    return found


def _state(app: Flask) -> dict[str, object]:
    """What an app is beside its settings: which function does what, by their identities."""
    own = {
        name: _identities(value)
        for name, value in vars(app).items()
        if name not in ("config", "extensions", "_got_first_request", "url_map", "jinja_env")
    }
    environment = {
        f"jinja_env.{name}": _identities(getattr(app.jinja_env, name))
        for name in ("globals", "filters", "tests", "loader", "trim_blocks", "lstrip_blocks")
    }
    return {**own, **environment, "routes": len(app.url_map._rules)}


def _identities(value: object) -> object:
    kind = type(
        value
    )  # not isinstance: a proxy of Flask's answers for what it stands for; and a Config is none of ours
    if kind in (dict, defaultdict):
        found = {key: _identities(each) for key, each in cast("dict[Any, object]", value).items()}
        return {key: each for key, each in found.items() if each}  # asking a defaultdict leaves empty entries
    if kind in (list, tuple):
        return [_identities(each) for each in cast("list[object]", value)]
    return value if kind in (str, bool, int) else id(value)
