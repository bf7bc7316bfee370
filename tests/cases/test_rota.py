"""Whose turn it is, and which case goes where: tables."""

from __future__ import annotations

from datetime import date

import pytest

from jam.cases.rota import Home, Placed, Ready, Room, Standing, propose, rota, warnings

TODAY = date(2027, 3, 10)
NONE: frozenset[int] = frozenset()


def home(number: int) -> Home:
    return ("organization", number)


def ready(id: int, of: int, *levers: int, since: int = 1) -> Ready:
    return Ready(id, home(of), frozenset(levers), date(2027, 3, since))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        # Who has presented less, planned sessions counted.
        (Standing(home(1), "Zeta"), Standing(home(2), "Alpha", presented=1)),
        (Standing(home(1), "Zeta"), Standing(home(2), "Alpha", planned=1)),
        (Standing(home(1), "Zeta", presented=1), Standing(home(2), "Alpha", presented=1, planned=1)),
        # Who comes to sessions.
        (Standing(home(1), "Zeta"), Standing(home(2), "Alpha", absent=True)),
        # Who has an approved case, and has waited longest with it.
        (Standing(home(1), "Zeta", ready_since=TODAY), Standing(home(2), "Alpha")),
        (
            Standing(home(1), "Zeta", ready_since=date(2027, 2, 1)),
            Standing(home(2), "Alpha", ready_since=date(2027, 2, 2)),
        ),
        # Whose follow-up is due, and for how long.
        (Standing(home(1), "Zeta", follow_up_due=date(2027, 3, 1)), Standing(home(2), "Alpha")),
        (
            Standing(home(1), "Zeta", follow_up_due=date(2027, 3, 1)),
            Standing(home(2), "Alpha", follow_up_due=date(2027, 3, 2)),
        ),
        # By name where nothing else tells them apart.
        (Standing(home(2), "Alpha"), Standing(home(1), "Zeta")),
    ],
)
def test_the_order_of_the_rota(first: Standing, second: Standing) -> None:
    assert [each.standing for each in rota([second, first], TODAY)] == [first, second]


def test_each_place_of_the_rota_says_why() -> None:
    homes = [
        Standing(home(1), "One", presented=2, follow_up_due=date(2027, 3, 3)),
        Standing(home(2), "Two", planned=1, absent=True),
        Standing(home(3), "Three", ready_since=date(2027, 3, 9)),
        Standing(home(4), "Four"),
    ]
    said = {each.standing.organization: each.reasons for each in rota(homes, TODAY)}
    assert said == {
        "Three": ["has not presented", "a case has been approved for 1 day"],
        "Four": ["has not presented", "no case is approved yet"],
        "Two": ["1 case is planned", "nobody came twice running"],
        "One": ["presented twice", "a follow-up has been due for 7 days"],
    }


@pytest.mark.parametrize(
    ("cases", "rooms", "turns", "expected"),
    [
        # Nothing to place, nowhere to place it.
        ([], [Room(1, 2)], {}, {}),
        ([ready(1, 1)], [], {}, {1: None}),
        # Session by session, who waits longest first.
        ([ready(1, 1, since=2), ready(2, 2, since=1)], [Room(7, 1), Room(8, 1)], {}, {2: 7, 1: 8}),
        # Who had fewer turns goes before who waits longer and before the lever.
        ([ready(1, 1, 5), ready(2, 2)], [Room(7, 1, frozenset({5}))], {home(1): 1}, {1: None, 2: 7}),
        # Of equal turns, the session's lever decides.
        (
            [ready(1, 1, 4), ready(2, 2, 5)],
            [Room(7, 1, frozenset({5})), Room(8, 1, frozenset({4}))],
            {},
            {1: 8, 2: 7},
        ),
        # Never two of one organization in a session: the slot rather stays free.
        ([ready(1, 1), ready(2, 1)], [Room(7, 2)], {}, {1: 7, 2: None}),
        ([ready(1, 1)], [Room(7, 2, NONE, (home(1),)), Room(8, 2)], {}, {1: 8}),
        # A turn that is proposed counts: the second of an organization comes after everybody's first.
        (
            [ready(1, 1), ready(2, 1), ready(3, 2, since=3)],
            [Room(7, 1), Room(8, 1), Room(9, 1)],
            {},
            {1: 7, 3: 8, 2: 9},
        ),
        # Slots that are taken are not free, and a session may have none.
        ([ready(1, 1)], [Room(7, 0), Room(8, 1, NONE, (home(9),)), Room(9, 1)], {}, {1: 9}),
    ],
)
def test_the_proposed_plan(
    cases: list[Ready], rooms: list[Room], turns: dict[Home, int], expected: dict[int, int | None]
) -> None:
    found = propose(cases, rooms, turns, [], TODAY)
    assert {id: each.room for id, each in found.items()} == expected


def test_who_was_absent_twice_running_comes_after_those_who_come() -> None:
    found = propose([ready(1, 1), ready(2, 2, since=9)], [Room(7, 1)], {}, [home(1)], TODAY)
    assert found[2] == Placed(7, ["its organization has not presented", "approved for 1 day"])
    assert found[1] == Placed(None, ["no slot is free"])


def test_why_a_case_waits() -> None:
    assert propose([ready(1, 1)], [], {}, [], TODAY)[1].reasons == ["no session is to come"]
    found = propose([ready(1, 1)], [Room(7, 2, NONE, (home(1),))], {}, [], TODAY)
    assert found[1].reasons == ["its organization has a case in each session with a free slot"]


@pytest.mark.parametrize(
    ("room", "chosen", "expected"),
    [
        (Room(7, 2), {1: 7, 3: 7}, {}),
        (Room(7, 2), {1: 7, 2: 7}, {7: ["one organization would bring two cases"]}),
        (Room(7, 2, NONE, (home(1),)), {1: 7}, {7: ["one organization would bring two cases"]}),
        (Room(7, 1, NONE, (home(9),)), {1: 7}, {7: ["2 cases, and its run of show has 1 slot for a case"]}),
        (Room(7, 0), {1: 7}, {7: ["1 case, and its run of show has no slot for a case"]}),
        (Room(7, 0, NONE, (home(9),)), {}, {}),
    ],
)
def test_what_is_to_be_said_about_a_plan_by_hand(
    room: Room, chosen: dict[int, int], expected: dict[int, list[str]]
) -> None:
    homes = {1: home(1), 2: home(1), 3: home(3)}
    assert warnings([room], chosen, homes) == expected
