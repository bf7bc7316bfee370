"""Staff change the words of letters that have not left, one or all of an action, and send one again that has."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from jam.audit.models import AuditDetail, AuditEntry
from jam.base.database import db
from jam.base.now import frozen, now
from jam.mail.actions import hold
from jam.mail.editing import rewrite
from jam.mail.jobs import deliver
from jam.mail.models import Letter
from jam.mail.rules import State
from jam.registration import actions as registrations
from jam.registration.models import Registration
from jam.schedule import actions as schedule
from jam.schedule.models import Event
from tests import makers
from tests.clients import Client
from tests.mail.conftest import Sink
from tests.rows import every_row

Db = scoped_session[Session]
BY = makers.BY
pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

WORDS = {"subject": "Good news about {title}", "body": "Hello **{name}**,\n\ncome {when}.\n\n{my_page}"}


@pytest.fixture
def organizer(client: Client, db_session: Db) -> Client:
    makers.sign_in(client)
    return client


@pytest.fixture
def moved(organizer: Client, sink: Sink) -> list[int]:
    """Ana and Ben have seats, the session has moved, and the letters wait to say so."""
    event = makers.event(title="Peers")
    for name in ("Ana", "Ben <b>"):
        makers.registration(event, f"{name[:3].lower()}@clinic.example", name)
    db.session.commit()
    assert deliver() == 2
    move(event)
    return list(db.session.scalars(select(Letter.id).where(Letter.kind == "moved").order_by(Letter.id)))


def move(event: Event) -> None:
    schedule.move(event, event.starts_at + timedelta(hours=1), event.ends_at + timedelta(hours=1), by=BY)
    db.session.commit()


def letter(id: int) -> Letter:
    db.session.rollback()
    return db.session.get_one(Letter, id)


def entries(action: str) -> list[AuditEntry]:
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.action == action)))


def test_one_letter_says_something_else(organizer: Client, moved: list[int], sink: Sink) -> None:
    page = f"/desk/letters/{moved[1]}/edit"
    before = every_row()
    shown = organizer.submit(page, {**WORDS, "do": "preview"}).text
    assert "Good news about Peers" in shown
    assert "Hello &amp;lt;" not in shown
    assert "Ben &amp;lt;b&amp;gt;" in shown, "as the frame's page, escaped for the attribute"
    assert every_row() == before, "looking changes nothing"
    assert organizer.submit(page, {**WORDS, "do": "save"}).location == f"/desk/letters/{moved[1]}"
    changed, other = letter(moved[1]), letter(moved[0])
    assert (changed.subject, other.subject) == ("Good news about Peers", "New time: Peers")
    assert changed.text.startswith("Hello Ben <b>,\n\ncome ")
    assert "<strong>Ben &lt;b&gt;</strong>" in changed.html
    [entry] = entries("mail.edit")
    fields = {
        each.field: (each.before, each.after)
        for each in db.session.scalars(select(AuditDetail).where(AuditDetail.entry_id == entry.id))
    }
    assert fields["subject"] == ("New time: Peers", "Good news about Peers")
    assert (fields["wording"][1] or "").startswith("Subject: Good news about {title}\n\n")
    with frozen(now() + timedelta(minutes=11)):
        assert deliver() == 2
    sent = {each.message["To"].addresses[0].display_name: each.message for each in sink.taken[2:]}
    assert sent["Ben <b>"]["Subject"] == "Good news about Peers"
    assert any(part.get_content_type() == "text/calendar" for part in sent["Ben <b>"].walk())


def test_all_letters_of_an_action_say_it_each_with_its_own_values(
    organizer: Client, moved: list[int]
) -> None:
    batch = letter(moved[0]).batch
    page = f"/desk/letters/batches/{batch}/moved"
    assert page in organizer.get("/desk/letters/").text
    answer = organizer.submit(page, {**WORDS, "do": "save"}, follow_redirects=True)
    assert "Saved. 2 letters say this now." in answer.text
    assert [letter(id).text.partition(",")[0] for id in moved] == ["Hello Ana", "Hello Ben <b>"]
    assert len(entries("mail.edit")) == 2
    assert len({entry.batch for entry in entries("mail.edit")}) == 1


@pytest.mark.parametrize("state", ["draft", "held"])
def test_drafts_and_held_letters_can_be_changed(organizer: Client, moved: list[int], state: str) -> None:
    letter(moved[0]).state = state
    db.session.commit()
    organizer.submit(f"/desk/letters/{moved[0]}/edit", {**WORDS, "do": "save"})
    assert (letter(moved[0]).state, letter(moved[0]).subject) == (state, "Good news about Peers")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"body": "Hello {nam}, {my_page}"}, "Jam does not know {nam}. Did you mean {name}?"),
        ({"body": "Hello {name}, {place} {my_page}"}, "Jam does not know {place}."),
        ({"body": ""}, "Write the letter first."),
        ({"subject": ""}, "Give the letter a subject."),
        ({"subject": "See {my_page}"}, "A link cannot stand in the subject."),
    ],
)
def test_what_cannot_be_a_letter_is_refused_with_what_was_typed(
    organizer: Client, moved: list[int], fields: dict[str, str], said: str
) -> None:
    before = every_row()
    answer = organizer.submit(f"/desk/letters/{moved[0]}/edit", {**WORDS, **fields, "do": "save"})
    assert answer.status_code == 400
    assert said in answer.text
    assert fields.get("body", WORDS["body"]) in answer.text
    assert every_row() == before


def test_a_letter_that_left_meanwhile_stays_as_it_was(
    organizer: Client, moved: list[int], db_session: Db
) -> None:
    page = f"/desk/letters/{moved[0]}/edit"
    form = organizer.get(page)
    assert form.status_code == 200
    with frozen(now() + timedelta(minutes=11)):
        deliver()
    before = every_row()
    answer = organizer.get(page, follow_redirects=True)
    assert "so nothing was changed." in answer.text
    assert "This letter left on " in answer.text
    assert every_row() == before
    one = letter(moved[0])
    assert rewrite([one], "Subject: x\n\ny", by=BY) == (0, 1), (
        "nor when it leaves between the look and the write"
    )
    assert one.subject == "New time: Peers"


def test_some_that_left_are_said_and_the_rest_is_changed(organizer: Client, moved: list[int]) -> None:
    one, two = letter(moved[0]), letter(moved[1])
    db.session.query(Letter).filter_by(id=one.id).update({"state": State.SENDING}, synchronize_session=False)
    assert rewrite([one, two], "Subject: Hello\n\nHello {name}", by=BY) == (1, 1)


def test_two_people_who_write_at_once_do_not_undo_each_other(organizer: Client, moved: list[int]) -> None:
    page = f"/desk/letters/{moved[0]}/edit"
    stale = {**WORDS, "mark": "another", "do": "save"}
    answer = organizer.submit(page, stale)
    assert answer.status_code == 409
    assert "Somebody else changed these words while you were writing" in answer.text
    assert "Good news about {title}" in answer.text
    assert letter(moved[0]).subject == "New time: Peers"


def test_a_later_change_measures_against_what_people_know(
    organizer: Client, moved: list[int], sink: Sink
) -> None:
    organizer.submit(f"/desk/letters/{moved[0]}/edit", {**WORDS, "do": "save"})
    event = db.session.scalars(select(Event)).one()
    schedule.move(event, event.starts_at - timedelta(hours=1), event.ends_at - timedelta(hours=1), by=BY)
    db.session.commit()
    with frozen(now() + timedelta(minutes=11)):
        assert deliver() == 0, "all is as before, so nobody hears anything"


# --- again ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def sent(organizer: Client, sink: Sink) -> Letter:
    """Ana's first letter, sent."""
    makers.registration(makers.event(title="Peers"), "ana@clinic.example", "Ana Lee")
    db.session.commit()
    assert deliver() == 1
    return db.session.scalars(select(Letter)).one()


