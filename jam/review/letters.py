"""The one letter of this room: that proposals wait for a reviewer. It names none of them."""

from __future__ import annotations

from sqlalchemy import select

from jam.base.database import db
from jam.base.links import url
from jam.base.words import count
from jam.mail.actions import About, Recipient, draft
from jam.mail.kinds import (
    Example,
    because,
    examples,
    heading,
    invented,
    link,
    links_say,
    needs,
    register,
    stoppable,
)
from jam.mail.models import Letter
from jam.mail.standing import cause
from jam.people.choices import why_stopped
from jam.people.models import Account
from jam.people.queries import rows_of, whoever
from jam.people.rules import Stop
from jam.review.models import Reviewer
from jam.review.queries import how_many, may_review, waiting

WAITING = "review-waiting"
#: What it is about, for the outbox.
SCOPE = "account"

register(
    WAITING,
    "Proposals wait for your review",
    name="the recipient's name",
    waiting="how many wait: “3 proposals wait”",
    review_page="link to the recipient's list of reviews; they sign in first",
)
heading("Reviewers", WAITING, shared=True)
because("You get this mail because the organizers asked you to review proposals.", WAITING)
links_say(review_page="Open your reviews")
needs(WAITING, "review_page")
stoppable(Stop.REVIEWS, WAITING)
invented(waiting="3 proposals wait")


@link("review-page")
def review_page(id: int) -> str:
    """A reviewer's list. It is nobody's own: whoever opens it signs in."""
    return url("review.home")


def _values(account: Account, number: int) -> dict[str, str]:
    return {"name": account.person.name, "waiting": count(number, "proposal waits", "proposals wait")}


@examples(WAITING)
def reviewers(home: tuple[str, int] | None) -> list[Example]:
    """The latest reviewers, with what waits for them now."""
    query = select(Account).where(Account.id.in_(select(Reviewer.account_id)), may_review())
    found = db.session.scalars(query.order_by(Account.id.desc()).limit(5))
    return [
        Example(
            f"account:{each.id}",
            each.person.name,
            _values(each, how_many(waiting(each))),
            {"review_page": ("review-page", 0)},
        )
        for each in found
    ]


def tell(account: Account, number: int, day: str) -> Letter | None:
    """Tell a reviewer how many proposals wait; at most one letter for a day. None when no address is known."""
    person = account.person
    if person.address is None or person.erased_at is not None:
        return None
    return draft(
        WAITING,
        Recipient(person.address, person.name, "person", person.id),
        About(
            scope=(SCOPE, account.id),
            values=_values(account, number),
            links={"review_page": ("review-page", 0)},
        ),
        key=f"{WAITING}:{account.id}:{day}",
    )


@cause(WAITING)
def gone(letter: Letter) -> str | None:
    """Why a reviewer need not be told any more."""
    person = whoever(letter.recipient_id)
    ids = rows_of(person) if person is not None else []
    account = db.session.scalar(select(Account).where(Account.person_id.in_(ids), may_review()))
    if account is None or not how_many(waiting(account)):
        return "Nothing waits for this reviewer any more."
    return why_stopped(letter)
