"""What may leave the house, and what changed between two reports: without a database."""

from __future__ import annotations

from typing import Any

import pytest

from jam.base.zones import EASTERN
from jam.reports.document import drawn
from jam.reports.rules import FEW, WITHHELD, Figures, canonical, coarse_beside, compare, for_others, reason
from jam.statistics.measures import MEASURES
from jam.statistics.rules import in_words, share
from jam.statistics.safety import hidden
from tests.makers import utc


def measures(**values: Any) -> list[dict[str, Any]]:
    return [
        {
            "name": name, "title": MEASURES[name].title, "topic": MEASURES[name].topic, "unit": MEASURES[name].unit,
            "definition": MEASURES[name].definition, "formula": MEASURES[name].formula, "since": MEASURES[name].since,
            "value": value, "words": in_words(name, value),
        }
        for name, value in values.items()
    ]  # fmt: skip


def session(id: int, registrations: int, attendees: int | None, came: int | None = None) -> dict[str, Any]:
    return {
        "id": id, "slug": f"jam-{id}", "title": f"Session {id}", "date": "2026-09-15", "ends_at": f"2026-0{id}-15T18:00:00+00:00", "registrations": registrations,
        "at_start": registrations, "attendees": attendees, "came": attendees if came is None else came,
        "walk_ins": 0, "show_rate": 0.8125, "median_minutes": 50.0, "minutes": 100.0, "peak": attendees,
    }  # fmt: skip


def figures(sessions: list[dict[str, Any]] | None = None, **values: Any) -> Figures:
    return {
        "choice": {"program_name": "Jam", "cohort_name": None, "from": "2026-01-01", "to": "2026-12-31"},
        "measures": measures(**values), "sessions": sessions or [], "by_state": [], "by_sector": [], "unknown": {},
    }  # fmt: skip


def withheld(given: Figures) -> dict[str, str]:
    return {each["name"]: each["withheld"] for each in for_others(given)["measures"] if each.get("withheld")}


@pytest.mark.parametrize(
    ("values", "left_out"),
    [
        ({"registrations": 40, "attendees": 30, "walk_ins": 12, "show_rate": 0.71}, {}),
        ({"registrations": 40, "attendees": 30, "walk_ins": 3}, {"walk_ins": FEW}),
        ({"attendees": 30, "walk_ins": 25}, {"walk_ins": WITHHELD}),
        ({"unique_attendees": 9, "show_rate": 0.5}, {"unique_attendees": FEW, "show_rate": f"taken of {FEW}"}),
        ({"registrations": 8, "unique_registrants": 8, "lead_days": 7.0, "states": 3},
         {"registrations": FEW, "unique_registrants": FEW, "lead_days": f"taken of {FEW}"}),
        ({"registrations": 60, "unique_registrants": 5}, {"registrations": f"taken of {FEW}", "unique_registrants": FEW}),
        ({"unique_attendees": 60, "newcomers": 55, "returning": 20}, {"newcomers": WITHHELD, "returning": WITHHELD}),
        ({"unique_attendees": 60, "newcomers": 4, "returning": 58}, {"newcomers": FEW, "returning": WITHHELD}),
        ({"accommodations_asked": 30, "accommodations_met": 25}, {"accommodations_met": WITHHELD}),
        ({"sessions_held": 3, "levers": 2, "attendees": None, "walk_ins": 0}, {}),
    ],
)  # fmt: skip
def test_small_counts_and_what_tells_them_stay_in_the_house(
    values: dict[str, Any], left_out: dict[str, str]
) -> None:
    given = figures(**values)
    assert withheld(given) == left_out
    assert canonical(given) == canonical(figures(**values)), "the figures themselves stay as they are"
    for each in for_others(given)["measures"]:
        if each["name"] in left_out:
            assert (each["value"], each["words"]) == (None, None)


def test_a_small_session_is_left_out_with_another_one() -> None:
    given = figures([session(1, 45, 30), session(2, 9, 8), session(3, 20, 15), session(4, 500, None)])
    shown = for_others(given)["sessions"]
    assert [(each["registrations"], each["attendees"]) for each in shown] == [
        (45, 30), (None, None), (None, None), (500, None),
    ]  # fmt: skip
    assert shown[1]["withheld"] == {
        "registrations": FEW, "attendees": FEW, "show_rate": WITHHELD, "median_minutes": WITHHELD, "peak": WITHHELD,
    }  # fmt: skip
    assert shown[2]["withheld"]["registrations"] == WITHHELD
    assert shown[3]["withheld"] == {}, "what is not known is not withheld"
    assert all(each[name] is None for each in shown for name in ("came", "walk_ins", "at_start", "minutes"))
    assert shown[0]["show_rate"] == 0.81
    [nearly_all] = for_others(figures([session(1, 40, 38)]))["sessions"]
    assert nearly_all["withheld"] == {"show_rate": WITHHELD}, "two did not come"


