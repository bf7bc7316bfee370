"""The room's one blueprint: its desk and its pages about wordings add to it."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("mail", __name__)
