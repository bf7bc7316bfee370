"""The plan of the house as the tests read it: floors from pyproject.toml, rooms and doors from the folders."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
JAM = ROOT / "jam"

#: The doors of a room in import order; doors on one line do not know each other.
DOORS = [
    {"rules"},
    {"models"},
    {"queries"},
    {"actions"},
    {"forms"},
    {"pages", "desk"},
    {"jobs"},
    {"privacy"},
]


def floors() -> dict[str, int]:
    """Each room's floor, the ground being 0, as the import contract has it. The roof lies on top."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text())
    [contract] = config["tool"]["importlinter"]["contracts"]
    return {
        room.strip(" ()"): floor
        for floor, line in enumerate(reversed(contract["layers"]))
        for room in line.replace(":", "|").split("|")
    }


def rooms() -> list[str]:
    """The packages that are there, by name."""
    return sorted(each.parent.name for each in JAM.glob("*/__init__.py"))


def modules(room: str) -> dict[str, Path]:
    """A room's modules by dotted name below the room: `rules`, `formats.cells`."""
    folder = JAM / room
    return {
        ".".join(path.relative_to(folder).with_suffix("").parts): path
        for path in sorted(folder.rglob("*.py"))
    }


@cache
def imports(path: Path) -> tuple[str, ...]:
    """Every dotted name that a file imports, with the names taken from each module."""
    return tuple(_imports(path))


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: imports name the whole path"
            for alias in node.names:
                yield f"{node.module}.{alias.name}"


def door_level(module: str) -> int | None:
    """How far up a module of a room stands among the doors; None for what is no door."""
    name = module.partition(".")[0]
    return next((level for level, names in enumerate(DOORS) if name in names), None)