def test_a_chart_of_what_is_withheld_says_so_and_draws_no_zero() -> None:
    given = figures([
        {**session(n, seats, came), "program": "Jam", "starts_at": "2026-09-15T17:00:00+00:00", "time_zone": EASTERN}
        for n, seats, came in ((1, 45, 30), (2, 9, None), (3, 20, 15))
    ])  # fmt: skip
    given |= {"covers": {"first": "2026-09-15", "last": "2026-09-15"}, "levers": []}
    [chart] = drawn(for_others(given))
    assert [row[1:] for row in chart.rows] == [
        ("Session 3", "Withheld", "15"), ("Session 2", "Fewer than 11", "Not known"), ("Session 1", "45", "30"),
    ]  # fmt: skip
    assert (
        chart.sentence
        == "In 1 of the latest 3 sessions, 45 people registered. Of the others it is not given."
    )
    assert chart.wide.svg("", "").count('fill="#5f949c"') == 1
    given["sessions"] = given["sessions"][1:2]
    [chart] = drawn(for_others(given))
    assert chart.sentence == "How many people registered for the latest session is not given."


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [
        (3, 60, WITHHELD), (57, 60, WITHHELD), (4, 577, WITHHELD), (11, 60, None), (0, 60, None), (60, 60, None),
        (5, 10, f"taken of {FEW}"),
    ],
)  # fmt: skip
def test_a_share_that_stands_for_few_stays_in_the_house(part: int, whole: int, said: str | None) -> None:
    given = figures(echo_members=60, echo_drop_out=share(part, whole))
    given["measures"][1]["of"] = [part, whole]
    shown = for_others(given)["measures"][1]
    assert (shown.get("withheld"), "of" in shown) == (said, False)
    given = figures(recommendations_adopted=share(part, whole))
    given["measures"][0]["of"] = [part, whole]
    assert withheld(given) == {}, "recommendations are not people"


@pytest.mark.parametrize(
    ("counts", "left_out"),
    [
        ({"a": 40, "b": 11}, set()),
        ({"a": 40, "b": 10, "c": 20}, {"b", "c"}),
        ({"a": 40, "b": 1, "c": 2, "d": 30}, {"b", "c", "d"}),
        ({"a": 40, "b": 5, "c": 6}, {"b", "c"}),
        ({"a": 0, "b": 4}, {"b"}),
        ({"a": 4, "b": 4, "c": 40}, {"a", "b", "c"}),
    ],
)
def test_what_is_hidden_cannot_be_worked_out(counts: dict[str, int], left_out: set[str]) -> None:
    assert hidden(counts) == left_out


def test_a_share_says_of_how_many_it_is_taken() -> None:
    def taken(given: Figures) -> list[str]:
        return [each["denominator"] for each in for_others(given)["measures"] if "denominator" in each]

    def given(name: str, part: int, whole: int, **values: Any) -> Figures:
        made = figures([session(1, 584, 400)], **values, **{name: share(part, whole)})
        made["measures"][-1] |= {"of": [part, whole], "denominator": "all of them"}
        return made

    assert taken(given("show_rate", 400, 703)) == ["all of them: about 700"]
    # Between what is told exactly and what a share is taken of lie few, and it is not said how few.
    assert {taken(given("show_rate", 400, 584 - few, registrations=900))[0] for few in range(1, 11)} == {
        "all of them: about 580"
    }
    assert taken(given("show_rate", 9, 20)) == ["all of them"], "the share is withheld"
    assert taken(given("show_rate", 13, 24)) == ["all of them"], "54 % of about 20 is 13 of 24"
    assert taken(given("came_next", 20, 158, unique_attendees=160, newcomers=158)) == ["all of them"]
    beside = given("area_unknown", 300, 966, registrations=966) | {"coarse": {"registrations": 960}}
    assert taken(beside) == ["all of them"], (
        "an earlier report says 961, and the same ten is told of 962 to 971"
    )
    hidden_beside = given("show_rate", 300, 455, registrations=458)
    hidden_beside["sessions"] = [session(1, 400, 300), session(2, 6, None), session(3, 52, 44)]
    assert taken(hidden_beside) == ["all of them"], "the total is told in tens, and nothing narrows it"
    assert taken(given("recommendations_adopted", 4, 7)) == ["all of them: 7"], "of no people"