def entry_of(mail: object) -> Calendar:
    [part] = [each for each in mail.walk() if each.get_content_type() == "text/calendar"]  # type: ignore[attr-defined]
    return Calendar.from_ical(part.get_content())


def test_a_sent_letter_is_sent_again_as_a_letter_of_its_own(
    organizer: Client, sink: Sink, sent: Letter
) -> None:
    page = f"/desk/letters/{sent.id}"
    assert "It was sent on " in organizer.get(page).text
    answer = organizer.submit(page, form="/again", follow_redirects=True)
    assert "The letter is on its way again to ana@clinic.example." in answer.text
    assert "It is on its way again already." in organizer.get(page).text
    assert deliver() == 1
    first, second = (taken.message for taken in sink.taken)
    assert first["Message-ID"] != second["Message-ID"]
    assert first["Subject"] == second["Subject"]
    # The same entry with the same SEQUENCE and DTSTAMP: a calendar that has it takes it for no news.
    assert entry_of(first).to_ical() == entry_of(second).to_ical()
    copy = db.session.scalars(select(Letter).order_by(Letter.id.desc())).first()
    assert copy is not None
    assert "Sent before" in organizer.get(f"/desk/letters/{copy.id}").text
    organizer.submit(f"/desk/letters/{copy.id}", form="/again")
    assert deliver() == 1
    keys = list(db.session.scalars(select(Letter.key).order_by(Letter.id)))
    assert keys[1:] == [f"again:{sent.id}:1", f"again:{sent.id}:2"]


