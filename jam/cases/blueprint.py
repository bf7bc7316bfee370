"""The room's one blueprint: the presenter's own pages, the readers' and its desk add to it."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("cases", __name__)
