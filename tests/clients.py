"""A test client that behaves as a browser does: it sees what is committed, and sends the forms that pages really hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import copy_context
from secrets import token_hex
from typing import Any, cast

from flask import has_app_context
from flask.globals import _cv_app
from flask.sessions import SessionMixin
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import event
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from jam.base.database import db
from jam.people.models import Account
from tests.forms import forms_of

FLUSHED = "flushed, not committed"


@event.listens_for(db.session, "after_flush")
def _flushed(session: Session, _context: Any) -> None:
    session.info[FLUSHED] = True


@event.listens_for(db.session, "after_commit")
@event.listens_for(db.session, "after_rollback")
def _settled(session: Session) -> None:
    session.info.pop(FLUSHED, None)


def settle(what: str) -> None:
    """Make way for `what`, which reads the database by itself: RuntimeError if the test holds something uncommitted."""
    if has_app_context():
        if db.session.info.get(FLUSHED) or db.session.new or db.session.dirty or db.session.deleted:
            raise RuntimeError(f"Commit before {what}: it reads the database, not the test's session.")
        # Ends the test's view of the past (what is written now shows afterwards), and its lock on SQLite.
        db.session.rollback()


class Client(FlaskClient):
    """Each request runs in an app context of its own.

    Flask would lend the test's context to the request: one session and one `g` for all requests, so that the
    signed-in account and unsaved rows of one leak into the next. (`with client:` does not work for this reason.)
    """

    def open(self, *arguments: Any, **options: Any) -> TestResponse:
        """Send the request. RuntimeError while the test's own session holds something that was not committed."""
        settle("a request")
        options.setdefault("base_url", self.application.config["BASE_URL"])
        apart = copy_context()
        apart.run(cast("Any", _cv_app).set, None)
        return apart.run(super().open, *arguments, **options)

    @contextmanager
    def session_transaction(self, *arguments: Any, **options: Any) -> Iterator[SessionMixin]:
        """The cookie's session, to read or change."""
        options.setdefault("base_url", self.application.config["BASE_URL"])
        with super().session_transaction(*arguments, **options) as session:
            yield session

    def sign_in(self, account: Account) -> None:
        """From here on the requests are this account's. It must be committed."""
        with self.session_transaction() as session:
            session.clear()
            session.update(_user_id=f"{account.id}.{account.session_version}", _fresh=True)

    def token(self) -> str:
        """What every form of this client's pages holds against forgery; without asking for a page."""
        with self.session_transaction() as session:
            secret = session.setdefault("csrf_token", token_hex(20))
        return str(URLSafeTimedSerializer(self.application.secret_key, salt="wtf-csrf-token").dumps(secret))  # type: ignore[arg-type]

    def submit(
        self, path: str, fields: Mapping[str, Any] | None = None, *, form: str | None = None, **options: Any
    ) -> TestResponse:
        """Open the page, fill in its form and send it, with whatever the form already holds (its CSRF field too).

        `form` is a part of the action of the form that is meant, where the page has several. AssertionError when the
        page has no such form, or when the form has no field of a name in `fields`. A value of None leaves the
        field out, as for a box that is not ticked; a list sends the name several times.
        """
        page = self.get(path)
        assert page.status_code == 200, f"{path} answered {page.status}"
        found = [
            each for each in forms_of(page.text) if each.method == "post" and (form or "") in each.action
        ]
        wanted = [each for each in found if set(fields or ()) <= each.names]
        assert wanted, f"{path} has no such form; its forms take {[sorted(each.names) for each in found]}"
        data = {**wanted[0].values, **(fields or {})}
        sent = {name: value for name, value in data.items() if value is not None}
        return self.post(wanted[0].action or path, data=sent, **options)
