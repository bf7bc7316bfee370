"""Staff pages: who came to a session, and entries to decide. Reports come in by desk_reports, people by desk_ledger."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from jam.attendance import desk_ledger, desk_reports, own, queries
from jam.attendance.actions import decide, decide_as_new, undecide
from jam.attendance.blueprint import blueprint
from jam.attendance.forms import DecideForm, NewcomerForm, UploadForm
from jam.attendance.minutes import minutes_chart
from jam.attendance.models import AttendanceRow
from jam.attendance.showing import (
    ROLE_WORDS,
    actor_words,
    bars_of,
    event_or_404,
    event_page,
    minutes,
    said_at,
)
from jam.attendance.suggestions import names_nobody, suggestions, unknown_before
from jam.base.access import access
from jam.base.chartfile import chart_response
from jam.base.csvfile import csv_response
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.lookup import row_or_404, typed
from jam.base.paging import paged
from jam.base.words import count
from jam.base.zones import wall
from jam.people.actions import Details, find_or_add
from jam.people.login import actor
from jam.people.models import Person
from jam.people.queries import people
from jam.schedule.models import Event
from jam.schedule.workspace import workspace

#: Files that add pages to the blueprint.
__all__ = ["blueprint", "desk_ledger", "desk_reports", "own"]


@blueprint.get("/desk/sessions/<slug>/attendance")
@access("organizer")
def desk_event(slug: str) -> ResponseReturnValue:
    """Who came, what was imported, what is to be decided."""
    event = event_or_404(slug)
    return event_page(event, UploadForm(formdata=None, zone=event.time_zone).offer(event.time_zone))


@blueprint.get("/desk/sessions/<slug>/attendance/entry/<int:row_id>")
@access("organizer")
def desk_entry(slug: str, row_id: int) -> ResponseReturnValue:
    """One entry without an address: its lines, and whose it may be."""
    return _entry_page(event_or_404(slug), row_id)


def _entry_page(event: Event, row_id: int, form: NewcomerForm | None = None) -> str:
    found = queries.entry_of(event, row_id)
    if found is None:
        abort(404)
    entry, lines = found
    q = typed()
    decision = queries.decision_about(lines) if entry.decided else None
    if form is None:
        form = NewcomerForm(formdata=None, name="" if names_nobody(entry) else entry.name)
    return render_template(
        "attendance/desk_entry.html",
        **workspace(event, "attendance"),
        entry=entry,
        lines=lines,
        q=q,
        people=paged(people(q), 20) if q else None,
        suggested=[] if q else suggestions(event, entry),
        before=unknown_before(event, entry),
        roles=ROLE_WORDS,
        newcomer=form,
        decision=decision,
        who=actor_words({decision.actor} if decision else set()),
        bars=bars_of(event, lines),
        at=lambda moment: said_at(event, moment),
        minutes=minutes,
    )


@blueprint.post("/desk/sessions/<slug>/attendance/entry/<int:row_id>")
@access("organizer")
def desk_decide(slug: str, row_id: int) -> ResponseReturnValue:
    """Say whose an entry is, set it aside, or take that back."""
    event, row, form = event_or_404(slug), row_or_404(AttendanceRow, row_id), DecideForm()
    if row.event_id != event.id:
        abort(404)
    if not form.validate():
        raise Refused("Choose somebody from the list, or set the entry aside.")
    name = row.name or "The entry without a name"
    if form.who.data == "open":
        undecide(event, row, by=actor())
        sentence = f"{name} is to be decided again."
    elif form.who.data == "unknown":
        decide(event, row, None, by=actor())
        sentence = f"{name} is set aside as unknown and counts as nobody."
    elif form.who.data == "head":
        decide(event, row, None, by=actor(), head=True)
        sentence = f"{name} counts as one unknown head, beside the people."
    elif form.who.data == "new":
        newcomer = NewcomerForm()
        if not newcomer.validate():
            return _entry_page(event, row_id, newcomer), 400
        person = _newcomer(event, row, newcomer)
        sentence = f"{name} counts as {person.name} now."
    else:
        person = row_or_404(Person, int(form.who.data) if form.who.data.isdecimal() else 0)
        decide(event, row, person, by=actor())
        sentence = f"{name} counts as {person.name} now."
    db.session.commit()
    flash(sentence, "success")
    return redirect(url_for("attendance.desk_event", slug=slug), 303)


def _newcomer(event: Event, row: AttendanceRow, form: NewcomerForm) -> Person:
    """Decide that an entry is whoever has the address that was typed; else somebody new."""
    name, typed_address = form.name.data or "", (form.email.data or "").strip()
    if not typed_address:
        return decide_as_new(event, row, name, by=actor())
    person = find_or_add(typed_address, Details(name=name), by=actor())
    decide(event, row, person, by=actor())
    return person


@blueprint.get("/desk/sessions/<slug>/attendance/charts/<chart>.<form>")
@access("organizer")
def desk_chart(slug: str, chart: str, form: str) -> ResponseReturnValue:
    """How many were there at each minute, as a file: `svg`, `png` or `csv`."""
    found = minutes_chart(event_or_404(slug))
    if found is None or chart != found.name:
        abort(404)
    return chart_response(found, form)


@blueprint.post("/desk/sessions/<slug>/attendance/heads")
@access("organizer")
def desk_heads(slug: str) -> ResponseReturnValue:
    """Count every open entry that is only a telephone or a device as an unknown head; each can be taken back by itself."""
    event = event_or_404(slug)
    counted = 0
    for entry in queries.entries(event):
        if entry.decided is None and names_nobody(entry):
            decide(event, row_or_404(AttendanceRow, entry.row_id), None, by=actor(), head=True)
            counted += 1
    db.session.commit()
    words = count(counted, "entry counts as an unknown head", "entries count as unknown heads")
    flash(f"{words} now, beside the people.", "success")
    return redirect(url_for("attendance.desk_event", slug=slug), 303)


@blueprint.get("/desk/sessions/<slug>/attendance.csv")
@access("organizer")
def desk_csv(slug: str) -> ResponseReturnValue:
    """Everybody who came, as a spreadsheet."""
    event = event_or_404(slug)
    header = ["Name", "Address", "Role", "Minutes", "First in", "Last out", "Registered"]
    rows = (
        [
            row.name,
            row.address,
            ROLE_WORDS[row.role],
            None if row.seconds is None else round(row.seconds / 60, 2),
            f"{wall(row.first, event.time_zone):%Y-%m-%d %H:%M:%S}" if row.first else None,
            f"{wall(row.last, event.time_zone):%Y-%m-%d %H:%M:%S}" if row.last else None,
            "yes" if row.seat else "no",
        ]
        for row in db.session.execute(queries.table(event))
    )
    return csv_response(f"{event.slug}-attendance.csv", header, rows)
