"""Members: seats for every session, dates added later, who leaves, comes late, is a guest, is two people, is erased."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from jam.base.errors import Refused
from jam.base.now import frozen, now
from jam.base.privacy import holdings
from jam.calendars.personal import build
from jam.cohorts import actions, decisions, faculty, members
from jam.cohorts.jobs import seat_members
from jam.cohorts.models import CohortMember
from jam.cohorts.presence import grid, participants
from jam.cohorts.queries import applications_of, faculty_of
from jam.cohorts.rules import MOST_TEAM, Role, Standing, State
from jam.mail.models import Letter
from jam.people.actions import merge, unmerge
from jam.people.models import Account
from jam.privacy.actions import erase
from jam.registration.actions import cancel, rejoin
from jam.registration.models import Registration
from jam.registration.queries import of_person
from jam.schedule import actions as schedule
from jam.schedule.models import Cohort
from tests import makers
from tests.makers import statements

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
Db = scoped_session[Session]
BY = "command"


def seats(db_session: Db, member: CohortMember) -> list[str]:
    """How a member's seats stand, by date."""
    query = select(Registration.status).where(Registration.person_id == member.person_id)
    return list(db_session.scalars(query.order_by(Registration.event_id)))


def kinds(db_session: Db, member: CohortMember) -> list[str]:
    query = select(Letter.kind).where(Letter.recipient_id == member.person_id, Letter.state != "withdrawn")
    return list(db_session.scalars(query.order_by(Letter.id)))


def test_a_date_that_is_added_seats_every_member_and_tells_them_once(db_session: Db) -> None:
    cohort = makers.cohort()
    first = makers.admitted(cohort).team[1]
    makers.cohort_event(cohort)
    makers.cohort_event(cohort, starts_at=now() + timedelta(days=60))
    draft = makers.cohort_event(cohort, starts_at=now() + timedelta(days=90), published=False)
    assert seats(db_session, first) == ["confirmed", "confirmed"]
    # The letter that asked had not left when they answered.
    assert kinds(db_session, first) == ["cohort-welcome", "cohort-dates"]
    told = db_session.scalars(
        select(Letter).where(Letter.kind == "cohort-dates", Letter.state == "due")
    ).all()
    assert len(told) == 3
    assert all(len(letter.data["registrations"]) == 2 for letter in told)
    schedule.publish(draft, by=BY)
    assert seats(db_session, first) == ["confirmed"] * 3
    db_session.commit()
    assert seat_members() == 0


def test_a_date_that_a_member_gave_up_stays_given_up(db_session: Db) -> None:
    cohort = makers.cohort()
    event = makers.cohort_event(cohort)
    member = makers.admitted(cohort).team[1]
    seat = of_person(event.id, member.person_id)
    assert seat is not None
    cancel(seat, by=BY)
    db_session.commit()
    assert seat_members() == 0
    rejoin(seat, by=f"person:{member.person_id}")
    assert seat.status == "confirmed"
    members.leave(member, by=BY)
    assert seat.status == "cancelled"
    with pytest.raises(Refused, match="for members of the cohort"):
        rejoin(seat, by=f"person:{member.person_id}")
    assert kinds(db_session, member)[-1] == "cohort-left"


def test_late_joiners_are_expected_from_then_on(db_session: Db) -> None:
    cohort = makers.cohort()
    early = makers.cohort_event(cohort, starts_at=now() - timedelta(days=60))
    late = makers.cohort_event(cohort, starts_at=now() - timedelta(days=10))
    with frozen(now() - timedelta(days=70)):
        one = makers.admitted(cohort, "First Clinic", 1).contact
    with frozen(now() - timedelta(days=20)):
        two = makers.admitted(cohort, "Second Clinic", 1).contact
        gone = makers.admitted(cohort, "Third Clinic", 1).contact
        members.leave(gone, by=BY)
    for event in (early, late):
        makers.reported(event, makers.registration_of(event, one))
    lines = {line.member.name: line for line in grid(cohort).lines}
    assert [str(cell) for cell in lines[one.name].cells] == ["came", "came"]
    assert [str(cell) for cell in lines[two.name].cells] == ["apart", "missed"]
    assert [str(cell) for cell in lines[gone.name].cells] == ["apart", "apart"]
    assert (lines[two.name].kept.expected, lines[two.name].kept.percent) == (1, 0)
    rows = [row[1:] for row in participants(cohort)]
    assert [(row[5], row[8]) for row in rows] == [
        ("First Clinic", "Yes"),
        ("First Clinic", "Yes"),
        ("Second Clinic", "No"),
    ]


def test_an_organization_that_stopped_coming_is_named(db_session: Db) -> None:
    cohort = makers.cohort()
    with frozen(now() - timedelta(days=100)):
        there, away = makers.admitted(cohort, "There Clinic", 2), makers.admitted(cohort, "Away Clinic", 2)
    for days in (90, 60, 30):
        event = makers.cohort_event(cohort, starts_at=now() - timedelta(days=days))
        came = [there.team[0], *([away.team[1]] if days == 90 else [])]
        makers.reported(event, *(makers.registration_of(event, each) for each in came))
    assert [each.organization for each in grid(cohort).absent] == ["Away Clinic"]


