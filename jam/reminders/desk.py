"""Staff pages: the rules of a program, and the mail plan of a session with what differs there."""

from __future__ import annotations

import secrets

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from jam.base.access import access
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.lookup import row_or_404
from jam.base.paging import paged
from jam.base.words import count
from jam.base.zones import EASTERN
from jam.mail.rules import TONES as LETTER_TONES
from jam.mail.rules import WORDS as LETTER_WORDS
from jam.people.login import account, actor
from jam.reminders import actions
from jam.reminders.audiences import audience
from jam.reminders.forms import RuleForm
from jam.reminders.mailplan import mail_plan, moment_in, outlook
from jam.reminders.models import ReminderRule, span
from jam.reminders.queries import Ruled, by_name, letters_of, reported, row_of, ruled
from jam.reminders.rehearsal import rehearse
from jam.reminders.rules import describe, due_at
from jam.schedule.asking import event_or_404, program_or_404, say, status
from jam.schedule.models import Event, Program
from jam.schedule.workspace import workspace

blueprint = Blueprint("reminders", __name__)


# --- a program --------------------------------------------------------------------------------------------------------


@blueprint.get("/desk/programs/<slug>/reminders")
@access("organizer")
def desk_program(slug: str) -> ResponseReturnValue:
    """The rules of a program in order of time, each with what it does next."""
    program = program_or_404(slug)
    return render_template("reminders/desk_program.html", program=program, rules=outlook(program))


@blueprint.route("/desk/programs/<slug>/reminders/add", methods=["GET", "POST"])
@access("organizer")
def desk_program_add(slug: str) -> ResponseReturnValue:
    """Add a rule to a program."""
    program = program_or_404(slug)
    form = RuleForm.of()
    if form.validate_on_submit():
        try:
            rule = actions.add(program, form.fields(), by=actor())
            db.session.commit()
            flash(f"“{rule.name}” is added.", "success")
            return redirect(url_for("reminders.desk_program", slug=slug), 303)
        except Refused as error:
            say(form, error)
            program = program_or_404(slug)
    return _form(form, None, program), status(form)


@blueprint.route("/desk/programs/<slug>/reminders/<int:id>", methods=["GET", "POST"])
@access("organizer")
def desk_program_rule(slug: str, id: int) -> ResponseReturnValue:
    """Change a rule of a program; sessions that differ from it stay as they are."""
    program, rule = _of_program(slug, id)
    form = RuleForm.of(rule)
    if form.validate_on_submit():
        try:
            changed = actions.edit(rule, form.fields(), by=actor())
            db.session.commit()
            flash(
                "Saved. The plans of sessions to come follow." if changed else "Nothing was changed.",
                "success",
            )
            return redirect(url_for("reminders.desk_program", slug=slug), 303)
        except Refused as error:
            say(form, error)
            program, rule = _of_program(slug, id)
    return _form(form, rule, program), status(form)


@blueprint.post("/desk/programs/<slug>/reminders/<int:id>/switch")
@access("organizer")
def desk_program_switch(slug: str, id: int) -> ResponseReturnValue:
    """Switch a rule of a program on, off, or take it away."""
    _, rule = _of_program(slug, id)
    _switch(rule)
    return redirect(url_for("reminders.desk_program", slug=slug), 303)


# --- a session --------------------------------------------------------------------------------------------------------


@blueprint.get("/desk/sessions/<slug>/letters")
@access("organizer")
def desk_event(slug: str) -> ResponseReturnValue:
    """The mail plan: every letter to come and every letter that went, to how many, and when."""
    event = event_or_404(slug)
    return render_template(
        "reminders/desk_event.html",
        plan=mail_plan(event),
        moment_in=moment_in,
        mark=secrets.token_hex(8),
        me=account().person,
        **workspace(event, "letters"),
    )


@blueprint.route("/desk/sessions/<slug>/letters/add", methods=["GET", "POST"])
@access("organizer")
def desk_event_add(slug: str) -> ResponseReturnValue:
    """Plan a letter of this session alone."""
    event = event_or_404(slug)
    form = RuleForm.of()
    if form.validate_on_submit():
        try:
            rule = actions.add(event, form.fields(), by=actor())
            db.session.commit()
            flash(f"“{rule.name}” is planned for this session.", "success")
            return redirect(url_for("reminders.desk_event", slug=slug), 303)
        except Refused as error:
            say(form, error)
            event = event_or_404(slug)
    return _form(form, None, event), status(form)