def test_few_people_with_many_seats_are_few() -> None:
    given = figures()
    given["by_state"] = [["GU", 72, 6], ["OH", 400, 80], ["TX", 120, 40], ["VI", 60, 6]]
    given["by_sector"] = [["Provider", 500, 100], ["Philanthropy", 20, 4], ["Other", 40, 20]]
    shown = for_others(given)
    assert shown["by_state"] == [["GU", None], ["OH", 400], ["TX", 120], ["VI", None]]
    assert shown["by_sector"] == [["Provider", 500], ["Philanthropy", None], ["Other", None]]


def test_what_is_not_known_does_not_give_away_what_a_table_withholds() -> None:
    given = figures()
    given["by_state"] = [["", 12, 12], ["AK", 3, 3], ["CA", 400, 400], ["NY", 100, 100]]
    given["by_sector"] = [["Provider", 500, 100], ["Other", 40, 20], ["Not given", 12, 6]]
    given["unknown"] = {"seats_without_state": 12, "seats_without_sector": 12, "seats_without_job_role": 12}
    shown = for_others(given)
    assert shown["by_state"] == [["", None], ["AK", None], ["CA", 400], ["NY", 100]]
    assert shown["by_sector"] == [["Provider", 500], ["Other", None], ["Not given", None]]
    assert shown["unknown"] == {
        "seats_without_state": WITHHELD, "seats_without_sector": WITHHELD, "seats_without_job_role": WITHHELD,
    }  # fmt: skip


def test_tables_are_told_in_tens() -> None:
    given = figures()
    given["by_state"] = [["CA", 788, 500], ["NY", 96, 60], ["", 34, 30]]
    given["unknown"] = {
        "seats_without_state": 34,
        "sessions_without_report": 3,
        "attendances_of_unknown_length": 4,
    }
    shown = for_others(given)
    assert shown["by_state"] == [["CA", 790], ["NY", 100], ["", 30]]
    assert shown["unknown"] == {
        "seats_without_state": 30, "sessions_without_report": 3, "attendances_of_unknown_length": FEW,
    }  # fmt: skip


def told(given: Figures) -> dict[str, Any]:
    return {each["name"]: each["words"] or each.get("withheld") for each in for_others(given)["measures"]}


def test_two_reports_do_not_give_away_by_subtraction_what_neither_says() -> None:
    spring = figures(
        [session(1, 700, 400), session(2, 600, 300)], registrations=1300, unique_registrants=1100, walk_ins=30
    )
    year = figures(
        [session(1, 700, 400), session(2, 600, 300), session(3, 500, 250)],
        registrations=1800, registrations_per_session=600, unique_registrants=1104, walk_ins=33,
    )  # fmt: skip
    assert coarse_beside(year, [spring]) == {"unique_registrants": 1110, "walk_ins": 40}
    assert coarse_beside(spring, [year]) == {"unique_registrants": 1100, "walk_ins": 30}, (
        "whichever was first"
    )
    assert coarse_beside(year, [year | {"measures": measures(walk_ins=32)}]) == {}, "corrected since"
    other = figures([session(4, 500, 250)], registrations=1805, walk_ins=32)
    assert coarse_beside(year, [other]) == {}, "nothing of it can be subtracted"
    assert told({**year, "coarse": coarse_beside(year, [spring])}) == {
        "registrations": "1,800", "registrations_per_session": "600", "unique_registrants": "about 1,110",
        "walk_ins": "about 40",
    }  # fmt: skip
    assert told(year | {"coarse": ["walk_ins"]})["walk_ins"] == "about 30", "as version 3 was frozen"
    assert told(figures(walk_ins=13) | {"coarse": ["walk_ins"]}) == {"walk_ins": WITHHELD}, "ten would be few"


def test_no_number_of_reports_gives_away_together_what_none_says() -> None:
    january, february, march = session(1, 60, 40), session(2, 50, 30), session(3, 40, 20)
    added = ("walk_ins", "accommodations_asked", "unknown_heads", "newcomers")

    def of(sessions: list[dict[str, Any]], number: int) -> Figures:
        return figures(sessions, **dict.fromkeys(added, number))

    one, two = of([january], 20), of([february], 15)
    assert coarse_beside(two, [one]) == {}
    for number in range(36, 46):
        all_three = of([january, february, march], number)
        assert coarse_beside(all_three, [one, two]) == dict.fromkeys(added, 40), "1 to 10 in March"
    assert coarse_beside(of([january, february, march], 71), [one, two]) == dict.fromkeys(added, 70)
    # Two of these three are exact when the third is made, and would say of all three what they are.
    pairs = of([january, february], 35), of([january, march], 23)
    assert coarse_beside(pairs[1], [pairs[0]]) == dict.fromkeys(added, 20)


