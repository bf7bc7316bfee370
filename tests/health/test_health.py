"""Whether Jam is well: what the probe, the staff's front page and the operator's command say of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session, scoped_session

from jam import create_app
from jam.base.database import db
from jam.base.now import frozen
from jam.base.settings import Settings
from jam.health.actions import forget_vanished
from jam.health.models import Heartbeat
from jam.health.rules import Outcome
from jam.mail import server
from jam.mail.refusing import pause
from jam.mail.rules import State
from tests import makers
from tests.clients import Client
from tests.commands import Runner
from tests.mail.letters import letter

Db = scoped_session[Session]

NOON = makers.utc("2026-12-01 17:00")


@pytest.fixture(autouse=True)
def site_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    def get(url: str, **_: Any) -> requests.Response:
        answer = requests.Response()
        answer.status_code, answer._content = 200, b"ok\n"
        return answer

    monkeypatch.setattr(requests, "get", get)


@pytest.fixture
def well(db_session: Db) -> Db:
    """A worker has just done its round."""
    with frozen(NOON):
        makers.sign_of_life()
    db_session.commit()
    return db_session


def ready(client: Client) -> tuple[int, dict[str, str]]:
    """The status of /readyz at noon, and what it says of each thing that is not well."""
    with frozen(NOON):
        answer = client.get("/readyz")
    assert answer.json["ready"] == (answer.status_code == 200)
    assert list(answer.json) == ["checks", "ready"]
    found = answer.json["checks"]
    return answer.status_code, {name: each["says"] for name, each in found.items() if not each["ok"]}


def today(client: Client) -> list[tuple[str, str]]:
    """What the front page says is wrong with Jam itself at noon, and what to do."""
    with frozen(NOON):
        page = client.get("/desk/").text
    pattern = r'<div class="alert[^>]*><p class="notice-heading">(.*?)</p><p>(.*?)</p>'
    return [(unescape(says), unescape(do)) for says, do in re.findall(pattern, page)]


@pytest.mark.parametrize("host", ["jam.example", "10.0.0.7:8000"])
def test_the_probes_answer_under_any_name(client: Client, well: Db, host: str) -> None:
    alive = client.get("/healthz", base_url=f"http://{host}")
    assert (alive.status_code, alive.text, alive.mimetype) == (200, "ok\n", "text/plain")
    with frozen(NOON):
        answer = client.get("/readyz", base_url=f"http://{host}")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert answer.json == {
        "ready": True,
        "checks": {
            "database": {"ok": True, "says": "The database answers."},
            "schema": {"ok": True, "says": "The database is of this version."},
            "worker": {"ok": True, "says": "A worker runs."},
            "mail": {"ok": True, "says": "Mail leaves on time."},
            "files": {"ok": True, "says": "Files can be written."},
        },
    }


def test_without_a_worker_it_is_not_ready_and_staff_read_why(client: Client, db_session: Db) -> None:
    assert ready(client) == (503, {"worker": "No worker runs."})
    makers.sign_in(client)
    [(says, do)] = today(client)
    assert (says, do[:42]) == ("No worker runs.", "Whoever runs Jam starts one by: jam worker")


@pytest.mark.parametrize(
    ("minutes", "says"),
    [(5, {}), (6, "No worker has run for 6 minutes."), (300, "No worker has run for 5 hours.")],
)
def test_a_worker_is_missed_after_five_minutes(
    client: Client, db_session: Db, minutes: int, says: str | dict[str, str]
) -> None:
    with frozen(NOON - timedelta(minutes=minutes)):
        makers.sign_of_life()
    db_session.commit()
    assert ready(client) == ((503, {"worker": says}) if says else (200, {}))


def test_mail_that_is_behind_is_said_before_anything_else(client: Client, well: Db) -> None:
    makers.sign_in(client)
    assert today(client) == []
    letter(due_at=NOON - timedelta(minutes=12))
    letter(due_at=NOON + timedelta(minutes=12))
    well.commit()
    assert ready(client) == (503, {"mail": "Mail is 12 minutes behind."})
    [(says, do)] = today(client)
    assert says == "Mail is 12 minutes behind."
    assert do.startswith("The page of letters says what the mail server answered.")
    with frozen(NOON):
        page = client.get("/desk/").text
    assert page.index("Mail is 12 minutes behind.") < page.index("todo") if "todo" in page else True


def test_mail_that_is_late_while_it_leaves_is_no_reason_to_turn_visitors_away(
    client: Client, well: Db
) -> None:
    makers.sign_in(client)
    letter(due_at=NOON - timedelta(minutes=40))
    left = letter()
    left.state, left.sent_at = State.SENT, NOON - timedelta(minutes=1)
    well.commit()
    assert ready(client) == (200, {})
    assert today(client) == [
        ("Mail is 40 minutes behind.", "Letters are leaving, so it catches up by itself.")
    ]


def test_a_letter_that_a_vanished_worker_left_counts_as_waiting(client: Client, well: Db) -> None:
    left = letter(due_at=NOON - timedelta(minutes=20))
    left.state, left.lease_until = State.SENDING, NOON - timedelta(minutes=1)
    well.commit()
    assert ready(client) == (503, {"mail": "Mail is 20 minutes behind."})


def test_one_letter_tried_in_vain_is_told_to_staff(client: Client, well: Db) -> None:
    makers.sign_in(client)
    tried = letter(due_at=NOON + timedelta(minutes=5))
    tried.attempts = 4
    well.commit()
    assert ready(client) == (200, {})
    assert [says for says, _ in today(client)] == [
        "The mail server takes no letters: 1 letter was tried several times."
    ]


def test_a_mail_server_that_cannot_be_used_is_told_to_staff_after_some_minutes(
    client: Client, well: Db
) -> None:
    makers.sign_in(client)
    with frozen(NOON - timedelta(minutes=4)):
        server.note_trouble("The mail server cannot be reached.")
    well.commit()
    assert ready(client) == (200, {})
    assert [says for says, _ in today(client)] == ["The mail server could not be used for 4 minutes."]
    server.note_fine()
    well.commit()
    assert today(client) == []


def test_jobs_that_fail_or_hang_are_told_to_staff(client: Client, well: Db) -> None:
    makers.sign_in(client)
    with frozen(NOON):
        makers.sign_of_life("series passes", outcome=Outcome.FAILED, failures=3)
        makers.sign_of_life("waiting lists", outcome=Outcome.FAILED, failures=2)
    well.commit()
    assert ready(client) == (200, {})
    assert [says for says, _ in today(client)] == [
        "Work that Jam does by itself keeps failing: “series passes”."
    ]
    well.execute(text("DELETE FROM heartbeat WHERE job = 'series passes'"))
    with frozen(NOON - timedelta(minutes=20)):
        makers.sign_of_life("reminders")
    well.commit()
    assert [says for says, _ in today(client)] == [
        "Work that Jam does by itself has not run for long: “reminders”."
    ]


def test_a_database_of_another_version_is_not_ready(client: Client, well: Db, runner: Runner) -> None:
    well.execute(text("UPDATE alembic_version SET version_num = 'before'"))
    well.commit()
    unknown = "Not known while the database is not ready."
    assert ready(client) == (
        503,
        {"schema": "The database is of another version.", "worker": unknown, "mail": unknown},
    )
    assert client.get("/healthz").status_code == 200
    ended = runner("check")
    assert ended.status == 1
    assert "FAULT  schema: The database is of another version. Run: jam migrate\n" in ended.out


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_database_that_is_away_is_said_by_the_probe_and_the_command(
    app: Flask, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    away = create_app(settings.model_copy(update={"database_url": f"sqlite:///{tmp_path}/none/jam.sqlite"}))
    answer = away.test_client().get("/readyz", base_url="http://jam.example")
    assert (answer.status_code, answer.json["checks"]["database"]) == (
        503,
        {"ok": False, "says": "The database does not answer."},
    )
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_files_folder_that_cannot_be_written_is_not_ready(
    client: Client, well: Db, settings: Settings
) -> None:
    assert not settings.files.exists()
    assert ready(client) == (200, {})
    assert not settings.files.exists()
    settings.files.write_text("a file stands in its place")
    assert ready(client) == (503, {"files": "The folder for files cannot be written."})


def test_looking_changes_nothing(client: Client, well: Db) -> None:
    before = [(row.worker, row.job, row.seen_at) for row in well.scalars(select(Heartbeat))]
    for _ in range(2):
        client.get("/readyz")
        client.head("/readyz")
    assert [(row.worker, row.job, row.seen_at) for row in well.scalars(select(Heartbeat))] == before


def test_nothing_secret_stands_in_the_probe(client: Client, db_session: Db, settings: Settings) -> None:
    tried = letter("ana@clinic.example", due_at=NOON - timedelta(hours=2))
    tried.reason = "The mail server said 550 for ana@clinic.example"
    settings.files.write_text("in its place")
    db_session.commit()
    with frozen(NOON):
        said = client.get("/readyz").text
    for secret in ("ana@", "550", str(settings.files), settings.database_url, settings.keys[0]):
        assert secret not in said


def test_signs_of_vanished_workers_are_forgotten_after_an_hour(db_session: Db) -> None:
    with frozen(NOON - timedelta(minutes=61)):
        makers.sign_of_life(worker="gone:1")
    with frozen(NOON - timedelta(minutes=59)):
        makers.sign_of_life(worker="late:2")
    with frozen(NOON):
        assert forget_vanished() == 1
    assert db_session.scalars(select(Heartbeat.worker)).all() == ["late:2"]


# --- the command ----------------------------------------------------------------------------------------------------


@pytest.fixture
def running(db_session: Db) -> Db:
    """A worker runs at this very moment."""
    makers.sign_of_life()
    db_session.commit()
    return db_session


Change = Callable[..., None]


@pytest.fixture
def set_to(app: Flask) -> Change:
    """Changes settings of the app."""

    def change(**values: Any) -> None:
        app.config["SETTINGS"] = app.config["SETTINGS"].model_copy(update=values)

    return change


def test_an_installation_as_it_should_be_has_no_faults(runner: Runner, running: Db, set_to: Change) -> None:
    set_to(
        base_url="https://jam.example.org", mail_url=makers_secret("smtp://mail.example.org"),
        mail_from="Jam <jam@example.org>", trusted_proxies=1, secret_key=makers_secret("0123456789abcdef" * 4),
    )  # fmt: skip
    ended = runner("check", "--json")
    assert (ended.status, ended.json["ok"]) == (0, True)
    levels = {each["name"]: each["level"] for each in ended.json["checks"]}
    assert set(levels.values()) <= {"ok", "note"}
    assert {"database", "schema", "worker", "mail", "jobs", "letters", "files", "mail server", "site"} <= set(
        levels
    )
    sqlite = db.engine.dialect.name == "sqlite"
    assert {"integrity", "foreign keys"} <= set(levels) if sqlite else "clock" in levels
    assert runner("check").out.count("\n") == len(ended.json["checks"])


def makers_secret(value: str) -> Any:
    from pydantic import SecretStr

    return SecretStr(value)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_dangerous_settings_are_faults_under_a_real_address(
    runner: Runner, running: Db, set_to: Change
) -> None:
    set_to(base_url="http://jam.example.org", kept_key=True)
    ended = runner("check")
    assert ended.status == 1
    faults = [line for line in ended.out.splitlines() if line.startswith("FAULT")]
    assert [line.split()[1] for line in faults] == ["JAM_BASE_URL:", "JAM_SECRET_KEY:", "JAM_MAIL_URL:"]
    set_to(kept_key=False, secret_key=makers_secret("secret"))
    assert "FAULT  JAM_SECRET_KEY: It can be guessed." in runner("check").out


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_same_settings_are_only_worth_knowing_while_jam_is_tried_out(
    runner: Runner, running: Db, set_to: Change
) -> None:
    set_to(base_url="http://127.0.0.1:5000", kept_key=True)
    ended = runner("check")
    assert ended.status == 0
    assert "note   JAM_SECRET_KEY: It is not set" in ended.out
    assert "note   JAM_BASE_URL: It is http://127.0.0.1:5000" in ended.out


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_mail_server_that_does_not_answer_is_a_fault(app: Flask, runner: Runner, running: Db) -> None:
    app.config.update(MAIL_URL="smtp://127.0.0.1:9", MAIL_FOLDER=None)
    ended = runner("check")
    assert ended.status == 1
    assert "FAULT  mail server: The mail server cannot be reached:" in ended.out


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_site_at_another_port_is_a_fault(
    runner: Runner, running: Db, set_to: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        raise requests.ConnectionError

    monkeypatch.setattr(requests, "get", refuse)
    set_to(base_url="http://127.0.0.1:5000")
    ended = runner("check")
    assert (ended.status, "FAULT  site: Nothing answers at http://127.0.0.1:5000." in ended.out) == (1, True)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_rows_that_point_nowhere_are_a_fault(runner: Runner, running: Db) -> None:
    with db.engine.connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA foreign_keys = OFF")  # type: ignore[union-attr]
        connection.execute(
            text("INSERT INTO letter_part (letter_id, name, method, content) VALUES (999, 'a', 'b', 'c')")
        )
        connection.commit()
        connection.connection.driver_connection.execute("PRAGMA foreign_keys = ON")  # type: ignore[union-attr]
    ended = runner("check")
    assert ended.status == 1
    assert "FAULT  foreign keys: Rows point at others that are gone, in letter_part." in ended.out


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_failed_letters_are_worth_knowing(runner: Runner, running: Db) -> None:
    letter().state = State.FAILED
    running.commit()
    refused = letter("gone@clinic.example")
    pause(refused, "No such user here")
    running.commit()
    said = runner("check").out
    assert "note   letters: 1 letter could not be delivered." in said
    assert "note   addresses: 1 address refuses mail, so nothing is sent there." in said
