"""Staff pages: the past comes along. An upload, its preview, the import."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from jam.archive.actions import carry_out
from jam.archive.forms import ImportForm, UploadForm
from jam.archive.plan import KIND_WORDS, LEAVE_OUT, Kind, Plan, plan
from jam.archive.unpack import FOLDER, pack, unpack
from jam.attendance import uploads
from jam.base.access import access
from jam.base.csvfile import csv_response
from jam.base.database import db
from jam.base.errors import Refused
from jam.people.login import account, actor
from jam.schedule.models import Program
from jam.schedule.queries import program_by_slug, programs

blueprint = Blueprint("archive", __name__)

_NO_EVENT = 0
_ZIP = b"PK"

_EXAMPLE_HEADER = (
    "date", "start time", "minutes", "title", "summary", "levers", "recording link", "slides link", "program",
)  # fmt: skip
_EXAMPLE = (
    "2024-03-19", "1:00 PM", 60, "Paid to stay", "What keeps people in the field.", "Payment; Clinical model",
    "https://media.example.org/2024-03/recording", "https://media.example.org/2024-03/slides.pdf",
)  # fmt: skip


@blueprint.get("/desk/past/")
@access("organizer")
def desk_past() -> ResponseReturnValue:
    """Choose the files."""
    form = UploadForm(formdata=None, program=request.args.get("program", "")).offer(programs())
    return render_template("archive/desk_past.html", form=form)


@blueprint.post("/desk/past/")
@access("organizer")
def desk_upload() -> ResponseReturnValue:
    """Take files in and go on to their preview; no row is written."""
    form = UploadForm().offer(programs())
    if not form.validate():
        return render_template("archive/desk_past.html", form=form), 400
    given = [(each.filename or "", each.read()) for each in form.files.data if each]
    try:
        unpack(given)
    except Refused as refusal:
        form.files.errors = [refusal.message]
        return render_template("archive/desk_past.html", form=form), 400
    whole = len(given) == 1 and given[0][1].startswith(_ZIP)
    data, name = (given[0][1], given[0][0]) if whole else (pack(given), "")
    if not whole and any(each.startswith(_ZIP) for _, each in given):
        data = pack([(each.name, each.data) for each in unpack(given)])
    reference = uploads.hold(data, name, _NO_EVENT, account().id, FOLDER)
    return redirect(url_for("archive.desk_preview", upload=reference, program=form.program.data), 303)


@blueprint.get("/desk/past/sessions.csv")
@access("organizer")
def desk_example() -> Response:
    """An example of sessions.csv, with a program that there is."""
    known = programs()
    return csv_response("sessions.csv", _EXAMPLE_HEADER, [(*_EXAMPLE, known[0].slug if known else "jam")])


@blueprint.get("/desk/past/preview")
@access("organizer")
def desk_preview() -> ResponseReturnValue:
    """What an import would bring."""
    reference, slug = request.args.get("upload", ""), request.args.get("program", "")
    found = _plan(reference, slug, request.args)
    return _preview(found, ImportForm(formdata=None, upload=reference, program=slug))


@blueprint.post("/desk/past/import")
@access("organizer")
def desk_import() -> ResponseReturnValue:
    """Import what the preview showed, or show it again with other choices."""
    form = ImportForm()
    if not form.validate():
        raise Refused(next(iter(form.errors.values()))[0])
    reference, slug = form.upload.data, form.program.data or ""
    found = _plan(reference, slug, request.form)
    if request.form.get("do") == "check":
        chosen = {f"f{each.number}": each.choice for each in found.files if each.choice}
        return redirect(url_for("archive.desk_preview", upload=reference, program=slug, **chosen), 303)  # type: ignore[arg-type]
    if found.unknown_levers and not form.ignore_levers.data:
        form.ignore_levers.errors = [
            "Say that these levers may be left out, or add them to the vocabulary first."
        ]
        return _preview(found, form), 400
    done = carry_out(found, by=actor(), ignore_levers=form.ignore_levers.data)
    flash(done.words, "error" if done.stopped else "success")
    if done.stopped:
        return redirect(url_for("archive.desk_preview", upload=reference, program=slug), 303)
    uploads.drop(uploads.held(reference, _NO_EVENT, account().id))
    return redirect(url_for("schedule.desk_events", when="past"), 303)


def _plan(reference: str, slug: str, said: Mapping[str, str]) -> Plan:
    upload = uploads.held(reference, _NO_EVENT, account().id)
    members = unpack([(upload.file_name, upload.data)])
    return plan(members, _program(slug), {n: said.get(f"f{n}", "") for n in range(len(members))})


def _program(slug: str) -> Program | None:
    return program_by_slug(slug) if slug else None


def _preview(found: Plan, form: ImportForm) -> str:
    db.session.rollback()
    return render_template(
        "archive/desk_preview.html",
        found=found,
        form=form,
        kinds=KIND_WORDS,
        Kind=Kind,
        leave_out=LEAVE_OUT,
        unknown=found.unknown_levers,
    )