def test_it_goes_to_where_its_recipient_is_reached_now(organizer: Client, sink: Sink, sent: Letter) -> None:
    [seat] = db.session.scalars(select(Registration))
    other = makers.person("ana@home.example").addresses[0]
    seat.person.addresses[0].preferred = False
    db.session.flush()
    other.person = seat.person
    db.session.commit()
    organizer.submit(f"/desk/letters/{sent.id}", form="/again")
    deliver()
    assert sink.taken[1].recipients == ["ana@home.example"]
    [event] = entry_of(sink.taken[1].message).walk("VEVENT")
    assert event["ATTENDEE"] == "mailto:ana@home.example"


@pytest.mark.parametrize("how", ["cancelled", "moved", "called off", "over"])
def test_what_is_not_true_any_more_is_not_sent_again(organizer: Client, sent: Letter, how: str) -> None:
    [seat] = db.session.scalars(select(Registration))
    at = now()
    if how == "cancelled":
        registrations.cancel(seat, by=BY)
    elif how == "moved":
        move(seat.event)
    elif how == "called off":
        schedule.cancel(seat.event, by=BY)
    else:
        at = seat.event.ends_at + timedelta(minutes=1)
    db.session.commit()
    with frozen(at):
        makers.sign_in(organizer)
        page = organizer.get(f"/desk/letters/{sent.id}").text
    assert "It is not sent again, because it is not true any more." in page
    assert "/again" not in page


def test_a_copy_that_waits_makes_no_later_change_silent(organizer: Client, sink: Sink, sent: Letter) -> None:
    organizer.submit(f"/desk/letters/{sent.id}", form="/again")
    move(db.session.scalars(select(Event)).one())
    with frozen(now() + timedelta(minutes=11)):
        assert deliver() == 1
    assert [taken.message["Subject"] for taken in sink.taken] == ["You're in: Peers", "New time: Peers"]


# --- finding --------------------------------------------------------------------------------------------------------


def test_letters_are_found_by_kind_program_and_day_and_the_counts_add_up(
    organizer: Client, moved: list[int], db_session: Db
) -> None:
    other = makers.program("echo", name="Workforce ECHO")
    with frozen(now() - timedelta(days=40)):
        makers.registration(
            makers.event(other, title="Old", starts_at=now() + timedelta(days=80)), "cyd@x.example"
        )
        db_session.commit()
        deliver()
    hold([letter(moved[0])], "A look first.", by=BY)
    db_session.commit()
    jam = db_session.scalars(select(Event.program_id).where(Event.title == "Peers")).one()

    def total(query: str) -> tuple[int, int]:
        page = organizer.get(f"/desk/letters/?{query}").text
        [choices] = re.findall(r'<select [^>]*id="state".*?</select>', page, re.DOTALL)
        whole, *each = [int(number) for number in re.findall(r", (\d+)</option>", choices)]
        assert len(each) == len(State)
        return whole, sum(each)

    assert total("") == (5, 5)
    assert total("kind=moved") == (2, 2)
    assert total(f"scope=program:{jam}") == (4, 4)
    assert total(f"scope=program:{other.id}") == (1, 1)
    assert total(f"to={(now() - timedelta(days=2)).date()}") == (1, 1)
    assert total(f"from={(now() - timedelta(days=2)).date()}&kind=registered") == (2, 2)
    page = organizer.get("/desk/letters/?state=held&kind=moved").text
    assert "1 letter." in page
    assert "A look first." in page
    for nonsense in ("from=2026-13-45", "to=x", "from=9999-12-31", "kind=nonsense", "to=0001-01-01"):
        assert organizer.get(f"/desk/letters/?{nonsense}").status_code == 200
