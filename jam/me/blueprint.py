"""The room's one blueprint."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("me", __name__)
