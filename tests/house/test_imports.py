"""Doors of a room import downwards, rules stay pure, and the roof is known to no room (rooms among each other: `make lint`)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from jam.rooms import ROOMS
from tests.house.plan import JAM, door_level, floors, imports, modules, rooms

#: What a pure decision cannot need: a database, a clock, a request.
IMPURE = (
    "flask",
    "sqlalchemy",
    "jam.base.database",
    "jam.base.now",
    "requests",
    "smtplib",
    "os",
    "random",
    "secrets",
)


#: Dear to load, and needed by a page or a command here and there: each is imported where it is used.
DEAR = (
    "PIL", "apscheduler", "jam.demo", "markdown_it", "openpyxl", "phonenumbers", "pypdf", "requests", "symspellpy", "typst",
    "vl_convert", "xlsxwriter",
)  # fmt: skip
BEGIN = "import sys; import jam.cli; jam.cli.create_app(); print(*sorted(sys.modules))"


def test_a_command_does_not_wait_for_what_it_does_not_need() -> None:
    begun = subprocess.run(
        [sys.executable, "-c", BEGIN], capture_output=True, text=True, timeout=60, check=True,
        env={"JAM_DATABASE_URL": "sqlite:///nowhere.sqlite", "JAM_SECRET_KEY": "x" * 40},
    )  # fmt: skip
    assert [name for name in DEAR if name in begun.stdout.split()] == []


def test_the_list_of_rooms_is_in_floor_order_and_complete() -> None:
    floor = floors()
    assert sorted(ROOMS) == [room for room in rooms() if room != "demo"]
    assert sorted(ROOMS, key=lambda room: floor[room]) == ROOMS


def test_no_room_imports_the_app_itself() -> None:
    allowed = {f"jam.{room}" for room in rooms()}
    for path in sorted(JAM.glob("*/**/*.py")):
        if path.is_relative_to(JAM / "demo"):
            continue
        wrong = [name for name in imports(path) if name.startswith("jam.") and not in_one_of(name, allowed)]
        assert wrong == [], path


def in_one_of(name: str, packages: set[str]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


@pytest.mark.parametrize("room", rooms())
def test_doors_import_only_doors_before_them(room: str) -> None:
    inside = modules(room)
    known = {
        name: {each for each in inside if imports_module(path, room, each)} for name, path in inside.items()
    }
    for name in inside:
        level = door_level(name)
        if level is None:
            continue
        door = name.partition(".")[0]
        too_high = sorted(
            other
            for other in doors_reached(name, known)
            if other.partition(".")[0] != door and (door_level(other) or 0) >= level
        )
        assert too_high == [], f"jam.{room}.{name} imports, itself or by a module that is no door, {too_high}"


def imports_module(path: Path, room: str, module: str) -> bool:
    whole = f"jam.{room}.{module}".removesuffix(".__init__")
    if module == "__init__":
        return False  # the plate holds words only
    return any(name == whole or name.rpartition(".")[0] == whole for name in imports(path))


def doors_reached(start: str, known: dict[str, set[str]]) -> set[str]:
    """The doors that a module imports, also by way of modules that are no doors."""
    found: set[str] = set()
    seen = {start}
    ahead = list(known[start])
    while ahead:
        name = ahead.pop()
        if name in seen:
            continue
        seen.add(name)
        if door_level(name) is None:
            ahead += known[name]
        else:
            found.add(name)
    return found


@pytest.mark.parametrize("room", [room for room in rooms() if "rules" in modules(room)])
def test_rules_are_pure(room: str) -> None:
    wrong = [name for name in imports(modules(room)["rules"]) if in_one_of(name, set(IMPURE))]
    assert wrong == []


@pytest.mark.parametrize("room", ROOMS)
def test_the_plate_says_what_a_room_does_and_nothing_else(room: str) -> None:
    source = modules(room)["__init__"].read_text()
    assert source.startswith('"""')
    assert imports(modules(room)["__init__"]) in ((), ("__future__.annotations",))
