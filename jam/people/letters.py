"""The letter that carries a one-time sign-in link, the links by which people stop letters, and where people are reached."""

from __future__ import annotations

from jam.base.database import db
from jam.base.links import url
from jam.base.now import now
from jam.base.tokens import make
from jam.mail.kinds import because, heading, invented, link, links_say, needs, register
from jam.mail.models import Letter
from jam.mail.standing import TooLate, asked_for, cause, whereabouts
from jam.people.models import Address, SignInLink
from jam.people.queries import whoever
from jam.people.rules import SIGN_IN, Stop

register(
    "sign-in",
    "Your sign-in link",
    name="the recipient's name",
    minutes="how long the link works",
    sign_in="one-time link that signs the recipient in",
)
heading("Ways in", "sign-in", shared=True)
because("You get this mail because somebody wanted to sign in with this address.", "sign-in")
links_say(sign_in="Sign in")
needs("sign-in", "sign_in", "minutes")
invented(minutes="30")


@link("sign-in")
def sign_in_page(link_id: int) -> str:
    """The page behind a one-time link."""
    return url("people.signin_link", token=make(SIGN_IN, link_id))


@link(Stop.REMINDERS)
def reminders_off(person_id: int) -> str:
    """The page that stops a person's reminders. It never dies: old mail must still lead out."""
    return url("people.stop_letters", token=make(Stop.REMINDERS, person_id))


@link(Stop.FOLLOW_UPS)
def follow_ups_off(person_id: int) -> str:
    """The page that stops recordings and follow-ups; it never dies either."""
    return url("people.stop_letters", token=make(Stop.FOLLOW_UPS, person_id))


@link(Stop.REVIEWS)
def review_letters_off(person_id: int) -> str:
    """The page that stops letters about reviews that wait; it never dies either."""
    return url("people.stop_letters", token=make(Stop.REVIEWS, person_id))


asked_for("sign-in")


@cause("sign-in")
def sign_in_gone(letter: Letter) -> str | None:
    """Why a sign-in link is of no use any more."""
    _, id = letter.links.get("sign_in", ("", 0))
    made = db.session.get(SignInLink, int(id))
    if made is None or (made.used_at is None and made.expires_at > now()):
        return None
    return "The link in it was used." if made.used_at else TooLate("The link in it is too old.")


@whereabouts("person")
def address_of(letter: Letter) -> str | None:
    """The preferred address of a person, or of whoever they were found to be. A letter that was asked for at one of their
    addresses (`address` among its data) goes there while it is theirs."""
    person = whoever(letter.recipient_id)
    if person is None:
        return letter.to_address
    asked = db.session.get(Address, letter.data["address"]) if "address" in letter.data else None
    return asked.address if asked is not None and asked.person_id == person.id else person.address
