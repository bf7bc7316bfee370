"""What is kept of sessions is what their rows say: after every kind of write, in any order, with the clock late or dead."""

from __future__ import annotations

import random
from array import array
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

import pytest
from flask import Flask
from pyroaring import BitMap
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.orm import Session, scoped_session

from jam.attendance.actions import derive
from jam.attendance.models import Attendance, AttendanceRow
from jam.base.database import db
from jam.base.now import frozen
from jam.people.actions import merge
from jam.people.models import Person
from jam.privacy.actions import erase
from jam.registration.models import Registration
from jam.schedule.models import Event
from jam.statistics import summaries
from jam.statistics.choice import Choice
from jam.statistics.counting import Counted, Given
from jam.statistics.models import SessionNumbers, SessionSet, TouchedSession
from jam.statistics.queries import as_json, breakdowns, statistics
from jam.statistics.rules import Who
from jam.statistics.sets import Spread, median, numbers, pack, unpack
from jam.statistics.summaries import counted, keep, rebuild, refresh
from tests.commands import Runner
from tests.makers import BY, utc
from tests.statistics import world
from tests.statistics.world import TODAY


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with frozen(TODAY):
        yield


def session(slug: str) -> Event:
    return db.session.scalars(select(Event).where(Event.slug == slug)).one()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_organizations_of_other_sessions_that_another_thread_asks_for_are_never_told(app: Flask) -> None:
    mine, others = (
        Counted(1, version="a", organizations=array("Q", [1])), Counted(2, version="b", organizations=array("Q", [2])),
    )  # fmt: skip

    class Shared(summaries._Memory):
        """Between one look and the next, another thread puts its own there."""

        looks: Iterator[tuple[tuple[str], frozenset[int]]] = iter(
            [(("a",), frozenset({1})), (("b",), frozenset({2}))]
        )

        @property
        def organizations(self) -> tuple[Sequence[str], frozenset[int]]:
            return next(self.looks)

        @organizations.setter
        def organizations(self, kept: object) -> None:
            pass

    with app.app_context():
        app.extensions[summaries._UNPACKED] = Shared()
        assert summaries.organizations([mine]) == {1}
        assert summaries.organizations([others]) == {2}


