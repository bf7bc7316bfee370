"""The fixtures keep their word: every test starts clean, and requests share nothing with the test but the database."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask, g
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from jam.audit.actions import record
from jam.audit.models import AuditDetail, AuditEntry
from jam.base.access import access
from jam.base.database import db
from jam.base.now import frozen, now
from tests.clients import Client
from tests.forms import forms_of

PAGE = """
<form action="/search"><input name="q"></form>
<form method="POST" action="/thing?x=1">
  <input type="hidden" name="csrf_token" value="abc"> <input name="name" value="Ada &amp; Co">
  <input type="checkbox" name="levers" value="1" checked><input type="checkbox" name="levers" value="2" checked>
  <input type="checkbox" name="levers" value="3"> <input type="radio" name="pass" value="no">
  <select name="role"><option value="">Choose</option><option value="7">Nurse</option></select>
  <select name="state"><option value="NY">NY</option><option value="OH" selected>Ohio</option></select>
  <select name="many" multiple><option value="1">One</option></select>
  <textarea name="note">
two
lines</textarea> <input name="gone" disabled value="x"> <button name="save" value="draft">Save</button>
</form>
"""


@pytest.fixture
def counting(app: Flask) -> Flask:
    """The app with a page that says what it finds."""

    @app.get("/count")
    @access("public")
    def count() -> dict[str, object]:
        seen = g.get("seen", 0)
        g.seen = seen + 1
        entries = db.session.scalar(select(func.count()).select_from(AuditEntry))
        return {"entries": entries, "seen": seen, "now": now().isoformat()}

    return app


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_every_test_starts_with_an_empty_log_and_first_ids(
    db_session: scoped_session[Session], turn: int
) -> None:
    entry = record("house.try", "thing", turn, by="clock", changes={"name": (None, "new")})
    db_session.commit()
    assert entry.id == 1
    assert db_session.scalar(select(func.count()).select_from(AuditDetail)) == 1


def test_a_request_sees_what_is_committed_and_refuses_what_is_not(
    counting: Flask, client: Client, db_session: scoped_session[Session]
) -> None:
    assert client.get("/count").json["entries"] == 0
    record("house.try", "thing", 1, by="clock")
    with pytest.raises(RuntimeError, match="Commit before a request"):
        client.get("/count")
    db_session.commit()
    assert client.get("/count").json["entries"] == 1


def test_requests_share_no_context_but_the_frozen_clock(
    counting: Flask, client: Client, db_session: scoped_session[Session]
) -> None:
    with frozen(datetime(2026, 12, 15, 18, 0, tzinfo=UTC)):
        answers = [client.get("/count").json for _ in range(2)]
    assert answers == [{"entries": 0, "seen": 0, "now": "2026-12-15T18:00:00+00:00"}] * 2


def test_forms_are_read_as_a_browser_would_send_them() -> None:
    search, thing = forms_of(PAGE)
    assert (search.method, search.values) == ("get", {"q": [""]})
    assert (thing.method, thing.action) == ("post", "/thing?x=1")
    assert thing.names == {"csrf_token", "name", "levers", "pass", "role", "state", "many", "note", "save"}
    assert thing.values == {
        "csrf_token": ["abc"],
        "name": ["Ada & Co"],
        "levers": ["1", "2"],
        "role": [""],
        "state": ["OH"],
        "note": ["two\nlines"],
    }
