"""The room's one blueprint: the public pages and the desk add to it."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("library", __name__)
