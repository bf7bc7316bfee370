"""The bench of the browser's tests itself: a page is served, seen at every width, and faults are found."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import chromium

BAD = """<!doctype html><html lang="en"><title>Bad</title><main><h1>Bad</h1>
<p style="color: #ccc; background: #fff">Pale</p><input name="email"><div style="width: 400px">wide</div></main></html>"""


def test_the_error_page_is_served_and_sound(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(chromium.KEEP, "1")
    answer = page.goto("/nothing-here")
    assert answer
    assert answer.status == 404
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    files = chromium.look(page, "error-404")
    assert [file.stat().st_size > 0 for file in files] == [True] * 4
    assert chromium.axe_everywhere(page) == []
    page.set_viewport_size({"width": 320, "height": 700})
    assert chromium.sideways(page) == 0


def test_faults_are_found(page: Page) -> None:
    page.set_content(BAD)
    page.set_viewport_size({"width": 320, "height": 700})
    assert {line.partition(" ")[0] for line in chromium.axe(page)} == {"color-contrast", "label"}
    assert chromium.sideways(page) > 0
