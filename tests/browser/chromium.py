"""An installed Chromium, Jam served for it on a free port, and what tests ask of a page: a look, and the axe."""

from __future__ import annotations

import os
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from flask import Flask
from playwright.sync_api import Locator, Page
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from tests.house.plan import ROOT

#: By name on the path, the first one found is taken; none can be had from the package registry. The first is Chromium without
#: a desktop's windows, which opens a page for a quarter of the work.
NAMES = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

#: Looks are kept here, for people, where they are asked for; git ignores them.
SCREENSHOTS = ROOT / "screenshots"

WIDTHS = {320: 700, 1440: 900}
SCHEMES = ("light", "dark")

#: What the people of axe call grave; the rest is judged by eye.
GRAVE = {"serious", "critical"}


def program() -> str | None:
    """The path of an installed Chromium or Chrome, or None."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@dataclass(frozen=True)
class Site:
    """Jam as it is served for one test: the app, to prepare data with, and its address."""

    app: Flask
    url: str


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002
        """Requests are no news."""


def listen() -> BaseWSGIServer:
    """A server on a free loopback port, which waits for its app: an app's base URL holds the port."""

    def nothing_yet(environ: object, start_response: object) -> list[bytes]:
        raise RuntimeError("The server was asked before it had an app.")

    return make_server("127.0.0.1", 0, nothing_yet, threaded=True, request_handler=_Quiet)  # type: ignore[arg-type]


#: Seconds by which every answer is late, and what a page is about later still. `make test` needs none; with some, a test that
#: reads a page before it is there fails always, and not once in a hundred runs.
SLOW = "JAM_TEST_SLOW"


def _whole(app: Flask) -> Callable[[Any, Any], Iterable[bytes]]:
    """The app with every answer read before its first byte leaves: a browser that hangs up leaves no file open."""
    pause = float(os.environ.get(SLOW) or 0)

    def answer(environ: Any, start_response: Any) -> Iterable[bytes]:
        found = app(environ, start_response)
        try:
            body = b"".join(found)
        finally:
            close = getattr(found, "close", None)
            if close:
                close()
        return _slowly(body, pause) if pause else [body]

    return answer


def _slowly(body: bytes, pause: float) -> Iterator[bytes]:
    head, main, rest = body.partition(b"<main")
    for part in (head, main + rest):
        time.sleep(pause)
        yield part


@contextmanager
def serving(server: BaseWSGIServer, app: Flask) -> Iterator[Site]:
    """Serve the app in a thread until the block ends."""
    server.app = _whole(app)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield Site(app, f"http://127.0.0.1:{server.port}")
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)


def source(page: Page) -> str:
    """The page's HTML once it is there as a whole: what is not in the half of a page may be in the other."""
    page.wait_for_load_state("load")
    return page.content()


def every(found: Locator) -> list[Locator]:
    """All that a page holds of this, once it is there as a whole: `all()` takes what has come so far."""
    found.page.wait_for_load_state("load")
    return found.all()


def views(page: Page) -> Iterator[str]:
    """Show the page on a phone and on a desk, in light and dark, one after the other; "320-light" and so on."""
    before = page.viewport_size
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            settle(page)
            yield f"{width}-{scheme}"
    page.emulate_media(color_scheme="light")
    if before:
        page.set_viewport_size(before)


def settle(page: Page) -> None:
    """End what moves: a transition under way would be judged by its passing colors."""
    page.evaluate("document.getAnimations().forEach(each => { try { each.finish() } catch {} })")


#: Set to 1, it makes the tests keep pictures of what they look at.
KEEP = "JAM_TEST_SCREENSHOTS"


def picture(name: str) -> Path:
    """Where the picture of this name is kept."""
    SCREENSHOTS.mkdir(exist_ok=True)
    return SCREENSHOTS / f"{name}.png"


def look(page: Page, name: str) -> list[Path]:
    """Keep what the page looks like on a phone and on a desk, in light and dark, if wanted; the files, named after `name`."""
    if not os.environ.get(KEEP):
        return []
    files = []
    for view in views(page):
        files.append(picture(f"{name}-{view}"))
        page.screenshot(path=files[-1], full_page=True, animations="disabled")
    return files


def sideways(page: Page) -> int:
    """By how many CSS pixels the page is wider than its window (WCAG 1.4.10 wants 0 at 320)."""
    page.wait_for_load_state("load")  # words can be there before the style sheet is
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


#: Only what is wrong comes back: all that is right on a page is some megabytes.
RUN_AXE = """async grave => {
    if (!window.axe) return null;
    // The frames in which letters are shown run no scripts, so the axe could not look into them anyway.
    // “Everything stands in a landmark” is never grave, and it is the dearest rule of those that are not.
    const found = await axe.run({
        iframes: false, resultTypes: ["violations"], rules: {region: {enabled: false}},
    });
    return found.violations.filter(rule => grave.includes(rule.impact)).flatMap(rule => rule.nodes.map(
        node => ({id: rule.id, impact: rule.impact, target: node.target.join(" "), summary: node.failureSummary ?? ""})));
}"""


def axe(page: Page) -> list[str]:
    """What axe-core finds serious or critical on the page as it stands: a line for each element."""
    page.wait_for_load_state("load")
    found = page.evaluate(RUN_AXE, sorted(GRAVE))
    if found is None:  # The first look at this page.
        page.evaluate(AXE_SCRIPT)
        found = page.evaluate(RUN_AXE, sorted(GRAVE))
    return [
        f"{node['id']} ({node['impact']}): {node['target']}: " + re.sub(r"\s+", " ", node["summary"])
        for node in found
    ]


def axe_everywhere(page: Page) -> list[str]:
    """The same on a phone and on a desk, in light and dark, where other colours and layouts hold."""
    return [f"{view}: {line}" for view in views(page) for line in axe(page)]
