"""Whoever wants to see or lose what the room holds gets all of it, and leaves no words behind."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from jam.interest import actions
from jam.interest.models import NewsSubscription, Wish
from jam.interest.privacy import erase, export
from jam.interest.queries import open_count, subscriber_count
from jam.interest.rules import Way
from jam.people.actions import Details
from jam.people.models import Person
from tests import makers


def ana() -> Person:
    details = Details("Ana Lee", organization="Riverside Clinic", state="OH")
    person = actions.take_part("ana@clinic.example", details, {Way.PRESENT, Way.NEWS}, "Peers on the line.")
    actions.confirm_news(person, by="visitor")
    return person


def test_the_export_holds_wishes_and_the_place_on_the_list(db_session: scoped_session[Session]) -> None:
    person, other = ana(), makers.person()
    db_session.commit()
    held = export(person.id)
    [wish], [news] = held["wishes"], held["news"]
    assert (wish["kind"], wish["message"], wish["organization"]) == (
        "present", "Peers on the line.", "Riverside Clinic",
    )  # fmt: skip
    assert news["state"] == "confirmed"
    assert export(other.id) == {"wishes": [], "news": []}


def test_erasing_leaves_a_number_and_no_words(db_session: scoped_session[Session]) -> None:
    person = ana()
    db_session.commit()
    erase(person.id, by="command")
    db_session.commit()
    wish = db_session.scalars(select(Wish)).one()
    assert (wish.kind, wish.name, wish.organization, wish.message, wish.note, wish.state) == (
        "present", "Erased person", "", "", "", "OH",
    )  # fmt: skip
    assert (open_count(), subscriber_count()) == (0, 0)
    assert db_session.scalars(select(NewsSubscription)).all() == []
