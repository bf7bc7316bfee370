"""The staff's pages for a session's run of show: to plan it, to print it, to lead by it, and its templates."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from jam.base.access import access
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.words import moment
from jam.base.zones import EASTERN
from jam.people.login import actor
from jam.schedule import actions, agendas
from jam.schedule.asking import blueprint, event_or_404, program_or_404, say, status
from jam.schedule.history import agenda_changed
from jam.schedule.models import Event
from jam.schedule.rules import ITEM_WORDS, balance
from jam.schedule.show_form import AgendaRow, KeepForm, LayForm, ShowForm, saves
from jam.schedule.slots import Timed, filled, fingerprint, slots_of, timed
from jam.schedule.workspace import workspace


@blueprint.route("/desk/sessions/<slug>/show", methods=["GET", "POST"])
@access("organizer")
def desk_show(slug: str) -> ResponseReturnValue:
    """Plan the run of show. Buttons that move rows about save nothing; a colleague's change is not written over unseen."""
    event = event_or_404(slug)
    if request.method == "GET":
        return _page(event, ShowForm.of(event))
    form = ShowForm.typed(request.form)
    if not saves(request.form):
        return _page(event, form, unsaved=True)
    if not form.validate():
        return _page(event, form, unsaved=True)
    try:
        actions.lock(event)
        if form.seen.data != fingerprint(event) and filled(event, form.slots()) != slots_of(event):
            return _overtaken(event, form)
        changed = actions.set_agenda(event, form.slots(), by=actor())
        db.session.commit()
    except Refused as error:
        say(form, error)
        return _page(event_or_404(slug), form, unsaved=True)
    words = balance(sum(item.minutes for item in event.agenda), event.minutes)
    flash(f"Saved. {words}" if changed else "Nothing was changed.", "success")
    return redirect(url_for("schedule.desk_show", slug=slug), 303)


def _overtaken(event: Event, form: ShowForm) -> ResponseReturnValue:
    """Somebody else saved meanwhile: show both, and let a second save decide."""
    last = agenda_changed(event)
    who = f"{last.who} changed this run of show on {moment(last.at, EASTERN)}" if last else "It was changed"
    form.form_errors.append(
        f"{who}, while you were writing. Nothing of yours is lost or saved yet: it stands below, and what your colleague "
        "saved stands beside it. Save again to put yours in its place."
    )
    form.seen.data = fingerprint(event)
    page, _ = _page(event, form, unsaved=True, theirs=timed(event))
    db.session.rollback()
    return page, 409


def _page(
    event: Event, form: ShowForm, *, unsaved: bool = False, theirs: list[Timed] | None = None
) -> tuple[str, int]:
    planned = sum(row.form.minutes.data or 0 for row in form.agenda)
    page = render_template(
        "schedule/desk_show.html",
        form=form,
        blank=AgendaRow(prefix="agenda-__row__-"),
        unsaved=unsaved,
        theirs=theirs,
        planned=planned,
        balance=balance(planned, event.minutes),
        templates=agendas.templates(event.program),
        kinds=ITEM_WORDS,
        minutes=lambda number: timedelta(minutes=number),
        **workspace(event, "show"),
    )
    return page, status(form)


@blueprint.get("/desk/sessions/<slug>/show/print")
@access("organizer")
def desk_show_print(slug: str) -> ResponseReturnValue:
    """The run of show on a sheet of paper."""
    event = event_or_404(slug)
    return render_template("schedule/show_print.html", **_sheet(event))


@blueprint.get("/desk/sessions/<slug>/show/live")
@access("organizer")
def desk_show_live(slug: str) -> ResponseReturnValue:
    """The run of show for whoever leads the session: one item at a time, with the time that is left."""
    event = event_or_404(slug)
    return render_template("schedule/show_live.html", mark=fingerprint(event), **_sheet(event))


def _sheet(event: Event) -> dict[str, Any]:
    planned = sum(item.minutes for item in event.agenda)
    return {
        "event": event,
        "run": timed(event),
        "kinds": ITEM_WORDS,
        "balance": balance(planned, event.minutes),
    }


# --- templates --------------------------------------------------------------------------------------------------------