def test_the_pages_of_the_desk_ask_the_same_however_many_there_are(db_session: Db) -> None:
    def asked(cohort: Cohort) -> int:
        db_session.commit()
        with statements() as found:
            grid(cohort)
            decisions.spread(applications_of(cohort))
        return len(found)

    cohort = makers.cohort()
    with frozen(now() - timedelta(days=40)):
        first = makers.admitted(cohort, "Clinic 0", 2)
    event = makers.cohort_event(cohort, starts_at=now() - timedelta(days=30))
    makers.reported(event, makers.registration_of(event, first.contact))
    once = asked(cohort)
    for number in range(1, 4):
        with frozen(now() - timedelta(days=40)):
            made = makers.admitted(cohort, f"Clinic {number}", 3)
        event = makers.cohort_event(cohort, starts_at=now() - timedelta(days=25 - number))
        makers.reported(event, makers.registration_of(event, made.contact))
    assert asked(cohort) == once <= 14


def test_a_guest_has_a_seat_at_one_session(db_session: Db) -> None:
    cohort = makers.cohort()
    event, other = (
        makers.cohort_event(cohort),
        makers.cohort_event(cohort, starts_at=now() + timedelta(days=60)),
    )
    guest = faculty.invite_guest(event, "Gus West", "gus@people.example", by=BY)
    assert faculty.invite_guest(event, "Gus West", "gus@people.example", by=BY) is guest
    assert db_session.scalar(select(func.count()).where(Letter.kind == "cohort-guest")) == 1
    faculty.answer_guest(guest, True, by=BY)
    assert of_person(event.id, guest.person_id) is not None
    assert of_person(other.id, guest.person_id) is None
    faculty.answer_guest(guest, False, by=BY)
    seat = of_person(event.id, guest.person_id)
    assert seat is not None
    assert seat.status == "cancelled"


@pytest.mark.parametrize("taken_back", [True, False])
def test_a_guest_who_became_a_member_keeps_the_seat(db_session: Db, taken_back: bool) -> None:
    cohort = makers.cohort()
    event, application = makers.cohort_event(cohort), makers.admitted(cohort, "Zeta Clinic", 1)
    guest = faculty.invite_guest(event, "Gus West", "gus@people.example", by=BY)
    faculty.answer_guest(guest, True, by=BY)
    members.answer(members.add(application, "Gus West", "gus@people.example", by=BY), True, by=BY)
    if taken_back:
        faculty.take_back_guest(guest, by=BY)
    else:
        faculty.answer_guest(guest, False, by=BY)
    assert guest.standing == "declined"
    seat = of_person(event.id, guest.person_id)
    assert seat is not None
    assert seat.status == "confirmed"


def test_members_and_faculty_see_the_sessions_in_their_own_calendars(db_session: Db) -> None:
    cohort = makers.cohort()
    makers.cohort_event(cohort, title="What keeps people")
    member = makers.admitted(cohort).team[1]
    lead = faculty.add_faculty(cohort, "Fay Cilit", "fay@lead.example", Role.FACILITATOR, by=BY)
    [seat], [led] = build(member.person).entries, build(lead.person).entries
    assert b"What keeps people" in seat
    assert b"What keeps people" in led
    assert b"You are a facilitator here." in led.replace(b"\r\n ", b"")
    members.leave(member, by=BY)
    faculty.drop_faculty(lead, by=BY)
    assert b"CANCELLED" in build(member.person).entries[0]
    assert build(lead.person).entries == []


def test_an_application_that_is_taken_back_ends_every_membership(db_session: Db) -> None:
    cohort = makers.cohort()
    makers.cohort_event(cohort)
    made = makers.admitted(cohort)
    actions.withdraw(made, by=BY)
    assert made.state == State.WITHDRAWN
    assert {each.standing for each in made.team} == {Standing.LEFT}
    assert all(seats(db_session, each) == ["cancelled"] for each in made.team)


def test_who_waits_can_be_admitted_later(db_session: Db) -> None:
    cohort = makers.cohort()
    made = makers.application(cohort)
    decisions.decide(made, State.WAITING, by=BY)
    decisions.release([made], by=BY)
    assert (made.state, {each.standing for each in made.team}) == (State.WAITING, {Standing.NAMED})
    decisions.decide(made, State.ADMITTED, by=BY)
    decisions.release([made], by=BY)
    assert {each.standing for each in made.team} == {Standing.ASKED}
    with pytest.raises(Refused):
        decisions.decide(made, State.DECLINED, by=BY)


