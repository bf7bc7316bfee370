"""What every answer has in common: the one host, the security headers, and errors that say what to do."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter

from jam.base.access import PUBLIC
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.lookup import LARGEST_ID

_PROBES = ("/healthz", "/readyz")
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")

#: Strict: nothing inline, nothing from elsewhere.
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)

_WORDS = {
    400: ("That did not work", "Jam could not read what was sent. Go back, reload the page and try again."),
    403: ("This page is not for this account", "Ask an administrator if you should be able to see it."),
    404: (
        "There is no page here",
        "The address may be mistyped, or the page has moved. Start from the home page.",
    ),
    405: ("This address does not take that", "Go back and use the button on the page."),
    413: ("That is too large", "Files may have up to 20 MB and forms up to 1 MB. Send something smaller."),
    429: ("Too many tries", "Please wait a minute, then try again. Nothing you typed has been used."),
    500: (
        "Something broke on our side",
        "Nothing was saved. It has been noted; please try again in a few minutes.",
    ),
    503: ("Jam is busy", "Nothing was saved. Please try again in a few seconds."),
}


class Id(IntegerConverter):
    """A number in an address, as large as both engines hold one: no page has a larger."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **{"max": LARGEST_ID, **options})


def init_app(app: Flask) -> None:
    """Attach the checks before each request, the headers after it and the error pages."""
    app.url_map.converters["int"] = Id
    app.before_request(_only_our_host)
    app.before_request(_no_nul_in_address)
    app.before_request(_small_forms)
    app.after_request(_headers)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(Exception, _broken)


def private() -> None:
    """Say that this answer is one person's own: kept by nobody."""
    g.private = True


def error_page(status: int, message: str | None = None) -> tuple[str, int]:
    """The page for an error: what happened, what to do. It reads nothing from the database."""
    title, advice = _WORDS.get(status, _WORDS[400])
    try:
        page = render_template("errors/error.html", status=status, title=title, message=message or advice)
    except SQLAlchemyError:  # who is signed in cannot be looked up while the database is away
        page = f"<!doctype html><html lang=en-US><title>{title}</title><h1>{title}</h1><p>{message or advice}</p>"
    return page, status


def _no_nul_in_address() -> None:
    # No page has one in its address, and PostgreSQL refuses to look for it. Personal links are taken apart, not looked
    # for; their pages say where to find the right one.
    if "\x00" in request.path and "token" not in (request.view_args or {}):
        abort(404)


def _only_our_host() -> None:
    if request.path in _PROBES:
        return
    name = request.host.rpartition(":")[0] or request.host
    if current_app.config["LOOPBACK"] and (name in _LOOPBACK or request.host in _LOOPBACK):
        return
    if request.host != urlsplit(current_app.config["BASE_URL"]).netloc:
        abort(400, "This site answers under its own address only.")


def _small_forms() -> None:
    # The library holds only forms with files to MAX_FORM_MEMORY_SIZE; others would be shown again whole, typed errors and all.
    if request.mimetype == "application/x-www-form-urlencoded":
        request.max_content_length = current_app.config["MAX_FORM_MEMORY_SIZE"]


def _headers(response: Response) -> Response:
    set_once = response.headers.setdefault
    set_once("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    set_once("X-Content-Type-Options", "nosniff")
    set_once("X-Frame-Options", "DENY")
    # `same-origin`, not `no-referrer`: forms sent over https are checked against the Referer.
    set_once("Referrer-Policy", "same-origin")
    set_once("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    set_once("Cross-Origin-Opener-Policy", "same-origin")
    if current_app.config["SECURE"]:
        set_once("Strict-Transport-Security", "max-age=31536000")
    if _is_private(response):
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex"
    return response


def _is_private(response: Response) -> bool:
    if g.get("private") or "Set-Cookie" in response.headers:
        return True
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "access_rule", PUBLIC) != PUBLIC


def _refused(error: Refused) -> tuple[str, int]:
    db.session.rollback()
    return error_page(error.status, error.message)


def _csrf(error: CSRFError) -> tuple[str, int]:
    db.session.rollback()
    return error_page(
        400, "This form was open for too long or came from another page. Go back, reload and send it again."
    )


def _http(error: HTTPException) -> tuple[str, int] | Response:
    db.session.rollback()
    if error.response is not None:
        return error.response  # type: ignore[return-value]
    if error.code is not None and 300 <= error.code < 400:
        return error.get_response()  # type: ignore[return-value]
    own_words = error.description if error.description != type(error).description else None
    return error_page(error.code or 500, own_words if error.code == 400 else None)


def _database(error: OperationalError) -> tuple[str, int, dict[str, str]]:
    # A locked or unreachable database is a passing state; the answer says so instead of pretending a fault.
    db.session.rollback()
    current_app.logger.error("database unavailable: %s", error.orig)
    page, status = error_page(503)
    return page, status, {"Retry-After": "5"}


def _broken(error: Exception) -> tuple[str, int]:
    db.session.rollback()
    current_app.logger.error("unexpected error at %s", request.endpoint, exc_info=error)
    if current_app.testing:
        raise error
    return error_page(500)
