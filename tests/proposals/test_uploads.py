"""An upload holds up nobody while it is looked at, and leaves no file behind when it is not kept."""

from __future__ import annotations

import io
import sqlite3

import pytest
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from jam.base.database import db
from jam.proposals import files
from jam.proposals.rules import State
from tests.clients import Client
from tests.proposals import slides
from tests.proposals.offers import enter, own_path, proposal
from tests.worlds import files_of

Db = scoped_session[Session]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("end", "module"), [("/slides", "slides"), ("/portrait", "portraits")])
def test_others_can_write_while_a_file_is_looked_at(
    client: Client, db_session: Db, monkeypatch: pytest.MonkeyPatch, end: str, module: str
) -> None:
    made = proposal(State.CONFIRMED)
    db_session.commit()
    enter(client, made.lead)
    path = db.engine.url.database
    checks = getattr(files, module)
    name = "check" if module == "slides" else "clean"
    look, wrote = getattr(checks, name), []

    def while_somebody_writes(data: bytes) -> object:
        with sqlite3.connect(path or "", timeout=0) as other:
            other.execute("UPDATE proposal SET minutes = 16")
        wrote.append(True)
        return look(data)

    monkeypatch.setattr(checks, name, while_somebody_writes)
    data = slides.pdf() if module == "slides" else slides.png()
    assert client.submit(own_path(made), {"file": (io.BytesIO(data), "x")}, form=end).status_code == 303
    assert wrote == [True]
    db_session.expire_all()
    assert len(made.files) == 1


def test_a_transaction_that_does_not_stand_leaves_no_file(app: Flask, db_session: Db) -> None:
    made = proposal(State.CONFIRMED)
    db_session.commit()
    for end in (db_session.rollback, db_session.close):
        files.keep_slides(made, files.checked_slides(slides.pdf()), by="command")
        assert len(files_of(app)) == 1
        end()
        assert files_of(app) == {}
        made = db_session.merge(made)
    files.keep_slides(made, files.checked_slides(slides.pdf()), by="command")
    with db_session.begin_nested():
        files.keep_portrait(made.lead, files.checked_portrait(slides.png()), by="command")
    db_session.commit()
    db_session.rollback()
    assert len(files_of(app)) == 2