def test_totals_are_told_in_tens_beside_a_session_that_is_withheld() -> None:
    """What is hidden with it here may stand in another report."""
    given = figures(
        [session(1, 400, 300), session(2, 6, None), session(3, 52, 44)],
        registrations=458, registrations_per_session=152.67, attendees=344,
    )  # fmt: skip
    assert told(given) == {
        "registrations": "about 460",
        "registrations_per_session": "about 153",
        "attendees": "344",
    }
    given = figures(
        [session(1, 400, 300), session(2, 60, 6), session(3, 52, 44)], registrations=512, attendees=350
    )
    assert told(given) == {"registrations": "512", "attendees": "about 350"}
    given["measures"][1].update(value=347, words="347")
    assert told(given)["attendees"] == "about 350"


def test_two_reports_compared() -> None:
    before = figures(
        [session(1, 40, 30), session(2, 20, None)], registrations=60, attendees=30, show_rate=0.75
    )
    after = figures(
        [session(1, 40, 31) | {"median_minutes": 50.2}, session(3, 12, None)],
        registrations=52,
        attendees=31,
        show_rate=0.75,
        peak=31,
    )
    elsewhere = reason("3 steps were taken with proposals", "Volunteers")
    late, cancelled = (
        reason("1 attendance report was imported late", "Attendance"),
        reason("1 session was cancelled", "Registrations"),
    )
    found = compare(before, after, [elsewhere, late, cancelled], utc("2026-02-20 12:00"))
    of_others = ["1 session was held since", "1 session stands only in the earlier report"]
    assert [(each.name, each.before, each.after, each.words, list(each.why)) for each in found.changed] == [
        ("registrations", "60", "52", "−8", [*of_others, cancelled.words]),
        ("attendees", "30", "31", "+1", [*of_others, "1 attendance report was imported late"]),
        (
            "peak",
            "Not counted then",
            "31",
            "New",
            ["Jam did not count this when the earlier report was made."],
        ),
    ]
    assert [each.words for each in found.reasons] == [*of_others, late.words, cancelled.words]
    assert found.same == ["of those registered came"]
    assert [(each.slug, each.words) for each in found.sessions] == [
        ("jam-1", "attendees 30 → 31"),
        ("jam-3", "New in the later report: 12 registrations"),
        ("jam-2", "No longer in the later report: it had 20 registrations"),
    ]
    assert found.cautions == []


def test_a_step_is_that_of_what_is_read() -> None:
    before, after = figures(registrations_per_session=51.4), figures(registrations_per_session=52.6)
    at = utc("2026-02-20 12:00")
    [change] = compare(before, after, [], at).changed
    assert (change.before, change.after, change.words) == ("51", "53", "+2")
    [change] = compare(before, figures(registrations_per_session=51.45), [], at).changed
    assert change.words == "Less than 1"
    after = figures(registrations_per_session=51.4)
    after["measures"][0].update(definition="Counted otherwise.")
    [change] = compare(before, after, [], at).changed
    assert change.words == "", "only the way of counting is another"


def test_a_changed_definition_and_another_period_are_said() -> None:
    before, after = figures(attendees=30), figures(attendees=30)
    after["measures"][0].update(definition="Everybody who was there.", since="January 2027")
    after["choice"] = {**after["choice"], "to": "2027-06-30"}
    found = compare(before, after, [], utc("2026-02-20 12:00"))
    assert found.changed[0].why == ["It is counted otherwise since January 2027: Everybody who was there."]
    assert found.cautions == [
        (
            "The two are not of the same period: Thursday, January 1, 2026 to Thursday, December 31, 2026, then "
            "Thursday, January 1, 2026 to Wednesday, June 30, 2027."
        )
    ]


def test_another_length_that_is_enough_is_said() -> None:
    before, after = figures(stayed_enough=0.7), figures(stayed_enough=0.7)
    after["measures"][0]["here"] = "Long enough is 60 % of a session."
    at = utc("2026-02-20 12:00")
    assert compare(before, after, [], at).changed == [], "earlier reports do not say how long it was"
    before["measures"][0]["here"] = "Long enough is 75 % of a session."
    assert compare(before, after, [], at).changed[0].why == ["Before: Long enough is 75 % of a session."]
    [shown] = for_others(after)["measures"]
    assert shown["definition"].endswith("out of those of known length. Long enough is 60 % of a session.")


def test_a_difference_that_nothing_explains_is_said_to_be_one() -> None:
    before, after = figures(attendees=30), figures(attendees=31)
    at = utc("2026-02-20 12:00")
    assert compare(before, after, [], at).changed[0].why == ["Nothing in Jam’s log between the two says why."]
    after["choice"] = {**after["choice"], "cohort_name": "Cohort 2"}
    assert compare(before, after, [], at).changed[0].why == ["The two are not of the same choice."]
