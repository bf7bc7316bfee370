"""Staff pages: who came to a session, reports to import, entries to decide."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from jam.attendance import queries, uploads
from jam.attendance.actions import decide, import_report, preview, undecide, why_not
from jam.attendance.compare import compared
from jam.attendance.forms import DecideForm, ImportForm, UploadForm, zones
from jam.attendance.intake import Intake, explaining
from jam.attendance.models import AttendanceRow
from jam.base.access import access
from jam.base.csvfile import csv_response
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.lookup import row_or_404, typed
from jam.base.paging import paged
from jam.base.words import clock, count
from jam.base.zones import wall, zone_words
from jam.people.login import account, actor
from jam.people.models import Person
from jam.people.queries import people
from jam.schedule.models import Event
from jam.schedule.queries import event_by_slug
from jam.schedule.workspace import workspace

blueprint = Blueprint("attendance", __name__)

#: What the table shows, in words for the filter.
SHOWN = {
    queries.CAME: "Everybody who came",
    queries.WALK_INS: "Walk-ins: came without a seat",
    queries.PANELISTS: "Host and panelists",
    queries.MISSED: "Registered and did not come",
}
ROLE_WORDS = {
    "attendee": "Attendee",
    "panelist": "Panelist",
    "host": "Host",
    "other": "Other",
    "waiting": "Waiting room",
}


@blueprint.get("/desk/sessions/<slug>/attendance")
@access("organizer")
def desk_event(slug: str) -> ResponseReturnValue:
    """Who came, what was imported, what is to be decided."""
    event = _event(slug)
    return _page(event, UploadForm(formdata=None, zone=event.time_zone).offer(event.time_zone))


@blueprint.post("/desk/sessions/<slug>/attendance")
@access("organizer")
def desk_upload(slug: str) -> ResponseReturnValue:
    """Take a file in and go on to its preview; no row is written."""
    event = _event(slug)
    form = UploadForm().offer(event.time_zone)
    if not form.validate():
        return _page(event, form), 400
    data, file_name = form.file.data.read(), form.file.data.filename or ""
    try:
        preview(event, data, form.zone.data)
    except Refused as refusal:
        db.session.rollback()
        form.file.errors = [refusal.message]
        return _page(_event(slug), form), 400
    reference = uploads.hold(data, file_name, event.id, account().id)
    return redirect(url_for("attendance.desk_preview", slug=slug, upload=reference, zone=form.zone.data), 303)


@blueprint.get("/desk/sessions/<slug>/attendance/preview")
@access("organizer")
def desk_preview(slug: str) -> ResponseReturnValue:
    """What an import would bring."""
    event = _event(slug)
    reference = request.args.get("upload", "")
    upload = uploads.held(reference, event.id, account().id)
    zone_name = request.args.get("zone") or event.time_zone
    found = preview(event, upload.data, zone_name)
    return render_template(
        "attendance/desk_preview.html",
        **workspace(event, "attendance"),
        upload=upload,
        found=found,
        remarks=found.remarks,
        compared=compared(found.json | {"lines": explaining(found)}),
        form=ImportForm(formdata=None, upload=reference, zone=zone_name),
        begins=_begins(found),
        reference=reference,
        zone=zone_name,
        zones=zones(zone_name),
    )


@blueprint.post("/desk/sessions/<slug>/attendance/import")
@access("organizer")
def desk_import(slug: str) -> ResponseReturnValue:
    """Import what the preview showed."""
    event, form = _event(slug), ImportForm()
    if not form.validate():
        raise Refused(next(iter(form.errors.values()))[0])
    upload = uploads.held(form.upload.data, event.id, account().id)
    done = import_report(event, upload.data, form.zone.data, by=actor(), file_name=upload.file_name)
    db.session.commit()
    uploads.drop(upload)
    added = count(done.new_rows, "new line", "new lines")
    flash(f"The report is in: {added}, {count(done.new_people, 'new person', 'new people')}.", "success")
    return redirect(url_for("attendance.desk_event", slug=slug), 303)


@blueprint.get("/desk/sessions/<slug>/attendance/<int:person_id>")
@access("organizer")
def desk_person(slug: str, person_id: int) -> ResponseReturnValue:
    """The lines of the reports about one person."""
    event, person = _event(slug), row_or_404(Person, person_id)
    lines = queries.lines_of(event, person_id)
    if not lines:
        abort(404)
    attendance, bars = queries.of_person(event, person_id), _bars(event, lines)
    stays = sum(
        (each.left_at - each.joined_at).total_seconds()
        for each in lines
        if each.id in bars and each.left_at and each.joined_at
    )
    return render_template(
        "attendance/desk_person.html",
        **workspace(event, "attendance"),
        person=person,
        attendance=attendance,
        overlap=attendance is not None and stays > (attendance.seconds or 0),
        lines=lines,
        roles=ROLE_WORDS,
        bars=bars,
        zone_words=zone_words,
        at=lambda moment: _at(event, moment),
        minutes=minutes,
    )


@blueprint.get("/desk/sessions/<slug>/attendance/entry/<int:row_id>")
@access("organizer")
def desk_entry(slug: str, row_id: int) -> ResponseReturnValue:
    """One entry without an address: its lines, and whose it may be."""
    event = _event(slug)
    found = queries.entry_of(event, row_id)
    if found is None:
        abort(404)
    entry, lines = found
    q = typed()
    return render_template(
        "attendance/desk_entry.html",
        **workspace(event, "attendance"),
        entry=entry,
        lines=lines,
        q=q,
        people=paged(people(q), 20) if q else None,
        roles=ROLE_WORDS,
        bars=_bars(event, lines),
        at=lambda moment: _at(event, moment),
        minutes=minutes,
    )


@blueprint.post("/desk/sessions/<slug>/attendance/entry/<int:row_id>")
@access("organizer")
def desk_decide(slug: str, row_id: int) -> ResponseReturnValue:
    """Say whose an entry is, set it aside, or take that back."""
    event, row, form = _event(slug), row_or_404(AttendanceRow, row_id), DecideForm()
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
    else:
        person = row_or_404(Person, int(form.who.data) if form.who.data.isdecimal() else 0)
        decide(event, row, person, by=actor())
        sentence = f"{name} counts as {person.name} now."
    db.session.commit()
    flash(sentence, "success")
    return redirect(url_for("attendance.desk_event", slug=slug), 303)


@blueprint.get("/desk/sessions/<slug>/attendance.csv")
@access("organizer")
def desk_csv(slug: str) -> ResponseReturnValue:
    """Everybody who came, as a spreadsheet."""
    event = _event(slug)
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


def minutes(seconds: int | None) -> str:
    """“52 min”, or that it cannot be known."""
    return "Not known" if seconds is None else f"{round(seconds / 60):,} min"


def _at(event: Event, moment: datetime | None) -> str:
    """“1:07 p.m.” in the session's zone, with the day where it is another than the session's."""
    if moment is None:
        return "Not known"
    day, own = wall(moment, event.time_zone).date(), wall(event.starts_at, event.time_zone).date()
    on = "" if day == own else f" on {day:%B} {day.day}, {day.year}"
    return clock(moment, event.time_zone) + on


def _page(event: Event, form: UploadForm) -> str:
    q, who = typed(), request.args.get("who", "")
    who = who if who in SHOWN else queries.CAME
    reports = queries.reports(event)
    entries = queries.entries(event)
    return render_template(
        "attendance/desk_event.html",
        **workspace(event, "attendance"),
        form=form,
        why_not=why_not(event),
        reports=reports,
        compared=compared(reports[-1][0].figures) if reports and "lines" in reports[-1][0].figures else [],
        summary=queries.summary(event),
        open_entries=[each for each in entries if each.decided is None],
        decided_entries=[each for each in entries if each.decided],
        found=paged(queries.table(event, q=q, who=who)) if reports else None,
        q=q,
        who=who,
        shown=SHOWN,
        roles=ROLE_WORDS,
        at=lambda moment: _at(event, moment),
        minutes=minutes,
        zone_words=zone_words,
    )


def _event(slug: str) -> Event:
    return event_by_slug(slug) or abort(404)


def _begins(found: Intake) -> str | None:
    """When the report begins beside when the session does, so that a wrong zone shows."""
    joins = [line.joined_at for line in found.lines if line.joined_at]
    if not joins:
        return None
    event = found.event
    return (
        f"Read this way, the first person joined at {_at(event, min(joins))}; the session began at "
        f"{_at(event, event.starts_at)} {zone_words(event.time_zone, event.starts_at)}."
    )


def _bars(event: Event, lines: list[AttendanceRow]) -> dict[int, tuple[float, float]]:
    """Where each line's stretch begins and how long it is, in percent of the session and what lies around it."""
    known = {
        row.id: (row.joined_at, row.left_at)
        for row in lines
        if row.joined_at and row.left_at and row.joined_at < row.left_at
    }
    start = min([event.starts_at, *(joined for joined, _ in known.values())])
    whole = (max([event.ends_at, *(left for _, left in known.values())]) - start).total_seconds()
    return {
        id: (
            round(100 * (joined - start).total_seconds() / whole, 2),
            round(max(0.5, 100 * (left - joined).total_seconds() / whole), 2),
        )
        for id, (joined, left) in known.items()
    }
