"""The blueprint of the room's pages, to which each file of them adds."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("attendance", __name__)
