"""Whose page a request is about: a personal link, once opened, leaves an entry in the session's cookie."""

from __future__ import annotations

from flask import g, redirect, session, url_for
from werkzeug.wrappers import Response

from jam.base.access import rule
from jam.base.database import db
from jam.people.models import Person

#: Beside the entries of a staff session in the same cookie; neither touches the other's.
ENTRY = "person"


@rule("person")
def _somebody() -> Response | None:
    id, _, version = str(session.get(ENTRY, "")).partition(".")
    person = db.session.get(Person, int(id)) if id.isdigit() else None
    if person is None or str(person.link_version) != version or person.merged_into_id or person.erased_at:
        session.pop(ENTRY, None)
        return redirect(url_for("me.lost"), 303)
    g.person = person
    return None


def me() -> Person:
    """Whose page this request is about; only behind the rule “person”."""
    person: Person = g.person
    return person


def actor() -> str:
    """How the audit log names whoever makes this request."""
    return f"person:{me().id}"
