"""Who may open what. Every route declares its rule; a route without one stops the app from starting.

Base knows the names of rules and runs them before the view; what a rule means is handed in by the rooms that know.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, request
from werkzeug.wrappers import Response

View = TypeVar("View", bound=Callable[..., Any])

#: What a rule answers: None lets the request through, a response (a way to sign in) stands in its place.
Rule = Callable[[], Response | None]

PUBLIC = "public"
_rules: dict[str, Rule] = {PUBLIC: lambda: None}
_namers: dict[str, Callable[[], str]] = {}


def access(rule: str) -> Callable[[View], View]:
    """Declare who may open a view: a rule's name."""

    def mark(view: View) -> View:
        view.access_rule = rule  # type: ignore[attr-defined]
        return view

    return mark


def csrf_exempt(view: View) -> View:
    """Declare that a view takes POSTs that no page of ours made; what it does must be safe for anybody who has its link.

    `create_app` honors it. A test holds the list of such routes.
    """
    view.csrf_exempt = True  # type: ignore[attr-defined]
    return view


def csrf_exempted(app: Flask) -> list[Callable[..., Any]]:
    """The views that declare it."""
    return [view for view in app.view_functions.values() if getattr(view, "csrf_exempt", False)]


def rule(name: str) -> Callable[[Rule], Rule]:
    """Hand in what a rule means. The function returns None to allow, a response to send elsewhere, or aborts with 403."""

    def keep(function: Rule) -> Rule:
        _rules[name] = function
        return function

    return keep


def names_actor(function: Callable[[], str]) -> Callable[[], str]:
    """Hand in how the audit log names whoever makes a request, so that rooms below the accounts can say it too."""
    _namers["request"] = function
    return function


def actor() -> str:
    """How the audit log names whoever makes this request; only behind a rule that demands an account."""
    return _namers["request"]()


def declared(app: Flask) -> dict[str, str]:
    """Each endpoint's rule."""
    return {
        endpoint: getattr(view, "access_rule", "") for endpoint, view in app.view_functions.items()
    }  # fmt: skip


def init_app(app: Flask) -> None:
    """Run the rules before every view."""

    @app.before_request
    def keep_out() -> Response | None:
        if request.endpoint is None:
            return None  # no such page; Flask answers 404 or 405
        name = getattr(current_app.view_functions[request.endpoint], "access_rule", None)
        if name is None:
            abort(403)
        return _rules[name]()


def check(app: Flask) -> None:
    """Refuse to start with a route that nobody decided about."""
    for endpoint, view in list(app.view_functions.items()):
        if endpoint.endswith("static"):
            app.view_functions[endpoint] = access(PUBLIC)(_as_function(view))
    missing = sorted(endpoint for endpoint, name in declared(app).items() if name not in _rules)
    if missing:
        raise RuntimeError(f"These routes declare no access rule that exists: {', '.join(missing)}")


def _as_function(view: Callable[..., Any]) -> Callable[..., Any]:
    # Flask serves static files by a bound method, which cannot carry a rule.
    def serve(**values: Any) -> Any:
        return view(**values)

    return serve


def safe_path(target: str | None, default: str) -> str:
    """A path on this site to go on to, or the default: never another site (no scheme, no host, no backslash)."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return default
    parts = urlsplit(target)
    unsafe = parts.scheme or parts.netloc or "\\" in target or any(ord(c) < 33 for c in target)
    return default if unsafe else target
