"""Decisions about cohorts and places, without a database."""

from __future__ import annotations

from datetime import date

import pytest

from jam.cohorts.rules import Kept, Places, absent_running, kept, why_not_apply
from jam.vocabulary.areas import Area, area_of, ruca


@pytest.mark.parametrize(
    ("typed", "code", "area"),
    [
        ("43004", 1, Area.URBAN),  # Blacklick, Ohio
        ("43004-1234", 1, Area.URBAN),
        ("00001", 10, Area.RURAL),
        ("59001", 10, Area.RURAL),  # Absarokee, Montana
        ("00000", None, Area.UNKNOWN),  # not in the table
        ("4300", None, Area.UNKNOWN),
        ("", None, Area.UNKNOWN),
        (None, None, Area.UNKNOWN),
    ],
)
def test_a_zip_code_is_rural_by_the_codes_of_2010(typed: str | None, code: int | None, area: Area) -> None:
    assert (ruca(typed), area_of(typed)) == (code, area)


@pytest.mark.parametrize(
    ("opens", "closes", "today", "why"),
    [
        (date(2026, 1, 1), date(2026, 1, 31), date(2026, 1, 1), None),
        (date(2026, 1, 1), date(2026, 1, 31), date(2026, 1, 31), None),
        (date(2026, 1, 1), date(2026, 1, 31), date(2025, 12, 31), "Applications have not opened yet."),
        (date(2026, 1, 1), date(2026, 1, 31), date(2026, 2, 1), "Applications are closed."),
        (None, date(2026, 1, 31), date(2026, 1, 1), None),
        (None, None, date(2026, 1, 1), "This cohort takes no applications."),
    ],
)
def test_both_days_of_the_window_belong_to_it(
    opens: date | None, closes: date | None, today: date, why: str | None
) -> None:
    assert why_not_apply(True, opens, closes, today) == why


def test_capacity_is_told_for_organizations_and_people() -> None:
    assert Places(3, 9, None, None).over(1, 100) == []
    assert Places(3, 9, 4, 12).over(1, 3) == []
    assert Places(3, 9, 3, 10).over(1, 3) == [
        "4 organizations, and there is room for 3",
        "12 people, and there is room for 10",
    ]


def test_attendance_counts_what_is_known() -> None:
    assert kept([True, None, False, True]) == Kept(3, 2)
    assert kept([None]).percent is None
    assert (Kept(3, 2).percent, Kept(3, 2).reaches(66), Kept(3, 2).reaches(67)) == (66, True, False)
    assert Kept(5, 3).reaches(60) is True


@pytest.mark.parametrize(
    ("presences", "absent"),
    [
        ([False, False], True),
        ([True, False, None, False], True),
        ([False, False, True], False),
        ([False], False),
        ([], False),
        ([None, None], False),
    ],
)
def test_absent_twice_running(presences: list[bool | None], absent: bool) -> None:
    assert absent_running(presences) is absent


def test_places_read_as_words() -> None:
    assert Places(1, 3, None, None).words == "1 organization and 3 people"
    assert Places(3, 9, 24, 72).words == "3 of 24 organizations and 9 of 72 people"
