"""The room's personal links: onto the news list, and off it."""

from __future__ import annotations

from jam.base.database import db
from jam.base.links import url
from jam.base.lookup import LARGEST_ID
from jam.base.tokens import Token, make
from jam.interest.queries import subscription_of
from jam.interest.rules import CONFIRM, END
from jam.mail.kinds import link
from jam.people.models import Person


@link("sessions")
def sessions_page(id: int) -> str:
    """The list of sessions to come; the same for everybody, so the id says nothing."""
    return url("site.sessions", when="upcoming")


@link(CONFIRM)
def confirm_link(id: int) -> str:
    """The address of the page with the button that puts a person on the list; it dies when they end it."""
    held = subscription_of(_kept(db.session.get_one(Person, id)))
    return url("interest.confirm_news", token=make(CONFIRM, id, held.link_version if held else 0))


@link(END)
def end_link(id: int) -> str:
    """The address that takes a person off the list. It never dies: old mail must still lead out."""
    return url("interest.end_news", token=make(END, id))


def person_of(token: Token | None) -> Person | None:
    """Whose link a token would be, if it is ours."""
    if token is None or token.id > LARGEST_ID:
        return None
    person = db.session.get(Person, token.id)
    return _kept(person) if person else None


def _kept(person: Person) -> Person:
    # Whom a merged person became: their links go on working.
    while person.merged_into_id is not None:
        person = db.session.get_one(Person, person.merged_into_id)
    return person
