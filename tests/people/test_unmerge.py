"""A merge that was a mistake is undone: every row is as before, but for what was changed since, which is told."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from jam.attendance import actions as attendance
from jam.attendance.models import AttendanceRow
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import frozen, now
from jam.interest import actions as interest
from jam.interest.models import Wish
from jam.interest.rules import Way
from jam.people import actions
from jam.people.models import Address, Person
from jam.privacy.actions import erase
from jam.registration import actions as registrations
from jam.registration import passes, questions
from jam.registration.models import Registration, SeriesPass
from jam.registration.queries import of_person
from jam.registration.question_rules import Kind
from jam.schedule.models import Event
from jam.statistics.queries import as_json, statistics
from tests import makers
from tests.cases_once import cases_once
from tests.clients import Client
from tests.makers import BY
from tests.statistics.world import here, report, who
from tests.worlds import made_once

Db = scoped_session[Session]
#: When lives were lived; what is done in a test is done later.
START = now()


def digest() -> dict[str, list[str]]:
    """Each row of each table, as text: without the log, notes of what was written, link versions and the numbers of derived rows."""
    db.session.expire_all()
    found = {}
    for table in db.metadata.sorted_tables:
        if table.name.startswith("audit_") or table.name in ("rate_count", "touched_session"):
            continue
        left_out = {"link_version"} | ({"id"} if table.name == "attendance" else set())
        columns = [column for column in table.columns if column.name not in left_out]
        found[table.name] = sorted(repr(tuple(row)) for row in db.session.execute(select(*columns)))
    return found


def ana() -> Person:
    return makers.person("ana@people.example", "Ana Lee")


def abe() -> Person:
    return makers.person("abe@people.example", "Abe Lee")


def details(name: str) -> actions.Details:
    return actions.Details(name)


def both(event: Event) -> tuple[Registration, Registration]:
    """Seats of the two at an event."""
    return tuple(
        makers.registration(event, f"{name}@people.example", f"{name.title()} Lee") for name in ("ana", "abe")
    )  # type: ignore[return-value]


@made_once
def make_lives() -> dict[str, int]:
    events = {
        "past": makers.event(title="Past", starts_at=now().replace(hour=17, minute=0) - timedelta(days=20)),
        "both": makers.event(title="Both"),
        "abe": makers.event(makers.program("talks", name="Talks"), title="Only Abe"),
        "better": makers.event(title="Better", capacity=1, waiting_list=True),
        "answers": makers.event(title="Answers"),
        "declined": makers.event(title="Declined"),
    }
    ana(), abe()
    db.session.add(
        Address(person_id=abe().id, address="abe@old.example", normal="abe@old.example", preferred=False)
    )
    both(events["past"])
    both(events["both"])
    makers.registration(events["abe"], "abe@people.example", "Abe Lee")
    makers.registration(events["better"], "abe@people.example", "Abe Lee")
    makers.registration(events["better"], "ana@people.example", "Ana Lee")
    ours, theirs = both(events["answers"])
    for kind in (Kind.LINE, Kind.NUMBER):
        questions.add(events["answers"], questions.QuestionFields(kind=kind, label=f"A {kind}"), by=BY)
    one, two = questions.own(events["answers"])
    questions.keep(ours, questions.Said([(one.id, one.label, "Here")]))
    questions.keep(
        theirs, questions.Said([(one.id, one.label, "There"), (two.id, two.label, 3)], "A quiet room")
    )
    registrations.decline(both(events["declined"])[1], by=BY)
    report(
        events["past"],
        [here("ana", "17:00", "17:30"), here("abe", "17:10", "18:00"), here("zoe", "17:00", "17:05")],
    )
    for name in ("ana", "abe"):
        passes.take(makers.program(), f"{name}@people.example", details(f"{name.title()} Lee"))
    echo = makers.program("echo", name="Workforce ECHO")
    passes.take(echo, "abe@people.example", details("Abe Lee"))
    interest.take_part(
        "abe@people.example", details("Abe Lee"), {Way.PRESENT, Way.FUND, Way.NEWS}, "Captions, please."
    )
    with frozen(now() - timedelta(days=1)):
        interest.take_part("ana@people.example", details("Ana Lee"), {Way.NEWS}, "")
        interest.end_news(ana(), by=BY)
    db.session.commit()
    return {name: event.id for name, event in events.items()}


@pytest.fixture
def lives(db_session: Db) -> dict[str, Event]:
    """Ana and Abe, each with a life of their own, at the same sessions and at others."""
    with frozen(START):
        made = make_lives()
    return {name: db.session.get_one(Event, id) for name, id in made.items()}


def merged() -> None:
    actions.merge(ana(), abe_row(), by=BY)
    db.session.commit()


def abe_row() -> Person:
    return db.session.scalars(select(Person).where(Person.name == "Abe Lee")).one()


def undone() -> list[str]:
    stays = actions.unmerge(abe_row(), by=BY)
    db.session.commit()
    db.session.expire_all()
    return stays


def test_everything_is_as_before(lives: dict[str, Event]) -> None:
    before, figures = digest(), as_json(statistics())
    merged()
    between = digest()
    changed = {table for table in before if before[table] != between[table]}
    assert changed == {
        "address", "answer", "attendance", "attendance_row", "news_subscription", "person", "registration", "series_pass", "wish",
    }  # fmt: skip
    assert undone() == []
    assert digest() == before
    assert as_json(statistics()) == figures


def test_it_can_be_done_and_undone_again(lives: dict[str, Event]) -> None:
    before = digest()
    for _ in range(2):
        merged()
        assert undone() == []
    assert digest() == before


def test_of_a_person_without_address_the_preferred_one_goes_back(db_session: Db) -> None:
    keep, gone = makers.person(name="Ana Lee"), makers.person("abe@people.example", "Abe Lee")
    db_session.delete(keep.addresses[0])
    db_session.commit()
    db_session.refresh(keep)
    before = digest()
    actions.merge(keep, gone, by=BY)
    db_session.commit()
    assert keep.address == "abe@people.example"
    actions.unmerge(gone, by=BY)
    db_session.commit()
    assert digest() == before
    assert (keep.address, gone.address) == (None, "abe@people.example")


def test_links_made_while_the_two_were_one_end(db_session: Db) -> None:
    keep, gone = makers.person(), makers.person()
    actions.merge(keep, gone, by=BY)
    actions.unmerge(gone, by=BY)
    assert (keep.link_version, gone.link_version) == (1, 2)


def cancelled(events: dict[str, Event]) -> None:
    seat = of_person(events["abe"].id, ana().id)
    assert seat
    registrations.cancel(seat, by=BY)


def taken_over_cancelled(events: dict[str, Event]) -> None:
    seat = of_person(events["better"].id, ana().id)
    assert seat
    assert seat.status == "confirmed"
    registrations.cancel(seat, by=BY)


def answered(events: dict[str, Event]) -> None:
    interest.answer(
        db.session.scalars(select(Wish).where(Wish.kind == Way.FUND)).one(), "Called.", by="account:1"
    )


def no_news(events: dict[str, Event]) -> None:
    interest.end_news(ana(), by=BY)


def left(events: dict[str, Event]) -> None:
    echo = makers.program("echo")
    passes.leave(db.session.scalars(select(SeriesPass).where(SeriesPass.program_id == echo.id)).one(), by=BY)


def line_decided(events: dict[str, Event]) -> None:
    row = db.session.scalars(select(AttendanceRow).where(AttendanceRow.name == "Abe")).one()
    row.person_id = who("zoe").id
    db.session.flush()
    attendance.derive(events["past"])


@cases_once(
    ("change", "told"),
    [
        (cancelled, "The seat at “Only Abe” was cancelled since; it stays with Ana Lee."),
        (taken_over_cancelled, "The seat at “Better” was cancelled since; it stays with Ana Lee."),
        (answered, "The wish “help fund the work” was answered or opened since; it stays with Ana Lee."),
        (no_news, "The place on the news list was changed since; it stays with Ana Lee."),
        (left, "The pass for Workforce ECHO was left since; it stays with Ana Lee."),
        (line_decided, "Of the attendance at “Past”, 1 line changed since and stayed as decided."),
    ],
)
def test_what_was_changed_since_stays_and_is_told(
    lives: dict[str, Event], change: Callable[[dict[str, Event]], None], told: str
) -> None:
    before = digest()
    merged()
    between = digest()
    change(lives)
    db.session.commit()
    since = digest()
    assert undone() == [told]
    after = digest()
    touched = {table for table in before if since[table] != between[table]} - {"letter", "letter_part"}
    for table in set(before) - {"letter", "letter_part", "letter_token", "attendance"}:
        if table not in touched:
            assert after[table] == before[table], table
    for table in touched - {"attendance"}:
        # Of this table all is as before but the row that somebody changed.
        kept = set(after[table]) - set(before[table])
        assert kept <= set(since[table]), table
        assert kept, table


def test_a_seat_that_somebody_else_has_by_now_stays_away(db_session: Db) -> None:
    event = makers.event(title="Small", capacity=2)
    both(event)
    db_session.commit()
    merged()
    makers.registration(event, "zoe@people.example", "Zoe Ray")
    db_session.commit()
    assert undone() == ["The seat at “Small” went to somebody else since; it stays with Ana Lee."]
    holding = db_session.scalars(select(Registration.name).where(Registration.status == "confirmed")).all()
    assert sorted(holding) == ["Ana Lee", "Zoe Ray"]


def test_two_merges_into_one_person_are_undone_in_either_order(db_session: Db) -> None:
    event, other = makers.event(title="One"), makers.event(title="Other")
    keep = makers.person("ana@people.example", "Ana Lee")
    first = makers.registration(event, "abe@people.example", "Abe Lee").person
    second = makers.registration(other, "amy@people.example", "Amy Lee").person
    db_session.commit()
    before = digest()
    for order in ([first, second], [second, first]):
        actions.merge(keep, first, by=BY)
        actions.merge(keep, second, by=BY)
        db_session.commit()
        assert [actions.unmerge(gone, by=BY) for gone in order] == [[], []]
        db_session.commit()
        assert digest() == before


def test_what_cannot_be_undone_is_refused(db_session: Db) -> None:
    one, two, three, four = (
        makers.person(name=name) for name in ("Ana Lee", "Abe Lee", "Amy Lee", "Ada Lee")
    )
    with pytest.raises(Refused, match="Ana Lee is not merged into anybody"):
        actions.unmerge(one, by=BY)
    actions.merge(two, one, by=BY)
    actions.merge(three, two, by=BY)
    with pytest.raises(Refused, match="Undo that merge first"):
        actions.unmerge(one, by=BY)
    actions.unmerge(two, by=BY)
    actions.unmerge(one, by=BY)
    assert db_session.scalars(select(Person.merged_into_id)).all() == [None] * 4
    actions.merge(three, four, by=BY)
    db_session.commit()
    erase(three, by=BY)
    db_session.commit()
    with pytest.raises(Refused, match="erased since"):
        actions.unmerge(four, by=BY)


def test_staff_see_the_merge_on_both_pages_and_undo_it(client: Client, lives: dict[str, Event]) -> None:
    makers.sign_in(client)
    merged()
    keep, gone = ana().id, abe_row().id
    moved = (
        "2 addresses, 1 seat, 5 seats that both had, 1 series pass, 1 series pass that both had, attendance at 1 session, "
        "2 wishes and the place on the news list that both had"
    )
    for path in (f"/desk/people/{keep}", f"/desk/people/{gone}", f"/desk/people/{gone}/unmerge"):
        page = client.get(path).text
        assert moved in page, path
        assert f'/desk/people/{gone}/unmerge"' in page
    assert "abe@people.example, abe@old.example" in client.get(f"/desk/people/{gone}/unmerge").text
    cancelled(lives)
    db.session.commit()
    looked = digest()
    client.get(f"/desk/people/{gone}/unmerge")
    assert digest() == looked
    done = client.submit(f"/desk/people/{gone}/unmerge", {}, form="unmerge")
    assert (done.status_code, done.location) == (303, f"/desk/people/{gone}")
    page = client.get(f"/desk/people/{gone}").text
    assert (
        "Abe Lee and Ana Lee are two people again. The seat at “Only Abe” was cancelled since; it stays with Ana Lee."
        in page
    )
    assert "Undo this merge" not in page
    assert "Undo this merge" not in client.get(f"/desk/people/{keep}").text
    assert client.get(f"/desk/people/{gone}/unmerge").location == f"/desk/people/{gone}"


def test_the_page_says_why_a_merge_cannot_be_undone(client: Client, db_session: Db) -> None:
    makers.sign_in(client)
    one, two, three = (makers.person(name=name) for name in ("Ana Lee", "Abe Lee", "Amy Lee"))
    actions.merge(two, one, by=BY)
    actions.merge(three, two, by=BY)
    db_session.commit()
    page = client.get(f"/desk/people/{one.id}/unmerge").text
    assert "Abe Lee was merged into somebody else since. Undo that merge first, then this one." in page
    assert re.findall(r'<form method="post" action="(/desk/people[^"]*)"', page) == []
