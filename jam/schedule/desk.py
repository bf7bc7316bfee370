"""The staff's pages for programs and sessions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from markupsafe import Markup

from jam.base.access import access
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.links import url
from jam.base.lookup import typed
from jam.base.paging import paged
from jam.base.words import count
from jam.base.zones import wall
from jam.people.login import actor
from jam.schedule import actions, queries, seats
from jam.schedule.forms import ActForm, EventForm, MoveForm, NewEventForm, ProgramForm
from jam.schedule.history import lines
from jam.schedule.holidays import holiday
from jam.schedule.models import Event, Program
from jam.schedule.recurrence import Recurrence, describe
from jam.schedule.rules import VISIBILITY_WORDS, State, Visibility
from jam.schedule.workspace import standing, workspace

blueprint = Blueprint("schedule", __name__)

#: How many dates a program's page looks ahead.
AHEAD = 12


# --- programs ---------------------------------------------------------------------------------------------------------


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
            program = actions.make_program(form.slug.data, form.fields(), by=actor())
            db.session.commit()
            flash(f"{program.name} is made. Look at its dates, then make drafts of them.", "success")
            return redirect(url_for("schedule.desk_program", slug=program.slug), 303)
        except Refused as error:
            _say(form, error)
    return render_template("schedule/desk_program_form.html", form=form, program=None), _status(form)


@blueprint.get("/desk/programs/<slug>")
@access("organizer")
def desk_program(slug: str) -> ResponseReturnValue:
    """A program: its pattern in words, its next dates, the address of its calendar."""
    program = _program(slug)
    dates_ahead = [
        (each, holiday(wall(each.starts_at, program.time_zone).date()))
        for each in actions.next_dates(program, AHEAD)
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
    program = _program(slug)
    form = ProgramForm.of(program)
    if form.validate_on_submit():
        try:
            actions.edit_program(program, form.fields(), by=actor())
            db.session.commit()
            flash("Saved. Sessions that exist keep their dates, times and seats.", "success")
            return redirect(url_for("schedule.desk_program", slug=slug), 303)
        except Refused as error:
            _say(form, error)
            program = _program(slug)
    return render_template("schedule/desk_program_form.html", form=form, program=program), _status(form)


@blueprint.post("/desk/programs/<slug>/drafts")
@access("organizer")
def desk_program_drafts(slug: str) -> ResponseReturnValue:
    """Make drafts for those of the next dates that have none."""
    made = actions.generate(_program(slug), AHEAD, by=actor())
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
    program = _program(slug)
    form = NewEventForm.of(program)
    if form.validate_on_submit():
        try:
            start, end = form.span(program.time_zone)
            event = actions.make_event(program, form.title.data or "Topic to come", start, end, by=actor())
            db.session.commit()
            flash("The draft is made. Nobody sees it until you publish it.", "success")
            return redirect(url_for("schedule.desk_event", slug=event.slug), 303)
        except Refused as error:
            _say(form, error)
            program = _program(slug)
    return render_template("schedule/desk_event_new.html", form=form, program=program), _status(form)


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


# --- sessions ---------------------------------------------------------------------------------------------------------


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
    event = _event(slug)
    form = EventForm(of=event)
    if form.validate_on_submit():
        try:
            changed = actions.edit_event(event, form.fields(), form.terms(), form.slots(), by=actor())
            db.session.commit()
            flash("Saved. Nobody gets a letter for this." if changed else "Nothing was changed.", "success")
            return redirect(url_for("schedule.desk_event", slug=slug), 303)
        except Refused as error:
            _say(form, error)
            event = _event(slug)
    status = _status(form)
    frame = workspace(event, "plan")
    page = render_template(
        "schedule/desk_event.html",
        form=form,
        history=lines(event),
        too_many=max(0, frame["taken"] - (event.capacity or frame["taken"])),
        agenda_minutes=sum(item.minutes for item in event.agenda),
        **frame,
    )
    return page, status


# --- what changes for people: each on a page of its own ---------------------------------------------------------------


@dataclass(frozen=True)
class Act:
    """A change that a page of its own asks about."""

    name: str
    heading: str
    #: What it does, before anybody decides.
    what: str
    button: str
    #: What is said when it is done.
    done: str
    #: Does it; returns the batch of the letters, or None when it writes none.
    run: Callable[[Event, str], str | None]
    tells: bool = True
    style: str = "primary"


def _publish(event: Event, message: str) -> None:
    actions.publish(event, by=actor())


def _delete(event: Event, message: str) -> None:
    actions.delete_draft(event, by=actor())


PUBLISH = Act(
    "publish",
    "Publish this session?",
    "It appears on the site and in the calendars, and people can register. Nobody gets a letter.",
    "Publish",
    "Published. It is on the site and in the calendars.",
    _publish,
    tells=False,
)
CANCEL = Act(
    "cancel",
    "Cancel this session?",
    "It stays on the site, marked as cancelled, and leaves people's calendars. You can reinstate it until it would be over.",
    "Cancel the session",
    "Cancelled.",
    lambda event, message: actions.cancel(event, by=actor(), message=message),
    style="danger",
)
REINSTATE = Act(
    "reinstate",
    "Reinstate this session?",
    "It takes place after all, at the same time. Everybody who held a seat holds it again.",
    "Reinstate the session",
    "Reinstated.",
    lambda event, message: actions.reinstate(event, by=actor(), message=message),
)
DELETE = Act(
    "delete",
    "Delete this draft?",
    "Nobody has seen it. Its title, agenda and links are gone for good.",
    "Delete the draft",
    "The draft is deleted.",
    _delete,
    tells=False,
    style="danger",
)


@blueprint.route("/desk/sessions/<slug>/publish", methods=["GET", "POST"])
@access("organizer")
def desk_event_publish(slug: str) -> ResponseReturnValue:
    """Show a draft to the public."""
    return _ask(slug, PUBLISH)


@blueprint.route("/desk/sessions/<slug>/cancel", methods=["GET", "POST"])
@access("organizer")
def desk_event_cancel(slug: str) -> ResponseReturnValue:
    """Call a session off."""
    return _ask(slug, CANCEL)


@blueprint.route("/desk/sessions/<slug>/reinstate", methods=["GET", "POST"])
@access("organizer")
def desk_event_reinstate(slug: str) -> ResponseReturnValue:
    """Bring a cancelled session back."""
    return _ask(slug, REINSTATE)


@blueprint.route("/desk/sessions/<slug>/delete", methods=["GET", "POST"])
@access("organizer")
def desk_event_delete(slug: str) -> ResponseReturnValue:
    """Remove a draft."""
    return _ask(slug, DELETE)


@blueprint.route("/desk/sessions/<slug>/move", methods=["GET", "POST"])
@access("organizer")
def desk_event_move(slug: str) -> ResponseReturnValue:
    """Give a session another time: first the time, then what it means, then the word to do it."""
    event = _event(slug)
    asked = request.method == "POST" or "day" in request.args
    form = (
        MoveForm.of(event)
        if request.method == "POST" or not asked
        else MoveForm(formdata=request.args, meta={"csrf": False})
    )
    span = None
    if asked and form.validate():
        try:
            span = form.span(event.time_zone)
            if request.method == "POST":
                batch = actions.move(event, *span, by=actor(), message=form.message.data)
                return _done("Moved.", batch, url_for("schedule.desk_event", slug=slug))
        except Refused as error:
            _say(form, error)
            event, span = _event(slug), None
    page = render_template(
        "schedule/desk_event_move.html",
        form=form,
        token=ActForm(),
        span=span,
        letters=_letters_to_come(event),
        holiday=holiday(wall(span[0], event.time_zone).date()) if span else None,
        agenda_minutes=sum(item.minutes for item in event.agenda),
        **workspace(event, "plan"),
    )
    return page, _status(form)


def _ask(slug: str, act: Act) -> ResponseReturnValue:
    event = _event(slug)
    back = url_for("schedule.desk_event", slug=slug)
    if act is DELETE:
        back = url_for("schedule.desk_events", program=event.program.slug)
    form = ActForm()
    if form.validate_on_submit():
        try:
            return _done(act.done, act.run(event, form.message.data or ""), back)
        except Refused as error:
            _say(form, error)
            event = _event(slug)
    page = render_template(
        "schedule/desk_event_act.html",
        act=act,
        form=form,
        letters=_letters_to_come(event) if act.tells else None,
        **workspace(event, "plan"),
    )
    return page, _status(form)


def _done(words: str, batch: str | None, back: str) -> ResponseReturnValue:
    """Commit, and say how many letters wait."""
    letters = queries.letters_waiting(batch) if batch else 0
    db.session.commit()
    flash(_with_letters(words, letters) if batch else words, "success")
    return redirect(back, 303)


def _letters_to_come(event: Event) -> int | None:
    """How many people a change would be told to; None for a draft, which nobody knows of."""
    return None if event.state == State.DRAFT else seats.to_tell(event)


def _with_letters(words: str, letters: int) -> str:
    if not letters:
        return f"{words} Nobody gets a letter for this."
    page = Markup("Letters page")
    if "mail.desk_letters" in current_app.view_functions:
        page = Markup('<a href="{}">Letters page</a>').format(url_for("mail.desk_letters"))
    people = count(letters, "person", "people")
    return Markup(
        "{} {} will get a letter. It leaves in ten minutes; until then you can call it back on the {}."
    ).format(words, people, page)


# --- small things -----------------------------------------------------------------------------------------------------


def _program(slug: str) -> Program:
    found = None if "\x00" in slug else queries.program_by_slug(slug)
    if found is None:
        abort(404)
    return found


def _event(slug: str) -> Event:
    found = None if "\x00" in slug else queries.event_by_slug(slug)
    if found is None:
        abort(404)
    return found


def _say(form: FlaskForm, error: Refused) -> None:
    db.session.rollback()
    form.form_errors.append(error.message)


def _status(form: FlaskForm) -> int:
    return 400 if form.errors else 200
