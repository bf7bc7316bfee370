"""Staff pages: people out of a file. Nothing is written before the last button."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired

from jam.base.access import access
from jam.base.csvfile import csv_response
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.words import count
from jam.people.login import account, actor
from jam.registration import held, intake, tables
from jam.registration.asking import event_or_404
from jam.registration.blueprint import blueprint
from jam.registration.columns import FIELDS, PERSON, Columns, guess, guess_titled
from jam.registration.intake import FATE_WORDS, Fate
from jam.registration.questions import asked_at
from jam.registration.tables import Table
from jam.schedule.models import Event
from jam.schedule.workspace import workspace

_SHOWN = 50
_WHY = "Why it was left out"


class FileForm(FlaskForm):
    """A table to load."""

    file = FileField(
        "File",
        description="CSV or Excel (.xlsx), up to 10,000 rows and 20 MB. The first row names the columns.",
        validators=[FileRequired("Choose a file first.")],
        render_kw={"accept": ".csv,.xlsx,.txt"},
    )


def load(form: FileForm, event: Event, purpose: str) -> str | None:
    """Keep the table of a form; its reference, or None when the form says what is wrong."""
    if not form.validate_on_submit():
        return None
    try:
        table = tables.read(form.file.data.read())
    except Refused as error:
        form.file.errors = [error.message]
        return None
    return held.hold(table, event.id, account().id, purpose)


@blueprint.route("/desk/sessions/<slug>/people/import", methods=["GET", "POST"])
@access("organizer")
def desk_import(slug: str) -> ResponseReturnValue:
    """Choose the file."""
    event, form = event_or_404(slug), FileForm()
    reference = load(form, event, "people")
    if reference:
        return redirect(url_for("registration.desk_import_preview", slug=slug, upload=reference), 303)
    page = render_template(
        "registration/desk_import.html",
        form=form,
        why_not=intake.why_not(event),
        **workspace(event, "people"),
    )
    return page, 400 if form.errors else 200


@blueprint.get("/desk/sessions/<slug>/people/import/preview")
@access("organizer")
def desk_import_preview(slug: str) -> ResponseReturnValue:
    """Which column means what, and what each row would do."""
    event = event_or_404(slug)
    reference = request.args.get("upload", "")
    table = held.held(reference, event.id, account().id, "people")
    fields = _fields(event)
    columns = _columns(table, request.args, fields)
    plan = intake.plan(event, table, columns) if "email" in columns.of else None
    return render_template(
        "registration/desk_import_preview.html",
        reference=reference,
        table=table,
        columns=columns,
        fields=fields,
        plan=plan,
        shown=sorted(plan.rows, key=lambda row: row.fate is not Fate.REFUSED)[:_SHOWN] if plan else [],
        fates=Fate,
        fate_words=FATE_WORDS,
        why_not=intake.why_not(event),
        **workspace(event, "people"),
    )


@blueprint.post("/desk/sessions/<slug>/people/import/run")
@access("organizer")
def desk_import_run(slug: str) -> ResponseReturnValue:
    """Import what the preview showed."""
    event, reference = event_or_404(slug), request.form.get("upload", "")
    table = held.held(reference, event.id, account().id, "people")
    done = intake.take(
        event,
        table,
        _columns(table, request.form, _fields(event)),
        letters=request.form.get("letters") == "yes",
        by=actor(),
    )
    refused = [[*row.cells, row.why] for row in done.refused]
    left_out = held.hold(Table([*table.header, _WHY], refused), event.id, account().id, "refused")
    db.session.commit()
    held.drop(reference, event.id, account().id, "people")
    seated, waiting = done.count(Fate.SEAT), done.count(Fate.WAITING)
    flash(
        f"{count(seated, 'person has', 'people have')} a seat now, {waiting:,} went on the waiting list, "
        f"{done.count(Fate.THERE):,} were registered already.",
        "success",
    )
    return redirect(url_for("registration.desk_import_report", slug=slug, upload=left_out), 303)


@blueprint.get("/desk/sessions/<slug>/people/import/report")
@access("organizer")
def desk_import_report(slug: str) -> ResponseReturnValue:
    """What was left out, to mend and load again."""
    event, reference = event_or_404(slug), request.args.get("upload", "")
    return render_template(
        "registration/desk_import_report.html",
        reference=reference,
        table=held.held(reference, event.id, account().id, "refused"),
        shown=_SHOWN,
        **workspace(event, "people"),
    )


@blueprint.get("/desk/sessions/<slug>/people/import/refused.csv")
@access("organizer")
def desk_import_refused(slug: str) -> Response:
    """The rows that were left out, each with why."""
    event = event_or_404(slug)
    table = held.held(request.args.get("upload", ""), event.id, account().id, "refused")
    return csv_response(f"{event.slug}-left-out.csv", table.header, table.rows)


def _fields(event: Event) -> dict[str, str]:
    """What a column can mean: something about the person, or the answer to a question of the session."""
    asked = {intake.field_of(each): each.label for each in asked_at(event)}
    return {field: FIELDS[field] for field in PERSON} | asked


def _columns(table: Table, given: Mapping[str, str], fields: Mapping[str, str]) -> Columns:
    """The columns that were chosen, or guessed before anybody chose."""
    if "email" not in given:
        titles = {field: title for field, title in fields.items() if field not in PERSON}
        return guess_titled(table.header, guess(table.header), titles)
    chosen = {field: given.get(field, "") for field in fields}
    return Columns(
        {
            field: int(index)
            for field, index in chosen.items()
            if index.isascii() and index.isdigit() and int(index[:4]) < len(table.header)
        }
    )
