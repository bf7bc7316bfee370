"""What people change about themselves, and the way back for whoever lost their link. The caller commits."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from jam.audit.actions import record
from jam.base.database import db
from jam.base.now import now
from jam.base.text import clean_line
from jam.interest.actions import ask_for_news, end_news
from jam.interest.queries import subscription_of
from jam.interest.rules import News
from jam.mail.models import Letter
from jam.me.letters import write_page_link
from jam.me.queries import seats
from jam.people import actions as people
from jam.people.choices import choose
from jam.people.models import Address, Person
from jam.people.rules import Stop, normal_address
from jam.registration.models import Registration

#: Whoever asks again within this time has the letter already.
ONE_LINK_IN = timedelta(minutes=15)


def change_name(person: Person, name: str, *, by: str) -> None:
    """Change a person's name, also on their registrations for sessions to come; past ones keep what was said then."""
    people.rename(person, name, by=by)
    for seat in _coming(person):
        if seat.name != person.name:
            changes = {"name": (seat.name, person.name)}
            record("registration.rename", "registration", seat.id, by=by, changes=changes)
            seat.name = person.name


def change_organization(person: Person, name: str, *, by: str) -> None:
    """Change where a person works, also on their registrations for sessions to come; empty for nowhere."""
    name = clean_line(name, 160, "The organization's name")
    home = people.organization(name)
    people.hold(person)
    was = person.organization.name if person.organization else None
    if (home.id if home else None) != person.organization_id:
        changes = {"organization": (was, home.name if home else None)}
        record("people.organization", "person", person.id, by=by, changes=changes)
        person.organization = home
    for seat in _coming(person):
        if seat.organization != name:
            changes = {"organization": (seat.organization, name)}
            record("registration.organization", "registration", seat.id, by=by, changes=changes)
            seat.organization = name


def choose_letters(person: Person, *, reminders: bool, follow_ups: bool, news: bool, by: str) -> bool:
    """Set which letters a person wants; returns whether a mail now asks them to confirm that they want the news."""
    choose(person, Stop.REMINDERS, reminders, by=by)
    choose(person, Stop.FOLLOW_UPS, follow_ups, by=by)
    held = subscription_of(person)
    if not news:
        end_news(person, by=by)
    elif held is None or held.state != News.CONFIRMED:
        ask_for_news(person, by=by)
        return True
    return False


def send_page_link(typed: str) -> None:
    """Mail the link to their own page to whoever has this address; nothing happens, and nobody can tell, when nobody has.

    One letter in fifteen minutes to an address. Refused for what cannot be an address.
    """
    query = select(Address).where(Address.normal == normal_address(typed)).with_for_update()
    address = db.session.scalar(query)
    if address is None:
        return
    lately = select(Letter.data).where(
        Letter.kind == "my-page",
        Letter.recipient_kind == "person",
        Letter.recipient_id == address.person_id,
        Letter.created_at > now() - ONE_LINK_IN,
    )
    if any(data.get("address") == address.id for data in db.session.scalars(lately)):
        return
    write_page_link(address)


def _coming(person: Person) -> list[Registration]:
    held = seats(person)
    return [*held.offers, *([held.next] if held.next else []), *held.coming]
