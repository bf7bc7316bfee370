"""How many were there in each minute: pure."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session, scoped_session

from jam.attendance.minutes import at_minutes, minutes_chart
from jam.attendance.rules import Interval
from tests import makers
from tests.clients import Client
from tests.makers import utc
from tests.statistics import world

START = utc("2026-09-15 17:00")


def stay(first: float, last: float) -> list[Interval]:
    """There from one minute after the start to another."""
    return [(START + timedelta(minutes=first), START + timedelta(minutes=last))]


def told(*stays: list[Interval]) -> list[tuple[int, int]]:
    found = at_minutes(stays, START - timedelta(minutes=20), START + timedelta(minutes=80))
    return [(int((at - START) / timedelta(minutes=1)), number) for at, number in found]


@pytest.mark.parametrize(
    ("stays", "there"),
    [
        ([], []),
        ([stay(0, 3)], [(0, 1), (1, 1), (2, 1)]),
        ([stay(0, 2), stay(2, 3)], [(0, 1), (1, 1), (2, 1)]),
        ([stay(0, 2), stay(1.5, 3)], [(0, 1), (1, 2), (2, 1)]),
        # Both within one minute, and not at its beginning nor its end.
        ([stay(0, 2), stay(1.2, 1.4), stay(1.3, 1.5)], [(0, 1), (1, 3)]),
        ([stay(0, 1), stay(0.5, 1) + stay(3, 4)], [(0, 2), (1, 0), (2, 0), (3, 1)]),
        ([stay(-200, -19)], [(-20, 1)]),
        ([stay(100, 120)], []),
    ],
)
def test_each_minute_has_the_most_who_were_there_at_once(
    stays: list[list[Interval]], there: list[tuple[int, int]]
) -> None:
    assert told(*stays) == there


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_chart_of_a_session(db_session: scoped_session[Session], client: Client) -> None:
    world.make_world()
    september, november = world.event_called("Paying peers"), world.event_called("State academies")
    chart = minutes_chart(september)
    assert chart is not None
    assert chart.sentence == (
        "At most 3 people were there at once, first at 1:05 p.m. Eastern; 2 when it began and 3 in its last minute."
    )
    assert chart.rows[0] == ("1:00 p.m.", "2")
    assert chart.file_name == "jam-attendance-by-minute-2026-09-15"
    assert minutes_chart(november) is None
    makers.sign_in(client)
    where = f"/desk/sessions/{september.slug}/attendance"
    assert chart.sentence in client.get(where).text
    assert client.get(f"{where}/charts/attendance-by-minute.csv").data.decode("utf-8-sig").splitlines()[
        0
    ] == ("Time,People there")
    none = f"/desk/sessions/{november.slug}/attendance/charts/attendance-by-minute.svg"
    assert client.get(none).status_code == client.get(f"{where}/charts/other.svg").status_code == 404


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_those_who_left_before_the_start_were_not_there_when_it_began(
    db_session: scoped_session[Session],
) -> None:
    world.make_world()
    september = world.event_called("Paying peers")
    september.starts_at, september.ends_at = (
        each + timedelta(minutes=70) for each in (START, september.ends_at)
    )
    db_session.commit()
    chart = minutes_chart(september)
    assert chart is not None
    assert chart.sentence.endswith("; 0 when it began and 0 in its last minute.")
