"""What the staff's pages of this room share: the blueprint, rows by their address, and what to say of a refusal."""

from __future__ import annotations

from flask import Blueprint, abort
from flask_wtf import FlaskForm

from jam.base.database import db
from jam.base.errors import Refused
from jam.schedule import queries
from jam.schedule.models import Event, Program

blueprint = Blueprint("schedule", __name__)


def program_or_404(slug: str) -> Program:
    """The program at this address."""
    found = None if "\x00" in slug else queries.program_by_slug(slug)
    if found is None:
        abort(404)
    return found


def event_or_404(slug: str) -> Event:
    """The session at this address."""
    found = None if "\x00" in slug else queries.event_by_slug(slug)
    if found is None:
        abort(404)
    return found


def say(form: FlaskForm, error: Refused) -> None:
    """Show a refusal on top of the form, with nothing written."""
    db.session.rollback()
    form.form_errors.append(error.message)


def status(form: FlaskForm) -> int:
    """400 for a page that shows what was wrong."""
    return 400 if form.errors else 200
