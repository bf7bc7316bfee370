"""Ana registers, is reminded, stops the reminders, wants them again, and comes in by the last one: by pages and mail alone."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from email import message_from_bytes, policy

import pytest
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from jam.base.database import db
from jam.base.now import frozen
from jam.clock import tick
from tests import makers
from tests.clients import Client
from tests.makers import utc

START = utc("2026-12-15 18:00")


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_ana_from_her_seat_to_the_open_door(
    app: Flask, client: Client, db_session: scoped_session[Session]
) -> None:
    with frozen(utc("2026-11-01 15:00")):
        event = makers.event(starts_at=START, join_url="https://zoom.example/j/1")
        makers.program().join_url = "https://zoom.example/j/1"
        db.session.commit()
    with frozen(utc("2026-11-20 15:00")):
        said = {
            "email": "ana@clinic.example",
            "name": "Ana Lee",
            "organization": "Riverside Clinic",
            "state": "OH",
        }
        assert client.submit(f"/sessions/{event.slug}/register", said).status_code == 303

    def mail(at: datetime) -> dict[str, str]:
        """Run the clock at a moment; text by subject of what arrived in it."""
        before = set(app.config["MAIL_FOLDER"].rglob("*.eml"))
        with frozen(at):
            tick(app, pretended=True)
            tick(app, pretended=True)
        found = {}
        for path in set(app.config["MAIL_FOLDER"].rglob("*.eml")) - before:
            message = message_from_bytes(path.read_bytes(), policy=policy.default)
            found[str(message["Subject"])] = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        return found

    def link(text: str, part: str) -> str:
        return re.findall(rf"http://jam\.example({part}[\w/-]+)", text)[0]

    assert list(mail(utc("2026-11-20 15:01"))) == ["You're in: Peers in the crisis line"]
    week = mail(START - timedelta(days=7))
    [(subject, text)] = week.items()
    assert subject == "Reminder: Peers in the crisis line, in 7 days"
    assert "Tuesday, December 15, 2026, 1:00 to 2:00 p.m. Eastern" in text

    stop = link(text, "/letters/stop/")
    with frozen(START - timedelta(days=6)):
        client.submit(stop)
    assert mail(START - timedelta(days=1)) == {}
    with frozen(START - timedelta(hours=20)):
        client.submit(stop, {"do": "again"})

    [(subject, text)] = mail(START - timedelta(hours=1)).items()
    assert subject == "Peers in the crisis line begins in one hour"
    assert text.startswith("Join the session: http://jam.example/join/")
    with frozen(START - timedelta(minutes=5)):
        door = client.get(link(text, "/join/"), follow_redirects=True).text
    assert "the room is open" in door