@blueprint.route("/desk/sessions/<slug>/show/template", methods=["GET", "POST"])
@access("organizer")
def desk_show_template(slug: str) -> ResponseReturnValue:
    """What a template would make of the run of show, then the word to do it."""
    event = event_or_404(slug)
    chosen = agendas.template(event.program, request.values.get("template", ""))
    if chosen is None:
        abort(404)
    form = LayForm(data={"template": chosen.key, "seen": fingerprint(event)})
    if form.validate_on_submit():
        try:
            actions.lock(event)
            if form.seen.data != fingerprint(event):
                last = agenda_changed(event)
                who = last.who if last else "Somebody"
                form.seen.data = fingerprint(event)
                raise Refused(
                    f"{who} changed this run of show meanwhile. Look at what it would become now.", 409
                )
            slots = agendas.lay(slots_of(event), chosen).slots
            changed = actions.set_agenda(event, slots, by=actor(), action="lay_template")
            db.session.commit()
            flash(
                f"“{chosen.name}” stands in the run of show." if changed else "It looks like that already.",
                "success",
            )
            return redirect(url_for("schedule.desk_show", slug=slug), 303)
        except Refused as error:
            say(form, error)
            event = event_or_404(slug)
    laid = agendas.lay(slots_of(event), chosen)
    page = render_template(
        "schedule/desk_show_template.html",
        form=form,
        chosen=chosen,
        laid=laid,
        clocks=_clocks(event, [slot.minutes for slot in laid.slots]),
        balance=balance(chosen.minutes, event.minutes),
        too_many=max(0, chosen.minutes - event.minutes),
        kinds=ITEM_WORDS,
        **workspace(event, "show"),
    )
    return page, status(form)


def _clocks(event: Event, minutes: list[int]) -> list[datetime]:
    return [event.starts_at + timedelta(minutes=sum(minutes[:place])) for place in range(len(minutes))]


@blueprint.route("/desk/sessions/<slug>/show/keep", methods=["GET", "POST"])
@access("organizer")
def desk_show_keep(slug: str) -> ResponseReturnValue:
    """Keep the run of show as a template of the program."""
    event = event_or_404(slug)
    form = KeepForm()
    if form.validate_on_submit():
        try:
            kept = agendas.keep(
                event.program,
                form.name.data,
                slots_of(event),
                with_speakers=form.with_speakers.data,
                instead=form.instead.data,
                by=actor(),
            )
            db.session.commit()
            flash(
                f"“{kept.name}” is kept. Every session of {event.program.name} can begin with it.", "success"
            )
            return redirect(url_for("schedule.desk_templates", slug=event.program.slug), 303)
        except Refused as error:
            say(form, error)
            event = event_or_404(slug)
    return render_template("schedule/desk_show_keep.html", form=form, **workspace(event, "show")), status(
        form
    )


@blueprint.get("/desk/programs/<slug>/templates")
@access("organizer")
def desk_templates(slug: str) -> ResponseReturnValue:
    """What the sessions of a program can begin with."""
    program = program_or_404(slug)
    return render_template(
        "schedule/desk_templates.html",
        program=program,
        templates=agendas.templates(program),
        kinds=ITEM_WORDS,
    )


@blueprint.post("/desk/programs/<slug>/templates/first")
@access("organizer")
def desk_template_first(slug: str) -> ResponseReturnValue:
    """Choose what new drafts of a program begin with; no key means an empty run of show."""
    program = program_or_404(slug)
    key = request.form.get("template", "")
    chosen = agendas.template(program, key)
    if key and chosen is None:
        abort(404)
    agendas.choose(program, chosen, by=actor())
    db.session.commit()
    begins = f"with “{chosen.name}”" if chosen else "with an empty run of show"
    flash(f"New drafts of {program.name} begin {begins}. Sessions that exist stay as they are.", "success")
    return redirect(url_for("schedule.desk_templates", slug=slug), 303)


@blueprint.post("/desk/programs/<slug>/templates/<key>/delete")
@access("organizer")
def desk_template_delete(slug: str, key: str) -> ResponseReturnValue:
    """Delete a template that staff made."""
    program = program_or_404(slug)
    kept = agendas.template(program, key)
    if kept is None or not kept.is_own:
        abort(404)
    agendas.drop(program, kept, by=actor())
    db.session.commit()
    flash(f"“{kept.name}” is deleted. Sessions that began with it stay as they are.", "success")
    return redirect(url_for("schedule.desk_templates", slug=slug), 303)
