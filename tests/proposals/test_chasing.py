"""Reminders to presenters: one letter a day that names everything, none for what has come, none twice, whatever the clock does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from jam.base.errors import Refused
from jam.base.now import frozen, now
from jam.base.zones import EASTERN, wall, zone
from jam.mail.actions import hold, release, withdraw
from jam.mail.jobs import deliver
from jam.mail.models import Letter
from jam.people import actions as people
from jam.proposals import chasing, files, presenters, stage
from jam.proposals.due import Thing
from jam.proposals.models import Proposal
from jam.proposals.presenters import Other
from jam.proposals.rules import State
from jam.schedule import actions as schedule
from tests import makers
from tests.clients import Client
from tests.proposals import slides
from tests.proposals.offers import desk_path, enter, own_path, proposal, yes
from tests.together import together

Db = scoped_session[Session]
BY = "command"
sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def at_ten(days: int) -> datetime:
    """Ten in the morning, Eastern, or thereabouts, in so many days."""
    today = now().astimezone(zone(EASTERN))  # where it is another day than in UTC for some hours
    return today.replace(hour=10, minute=0, second=0, microsecond=0).astimezone(UTC) + timedelta(days=days)


def on_stage(
    in_days: int = 40,
    *,
    state: State = State.SCHEDULED,
    title: str = "Peers on the night line",
    **more: object,
) -> Proposal:
    """A proposal told today, with everything missing but the words about its presenter, which go too."""
    made = proposal(state, at=makers.event(title=f"A Jam in {in_days} days", starts_at=at_ten(in_days)), title=title,
                    **more)  # type: ignore[arg-type]  # fmt: skip
    presenters.describe(made.lead, presenters.Said(made.lead.name, made.lead.organization, ""), by=BY)
    return made


def chased(db_session: Db) -> list[Letter]:
    db_session.expire_all()
    return list(
        db_session.scalars(select(Letter).where(Letter.kind == "proposal-chased").order_by(Letter.id))
    )


def tick(days: int, hours: int = 0) -> int:
    with frozen(at_ten(days) + timedelta(hours=hours)):
        return chasing.chase()


def send(days: int, hours: int = 0) -> None:
    with frozen(at_ten(days) + timedelta(hours=hours)):
        deliver()


def give_all(made: Proposal) -> None:
    """Everything that is asked of the first presenter."""
    if made.state == State.SCHEDULED:
        stage.confirm(made, by=BY)
    files.keep_slides(made, files.checked_slides(slides.pdf()), by=BY)
    presenters.allow_recording(made.lead, False, by=BY)
    presenters.describe(made.lead, presenters.Said(made.lead.name, "", "A night owl."), by=BY)


def test_a_silent_presenter_hears_on_the_days_that_the_call_says(db_session: Db) -> None:
    on_stage(30)
    db_session.commit()
    wrote = []
    for day in range(31):
        wrote += [day] * tick(day)
        send(day)
    assert wrote == [3, 10, 16, 23, 28]
    first = chased(db_session)[0]
    assert first.subject == "Reminder: your yes, your slides and more for Peers on the night line"
    for asked in (
        "Say that you will be there",
        "Your slides, by",
        "Whether the recording may be published",
        "A few sentences about you",
        "A portrait, if you like",
    ):
        assert asked in first.text
    assert "one of you is enough" not in first.text


@sqlite
def test_one_letter_names_all_talks(db_session: Db) -> None:
    one = on_stage(40, title="One", address="rosa@clinic.example")
    two = on_stage(20, title="Two", address="rosa@clinic.example")
    stage.confirm(two, by=BY)
    db_session.commit()
    assert tick(3) == 1
    [letter] = chased(db_session)
    assert letter.text.index("“Two”") < letter.text.index("“One”")
    assert letter.text.count("Say that you will be there") == 1
    assert letter.links["my_page"] == ["proposal", two.lead.id]
    assert "The others stand on your own page" in letter.text
    assert one.lead.person_id == two.lead.person_id == letter.recipient_id


@sqlite
def test_everybody_who_said_yes_hears_and_nobody_else(db_session: Db) -> None:
    others = tuple(Other(name, f"{name.lower()}@clinic.example") for name in ("Cal", "Dee"))
    made = on_stage(40, others=others)
    yes(made.presenters[1])
    db_session.commit()
    assert tick(3) == 2
    assert sorted(each.to_name for each in chased(db_session)) == ["Cal", "Rosa Teague"]
    assert "one of you is enough" in chased(db_session)[0].text


@sqlite
def test_what_has_come_is_not_asked_for_and_an_answer_of_no_counts(db_session: Db) -> None:
    made = on_stage(40)
    give_all(made)
    db_session.commit()
    assert [day for day in range(41) if tick(day)] == []  # a portrait alone is no reason for a letter
    assert made.lead.release_refused_at is not None


def test_a_letter_that_asks_for_what_has_come_does_not_leave(db_session: Db) -> None:
    made = on_stage(40, state=State.CONFIRMED)
    db_session.commit()
    assert tick(33) == 1
    files.keep_slides(made, files.checked_slides(slides.pdf()), by=BY)
    db_session.commit()
    send(33)
    assert [(each.state, each.reason) for each in chased(db_session)] == [("withdrawn", chasing.ARRIVED)]
    assert tick(33, 1) == 1  # of what is still missing they hear on the same day
    send(33, 1)
    [_, again] = chased(db_session)
    assert (again.state, "Your slides" in again.text, "A few sentences" in again.text) == (
        "sent",
        False,
        True,
    )
    assert tick(33, 2) == 0


@sqlite
def test_a_letter_kept_back_until_the_session_began_is_missed(db_session: Db) -> None:
    on_stage(10)
    db_session.commit()
    assert tick(8) == 1
    send(10, 1)
    assert [each.state for each in chased(db_session)] == ["missed"]
    assert tick(10, 2) == 0


@sqlite
def test_after_an_outage_one_letter_goes_and_not_all_that_were_missed(db_session: Db) -> None:
    on_stage(40)
    db_session.commit()
    assert [tick(38, hour) for hour in range(4)] == [1, 0, 0, 0]
    assert tick(39) == 0


@sqlite
def test_a_letter_that_waits_for_the_mail_server_stays_the_only_one(db_session: Db) -> None:
    on_stage(40)
    db_session.commit()
    assert tick(33) == 1
    assert tick(38) == 0  # the first one waits, and is as true as another would be
    send(38, 1)
    assert tick(38, 2) == 0
    assert [each.state for each in chased(db_session)] == ["sent"]


@sqlite
def test_what_staff_call_back_does_not_come_again_that_day(db_session: Db) -> None:
    on_stage(40)
    db_session.commit()
    assert tick(33) == 1
    withdraw(chased(db_session), "Not now.", by="account:1")
    db_session.commit()
    assert [tick(33, 1), tick(34), tick(38)] == [0, 0, 1]


@sqlite
def test_one_that_staff_held_back_does_not_leave_beside_another(db_session: Db) -> None:
    on_stage(40)
    db_session.commit()
    assert tick(33) == 1
    hold(chased(db_session), "Wait.", by="account:1")
    db_session.commit()
    assert tick(38) == 1
    release(chased(db_session)[:1], by="account:1")
    db_session.commit()
    send(38)
    assert [each.state for each in chased(db_session)] == ["withdrawn", "sent"]


@sqlite
def test_moved_called_off_or_taken_back_nothing_old_leaves(db_session: Db) -> None:
    moved, off, back = (
        on_stage(40, state=State.CONFIRMED, title=title, name=title) for title in ("Moved", "Off", "Back")
    )
    db_session.commit()
    assert tick(33) == 3
    event = moved.event
    assert event is not None
    later = timedelta(days=30)
    schedule.move(event, event.starts_at + later, event.ends_at + later, by=BY)
    stage.take_off(off, by=BY)
    stage.withdraw(back, by=BY)
    db_session.commit()
    send(33, 1)
    assert {each.state for each in chased(db_session)} == {"withdrawn"}
    assert tick(34) == 0
    assert tick(63) == 1


@sqlite
def test_who_is_left_alone_hears_nothing_until_they_are_not(db_session: Db) -> None:
    made = on_stage(40)
    other = on_stage(40, title="Another", address="rosa@clinic.example")
    made.lead.person_id = other.lead.person_id
    presenters.leave_alone(made.lead, True, by="account:1")
    db_session.commit()
    assert tick(33) == 1
    [letter] = chased(db_session)
    assert "Peers on the night line" not in letter.text
    presenters.leave_alone(other.lead, True, by="account:1")
    db_session.commit()
    send(33)
    assert tick(38) == 0
    assert [each.state for each in chased(db_session)] == ["withdrawn"]
    presenters.leave_alone(made.lead, False, by="account:1")
    db_session.commit()
    assert tick(38) == 1


@sqlite
def test_two_rows_of_one_person_get_one_letter_a_day(db_session: Db) -> None:
    keep, gone = makers.person("rosa@old.example", "Rosa"), makers.person("rosa@new.example", "Rosa")
    on_stage(40, title="One", address="rosa@old.example")
    on_stage(40, title="Two", address="rosa@new.example")
    db_session.commit()
    assert tick(3) == 2
    send(3)
    people.merge(keep, gone, by=BY)
    db_session.commit()
    assert tick(3, 1) == 0
    assert tick(10) == 1


def test_workers_at_the_same_moment_write_one_letter(app: Flask, db_session: Db) -> None:
    for number in range(3):
        on_stage(40, title=f"Number {number}", name=f"Rosa {number}")
    db_session.commit()

    def work(_: int, ready: Callable[[], object]) -> int:
        with app.app_context(), frozen(at_ten(33)):
            ready()
            return chasing.chase()

    assert sum(together(4, work)) == 3
    assert sorted(Counter(each.recipient_id for each in chased(db_session)).values()) == [1, 1, 1]


STEPS = st.one_of(
    st.tuples(st.just("tick"), st.integers(-40, 60)),
    st.tuples(st.just("twice"), st.integers(-3, 30)),
    st.tuples(st.just("send"), st.integers(-3, 30)),
    st.tuples(st.just("remind"), st.integers(-3, 30)),
    st.tuples(st.sampled_from(["slides", "bio", "quiet", "again", "moved"]), st.integers(0, 10)),
)


@sqlite
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(STEPS, min_size=10, max_size=40), st.lists(st.integers(2, 60), min_size=1, max_size=3))
def test_whatever_the_clock_and_people_do_nobody_hears_twice_in_a_day(
    db_session: Db, history: list[tuple[str, int]], talks: list[int]
) -> None:
    address = makers.person().address or ""
    made = [on_stage(days, address=address) for days in talks]
    person = made[0].lead.person
    db_session.commit()
    hour = 0
    for what, hours in history:
        # Workers' clocks differ, and the machine may have slept: a step may also lie before the one before it.
        hour = max(0, hour + hours)
        with frozen(at_ten(0) + timedelta(hours=hour)):
            _step(db_session, what, made[hours % len(made)])
            db_session.commit()
    db_session.expire_all()
    mine = [each for each in chased(db_session) if each.recipient_id == person.id and each.sent_at]
    sent: Counter[date] = Counter(wall(each.sent_at, EASTERN).date() for each in mine if each.sent_at)
    assert set(sent.values()) <= {1}
    for each in made:  # the next history begins without them
        each.state = State.WITHDRAWN
    db_session.commit()


def _step(db_session: Db, what: str, made: Proposal) -> None:
    if what in ("tick", "twice"):
        for _ in range(1 + (what == "twice")):
            chasing.chase()
    elif what == "send":
        deliver()
    elif what == "remind":
        try:
            chasing.remind(made.lead.person, by="account:1")
        except Refused:
            db_session.rollback()
    elif what == "slides":
        files.keep_slides(made, files.checked_slides(slides.pdf()), by=BY)
    elif what == "bio":
        presenters.describe(made.lead, presenters.Said(made.lead.name, "", str(now())), by=BY)
    elif what == "moved" and made.event is not None:
        day = timedelta(days=1)
        schedule.move(made.event, made.event.starts_at + day, made.event.ends_at + day, by=BY)
    else:
        presenters.leave_alone(made.lead, what == "quiet", by="account:1")


def test_staff_see_who_is_late_and_remind_or_leave_alone(client: Client, db_session: Db) -> None:
    made = on_stage(5, others=(Other("Cal Roe", "cal@clinic.example"),))
    told = now() - timedelta(days=20)
    yes(made.presenters[1])
    made.scheduled_at = made.lead.answered_at = made.presenters[1].answered_at = told
    makers.sign_in(client)
    assert "2 presenters are late" in client.get("/desk/").text
    assert "Late: Yes to the date, Slides, Recording form" in client.get("/desk/proposals/").text
    page = client.get("/desk/proposals/late").text
    assert ("Rosa Teague" in page, "Cal Roe" in page, "late since" in page) == (True, True, True)
    assert "Not reminded yet" in page
    for said in ("is on its way", "is leaving already"):
        answer = client.submit(desk_path(made), {"do": "remind", "presenter": str(made.lead.id)}, form="/chasing",
                               follow_redirects=True)  # fmt: skip
        assert said in answer.text
    deliver()
    again = client.submit(desk_path(made), {"do": "remind", "presenter": str(made.lead.id)}, form="/chasing",
                          follow_redirects=True)  # fmt: skip
    assert "Nobody is reminded twice a day" in again.text
    assert "Reminded on" in again.text
    client.submit(desk_path(made), {"do": "quiet", "presenter": str(made.lead.id)}, form="/chasing")
    assert "Left alone since" in client.get("/desk/proposals/late").text
    client.submit("/desk/proposals/late", {"do": "again", "presenter": str(made.lead.id)}, form="/chasing")
    db_session.expire_all()
    assert made.lead.quiet_since is None
    assert "A presenter reminded" in client.get(desk_path(made)).text


@sqlite
def test_the_desk_asks_the_same_however_many_are_late(client: Client, db_session: Db) -> None:
    def asked() -> int:
        db_session.expire_all()
        with makers.statements() as found:
            assert len(chasing.late()) == number
        return len(found)

    counted = []
    for number in (1, 4):
        while len(chasing.late()) < number:
            made = on_stage(5, name=f"Rosa {len(chasing.late())}")
            made.scheduled_at = made.lead.answered_at = now() - timedelta(days=20)
            db_session.commit()
        counted.append(asked())
    assert counted[0] == counted[1] <= 7


@sqlite
def test_the_form_takes_a_no_and_the_page_says_so(client: Client, db_session: Db) -> None:
    made = on_stage(40)
    db_session.commit()
    enter(client, made.lead)
    assert client.submit(own_path(made), {"allowed": None}, form="/recording").status_code == 303
    page = client.get(own_path(made)).text
    assert "may not be published" in page
    db_session.expire_all()
    assert Thing.RELEASE not in chasing.missing_from(made.lead)
