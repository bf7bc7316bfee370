"""Staff pages of reports: from the file by its preview to the import, and back."""

from __future__ import annotations

from collections.abc import Mapping

from flask import (
    Response,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from jam.attendance import layouts, progress, uploads
from jam.attendance.actions import (
    Imported,
    OutAlready,
    import_report,
    preview,
    recognize,
    replaced_by,
    reread,
    undo_import,
)
from jam.attendance.blueprint import blueprint
from jam.attendance.compare import compared
from jam.attendance.foretold import WAYS, foretell, in_words
from jam.attendance.forms import ColumnsForm, ImportForm, UploadForm, zones
from jam.attendance.intake import Intake, explaining, questions
from jam.attendance.keeping import LARGE, Progress
from jam.attendance.models import AttendanceReport
from jam.attendance.reading import UnknownColumns, header_of
from jam.attendance.reading.mapped import Header
from jam.attendance.reading.times import Order
from jam.attendance.showing import event_or_404, event_page, said_at, said_words, stays
from jam.base.access import access
from jam.base.database import db, reading
from jam.base.errors import Refused
from jam.base.lookup import LARGEST_ID
from jam.base.words import count
from jam.base.zones import zone_words
from jam.people.login import account, actor
from jam.schedule.models import Event
from jam.schedule.workspace import workspace

#: What a report was recognized as, in words.
FORMATS = {
    "zoom-webinar": "the attendee report of a Zoom webinar",
    "zoom-meeting": "Zoom's list of a meeting's participants",
    "teams": "an attendance report of Microsoft Teams",
    "gotowebinar": "an attendee report of GoToWebinar",
    "table": "a table, by the names of its columns",
}


class Unsure(Refused):
    """Nobody said yet that a report belongs to this session, and something speaks against it."""

    def __init__(self) -> None:
        super().__init__("Say that this report belongs to this session, or leave it.")


@blueprint.post("/desk/sessions/<slug>/attendance")
@access("organizer")
def desk_upload(slug: str) -> ResponseReturnValue:
    """Take a file in and go on to its preview, or to the question what its columns hold; no row is written."""
    event = event_or_404(slug)
    form = UploadForm().offer(event.time_zone)
    if not form.validate():
        return event_page(event, form), 400
    with form.file.data.stream as stream:  # a large one lies in a file of its own meanwhile
        data, file_name = stream.read(), form.file.data.filename or ""
    next_page = "attendance.desk_preview"
    try:
        recognize(event, data, form.zone.data)
    except UnknownColumns:
        next_page = "attendance.desk_columns"
    except Refused as refusal:
        db.session.rollback()
        form.file.errors = [refusal.message]
        return event_page(event_or_404(slug), form), 400
    reference = uploads.hold(data, file_name, event.id, account().id)
    return redirect(url_for(next_page, slug=slug, upload=reference, zone=form.zone.data), 303)


@blueprint.get("/desk/sessions/<slug>/attendance/columns")
@access("organizer")
def desk_columns(slug: str) -> ResponseReturnValue:
    """Ask what the columns of a table hold."""
    event, upload, zone_name = _waiting(slug, request.args)
    header = header_of(upload.data)
    return _columns_page(
        event, upload, zone_name, header, ColumnsForm(formdata=None).of(header.cells, header.below)
    )


@blueprint.post("/desk/sessions/<slug>/attendance/columns")
@access("organizer")
def desk_columns_save(slug: str) -> ResponseReturnValue:
    """Remember what the columns of a table hold, for this file and every one like it."""
    _, upload, zone_name = _waiting(slug, request.form)
    header = header_of(upload.data)
    form = ColumnsForm().of(header.cells, header.below)
    try:
        if not form.validate():
            raise Refused("Choose what each column holds from its list.")
        layouts.remember(header.cells, form.places(), by=actor())
    except Refused as refusal:
        db.session.rollback()
        form.form_errors = [refusal.message]
        return _columns_page(event_or_404(slug), upload, zone_name, header, form), 400
    db.session.commit()
    return redirect(
        url_for("attendance.desk_preview", slug=slug, upload=request.form["upload"], zone=zone_name), 303
    )


@blueprint.get("/desk/sessions/<slug>/attendance/preview")
@access("organizer")
def desk_preview(slug: str) -> ResponseReturnValue:
    """What an import would bring."""
    event, upload, zone_name = _waiting(slug, request.args)
    order = _order(request.args.get("order"))
    form = ImportForm(formdata=None, upload=request.args["upload"], zone=zone_name, order=order or "")
    return _preview_page(event, upload, form, zone_name, order)


@blueprint.post("/desk/sessions/<slug>/attendance/import")
@access("organizer")
def desk_import(slug: str) -> ResponseReturnValue:
    """Import what the preview showed. The second of two presses says where the first one's work stands."""
    try:
        event, upload, zone_name = _waiting(slug, request.form)
    except Refused:
        flash(
            "This file does not wait any more. If you pressed twice, it is in: see “What was imported”. "
            "If it does not stand there, choose it again.",
            "error",
        )
        return redirect(url_for("attendance.desk_event", slug=slug), 303)
    form, order = ImportForm(), _order(request.form.get("order"))
    if not form.validate():
        raise Refused(next(iter(form.errors.values()))[0])
    by, sure = actor(), bool(form.sure.data)

    def bring_in(told: Progress | None = None) -> str:
        db.session.rollback()
        with reading():  # others may write while the file is read
            report = recognize(event_or_404(slug), upload.data, zone_name, order, told)
            asked = [] if sure else questions(event_or_404(slug), report, zone_name)
            db.session.rollback()
        if asked:
            raise Unsure
        done = import_report(
            event_or_404(slug), upload.data, zone_name, by=by, order=order, file_name=upload.file_name,
            progress=told, report=report,
        )  # fmt: skip
        said = _said(done)
        db.session.commit()
        uploads.drop(upload)
        return said

    if len(upload.data) > LARGE:
        app = current_app._get_current_object()  # type: ignore[attr-defined]
        around = render_template(
            "attendance/desk_importing.html", **workspace(event, "attendance"), mark=progress.MARK
        )
        db.session.rollback()
        onward = url_for("attendance.desk_event", slug=slug)
        back = url_for(
            "attendance.desk_preview", slug=slug, upload=form.upload.data, zone=zone_name, order=order
        )
        pieces = progress.page(app, around, bring_in, onward=onward, back=back)
        # A proxy that waits for the whole page would hide how far the work is.
        return Response(pieces, mimetype="text/html", headers={"X-Accel-Buffering": "no"})
    try:
        said = bring_in()
    except Unsure as unsure:
        form.sure.errors = [unsure.message]
        return _preview_page(event_or_404(slug), upload, form, zone_name, order), 400
    flash(said, "success")
    return redirect(url_for("attendance.desk_event", slug=slug), 303)


@blueprint.post("/desk/sessions/<slug>/attendance/report/<int:report_id>/undo")
@access("organizer")
def desk_undo(slug: str, report_id: int) -> ResponseReturnValue:
    """Take a report out again, with what it brought and nothing else needs."""
    event = event_or_404(slug)
    report = db.session.get(AttendanceReport, report_id) if report_id <= LARGEST_ID else None
    if report is not None and report.event_id != event.id:
        abort(404)
    try:
        if report is None:
            raise OutAlready
        earlier = [each.file_name or "an earlier report" for each in replaced_by(report)]
        seats, people = undo_import(report, by=actor())
        db.session.commit()
        gone = [count(seats, "registration", "registrations"), count(people, "person", "people")]
        brought = f", and with it {' and '.join(gone)} that it had brought" if seats or people else ""
        instead = f" In its place counts again: {', '.join(earlier)}." if earlier else ""
        flash(f"The report is out again{brought}.{instead}", "success")
    except OutAlready as pressed_twice:
        db.session.rollback()
        flash(pressed_twice.message, "success")
    return redirect(url_for("attendance.desk_event", slug=slug), 303)


@blueprint.post("/desk/sessions/<slug>/attendance/reread")
@access("organizer")
def desk_reread(slug: str) -> ResponseReturnValue:
    """Read the stored reports again by the rules of now."""
    changed = reread(event_or_404(slug), by=actor())
    db.session.commit()
    said = f"{count(changed, 'line', 'lines')} changed." if changed else "Nothing changed."
    flash(f"The reports were read again. {said}", "success")
    return redirect(url_for("attendance.desk_event", slug=slug), 303)


def _said(done: Imported) -> str:
    if not done.changed:
        later = ", and a later report counts in its place" if done.report.replaced_by_id else ""
        return f"Everything in this file is here already{later}. Nothing changed."
    added = f"{count(done.new_rows, 'new line', 'new lines')}, {count(done.new_people, 'new person', 'new people')}"
    if not done.replaced:
        return f"The report is in: {added}."
    changes = f" {done.told.in_short}" if done.told else ""
    return f"The report is in and counts in the place of the earlier one: {added}.{changes}"


def _waiting(slug: str, given: Mapping[str, str]) -> tuple[Event, uploads.Upload, str]:
    """The session, the file that waits for its import, and the zone of its times."""
    event = event_or_404(slug)
    upload = uploads.held(given.get("upload", ""), event.id, account().id)
    return event, upload, given.get("zone") or event.time_zone


def _order(said: str | None) -> Order | None:
    return Order(said) if said in list(Order) else None


def _preview_page(
    event: Event, upload: uploads.Upload, form: ImportForm, zone_name: str, order: Order | None
) -> str:
    found = preview(event, upload.data, zone_name, order)
    return render_template(
        "attendance/desk_preview.html",
        **workspace(event, "attendance"),
        upload=upload,
        found=found,
        told=foretell(found),
        ways=WAYS,
        in_words=in_words,
        stays=lambda change: stays(event, change),
        said=lambda correction: said_words(correction, event),
        recognized=FORMATS[found.report.format],
        compared=compared(found.json | {"lines": explaining(found)}),
        form=form,
        begins=_begins(found),
        why_zone=_why_zone(found),
        reference=form.upload.data,
        zone=zone_name,
        zones=zones(zone_name),
        order=order,
    )


def _columns_page(
    event: Event, upload: uploads.Upload, zone_name: str, header: Header, form: ColumnsForm
) -> str:
    return render_template(
        "attendance/desk_columns.html",
        **workspace(event, "attendance"),
        upload=upload,
        header=header,
        form=form,
        zone=zone_name,
        reference=request.values["upload"],
    )


def _why_zone(found: Intake) -> str:
    """Which zone the times were read in, and why that one."""
    event, zone_name = found.event, found.way.time_zone
    if any(row.join_wall and row.join_wall.tzinfo for row in found.report.rows):
        return "The times of this report name their own zone."
    words = zone_words(zone_name, event.starts_at)
    if zone_name == event.time_zone:
        return f"The report names no zone, so its times are read as {words}, the zone of the session."
    return f"The report names no zone; its times are read as {words}, as you chose."


def _begins(found: Intake) -> str | None:
    """When the report begins beside when the session does, so that a wrong zone shows."""
    joins = [line.joined_at for line in found.lines if line.joined_at]
    if not joins:
        return None
    event = found.event
    return (
        f"Read this way, the first person joined at {said_at(event, min(joins))}; the session began at "
        f"{said_at(event, event.starts_at)} {zone_words(event.time_zone, event.starts_at)}."
    )
