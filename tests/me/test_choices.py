"""What people choose on their own page beside their seats: organization, and which letters they get."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from jam.interest import actions as interest
from jam.interest.models import NewsSubscription
from jam.mail.models import Letter
from jam.me.pages import me_link
from jam.registration.models import Registration
from tests import makers
from tests.clients import Client
from tests.forms import forms_of

Db = scoped_session[Session]


@pytest.fixture
def seat(client: Client, db_session: Db) -> Registration:
    """Ana's seat, and her page is open; Ben works at the same place."""
    event = makers.event()
    made = makers.registration(event, "ana@clinic.example", organization="Riverside Clinic")
    makers.registration(event, "ben@clinic.example", "Ben Ode", organization="Riverside Clinic")
    db_session.commit()
    client.get(me_link(made.person_id))
    return made


def test_organization_changes_for_oneself_alone(client: Client, db_session: Db, seat: Registration) -> None:
    answer = client.submit("/me/", {"organization": "Hillside Clinic"}, form="/me/details")
    assert answer.status_code == 303
    db_session.expire_all()
    seats = db_session.scalars(select(Registration).order_by(Registration.id)).all()
    homes = [(each.organization, each.person.organization.name) for each in seats]
    assert homes == [("Hillside Clinic", "Hillside Clinic"), ("Riverside Clinic", "Riverside Clinic")]
    client.submit("/me/", {"organization": ""}, form="/me/details")
    db_session.expire_all()
    assert (seat.organization, seat.person.organization) == ("", None)
    bad = client.submit("/me/", {"organization": "x" * 161}, form="/me/details")
    assert bad.status_code == 400
    assert "x" * 161 in bad.text


def test_letters_are_chosen_and_news_confirmed_by_mail(
    client: Client, db_session: Db, seat: Registration
) -> None:
    def boxes() -> set[str]:
        [form] = [each for each in forms_of(client.get("/me/").text) if each.action == "/me/letters"]
        return {"reminders", "follow_ups", "news"} & form.values.keys()

    def choose(**ticked: str | None) -> None:
        assert client.submit("/me/", ticked, form="/me/letters").status_code == 303
        db_session.expire_all()

    assert boxes() == {"reminders", "follow_ups"}
    choose(reminders=None, follow_ups=None, news="y")
    assert (seat.person.reminders, seat.person.follow_ups) == (False, False)
    [news] = db_session.scalars(select(NewsSubscription))
    assert (news.person_id, news.state) == (seat.person_id, "asked")
    assert [each.kind for each in db_session.scalars(select(Letter).order_by(Letter.id))][
        -1
    ] == "news-confirm"
    assert boxes() == set()
    interest.confirm_news(seat.person, by="person:1")
    db_session.commit()
    assert boxes() == {"news"}
    choose(reminders="y", follow_ups="y", news=None)
    assert (seat.person.reminders, seat.person.follow_ups, news.state) == (True, True, "ended")
    assert boxes() == {"reminders", "follow_ups"}
