"""The bench of the browser's tests itself: a page is served, seen at every width, and faults are found."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import chromium

#: A fault of each kind; those of the second half are faults in one view alone.
BAD = """<!doctype html><html lang="en"><title>Bad</title><style>
    .night, .day { color: #000; background: #fff }
    @media (prefers-color-scheme: light) { .day { color: #bbb } }
    @media (prefers-color-scheme: dark) { .night { color: #fff; background: #bbb } }
    .wide { width: 400px }
    .pale-on-a-phone { color: #000; background: #fff }
    @media (width < 600px) { .pale-on-a-phone { color: #ccc } .at-a-desk { display: none } }
</style><main><h1>Bad</h1><input name="email">
<img src="data:,">
<p class="day">Pale by day</p><p class="night">Pale by night</p><div class="wide">Wide</div>
<p class="pale-on-a-phone">Pale on a phone</p><a class="at-a-desk" href="#"></a></main></html>"""


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
    """Each in its view: by day or by night, on a phone or at a desk, also by who looks at the same page again."""
    page.set_content(BAD)
    found: dict[str, set[str]] = {}
    for line in chromium.axe_everywhere(page):
        view, rule, _, target, _ = line.split(" ", 4)
        found.setdefault(view, set()).add(f"{rule} {target.rstrip(':')}")
    always = {"label input", "image-alt img"}
    assert found == {
        "320-light:": {*always, "color-contrast .day", "color-contrast .pale-on-a-phone"},
        "320-dark:": {*always, "color-contrast .night", "color-contrast .pale-on-a-phone"},
        "1440-light:": {*always, "color-contrast .day", "link-name a"},
        "1440-dark:": {*always, "color-contrast .night", "link-name a"},
    }
    assert chromium.sideways(page) == 0
    page.set_viewport_size({"width": 320, "height": 700})
    assert chromium.sideways(page) > 0
