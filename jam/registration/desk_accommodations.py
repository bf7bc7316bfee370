"""The staff's page for what people of a session need to take part."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from jam.base.access import access
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.lookup import row_or_404
from jam.base.words import day_words
from jam.people.login import actor
from jam.registration import accommodations, answers
from jam.registration.asking import event_or_404
from jam.registration.blueprint import blueprint
from jam.registration.models import Registration
from jam.registration.question_forms import SettleForm
from jam.registration.rules import NEED_WORDS, Need
from jam.schedule.workspace import workspace

_TONES = {Need.ASKED: "wait", Need.ARRANGED: "done", Need.CANNOT: "trouble"}


@blueprint.get("/desk/sessions/<slug>/accommodations")
@access("organizer")
def desk_accommodations(slug: str) -> ResponseReturnValue:
    """What is provided anyhow, what is asked for, and what of it is open."""
    return _page(slug)


@blueprint.post("/desk/sessions/<slug>/accommodations/<int:id>")
@access("organizer")
def desk_settle(slug: str, id: int) -> ResponseReturnValue:
    """Tell somebody whether what they asked for is arranged."""
    event, seat = event_or_404(slug), row_or_404(Registration, id)
    if seat.event_id != event.id:
        abort(404)
    form = SettleForm(prefix=f"need{id}-")
    if form.validate_on_submit():
        try:
            news = accommodations.settle(seat, Need(form.state.data), form.note.data or "", by=actor())
            words = f"{seat.name}: {NEED_WORDS[Need(form.state.data)]}. A letter says so."
            db.session.commit()
            flash(words if news else f"{seat.name}: nothing was changed.", "success")
            return redirect(url_for("registration.desk_accommodations", slug=slug), 303)
        except Refused as error:
            db.session.rollback()
            form.form_errors.append(error.message)
    return _page(slug, id, form), 400


def _page(slug: str, sent_for: int = 0, sent: SettleForm | None = None) -> str:
    event = event_or_404(slug)
    seats = accommodations.asking(event)
    forms = {
        seat.id: sent
        if sent is not None and seat.id == sent_for
        else SettleForm(
            formdata=None,
            prefix=f"need{seat.id}-",
            state=seat.accommodation_state,
            note=seat.accommodation_note,
        )
        for seat in seats
    }
    return render_template(
        "registration/desk_accommodations.html",
        rows=[(seat, forms[seat.id]) for seat in seats],
        sent=sent,
        reopened=answers.reopened(event),
        given_up=accommodations.given_up(event),
        open=accommodations.open_count(seats),
        provided=accommodations.provided(event),
        last_day=day_words(accommodations.last_day(event)),
        in_time=accommodations.in_time(event),
        need_words=NEED_WORDS,
        need_tones=_TONES,
        **workspace(event, "people"),
    )
