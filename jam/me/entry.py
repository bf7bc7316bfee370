"""Whose page a request is about: a personal link, once opened, leaves an entry in the session's cookie."""

from __future__ import annotations

from flask import g, redirect, url_for
from werkzeug.wrappers import Response

from jam.base.access import rule
from jam.people.models import Person
from jam.people.presence import end, person_here


@rule("person")
def _somebody() -> Response | None:
    person = person_here()
    if person is None:
        end()
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
