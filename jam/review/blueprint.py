"""The room's one blueprint: the reviewers' pages and the staff's add to it."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("review", __name__)
