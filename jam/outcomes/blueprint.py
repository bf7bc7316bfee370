"""The room's one blueprint: its pages and its desk add to it."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("outcomes", __name__)