def test_two_who_are_one_are_a_member_once_and_two_again(db_session: Db) -> None:
    cohort = makers.cohort()
    keep = makers.admitted(cohort, "First Clinic", 1).contact
    gone = makers.admitted(cohort, "Second Clinic", 2).team[1]
    kept_person, gone_person = keep.person, gone.person
    merge(kept_person, gone_person, by=BY)
    assert (gone.person_id, gone.standing) == (kept_person.id, Standing.LEFT)
    assert keep.standing == Standing.CONFIRMED
    assert unmerge(gone_person, by=BY) == []
    assert (gone.person_id, gone.standing) == (gone_person.id, Standing.CONFIRMED)


def test_a_membership_under_another_address_survives_the_merge(db_session: Db) -> None:
    cohort = makers.cohort()
    team = makers.admitted(cohort, "First Clinic", 3).team
    keep, gone = team[1], team[2]
    keep.standing, keep.joined_at = Standing.ASKED, None
    db_session.flush()
    joined = gone.joined_at
    merge(keep.person, gone.person, by=BY)
    assert (keep.standing, keep.joined_at, keep.shows_name) == (Standing.CONFIRMED, joined, True)
    assert gone.standing == Standing.LEFT
    assert [line.member for line in grid(cohort).lines] == [team[0], keep]
    assert unmerge(gone.person, by=BY) == []
    assert (keep.standing, keep.joined_at) == (Standing.ASKED, None)
    assert (gone.standing, gone.joined_at) == (Standing.CONFIRMED, joined)


def test_who_stands_in_a_faculty_under_two_addresses_stands_there_once_after_a_merge(db_session: Db) -> None:
    cohort = makers.cohort()
    keep = faculty.add_faculty(cohort, "Fay Lead", "fay@lead.example", Role.EXPERT, by=BY).person
    gone = makers.person("fay@home.example", "Fay Lead")
    faculty.add_faculty(cohort, "Fay Lead", "fay@home.example", Role.EXPERT, by=BY)
    db_session.delete(db_session.scalars(select(Account).where(Account.person_id == gone.id)).one())
    db_session.flush()
    merge(keep, gone, by=BY)
    assert [each.person for each in faculty_of(cohort)] == [keep]
    assert unmerge(gone, by=BY) == []
    assert [each.person for each in faculty_of(cohort)] == [keep, gone]


def test_who_said_no_gets_in_again_only_while_there_is_room(db_session: Db) -> None:
    cohort = makers.cohort(most_people=3)
    application = makers.admitted(cohort, "First Clinic", 3)
    away = application.team[2]
    away.standing, away.joined_at = Standing.DECLINED, None
    db_session.flush()
    members.add(application, "Nell New", "nell@first.example", by=BY)
    with pytest.raises(Refused, match="the cohort is full by now"):
        members.answer(away, True, by=BY)
    with pytest.raises(Refused, match="the cohort is full by now"):
        members.replace(away, "Olaf Otter", "olaf@first.example", by=BY)
    members.leave(application.team[1], by=BY)
    members.answer(away, True, by=BY)
    assert away.standing == Standing.CONFIRMED


def test_a_team_has_ten_people_at_most(db_session: Db) -> None:
    cohort = makers.cohort()
    application = makers.admitted(cohort, "First Clinic", MOST_TEAM)
    with pytest.raises(Refused, match="A team has 10 people at most"):
        members.add(application, "Nell New", "nell@first.example", by=BY)
    made = members.replace(application.team[1], "Nell New", "nell@first.example", by=BY)
    assert made.standing == Standing.ASKED


def test_erasing_a_person_leaves_numbers_and_no_words(db_session: Db) -> None:
    cohort = makers.cohort()
    event = makers.cohort_event(cohort)
    guest = faculty.invite_guest(event, "Gus West", "gus@people.example", by=BY)
    erase(guest.person, by=BY)
    assert (guest.standing, guest.taken_back) == ("declined", False)
    made = makers.admitted(cohort, "Canary Clinic", 2, challenge="Canary challenge.")
    contact, other = made.team
    faculty.add_faculty(cohort, contact.name, contact.person.address or "", Role.EXPERT, "Canary line", by=BY)
    export = next(each for each in holdings() if each.room == "cohorts").export
    assert export(contact.person_id)["cohorts"][0]["application"]["challenge"] == "Canary challenge."
    assert "application" not in export(other.person_id)["cohorts"][0]
    account = db_session.scalar(select(Account).where(Account.person_id == contact.person_id))
    assert account is not None
    account.active = False
    erase(contact.person, by=BY)
    assert (contact.name, contact.standing, contact.shows_name) == ("Erased person", Standing.LEFT, False)
    assert made.challenge == "Canary challenge."  # another member stands for the organization
    assert made.contact is other
    erase(other.person, by=BY)
    assert (made.organization, made.challenge, made.zip) == ("Erased organization", "", None)
    assert (made.state, made.setting, made.area) == (State.ADMITTED, "cmhc", "urban")
