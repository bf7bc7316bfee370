"""Uploaded files between the preview and the import: kept for a day, found by a signed reference of one account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer

from jam.base import files
from jam.base.errors import Refused
from jam.base.now import now

_FOLDER = "uploads"
_GOOD_FOR = timedelta(days=1)


@dataclass(frozen=True)
class Upload:
    """A file that waits for its import."""

    data: bytes
    file_name: str
    stored_as: str


def hold(data: bytes, file_name: str, event_id: int, account_id: int, folder: str = _FOLDER) -> str:
    """Keep a file for a day; returns the reference to it, good for this event and account only."""
    _forget_old(folder)
    stored_as = files.keep(folder, data)
    reference = _serializer().dumps([stored_as, file_name[:200], event_id, account_id])
    assert isinstance(reference, str)
    return reference


def held(reference: str, event_id: int, account_id: int) -> Upload:
    """The file of a reference. Refused when it is too old, another account's or another event's."""
    try:
        found: Any = _serializer().loads(reference, max_age=int(_GOOD_FOR.total_seconds()))
        stored_as, file_name, *whose = found
        if whose == [event_id, account_id]:
            return Upload(files.fetch(stored_as), file_name, stored_as)
    except (BadSignature, FileNotFoundError):
        pass
    raise Refused(
        "The uploaded file is not here any more. If you imported it, it stands under “What was imported”; otherwise choose "
        "it again. Nothing was imported by this step."
    )


def drop(upload: Upload) -> None:
    """Forget a file; it is no fault when it is gone already."""
    (_root() / upload.stored_as).unlink(missing_ok=True)


def drop_if(names: Callable[[bytes], bool], folder: str = _FOLDER) -> None:
    """Forget every file of which this is true; whoever waits for its import chooses it again."""
    for path in (_root() / folder).glob("*"):
        if names(path.read_bytes()):
            path.unlink(missing_ok=True)


def _forget_old(folder: str) -> None:
    oldest = (now() - _GOOD_FOR).timestamp()
    for path in (_root() / folder).glob("*"):
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)


def _root() -> Path:
    root: Path = current_app.config["FILES"]
    return root


def _serializer() -> URLSafeTimedSerializer:
    keys: list[str] = current_app.config["KEYS"]
    return URLSafeTimedSerializer(list(reversed(keys)), salt="attendance upload")
