"""The staff's pages for sessions; those for programs and for what changes for people stand in files of their own."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from jam.base.access import access
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.lookup import typed
from jam.base.paging import paged
from jam.people.login import actor
from jam.schedule import actions, desk_changes, desk_coverage, desk_programs, desk_show, queries, seats
from jam.schedule.asking import blueprint, event_or_404, say, status
from jam.schedule.forms import EventForm
from jam.schedule.history import lines
from jam.schedule.rules import ITEM_WORDS, balance
from jam.schedule.slots import timed
from jam.schedule.workspace import standing, workspace

#: Imported for their pages.
PARTS = (desk_changes, desk_coverage, desk_programs, desk_show)


@blueprint.get("/desk/sessions/")
@access("organizer")
def desk_events() -> ResponseReturnValue:
    """Every session, drafts too, with its state and its seats."""
    when = request.args.get("when", "upcoming")
    chosen = {
        "program": typed("program"),
        "when": when if when in ("upcoming", "past", "all") else "upcoming",
        "q": typed("q"),
    }
    page = paged(queries.for_desk(**chosen))
    taken = seats.taken([event.id for event in page.items])
    rows = [(event, standing(event), taken.get(event.id, 0)) for event in page.items]
    return render_template(
        "schedule/desk_events.html", rows=rows, page=page, chosen=chosen, programs=queries.programs()
    )


@blueprint.route("/desk/sessions/<slug>/", methods=["GET", "POST"])
@access("organizer")
def desk_event(slug: str) -> ResponseReturnValue:
    """The plan of a session, to read and to change. A change here tells nobody anything."""
    event = event_or_404(slug)
    form = EventForm(of=event)
    if form.validate_on_submit():
        try:
            changed = actions.edit_event(event, form.fields(), form.terms(), by=actor())
            db.session.commit()
            flash("Saved. Nobody gets a letter for this." if changed else "Nothing was changed.", "success")
            return redirect(url_for("schedule.desk_event", slug=slug), 303)
        except Refused as error:
            say(form, error)
            event = event_or_404(slug)
    frame = workspace(event, "plan")
    page = render_template(
        "schedule/desk_event.html",
        form=form,
        history=lines(event),
        too_many=max(0, frame["taken"] - (event.capacity or frame["taken"])),
        agenda_minutes=(planned := sum(item.minutes for item in event.agenda)),
        balance=balance(planned, event.minutes),
        run=timed(event),
        kinds=ITEM_WORDS,
        **frame,
    )
    return page, status(form)
