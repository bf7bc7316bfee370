"""One session's life as calendars see it: registered, retitled, moved, cancelled, reinstated, given up, taken again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from jam.base.database import db
from jam.base.settings import Settings
from jam.calendars.queries import feed_content
from jam.calendars.rules import ALL
from jam.registration import actions as registrations
from jam.registration.models import Registration
from jam.schedule import actions as schedule
from jam.schedule.given import EventFields
from jam.schedule.models import Event
from tests import makers
from tests.calendars.mails import Invitation, delivered
from tests.calendars.rawlines import read
from tests.calendars.readers import Seen, agreed

TITLE = "Peers, pay; and a \u201cladder\u201d \u2014 what worked in a county of 40,000"


@pytest.fixture
def seat(db_session: scoped_session[Session]) -> Registration:
    """Ana's seat at a session of thirty days from now."""
    made = makers.registration(
        makers.event(title=TITLE), "ana@clinic.example", "Ana \u201cAnnie\u201d Lee, PhD"
    )
    db.session.commit()
    return made


def only(mails: list[Invitation]) -> tuple[str, str, Seen]:
    """The one mail's subject, method, and the one event in it as four readers see it."""
    (mail,) = mails
    (event,) = agreed(mail.content)
    read(mail.content)
    return mail.subject, mail.method, event


def in_feed(event: Event) -> Seen:
    """The event as subscribers see it."""
    content = feed_content(ALL)
    read(content)
    (seen,) = [each for each in agreed(content) if each.uid == event.uid]
    return seen


def test_an_invitation_follows_the_session_through_every_change(
    seat: Registration, settings: Settings
) -> None:
    event, folder = seat.event, settings.mail_folder
    assert folder is not None
    first_start = event.starts_at

    subject, method, seen = only(delivered(folder))
    assert (subject, method, seen.sequence, seen.status) == (f"You're in: {TITLE}", "REQUEST", 0, "CONFIRMED")
    assert (seen.uid, seen.start, seen.end) == (event.uid, event.starts_at, event.ends_at)
    assert in_feed(event).uid == event.uid

    schedule.edit_event(event, EventFields(title="Another title"), [], [], by="command")
    db.session.commit()
    assert delivered(folder) == []
    assert (in_feed(event).summary, in_feed(event).sequence) == (f"{event.program.name}: Another title", 0)

    later = timedelta(days=7)
    schedule.move(event, event.starts_at + later, event.ends_at + later, by="command")
    db.session.commit()
    subject, method, seen = only(delivered(folder))
    assert (subject, method, seen.sequence) == ("New time: Another title", "REQUEST", 1)
    assert (seen.uid, seen.start) == (event.uid, first_start + later)
    assert (in_feed(event).start, in_feed(event).sequence) == (first_start + later, 1)

    schedule.cancel(event, by="command")
    db.session.commit()
    subject, method, seen = only(delivered(folder))
    assert (subject, method, seen.sequence, seen.status) == (
        "Cancelled: Another title",
        "CANCEL",
        2,
        "CANCELLED",
    )
    assert in_feed(event).status == "CANCELLED"
    assert in_feed(event).summary.startswith("CANCELLED: ")

    schedule.reinstate(event, by="command")
    db.session.commit()
    subject, method, seen = only(delivered(folder))
    assert (method, seen.sequence, seen.status) == ("REQUEST", 3, "CONFIRMED")

    registrations.cancel(seat, by="person:1")
    db.session.commit()
    _, method, seen = only(delivered(folder))
    assert (method, seen.sequence, seen.status) == ("CANCEL", 4, "CANCELLED")
    assert in_feed(event).status == "CONFIRMED"

    registrations.rejoin(seat, by="person:1")
    db.session.commit()
    _, method, seen = only(delivered(folder))
    assert (method, seen.sequence) == ("REQUEST", 5)

    # The session's own SEQUENCE stands at 3; hers must go on from 5.
    schedule.move(event, first_start, first_start + timedelta(hours=1), by="command")
    db.session.commit()
    _, method, seen = only(delivered(folder))
    assert (method, seen.sequence, in_feed(event).sequence) == ("REQUEST", 6, 4)


def test_each_person_gets_their_own_invitation_and_sees_nobody_else(
    seat: Registration, settings: Settings
) -> None:
    makers.registration(seat.event, "ben@leak.example", "Ben Ode")
    db.session.commit()
    assert settings.mail_folder is not None
    ana, ben = delivered(settings.mail_folder)
    assert [line.value for line in read(ana.content) if line.name == "ATTENDEE"] == [
        "mailto:ana@clinic.example"
    ]
    assert [line.value for line in read(ben.content) if line.name == "ATTENDEE"] == [
        "mailto:ben@leak.example"
    ]
    assert b"leak" not in ana.content
    assert b"clinic" not in ben.content


def test_the_join_link_is_in_the_mail_only(app: Flask, seat: Registration, settings: Settings) -> None:
    seat.event.join_url = "https://zoom.example/j/secret"
    db.session.commit()
    assert settings.mail_folder is not None
    (mail,) = delivered(settings.mail_folder)
    (event,) = agreed(mail.content)
    assert event.location.startswith("http://jam.example/join/")
    assert event.location in event.description
    feed = feed_content(ALL).decode().replace("\r\n ", "")
    assert "/join/" not in feed
    assert "zoom.example" not in feed
    assert "clinic" not in feed


def test_a_change_taken_back_in_time_tells_nobody_anything(seat: Registration, settings: Settings) -> None:
    event = seat.event
    assert settings.mail_folder is not None
    delivered(settings.mail_folder)
    schedule.cancel(event, by="command")
    db.session.commit()
    schedule.reinstate(event, by="command")
    db.session.commit()
    assert delivered(settings.mail_folder) == []


def test_two_moves_in_ten_minutes_are_one_letter_that_knows_the_time_people_had(
    seat: Registration, settings: Settings
) -> None:
    event = seat.event
    assert settings.mail_folder is not None
    delivered(settings.mail_folder)
    start, hour = event.starts_at, timedelta(hours=1)
    for days in (1, 2):
        schedule.move(event, start + timedelta(days=days), start + timedelta(days=days) + hour, by="command")
        db.session.commit()
    (mail,) = delivered(settings.mail_folder)
    (seen,) = agreed(mail.content)
    assert (mail.method, seen.start, seen.sequence) == ("REQUEST", start + timedelta(days=2), 2)
