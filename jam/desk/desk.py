"""The staff's front page."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from jam.base.access import access

blueprint = Blueprint("desk", __name__)


@blueprint.get("/desk/")
@access("desk")
def today() -> ResponseReturnValue:
    """What needs me."""
    return render_template("desk/today.html")
