"""The letters of this room: what happens with somebody's wishes, and the question whether they want the news."""

from __future__ import annotations

from collections.abc import Collection

from jam.audit.actions import new_batch
from jam.base.database import db
from jam.interest.models import NewsSubscription
from jam.interest.queries import subscription_of
from jam.interest.rules import CONFIRM, News, Way
from jam.mail.actions import About, Recipient, draft
from jam.mail.kinds import Example, because, examples, heading, links_say, needs, register
from jam.mail.models import Letter
from jam.mail.standing import cause
from jam.people.models import Person

register(
    "interest-received",
    "What happens with your wishes",
    name="the recipient's name",
    join="what happens with the wish to join the Jam; empty when it was not ticked, as in each of these",
    present="what happens with the wish to present",
    working_group="what happens with the wish to join a working group",
    fund="what happens with the wish to help fund the work",
    share="what happens with the wish to share an initiative",
    message="what happens with a message that came with none of these",
    news="what happens with the wish for news",
    sessions="link to the sessions to come",
)
register(
    "news-confirm",
    "Do you want our news?",
    name="the recipient's name",
    confirm_news="personal link to the page that puts the recipient on the news list",
)

heading("Taking part and news", "interest-received", "news-confirm", shared=True)
because(
    "You get this mail because somebody filled in our form with this address.",
    "interest-received",
    "news-confirm",
)
links_say(sessions="See the sessions to come", confirm_news="Confirm on our page")
needs("interest-received", "join", "present", "working_group", "fund", "share", "message", "news")
needs("news-confirm", "confirm_news")

#: What the letter says of each wish. Nothing of what was typed is repeated: anybody can type any address.
_WHAT_HAPPENS = {
    Way.JOIN: "To join the Jam, register for each session you want to come to. It is free and open to everybody; the button below leads to the dates.",
    Way.PRESENT: "Your offer to present goes to the people who plan the Jam. They read it and write to you, with a date or with questions. If you like, tell them the whole of it now: the page “Volunteer to present” on our site asks what they need to know.",
    Way.WORKING_GROUP: "About working groups, somebody writes to you which ones meet and how you can come along.",
    Way.FUND: "About funding the work, somebody from the Partnership writes to you to talk about it.",
    Way.SHARE: "What you want to share goes to the people who collect what works. They read it and write to you.",
    Way.MESSAGE: "Your message is read by a person, who answers you.",
    Way.NEWS: "About our news, we send you a mail of its own with a button to confirm that you want them. If you get them already, nothing changes.",
}


@examples("interest-received")
def everything(home: tuple[str, int] | None) -> list[Example]:
    """Somebody who ticked everything, and somebody who ticked one thing: what is said follows from that alone."""
    words = {wish.replace("-", "_"): said for wish, said in _WHAT_HAPPENS.items()}
    one = {key: said if key == "join" else "" for key, said in words.items()}
    links = {"sessions": ("sessions", 0)}
    return [
        Example("all", "Somebody made up, who ticked everything", {"name": "Ana Lee", **words}, links, True),
        Example(
            "join", "Somebody made up, who wants to join the Jam", {"name": "Ana Lee", **one}, links, True
        ),
    ]


def tell_what_happens(person: Person, name: str, wishes: Collection[Way]) -> None:
    """Write to somebody what happens with each of their wishes; nothing when no address is known."""
    if person.address is None:
        return
    batch = new_batch()
    draft(
        "interest-received",
        Recipient(person.address, name, "person", person.id),
        About(
            scope=("person", person.id),
            values={"name": name}
            | {
                wish.replace("-", "_"): words if wish in wishes else ""
                for wish, words in _WHAT_HAPPENS.items()
            },
            links={"sessions": ("sessions", 0)},
        ),
        key=f"interest-received:{person.id}:{batch}",
        batch=batch,
    )


def ask_to_confirm(subscription: NewsSubscription) -> None:
    """Write the letter whose link leads to the button; nothing when no address is known."""
    person = subscription.person
    if person.address is None:
        return
    batch = new_batch()
    draft(
        "news-confirm",
        Recipient(person.address, person.name, "person", person.id),
        About(
            scope=("person", person.id),
            values={"name": person.name},
            links={"confirm_news": (CONFIRM, person.id)},
        ),
        key=f"news-confirm:{person.id}:{batch}",
        batch=batch,
    )


@cause("news-confirm")
def question_gone(letter: Letter) -> str | None:
    """Why somebody need not be asked any more: they answered, or took the question back."""
    person = db.session.get(Person, letter.recipient_id)
    while person is not None and person.merged_into_id is not None:
        person = db.session.get_one(Person, person.merged_into_id)
    held = subscription_of(person) if person is not None else None
    return None if held is None or held.state == News.ASKED else "The recipient has answered already."
