"""The documentation names every setting, command and target, and its links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from jam.base.settings import Settings
from jam.cli import jam as command
from tests.house.plan import ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


def everything() -> str:
    return "\n".join(page.read_text(encoding="utf-8") for page in PAGES)


def test_every_setting_is_explained() -> None:
    names = [
        f"JAM_{name.upper()}" for name, field in Settings.model_fields.items() if not field.validation_alias
    ]
    assert [name for name in names if f"`{name}`" not in everything()] == []


def test_every_command_is_explained() -> None:
    assert [name for name in sorted(command.commands) if f"jam {name}" not in everything()] == []


def test_every_target_is_explained() -> None:
    targets = re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert [name for name in targets if name != "help" and f"make {name}" not in everything()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    assert [link for link in LINK.findall(page.read_text()) if not (page.parent / link).exists()] == []
