"""Import checks do not see foreign keys, since they are strings: here they are walked."""

from __future__ import annotations

import sys

import pytest
from flask import Flask
from sqlalchemy import Table

from jam.base.database import db
from tests.house.plan import floors

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def room_of_each_table() -> dict[str, str]:
    """Which room's module defines each table."""
    owners = {mapper.local_table.name: mapper.class_.__module__ for mapper in db.Model.registry.mappers}
    for name, module in list(sys.modules.items()):
        if name.startswith("jam."):
            owners |= {value.name: name for value in vars(module).values() if isinstance(value, Table)}
    return {table: module.split(".")[1] for table, module in owners.items()}


def test_foreign_keys_point_into_the_room_or_to_lower_floors(app: Flask) -> None:
    floor = floors()
    room = room_of_each_table()
    keys = {
        (table.name, key.column.table.name)
        for table in db.metadata.tables.values()
        for key in table.foreign_keys
    }
    upward = [
        f"{table} ({room[table]}) -> {other} ({room[other]})"
        for table, other in sorted(keys)
        if room[table] != room[other] and floor[room[table]] <= floor[room[other]]
    ]
    assert upward == []
