"""The staff's pages for programs, their dates, and new sessions."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from jam.base.access import access
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.links import url
from jam.base.words import count
from jam.base.zones import wall
from jam.people.login import actor
from jam.schedule import actions, agendas, programs, queries
from jam.schedule.asking import blueprint, program_or_404, say, status
from jam.schedule.forms import NewEventForm, ProgramForm
from jam.schedule.holidays import holiday
from jam.schedule.models import Program
from jam.schedule.recurrence import Recurrence, describe
from jam.schedule.rules import VISIBILITY_WORDS, Visibility

#: How many dates a program's page looks ahead.
AHEAD = 12


@blueprint.get("/desk/programs/")
@access("organizer")
def desk_programs() -> ResponseReturnValue:
    """All programs, with the pattern of their dates and what comes next."""
    rows = [
        (program, _pattern(program), next_at, drafts)
        for program, next_at, drafts in queries.programs_with_next()
    ]
    return render_template("schedule/desk_programs.html", rows=rows)


@blueprint.route("/desk/programs/new", methods=["GET", "POST"])
@access("organizer")
def desk_program_new() -> ResponseReturnValue:
    """Make a program."""
    form = ProgramForm()
    if form.validate_on_submit():
        try:
            program = programs.make_program(form.slug.data, form.fields(), by=actor())
            db.session.commit()
            flash(f"{program.name} is made. Look at its dates, then make drafts of them.", "success")
            return redirect(url_for("schedule.desk_program", slug=program.slug), 303)
        except Refused as error:
            say(form, error)
    return render_template("schedule/desk_program_form.html", form=form, program=None), status(form)


@blueprint.get("/desk/programs/<slug>")
@access("organizer")
def desk_program(slug: str) -> ResponseReturnValue:
    """A program: its pattern in words, its next dates, the address of its calendar."""
    program = program_or_404(slug)
    dates_ahead = [
        (each, holiday(wall(each.starts_at, program.time_zone).date()))
        for each in programs.next_dates(program, AHEAD)
    ]
    return render_template(
        "schedule/desk_program.html",
        program=program,
        pattern=_pattern(program),
        left_out=_left_out(program),
        dates_ahead=dates_ahead,
        missing=(missing := sum(not each.exists for each, _ in dates_ahead)),
        made_words=_made_words(len(dates_ahead), missing),
        visibility_words=VISIBILITY_WORDS[Visibility(program.visibility)],
        feed=url("calendars.program_feed", slug=slug)
        if "calendars.program_feed" in current_app.view_functions
        else None,
    )


@blueprint.route("/desk/programs/<slug>/edit", methods=["GET", "POST"])
@access("organizer")
def desk_program_edit(slug: str) -> ResponseReturnValue:
    """Change a program."""
    program = program_or_404(slug)
    form = ProgramForm.of(program)
    if form.validate_on_submit():
        try:
            programs.edit_program(program, form.fields(), by=actor())
            db.session.commit()
            flash("Saved. Sessions that exist keep their dates, times and seats.", "success")
            return redirect(url_for("schedule.desk_program", slug=slug), 303)
        except Refused as error:
            say(form, error)
            program = program_or_404(slug)
    return render_template("schedule/desk_program_form.html", form=form, program=program), status(form)


@blueprint.post("/desk/programs/<slug>/drafts")
@access("organizer")
def desk_program_drafts(slug: str) -> ResponseReturnValue:
    """Make drafts for those of the next dates that have none."""
    made = programs.generate(program_or_404(slug), AHEAD, by=actor())
    db.session.commit()
    if made:
        words = count(len(made), "draft is", "drafts are")
        flash(f"{words} made. Nobody sees a draft until you publish it.", "success")
    else:
        flash("Each of these dates has its session already. Nothing was made.", "success")
    return redirect(url_for("schedule.desk_program", slug=slug), 303)


@blueprint.route("/desk/programs/<slug>/sessions/new", methods=["GET", "POST"])
@access("organizer")
def desk_event_new(slug: str) -> ResponseReturnValue:
    """Make one session of a program, on any date."""
    program = program_or_404(slug)
    form = NewEventForm.of(program)
    if form.validate_on_submit():
        try:
            start, end = form.span(program.time_zone)
            event = actions.make_event(program, form.title.data or "Topic to come", start, end, by=actor())
            agendas.begin(event, agendas.template(program, program.template))
            db.session.commit()
            flash("The draft is made. Nobody sees it until you publish it.", "success")
            return redirect(url_for("schedule.desk_event", slug=event.slug), 303)
        except Refused as error:
            say(form, error)
            program = program_or_404(slug)
    return render_template("schedule/desk_event_new.html", form=form, program=program), status(form)


def _pattern(program: Program) -> str | None:
    """The recurrence in words; None while dates are made by hand."""
    if program.recurrence is None:
        return None
    pattern = Recurrence.from_json(program.recurrence)
    return describe(pattern, program.start_time, program.minutes, program.time_zone)


def _made_words(dates: int, missing: int) -> str:
    if not missing:
        return f"All {dates} dates have a session." if dates > 1 else "This date has a session."
    if missing == dates:
        return (
            f"None of these {dates} dates has a session yet."
            if dates > 1
            else "This date has no session yet."
        )
    return f"{dates - missing} of these {dates} dates have a session."


def _left_out(program: Program) -> int:
    return len((program.recurrence or {}).get("exclusions", []))
