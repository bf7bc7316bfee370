"""The letter with the link to one's own page, for whoever lost it."""

from __future__ import annotations

from jam.audit.actions import new_batch
from jam.mail.actions import About, Recipient, draft
from jam.mail.kinds import because, heading, needs, register
from jam.mail.standing import asked_for
from jam.people.models import Address

register(
    "my-page",
    "The link to your own page",
    name="the recipient's name",
    my_page="link to the recipient's own page",
)
heading("Ways in", "my-page", shared=True)
because("You get this mail because somebody asked for it with this address.", "my-page")
needs("my-page", "my_page")
asked_for("my-page")


def write_page_link(address: Address) -> None:
    """Write to an address how its owner gets to their own page."""
    person, batch = address.person, new_batch()
    draft(
        "my-page",
        Recipient(address.address, person.name, "person", person.id),
        About(
            scope=("person", person.id),
            values={"name": person.name},
            links={"my_page": ("me", person.id)},
            data={"address": address.id},
        ),
        key=f"my-page:{address.id}:{batch}",
        batch=batch,
    )
