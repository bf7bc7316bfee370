"""Running Jam on one's own machine: a kept secret, loopback addresses, a small server."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from flask import Flask
from pydantic import SecretStr
from sqlalchemy import select
from werkzeug.serving import WSGIRequestHandler, make_server

from jam.base.database import db
from jam.base.settings import Settings, at_root
from jam.schedule.models import Program

_KEY = Path("instance/secret_key")


def settings(port: int | None = None) -> Settings:
    """The settings of the environment; without a secret key, the one kept beside the local database.

    With a port they are those of a trial run: loopback names are allowed and the base URL follows the port.
    """
    given = Settings()
    changes: dict[str, object] = {}
    if not given.secret_key.get_secret_value():
        changes["secret_key"] = SecretStr(_kept_key())
        changes["kept_key"] = True
    if port is not None:
        changes["loopback"] = True
        if "base_url" not in given.model_fields_set:
            changes["base_url"] = f"http://127.0.0.1:{port}"
    return given.model_copy(update=changes)


def is_empty() -> bool:
    """Whether the database holds no program yet."""
    return db.session.scalar(select(Program.id).limit(1)) is None


def serve(app: Flask, port: int) -> None:
    """Answer on loopback until interrupted. SystemExit with a clear line when the port is taken."""
    try:
        server = make_server("127.0.0.1", port, app, threaded=True, request_handler=_Quiet)
    except SystemExit:
        raise SystemExit(f"Port {port} is in use. Choose another: PORT=8000 make run") from None
    with contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()


class _Quiet(WSGIRequestHandler):
    """Writes no line per request: addresses can hold personal links."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        return None


def _kept_key() -> str:
    path = at_root(_KEY)
    if path.is_file():
        return path.read_text().strip()
    path.parent.mkdir(parents=True, exist_ok=True)
    key = secrets.token_hex(32)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(key + "\n")
    return key
