"""The record is append-only, stands or falls with its change, and tells who did what to what."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, scoped_session

from jam.audit.actions import new_batch, record
from jam.audit.models import AuditDetail, AuditEntry
from jam.audit.queries import histories, history
from jam.base.now import frozen
from tests import makers


@pytest.fixture
def entry(db_session: scoped_session[Session]) -> AuditEntry:
    made = record("people.rename", "person", 7, by="account:1", changes={"name": ("Ana", "Ana Lee")})
    db_session.commit()
    return made


@pytest.mark.parametrize(
    "statement",
    [
        update(AuditEntry).values(actor="account:2"),
        update(AuditEntry).where(AuditEntry.id == 1).values(object_id=8),
        delete(AuditEntry),
        text("UPDATE audit_entry SET action = 'x'"),
        text("DELETE FROM audit_entry WHERE id = 1"),
        text("UPDATE audit_entry SET id = id"),
    ],
)
def test_an_entry_can_be_neither_changed_nor_deleted(
    db_session: scoped_session[Session], entry: AuditEntry, statement: object
) -> None:
    db_session.execute(delete(AuditDetail))
    db_session.commit()
    with pytest.raises(DBAPIError, match="append-only"):
        db_session.execute(statement)  # type: ignore[call-overload]
    db_session.rollback()
    assert [(each.actor, each.object_id) for each in db_session.scalars(select(AuditEntry))] == [
        ("account:1", 7)
    ]


def test_erasure_may_delete_what_the_values_were(
    db_session: scoped_session[Session], entry: AuditEntry
) -> None:
    db_session.execute(delete(AuditDetail).where(AuditDetail.entry_id == entry.id))
    db_session.commit()
    assert db_session.scalar(select(func.count()).select_from(AuditEntry)) == 1
    assert history("person", 7)[0][1] == []


def test_an_entry_falls_with_its_change(db_session: scoped_session[Session]) -> None:
    record("people.rename", "person", 7, by="account:1")
    db_session.rollback()
    assert db_session.scalar(select(func.count()).select_from(AuditEntry)) == 0


def test_an_entry_says_who_what_when_and_from_what_to_what(db_session: scoped_session[Session]) -> None:
    with frozen(makers.utc("2026-12-01 17:00")):
        record(
            "people.zone",
            "person",
            7,
            by="person:7",
            changes={"time_zone": (None, "America/Chicago"), "n": (1, 2)},
        )
    db_session.commit()
    [(entry, details)] = history("person", 7)
    assert (entry.at, entry.actor, entry.action) == (
        makers.utc("2026-12-01 17:00"),
        "person:7",
        "people.zone",
    )
    assert [(each.field, each.before, each.after) for each in details] == [
        ("time_zone", None, "America/Chicago"),
        ("n", "1", "2"),
    ]


def test_a_history_holds_only_its_objects_newest_first(db_session: scoped_session[Session]) -> None:
    for kind, id in (("person", 7), ("person", 8), ("event", 7), ("registration", 3), ("person", 7)):
        record("room.deed", kind, id, by="command", changes={"of": (None, f"{kind}:{id}")})
    db_session.commit()

    def of(found: list[tuple[AuditEntry, list[AuditDetail]]]) -> list[tuple[int, str | None]]:
        return [(entry.id, details[0].after) for entry, details in found]

    assert of(history("person", 7)) == [(5, "person:7"), (1, "person:7")]
    assert of(histories([("person", [7, 8]), ("registration", [3])])) == [
        (5, "person:7"),
        (4, "registration:3"),
        (2, "person:8"),
        (1, "person:7"),
    ]
    assert of(histories([("person", [7])], limit=1)) == [(5, "person:7")]
    assert histories([]) == []
    assert histories([("person", [])]) == []


def test_a_history_takes_two_queries_however_long_it_is(db_session: scoped_session[Session]) -> None:
    for _ in range(5):
        record("room.deed", "person", 7, by="command", changes={"a": (1, 2), "b": (3, 4)})
    db_session.commit()
    with makers.statements() as found:
        assert len(history("person", 7)) == 5
    assert len([each for each in found if each.lstrip().upper().startswith("SELECT")]) == 2


def test_entries_of_one_action_share_its_batch(db_session: scoped_session[Session]) -> None:
    batch = new_batch()
    first, second = (record("room.deed", "person", id, by="command", batch=batch) for id in (1, 2))
    other = record("room.deed", "person", 3, by="command")
    assert first.batch == second.batch == batch != other.batch
