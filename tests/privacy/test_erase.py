"""Erasing somebody: nothing that tells who it was stays anywhere, every number stays, nobody else is touched."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from jam.attendance.actions import import_report
from jam.attendance.models import Attendance, AttendanceReport
from jam.attendance.queries import summary
from jam.audit.models import AuditEntry
from jam.base.database import db, reading
from jam.base.errors import Refused
from jam.base.now import frozen
from jam.base.zones import EASTERN
from jam.mail.jobs import deliver
from jam.mail.models import Letter
from jam.people import actions as people
from jam.people.models import Account, Person
from jam.people.rules import AccountRole
from jam.privacy.actions import erase
from jam.privacy.queries import export_of
from jam.registration.models import Registration
from jam.registration.rules import Status
from jam.schedule.models import Event
from jam.statistics import queries as statistics
from tests import makers
from tests.privacy.canaries import Somebody, seed
from tests.worlds import files_of, made_once

Db = scoped_session[Session]
WHEN = makers.utc("2026-11-20 15:00")


@made_once
def make_two() -> tuple[int, Somebody, Somebody]:
    """Two people who did the same things in other words, and the session that is over."""
    past = makers.event(title="Grow your own", starts_at=makers.utc("2026-10-20 17:00"))
    ahead = [
        makers.event(title=f"To come {n}", starts_at=makers.utc(f"2026-12-{n} 18:00"))
        for n in (15, 16, 17, 18)
    ]
    ana, ben = (seed(name, past, ahead) for name in ("zvqxana", "zvqxben"))
    return past.id, ana, ben


@pytest.fixture
def world(db_session: Db) -> tuple[int, Somebody, Somebody]:
    with frozen(WHEN):
        return make_two()


@pytest.fixture
def past(world: tuple[int, Somebody, Somebody]) -> Event:
    return db.session.get_one(Event, world[0])


@pytest.fixture
def two(world: tuple[int, Somebody, Somebody]) -> tuple[Somebody, Somebody]:
    return world[1:]


def dump() -> str:
    """Every value of every column of every table, bytes as they are."""
    with reading(), db.engine.connect() as connection:
        rows = [
            tuple(row) for table in db.metadata.sorted_tables for row in connection.execute(select(table))
        ]
    return "\n".join(
        each.decode(errors="replace") if isinstance(each, bytes) else str(each)
        for row in rows
        for each in row
    )


def found(words: Iterable[str], *texts: str) -> list[str]:
    """The words that stand in one of the texts, in either case."""
    whole = "\n".join(texts).casefold()
    return [word for word in words if word.casefold() in whole]


def unfolded(app: Flask) -> str:
    """The database and the files as text; calendar lines are folded in the middle of words."""
    texts = [dump(), *(data.decode(errors="replace") for data in files_of(app).values())]
    return "\n".join(texts).replace("\r\n ", "")


def numbers(past: Event) -> Any:
    with frozen(WHEN):
        return (
            statistics.as_json(statistics.statistics()),
            summary(past),
            db.session.scalar(select(func.count()).select_from(Registration)),
            db.session.scalar(select(func.count()).select_from(Attendance)),
            db.session.scalar(select(func.count()).select_from(Person)),
            db.session.execute(
                select(Registration.state, func.count())
                .where(Registration.event_id == past.id)
                .group_by(Registration.state)
                .order_by(Registration.state)
            ).all(),
        )


def erased(who: Somebody) -> int:
    with frozen(WHEN):
        done = erase(who.person, by="account:1")
        db.session.commit()
    return done


def test_nothing_that_tells_who_it_was_stays_anywhere(
    app: Flask,
    engine: str,
    past: Event,
    two: tuple[Somebody, Somebody],
    database_bytes: Callable[[], bytes],
    caplog: pytest.LogCaptureFixture,
) -> None:
    ana, ben = two
    assert len(ana.words) >= 40
    assert found(ana.words, unfolded(app)) == ana.words
    assert len(files_of(app)) == 6
    before, bens = numbers(past), json.loads(export_of(ben.person))
    db.session.rollback()
    assert erased(ana) > 20
    assert found(ana.words, unfolded(app)) == []
    if engine == "sqlite":
        raw = database_bytes().decode("latin-1")
        assert found(ana.words, raw) == []
        assert found(ben.words[:2], raw) == ben.words[:2]
    assert numbers(past) == before
    now_bens = json.loads(export_of(ben.person))
    assert now_bens["parts"] == bens["parts"]
    assert found(ben.words, unfolded(app)) == ben.words
    assert found(ana.words, caplog.text) == []


def test_letters_to_them_do_not_leave(
    app: Flask, past: Event, two: tuple[Somebody, Somebody], tmp_path: Path
) -> None:
    ana, ben = two
    ids = list(db.session.scalars(select(Letter.id).where(Letter.recipient_id == ana.id)))
    erased(ana)
    states = set(db.session.scalars(select(Letter.state).where(Letter.id.in_(ids))))
    assert states == {"sent", "withdrawn"}
    db.session.rollback()
    with frozen(WHEN):
        assert deliver() > 0
    delivered = [path.read_text() for path in (tmp_path / "mail").glob("*.eml")]
    assert found(ana.words, *delivered) == []
    assert found(ben.words[:1], *delivered) == ben.words[:1]


def test_the_export_holds_every_word_and_nobody_elses(
    app: Flask, past: Event, two: tuple[Somebody, Somebody]
) -> None:
    ana, ben = two
    document = export_of(ana.person).decode()
    text = json.dumps(json.loads(document), ensure_ascii=False).replace("\\r\\n ", "")
    unseen = [word for word in ana.words if "upload" in word]  # a file of staff that is gone within a day
    assert [word for word in ana.words if word not in found(ana.words, text)] == unseen
    assert found(ben.words, text) == []
    assert all(set(part) == {"what", "items"} for part in json.loads(document)["parts"].values())
    assert [name for name, part in json.loads(document)["parts"].items() if not part["items"]] == []


def test_erasing_twice_is_harmless(app: Flask, past: Event, two: tuple[Somebody, Somebody]) -> None:
    ana, ben = two
    erased(ana)
    before, files = dump(), files_of(app)
    erased(ana)
    assert files_of(app) == files
    assert found(ben.words, unfolded(app)) == ben.words
    assert found(ana.words, dump()) == []
    assert len(dump()) - len(before) < 2000  # nothing but the entries that say so


def test_the_rows_stay_as_an_empty_shell(app: Flask, past: Event, two: tuple[Somebody, Somebody]) -> None:
    ana, _ = two
    version = ana.person.link_version
    erased(ana)
    shell = ana.person
    assert (shell.name, shell.addresses, shell.organization_id, shell.zip) == (
        "Erased person",
        [],
        None,
        None,
    )
    assert shell.link_version == version + 1
    seats = db.session.scalars(select(Registration).where(Registration.person_id == ana.id)).all()
    assert {(seat.name, seat.organization, seat.zip) for seat in seats} == {("Erased person", "", None)}
    assert {seat.status for seat in seats if seat.event.starts_at > WHEN} <= {"cancelled", "declined"}
    assert [seat.state for seat in seats if seat.event_id == past.id] == ["OH"]
    assert db.session.scalar(select(func.count()).where(Attendance.person_id == ana.id)) == 1
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "privacy.erase")).first()
    assert entry is not None
    assert (entry.actor, entry.object_kind) == ("account:1", "person")


def test_the_same_report_does_not_bring_them_back(
    app: Flask, past: Event, two: tuple[Somebody, Somebody]
) -> None:
    ana, _ = two
    report = db.session.scalars(select(AttendanceReport).order_by(AttendanceReport.id)).first()
    assert report is not None
    original = files_of(app)[report.stored_as]
    erased(ana)
    before = numbers(past)
    with frozen(WHEN):
        import_report(past, original, EASTERN, by="command")
        db.session.commit()
    assert numbers(past) == before
    assert found(ana.words, unfolded(app)) == []


def test_whoever_changes_their_mind_in_time_loses_nothing(
    app: Flask, past: Event, two: tuple[Somebody, Somebody]
) -> None:
    ana, _ = two
    before, files = dump(), files_of(app)
    db.session.rollback()
    erase(ana.person, by="account:1")
    db.session.rollback()
    assert dump() == before
    assert files.items() - files_of(app).items() == {
        (name, data) for name, data in files.items() if name.startswith("uploads/") and b"zvqxana" in data
    }


def test_a_freed_seat_goes_to_who_waits(app: Flask, db_session: Db) -> None:
    event = makers.event(capacity=1, waiting_list=True)
    ana, ben = (
        makers.registration(event, "ana@clinic.example"),
        makers.registration(event, "ben@clinic.example", "Ben Ode"),
    )
    db_session.commit()
    erase(ana.person, by="command")
    db_session.commit()
    assert (ana.status, ben.status) == (Status.CANCELLED, Status.CONFIRMED)
    letters = db_session.scalars(
        select(Letter).where(Letter.recipient_id == ben.person_id).order_by(Letter.id)
    )
    assert [letter.kind for letter in letters] == ["waiting", "promoted"]


def test_an_organization_stays_where_others_work(app: Flask, db_session: Db) -> None:
    ana, ben = (makers.person(name=name, organization="Riverside Clinic") for name in ("Ana Lee", "Ben Ode"))
    db_session.commit()
    erase(ana, by="command")
    db_session.commit()
    assert ben.organization is not None
    assert ben.organization.name == "Riverside Clinic"


def test_who_can_sign_in_cannot_be_erased(app: Flask, db_session: Db) -> None:
    account = makers.account(AccountRole.ORGANIZER)
    db_session.commit()
    with pytest.raises(Refused, match="close the account first"):
        erase(account.person, by=account.actor)
    db_session.rollback()
    assert db_session.get_one(Account, account.id).person.name == "Ola Desk"


def test_a_merged_row_is_erased_with_the_whole(app: Flask, db_session: Db) -> None:
    keep, gone = makers.person(name="Ana Lee"), makers.person(name="A. Lee")
    people.merge(keep, gone, by="command")
    db_session.commit()
    with pytest.raises(Refused, match="Erase that one"):
        erase(gone, by="command")
    db_session.rollback()
    erase(keep, by="command")
    db_session.commit()
    assert [keep.name, gone.name] == ["Erased person"] * 2
    with pytest.raises(Refused, match="was erased"):
        people.merge(makers.person(), keep, by="command")