def test_the_median_of_several_lists_is_that_of_all_numbers() -> None:
    chance = random.Random(5)
    for _ in range(200):
        lists = [[chance.randrange(50) for _ in range(chance.randrange(6))] for _ in range(4)]
        together = sorted(number for each in lists for number in each)
        middle = (together[(len(together) - 1) // 2] + together[len(together) // 2]) / 2 if together else None
        assert median(map(Spread.of, lists)) == middle
    spread = Spread.of([9, 5, 1, 5])
    assert [spread.at_least(n) for n in (0, 5, 5.5, 10)] == [4, 3, 1, 0]
    assert [spread.up_to(n) for n in (0, 1, 5, 9)] == [0, 1, 3, 4]


def test_numbers_of_any_size_come_back_as_they_were_packed() -> None:
    for some in ([], [7, 7, 8], [1, 2**16], [3, 2**40], [2**64 - 1]):
        assert list(unpack(pack(numbers(some)))) == some
        spread = Spread.of(some)
        assert Spread.unpack(spread.pack()) == spread
        assert len(spread) == len(some)


def test_what_is_kept_is_read_and_nothing_else(db_session: scoped_session[Session]) -> None:
    world.make_world()
    before = as_json(statistics())
    assert refresh() == 3
    assert refresh() == 0
    # Only a reader of what is kept sees what was put there past the triggers' notice.
    kept = db.session.get_one(SessionNumbers, session("jam-2026-10-20").id)
    kept.seats = 500
    db.session.commit()
    assert statistics().measures["registrations"] == before["measures"]["registrations"] - 3 + 500
    found = rebuild()
    assert (found.sessions, found.different) == (3, ["jam-2026-10-20"])
    assert as_json(statistics()) == before
    assert rebuild().different == []
    # So is a set beside it that says something else, and one that is not there is no reason to say anything wrong.
    packed = db.session.get_one(SessionSet, (session("jam-2026-10-20").id, "seats"))
    packed.packed = BitMap(range(1000, 1500)).serialize()
    db.session.commit()
    assert rebuild().different == ["jam-2026-10-20"]
    db.session.execute(delete(SessionSet).where(SessionSet.kind == "audience"))
    db.session.execute(update(SessionNumbers).values(version="as if it were new"))
    db.session.commit()
    assert as_json(statistics()) == before


def _cancel() -> None:
    world.give_back("jam-2026-10-20", "ben")


def _cancel_in_bulk() -> None:
    db.session.execute(update(Registration).where(Registration.name == "Ben").values(status="cancelled"))


def _walk_out() -> None:
    db.session.execute(delete(Attendance).where(Attendance.person_id == world.who("fay").id))


def _by_hand() -> None:
    db.session.execute(text("UPDATE registration SET state = 'WY' WHERE name = 'Ana'"))


def _shorter() -> None:
    october = session("jam-2026-10-20")
    row = db.session.scalars(select(AttendanceRow).where(AttendanceRow.event_id == october.id)).first()
    assert row is not None
    assert row.left_at is not None
    row.left_at -= timedelta(minutes=20)
    db.session.flush()
    derive(october)


def _merge() -> None:
    merge(world.who("dee"), world.who("fay"), by=BY)


def _moved() -> None:
    db.session.execute(
        update(Event).where(Event.slug == "jam-2026-09-15").values(starts_at=utc("2026-09-15 17:10"))
    )


def _erased() -> None:
    erase(world.who("dee"), by=BY)


@pytest.mark.parametrize(
    "write", [_cancel, _cancel_in_bulk, _walk_out, _by_hand, _shorter, _merge, _moved, _erased]
)
def test_every_write_is_noticed_at_once_and_kept_by_the_clock(
    db_session: scoped_session[Session], write: Callable[[], None]
) -> None:
    world.make_world()
    refresh()
    assert db.session.scalar(select(func.count()).select_from(TouchedSession)) == _touched_ahead()
    write()
    db.session.commit()
    late, parts = as_json(statistics()), breakdowns(Choice())
    assert refresh() > 0
    assert (as_json(statistics()), breakdowns(Choice())) == (late, parts)
    assert rebuild().different == []
    assert (as_json(statistics()), breakdowns(Choice())) == (late, parts)


def _touched_ahead() -> int:
    """Notes of sessions that do not count, which wait until they do."""
    counting = select(SessionNumbers.event_id)
    ahead = select(func.count()).select_from(TouchedSession).where(TouchedSession.event_id.not_in(counting))
    return db.session.scalar(ahead) or 0


def test_numbers_survive_erasure(db_session: scoped_session[Session]) -> None:
    """Also those that only the erased person stood for: an organization, a wish and its being met."""
    world.make_world()
    before, parted = as_json(statistics()), breakdowns(Choice(given=Given(state="OH")))
    for name in ("ana", "ben", "cyd", "dee", "ira", "fay"):
        erase(world.who(name), by=BY)
    db.session.commit()
    assert as_json(statistics()) == before
    assert breakdowns(Choice(given=Given(state="OH"))) == parted
    refresh()
    assert as_json(statistics()) == before
    assert db.session.scalar(select(func.count()).where(Registration.zip.is_not(None))) == 0
    assert db.session.scalar(select(func.count()).where(Registration.organization != "")) == 0
    assert db.session.scalar(select(func.count()).where(Registration.accommodation.is_not(None))) == 0


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_a_write_that_ends_while_a_session_is_counted_is_not_lost(
    db_session: scoped_session[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On SQLite, the other connection waits for the count to end."""
    world.make_world()
    refresh()
    october = session("jam-2026-10-20").id
    ana = world.who("ana").id
    db.session.commit()
    from jam.statistics import summaries

    whole = summaries.count

    def meanwhile(ids: list[int]) -> object:
        found = list(whole(ids))
        with db.engine.begin() as other:
            other.execute(
                delete(Attendance).where(Attendance.event_id == october, Attendance.person_id == ana)
            )
        return iter(found)

    monkeypatch.setattr(summaries, "count", meanwhile)
    keep(october)
    monkeypatch.undo()
    assert len(counted([october])[october].who[Who.AUDIENCE]) == 1
    assert refresh() == 1
    assert rebuild().different == []


def test_sessions_are_counted_by_the_clock_when_they_are_over(
    db_session: scoped_session[Session], runner: Runner
) -> None:
    world.make_world()
    assert db.session.scalar(select(func.count()).select_from(SessionNumbers)) == 0
    assert runner("tick").status == 0
    assert db.session.scalar(select(func.count()).select_from(SessionNumbers)) == 3
    db.session.commit()
    said = runner("statistics", "--rebuild")
    assert (said.status, said.out) == (
        0,
        "3 sessions were counted anew. Nothing differed from what was kept.\n",
    )


def test_people_who_were_merged_away_leave_no_number(db_session: scoped_session[Session]) -> None:
    world.make_world()
    gone = world.who("fay").id
    merge(world.who("dee"), world.who("fay"), by=BY)
    db.session.commit()
    refresh()
    packed = db.session.scalars(select(SessionSet.packed).where(SessionSet.kind == "audience")).all()
    assert all(gone not in BitMap.deserialize(each) for each in packed)
    assert db.session.get_one(Person, gone).merged_into_id is not None


def test_a_later_start_makes_more_seats_held_at_the_start(db_session: scoped_session[Session]) -> None:
    world.make_world()
    refresh()
    _moved()
    db.session.commit()
    # Dee took her seat at 17:05, which is before the start now.
    assert statistics(Choice("jam")).measures["show_rate"] == 0.625
