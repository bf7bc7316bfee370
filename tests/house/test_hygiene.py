"""What must not stand in the files: traces of a machine, unfinished work, a second clock, inline code in pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.plan import ROOT

#: Where files of ours lie; the rest is made by tools.
FOLDERS = ["jam", "templates", "migrations", "docs", "tests", ".ci"]
TEXT = {
    ".py",
    ".html",
    ".txt",
    ".css",
    ".js",
    ".svg",
    ".md",
    ".toml",
    ".ini",
    ".mako",
    ".json",
    ".yml",
    ".yaml",
    "",
}

MACHINE_PATH = re.compile(r"""(?<![\w./}>-])/(?:work|root|home|Users|private|opt)/[\w.]""")
REGISTRY = re.compile(r"pypi\.|pythonhosted|npmjs|unpkg|jsdelivr|cdnjs|/simple/|index-url", re.IGNORECASE)
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX|HACK|WIP|TBD)\b|NotImplemented")
SECOND_CLOCK = re.compile(r"datetime\.now\(|utcnow\(|date\.today\(|datetime\.today\(|utcfromtimestamp\(")
INLINE = re.compile(
    r"""<style|\sstyle\s*=|\son[a-z]+\s*=\s*["']|javascript:|<script(?![^>]*\ssrc=)[^>]*>""", re.IGNORECASE
)
# Not code to a browser: search engines read it, and the content policy lets it stand.
DATA_BLOCK = re.compile(r"""<script\s+type="application/ld\+json"\s*>""")
FOREIGN = re.compile(
    r"""<(?:script|img|link|iframe|source|video|audio)\b[^>]*(?:src|href)\s*=\s*["'](?:https?:)?//""",
    re.IGNORECASE,
)


def files(*folders: str) -> Iterator[Path]:
    """The text files below these folders, without what tools leave there, and without this one."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            made = any(part == "__pycache__" or part.endswith(".egg-info") for part in path.parts)
            if path.is_file() and path.suffix in TEXT and not made and path != Path(__file__):
                yield path


def found(pattern: re.Pattern[str], paths: Iterator[Path] | list[Path]) -> list[str]:
    """Each line that matches, with its place."""
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


def at_top() -> list[Path]:
    """The files of the project's first folder, but those of version control."""
    return [
        path
        for path in sorted(ROOT.iterdir())
        if path.is_file() and path.suffix in TEXT and path.name != ".git"
    ]


def test_no_paths_of_one_machine() -> None:
    assert found(MACHINE_PATH, [*files(*FOLDERS), *at_top()]) == []


def test_no_package_registry() -> None:
    assert found(REGISTRY, [*files(*FOLDERS), *at_top()]) == []


def test_nothing_unfinished() -> None:
    assert found(UNFINISHED, [*files(*FOLDERS), *at_top()]) == []


def test_one_clock() -> None:
    clock = ROOT / "jam" / "base" / "now.py"
    assert found(SECOND_CLOCK, [path for path in files("jam", "templates") if path != clock]) == []


def pages() -> list[Path]:
    """Templates of pages; letters are not under the content policy of the site."""
    return [
        path
        for path in files("templates")
        if path.suffix == ".html" and path.parent != ROOT / "templates" / "mail"
    ]


@pytest.mark.parametrize("path", pages(), ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_pages_have_nothing_inline_and_nothing_foreign(path: Path) -> None:
    text = DATA_BLOCK.sub("", path.read_text(encoding="utf-8"))
    # Whole tags, since a tag may run over lines; template expressions could hold the same characters.
    plain = re.sub(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", "", text, flags=re.DOTALL)
    assert [match.group() for match in INLINE.finditer(plain)] == []
    assert [match.group() for match in FOREIGN.finditer(plain)] == []
