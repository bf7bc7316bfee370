"""The letter that carries a one-time sign-in link."""

from __future__ import annotations

from jam.base.links import url
from jam.base.tokens import make
from jam.mail.kinds import link, register
from jam.people.rules import SIGN_IN

register(
    "sign-in",
    "Your sign-in link",
    name="the recipient's name",
    minutes="how long the link works",
    sign_in="one-time link that signs the recipient in",
)


@link("sign-in")
def sign_in_page(link_id: int) -> str:
    """The page behind a one-time link."""
    return url("people.signin_link", token=make(SIGN_IN, link_id))
