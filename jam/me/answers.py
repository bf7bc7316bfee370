"""What somebody answered and needs at one of their sessions to come, and changing it."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from jam.base.access import access
from jam.base.database import db
from jam.base.errors import Refused
from jam.me.blueprint import blueprint
from jam.me.entry import actor, me
from jam.me.queries import seat as own_seat
from jam.registration.answers import change, why_not_change
from jam.registration.question_forms import filled, said


@blueprint.route("/me/seats/<int:id>/answers", methods=["GET", "POST"], endpoint="answers")
@access("person")
def own_answers(id: int) -> ResponseReturnValue:
    """The questions with the person's answers, and what they need to take part."""
    seat = own_seat(me(), id)
    if seat is None:
        abort(404)
    reason = why_not_change(seat)
    if reason:
        flash(reason, "error")
        return redirect(url_for("me.home"), 303)
    form = filled(seat)
    if form.validate_on_submit():
        try:
            news = change(seat, said(form), by=actor())
            words = (
                f"Saved for “{seat.event.title}”. The organizers see it." if news else "Nothing was changed."
            )
            db.session.commit()
            flash(words, "success")
        except Refused as error:
            db.session.rollback()
            flash(error.message, "error")
        return redirect(url_for("me.home"), 303)
    page = render_template("me/answers.html", seat=seat, form=form, zone=me().time_zone)
    return page, 400 if form.errors else 200
