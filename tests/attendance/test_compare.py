"""The sentences beside what a report claims: each says only what the lines bear out."""

from __future__ import annotations

from typing import Any

from jam.attendance.compare import Compared, compared

AGREEING = {
    "platform": {"registered": 3, "viewers": 2},
    "registrants": 3,
    "attendees": 2,
    "panelists_also_attendees": 0,
    "undecided": 0,
    "attendee_minutes": 80.0,
    "peak": 2,
    "lines": {"attended": 2, "several": 0, "minutes": 80.0, "overlap": 0.0, "unusable": 0, "peak": 2},
}


def test_a_report_that_agrees_with_itself() -> None:
    assert compared(AGREEING) == [
        Compared(
            "Registered", "3", "3",
            "The table of attendees lists 3 different addresses, those of people who did not come included.",
        ),
        Compared("Attendees", "2", "2", "2 lines say that somebody joined; they are 2 different addresses."),
        Compared(
            "Most at one moment", "2", "2",
            "Jam counts who was there at the same moment: each attendee once, on however many devices.",
        ),
        Compared(
            "Minutes of attendees", "80 line by line", "80",
            "Nobody stands on two lines at the same time, so both are the same.",
        ),
    ]  # fmt: skip


def test_without_registration_and_without_claims() -> None:
    figures: dict[str, Any] = AGREEING | {
        "platform": {"registered": None, "viewers": None},
        "registrants": None,
        "attendee_minutes": None,
        "lines": AGREEING["lines"] | {"unusable": 1, "peak": None},  # type: ignore[operator]
    }
    assert [(each.label, each.platform, each.jam) for each in compared(figures)] == [
        ("Attendees", None, "2"),
        ("Most at one moment", None, "2"),
        ("Minutes of attendees", "80 line by line", None),
    ]
    assert compared(figures)[-1].why.endswith("1 attendee has no usable times; their minutes are not known.")


def test_more_people_than_claimed_are_a_sum_that_adds_up() -> None:
    figures: dict[str, Any] = AGREEING | {
        "platform": {"registered": None, "viewers": 446},
        "registrants": None,
        "attendees": 455,
        "lines": AGREEING["lines"] | {"attended": 924, "several": 198},  # type: ignore[operator]
    }
    assert compared(figures)[0].why == (
        "924 lines say that somebody joined; they are 455 different addresses, because 198 people stand on more than one "
        "line. As a sum: 924 − 469 further lines of the same people = 455, 9 more than the report claims. The report does "
        "not say whom it counts as a viewer."
    )
