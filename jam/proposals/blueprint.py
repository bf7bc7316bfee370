"""The room's one blueprint: its public pages, the volunteer's own pages and its desk add to it."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("proposals", __name__)
