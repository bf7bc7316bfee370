"""Files that belong to rows: bytes on disk under names of ours; the database knows hash and size."""

from __future__ import annotations

import secrets
from hashlib import sha256
from pathlib import Path

from flask import current_app


def keep(folder: str, data: bytes) -> str:
    """Store bytes and return the name they are found by: `<folder>/<hash>-<random>`.

    The file is complete or absent: it is written beside its place and moved there.
    """
    name = f"{folder}/{sha256(data).hexdigest()[:16]}-{secrets.token_hex(4)}"
    path = _path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".part")
    half.write_bytes(data)
    half.replace(path)
    return name


def fetch(name: str) -> bytes:
    """The bytes kept under a name."""
    return _path(name).read_bytes()


def drop(name: str) -> None:
    """Forget a file; it is no fault when it is gone already."""
    _path(name).unlink(missing_ok=True)


def _path(name: str) -> Path:
    folder: Path = current_app.config["FILES"]
    return folder / name
