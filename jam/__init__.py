"""Jam runs a national webinar series and Project-ECHO cohorts. Importing it starts nothing; `create_app` makes an app."""

# ruff: noqa: E402 - the rooms are loaded after what is said of garbage

from __future__ import annotations

import gc
from datetime import timedelta
from importlib import import_module
from importlib.util import find_spec

from flask import Blueprint, Flask
from flask_bootstrap import Bootstrap5
from flask_wtf import CSRFProtect

# A start makes hundreds of thousands of things that all stay. Looking them through for garbage after every 700 of them, as
# Python does of itself, took a seventh of its time.
gc.set_threshold(10_000, 10, 10)

from jam import wiring
from jam.base import access, database, limits, templating, web
from jam.base.privacy import in_order_of
from jam.base.settings import ROOT, Settings
from jam.people import login
from jam.rooms import ROOMS

csrf = CSRFProtect()
bootstrap = Bootstrap5()


def create_app(settings: Settings | None = None) -> Flask:
    """An app for these settings (from the environment, if none are given). ValueError when they make no sense."""
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "jam" / "static"))
    configure(app, settings or Settings())
    web.init_app(app)
    limits.init_app(app)  # before anything that reads the database: its counts are transactions of their own
    database.init_app(app)
    csrf.init_app(app)
    bootstrap.init_app(app)
    login.init_app(app)
    access.init_app(app)
    templating.init_app(app)
    in_order_of(ROOMS)
    for room in ROOMS:
        for blueprint in _blueprints(room):
            app.register_blueprint(blueprint)
    for view in access.csrf_exempted(app):
        csrf.exempt(view)
    wiring.connect()
    access.check(app)
    return app


def _blueprints(room: str) -> list[Blueprint]:
    """Open a room's doors; its pages and its desk may add to one blueprint, which is then found once."""
    found: list[Blueprint] = []
    for door in ("models", "letters", "pages", "desk", "privacy"):
        if find_spec(f"jam.{room}.{door}") is not None:
            blueprint = getattr(import_module(f"jam.{room}.{door}"), "blueprint", None)
            if blueprint is not None and blueprint not in found:
                found.append(blueprint)
    return found


def configure(app: Flask, settings: Settings) -> None:
    """Settings as Flask's configuration: ours in capitals beside Flask's own."""
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.keys[0],
        SECRET_KEY_FALLBACKS=settings.keys[1:],
        KEYS=settings.keys,
        BASE_URL=settings.base_url,
        LOOPBACK=settings.loopback,
        SECURE=settings.secure,
        FILES=settings.files_folder,
        MAIL_URL=settings.mail_url.get_secret_value(),
        MAIL_FOLDER=settings.mail_folder,
        MAIL_FROM=settings.mail_from,
        MAIL_RATE=settings.mail_rate,
        UID_DOMAIN=settings.uid_domain,
        MIGRATIONS=ROOT / "migrations",
        SQLALCHEMY_DATABASE_URI=settings.sqlalchemy_url,
        # The __Host- prefix binds the cookie to this host and needs https (RFC 6265bis section 4.1.3).
        SESSION_COOKIE_NAME="__Host-jam" if settings.secure else "jam",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(days=7),
        SESSION_REFRESH_EACH_REQUEST=False,
        MAX_CONTENT_LENGTH=20 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=1024 * 1024,
        MAX_FORM_PARTS=500,
        WTF_CSRF_TIME_LIMIT=6 * 3600,
        BOOTSTRAP_SERVE_LOCAL=True,
        SEND_FILE_MAX_AGE_DEFAULT=3600,
    )
    if settings.trusted_proxies:
        from werkzeug.middleware.proxy_fix import ProxyFix

        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]
