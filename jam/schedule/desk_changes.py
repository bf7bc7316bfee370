"""Changes to a session that people notice, each on a page of its own that says what it does before anybody decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from jam.base.access import access
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.words import count
from jam.base.zones import wall
from jam.people.login import actor
from jam.schedule import actions, queries, seats
from jam.schedule.asking import blueprint, event_or_404, say, status
from jam.schedule.forms import ActForm, MoveForm
from jam.schedule.holidays import holiday
from jam.schedule.models import Event
from jam.schedule.rules import State
from jam.schedule.workspace import workspace


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
    event = event_or_404(slug)
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
            say(form, error)
            event, span = event_or_404(slug), None
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
    return page, status(form)


def _ask(slug: str, act: Act) -> ResponseReturnValue:
    event = event_or_404(slug)
    back = url_for("schedule.desk_event", slug=slug)
    if act is DELETE:
        back = url_for("schedule.desk_events", program=event.program.slug)
    form = ActForm()
    if form.validate_on_submit():
        try:
            return _done(act.done, act.run(event, form.message.data or ""), back)
        except Refused as error:
            say(form, error)
            event = event_or_404(slug)
    page = render_template(
        "schedule/desk_event_act.html",
        act=act,
        form=form,
        letters=_letters_to_come(event) if act.tells else None,
        **workspace(event, "plan"),
    )
    return page, status(form)


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
