"""The room's one blueprint: its public pages, members' own pages and its desk add to it."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("cohorts", __name__)
