"""The letter that carries a one-time sign-in link, and the links by which people stop letters."""

from __future__ import annotations

from jam.base.links import url
from jam.base.tokens import make
from jam.mail.kinds import because, heading, invented, link, links_say, needs, register
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
