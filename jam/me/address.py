"""“Try my address again”: for somebody whose address refused our mail and who knows that it takes mail now."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from jam.base.access import access
from jam.base.database import db
from jam.mail.refusing import lift, paused_of
from jam.me.blueprint import blueprint
from jam.me.entry import actor, me
from jam.people.actions import hold
from jam.people.queries import rows_of


@blueprint.post("/me/address")
@access("person")
def try_address() -> ResponseReturnValue:
    """Write to this person's addresses again, and send what failed and still matters."""
    hold(me())
    for row in paused_of(("person", rows_of(me()))):
        lift(row, by=actor())
    db.session.commit()
    flash("We write to you again. What could not reach you is on its way.", "success")
    return redirect(url_for("me.home"), 303)