@blueprint.route("/desk/sessions/<slug>/letters/<int:id>", methods=["GET", "POST"])
@access("organizer")
def desk_event_rule(slug: str, id: int) -> ResponseReturnValue:
    """Change a letter of this session: a program's rule is then another one here alone."""
    event, each = _of_event(slug, id)
    form = RuleForm.of(each.shown)
    if form.validate_on_submit():
        try:
            if each.own:
                actions.edit(each.base, form.fields(), by=actor())
            else:
                actions.change_here(event, each.base, form.fields(), by=actor())
            db.session.commit()
            flash("Saved, for this session alone.", "success")
            return redirect(url_for("reminders.desk_event", slug=slug), 303)
        except Refused as error:
            say(form, error)
            event, each = _of_event(slug, id)
    return _form(form, each.shown, event, each), status(form)


@blueprint.post("/desk/sessions/<slug>/letters/<int:id>/switch")
@access("organizer")
def desk_event_switch(slug: str, id: int) -> ResponseReturnValue:
    """Switch a letter of this session on or off, take it away, or let the session follow its program again."""
    event, each = _of_event(slug, id)
    deed = request.form.get("do", "")
    if each.own:
        _switch(each.base)
    elif deed in ("on", "off"):
        actions.switch_here(event, each.base, deed == "on", by=actor())
        flash(f"“{each.shown.name}” is switched {deed} for this session.", "success")
    elif deed == "back":
        actions.back_to_program(event, each.base, by=actor())
        flash(f"This session follows the program again: “{each.base.name}”.", "success")
    else:
        abort(400)
    db.session.commit()
    return redirect(url_for("reminders.desk_event", slug=slug), 303)


@blueprint.get("/desk/sessions/<slug>/letters/<int:id>/people")
@access("organizer")
def desk_people(slug: str, id: int) -> ResponseReturnValue:
    """Who gets a letter of this session, or got it."""
    event, each = _of_event(slug, id)
    row = row_of(event, each.base)
    at = row.due_at if row else due_at(each.shown.timing, span(event))
    letters = paged(letters_of(row)) if row else None
    found = letters if letters and letters.items else paged(by_name(each.shown, event, at))
    return render_template(
        "reminders/desk_people.html",
        each=each,
        what=f"{describe(each.shown.timing)}, to {audience(each.shown.audience).words}",
        at=at,
        known=not audience(each.shown.audience).needs_report or bool(reported([event])),
        found=found,
        written=found is letters,
        moment_in=moment_in,
        words=LETTER_WORDS,
        tones=LETTER_TONES,
        eastern=EASTERN,
        **workspace(event, "letters"),
    )


@blueprint.post("/desk/sessions/<slug>/letters/rehearsal")
@access("organizer")
def desk_rehearsal(slug: str) -> ResponseReturnValue:
    """Send the whole series to oneself."""
    event = event_or_404(slug)
    try:
        sent = rehearse(event, account(), mark=request.form.get("mark", "")[:40] or secrets.token_hex(8))
        db.session.commit()
        flash(
            f"{count(sent, 'test is', 'tests are')} on the way to {account().person.address}." if sent
            else "These tests are on their way already.",
            "success",
        )  # fmt: skip
    except Refused as error:
        db.session.rollback()
        flash(error.message, "error")
    return redirect(url_for("reminders.desk_event", slug=slug), 303)


# --- small things -----------------------------------------------------------------------------------------------------


def _of_program(slug: str, id: int) -> tuple[Program, ReminderRule]:
    program, rule = program_or_404(slug), row_or_404(ReminderRule, id)
    if rule.program_id != program.id:
        abort(404)
    return program, rule


def _of_event(slug: str, id: int) -> tuple[Event, Ruled]:
    event = event_or_404(slug)
    found = next((each for each in ruled([event])[event.id] if each.base.id == id), None)
    if found is None:
        abort(404)
    return event, found


def _switch(rule: ReminderRule) -> None:
    deed, name = request.form.get("do", ""), rule.name
    if deed in ("on", "off"):
        actions.switch(rule, deed == "on", by=actor())
        words = f"“{name}” is switched {deed}."
    elif deed == "remove":
        try:
            actions.remove(rule, by=actor())
        except Refused as error:
            db.session.rollback()
            flash(error.message, "error")
            return
        words = f"“{name}” is taken away."
    else:
        abort(400)
    db.session.commit()
    flash(words, "success")


def _form(form: RuleForm, rule: ReminderRule | None, of: Program | Event, each: Ruled | None = None) -> str:
    if isinstance(of, Event):
        return render_template(
            "reminders/desk_rule.html",
            form=form,
            rule=rule,
            each=each,
            program=None,
            frame="schedule/workspace.html",
            back=url_for("reminders.desk_event", slug=of.slug),
            **workspace(of, "letters"),
        )
    return render_template(
        "reminders/desk_rule.html",
        form=form,
        rule=rule,
        each=None,
        program=of,
        frame="reminders/desk_program_frame.html",
        back=url_for("reminders.desk_program", slug=of.slug),
    )
