"""A test client whose requests see of the test's data only what is committed, as in real life."""

from __future__ import annotations

from contextvars import copy_context
from typing import Any

from flask import has_app_context
from flask.globals import _cv_app
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from jam.base.database import db

FLUSHED = "flushed, not committed"


@event.listens_for(db.session, "after_flush")
def _flushed(session: Session, _context: Any) -> None:
    session.info[FLUSHED] = True


@event.listens_for(db.session, "after_commit")
@event.listens_for(db.session, "after_rollback")
def _settled(session: Session) -> None:
    session.info.pop(FLUSHED, None)


class Client(FlaskClient):
    """Each request runs in an app context of its own.

    Flask would lend the test's context to the request: one session and one `g` for all requests, so that the
    signed-in account and unsaved rows of one leak into the next. (`with client:` does not work for this reason.)
    """

    def __init__(self, application: Any, *arguments: Any, **options: Any) -> None:
        super().__init__(application, *arguments, **options)
        # The settings' host, so that links and cookies are those of the real site.
        self.base_url = application.config["BASE_URL"]

    def open(self, *arguments: Any, **options: Any) -> TestResponse:
        """Send the request. Refuses while the test's own session holds something that was not committed."""
        if has_app_context():
            if db.session.info.get(FLUSHED) or db.session.new or db.session.dirty or db.session.deleted:
                raise RuntimeError("Commit before a request: it reads the database, not the test's session.")
            # Ends the test's view of the past: what the request writes shows afterwards.
            db.session.rollback()
        if not options.get("base_url"):
            options["base_url"] = self.base_url
        apart = copy_context()
        apart.run(_cv_app.set, None)  # type: ignore[arg-type]
        return apart.run(super().open, *arguments, **options)
