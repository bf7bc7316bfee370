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
