"""Every figure opens to the lines it was counted from, and these make the figure."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from statistics import median

import pytest
from sqlalchemy.orm import Session, scoped_session

from jam.base.errors import Refused
from jam.base.now import frozen
from jam.base.words import count as counted_words
from jam.statistics.choice import Choice
from jam.statistics.counting import Given
from jam.statistics.measures import MEASURES
from jam.statistics.queries import statistics
from jam.statistics.rows import Line, rows
from jam.statistics.rules import change_in_words
from jam.vocabulary.queries import terms
from jam.vocabulary.rules import Kind
from tests import makers
from tests.clients import Client
from tests.statistics import world
from tests.statistics.world import TODAY

#: What is a number of lines.
COUNTED = [
    "sessions_held", "registrations", "unique_registrants", "attendees", "unique_attendees", "walk_ins", "newcomers",
    "returning", "organizations", "states", "sectors", "job_roles", "accommodations_asked", "accommodations_met",
    "levers", "focus_areas", "unknown_heads",
]  # fmt: skip


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with frozen(TODAY):
        yield


def cells(lines: list[Line], place: int) -> list[object]:
    return [line.cells[place] for line in lines]


@pytest.mark.parametrize(
    ("engine", "narrow"),
    [("postgresql", "all"), *(("sqlite", each) for each in ("all", "october", "lever", "ohio", "provider"))],
    indirect=["engine"],
)
def test_lines_make_the_figure(db_session: scoped_session[Session], narrow: str) -> None:
    world.make_world()
    choice = {
        "all": Choice("jam"),
        "october": Choice("jam", date(2026, 10, 1)),
        "lever": Choice(lever=terms(Kind.LEVER)[0].slug),
        "ohio": Choice(given=Given(state="OH")),
        "provider": Choice(given=Given(sector_id=terms(Kind.SECTOR)[0].id)),
    }[narrow]
    measures = statistics(choice).measures
    found = {name: rows(name, choice) for name in measures}
    lines = {name: of.all() for name, of in found.items()}
    assert {name: of.total for name, of in found.items()} == {name: len(of) for name, of in lines.items()}
    told = {name: measures[name] for name in COUNTED if measures[name] is not None}
    assert {name: len(lines[name]) for name in told} == told
    minutes = [float(str(each)) for each in cells(lines["person_minutes"], 3)]
    assert measures["person_minutes"] == (round(sum(minutes), 2) if minutes else None)
    assert measures["median_minutes"] == (median(minutes) if minutes else None)
    assert measures["stayed_enough"] == (
        round(sum(each >= 45 for each in minutes) / len(minutes), 4) if minutes else None
    )
    before = [float(str(each)) for each in cells(lines["lead_days"], 9)]
    assert measures["lead_days"] == (median(before) if before else None)
    for name, place, word in (
        ("came_next", 4, "Yes"),
        ("rural_share", 6, "Rural"),
        ("stayed_enough", 6, "Yes"),
    ):
        told = cells(lines[name], place)
        assert measures[name] == (round(told.count(word) / len(told), 4) if told else None)
    came = cells(lines["show_rate"], 7)
    assert measures["show_rate"] == (round(came.count("Yes") / len(came), 4) if came else None)


def test_who_is_behind_a_figure(db_session: scoped_session[Session]) -> None:
    world.make_world()
    choice = Choice("jam")
    assert cells(rows("returning", choice).all(), 0) == ["Ana", "Fay"]
    for name in ("registrations", "attendees"):
        assert rows(name, choice).all() == rows(name, choice).page(1), (
            "a file has the lines of the pages, in their order"
        )
    assert cells(rows("walk_ins", choice).all(), 2) == ["Eve", "Fay", "Gus", "Fay"]
    assert [tuple(line.cells) for line in rows("organizations", choice).all()] == [
        ("Harbor Care, Inc.", 2, "2 spellings"),
        ("Pine Agency", 1, "1 spelling"),
    ]
    assert [tuple(line.cells) for line in rows("states", choice).all()] == [
        ("Ohio", 5), ("Texas", 2), ("Puerto Rico", 1),
    ]  # fmt: skip
    [ana] = [line for line in rows("unique_attendees", choice).all() if line.cells[0] == "Ana"]
    assert (ana.cells[1:3], ana.person_id) == ((3, 2), world.who("ana").id)


def test_one_state_is_counted_by_itself(db_session: scoped_session[Session]) -> None:
    world.make_world()
    found = statistics(Choice("jam", given=Given(state="OH"))).measures
    told = {name: found[name] for name in ("registrations", "unique_registrants", "attendees", "walk_ins", "peak",
                                           "show_rate", "person_minutes", "newcomers", "returning", "organizations")}  # fmt: skip
    assert told == {
        "registrations": 5, "unique_registrants": 2, "attendees": 3, "walk_ins": None, "peak": None,
        "show_rate": 0.75, "person_minutes": 140.0, "newcomers": 2, "returning": 1, "organizations": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    "choice", [Choice(cohort="nosuch"), Choice(lever="nosuch"), Choice(given=Given(state="QQ")), Choice(given=Given(sector_id=99_999))]
)  # fmt: skip
def test_what_is_not_there_is_told(db_session: scoped_session[Session], choice: Choice) -> None:
    with pytest.raises(Refused, match="Choose one from the list"):
        statistics(choice)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_each_tile_leads_to_its_lines(db_session: scoped_session[Session], client: Client) -> None:
    world.make_world()
    makers.sign_in(client)
    page = client.get("/desk/statistics/?program=jam&from=2026-09-01").text
    links = re.findall(r'href="(/desk/statistics/rows/(\w+)\?[^"]+)"', page)
    measures = statistics(Choice("jam")).measures
    assert {name for _, name in links} == {name for name, value in measures.items() if value is not None}
    for link, name in links:
        opened = client.get(link.replace("&amp;", "&")).text
        assert MEASURES[name].formula in opened


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_file_says_by_its_name_and_a_chart_in_words_what_was_counted(
    db_session: scoped_session[Session], client: Client
) -> None:
    """What is sent to others is read without the page it came from."""
    world.make_world()
    makers.sign_in(client)
    narrow = "program=jam&state=OH&from=2026-09-01&to=2026-11-22"
    names = [
        client.get(f"/desk/statistics/{address}")
        .headers["Content-Disposition"]
        .partition("filename=")[2]
        .strip('"')
        for address in (
            f"rows/registrations.csv?{narrow}",
            f"rows/unique_attendees.csv?{narrow}&of=area:unknown",
            "rows/registrations.csv",
            f"sessions.csv?{narrow}",
            "retention.csv?program=jam&from=2026-09-01",
            f"charts/registrations-and-attendance.svg?{narrow}",
        )
    ]
    assert names == [
        "registrations-jam-oh-2026-09-01-to-2026-11-22.csv",
        "unique-attendees-jam-oh-2026-09-01-to-2026-11-22-area-unknown.csv",
        "registrations-all.csv",
        "statistics-jam-oh-2026-09-01-to-2026-11-22.csv",
        "coming-back-jam-from-2026-09-01.csv",
        "jam-registrations-and-attendance-jam-oh-2026-09-15-to-2026-11-17.svg",
    ]
    drawn = client.get(f"/desk/statistics/charts/registrations-and-attendance.svg?{narrow}").text
    assert (
        "Counted: Workforce Solutions Jam, Tuesday, September 1, 2026 to Sunday, November 22, 2026, Ohio.</text>"
        in drawn
    )


def test_lines_lead_to_people_and_are_to_be_had_as_a_file(
    db_session: scoped_session[Session], client: Client
) -> None:
    world.make_world()
    makers.sign_in(client)
    opened = client.get("/desk/statistics/rows/walk_ins?program=jam").text
    assert f'<a href="/desk/people/{world.who("eve").id}">Eve</a>' in opened
    assert "4 lines." in opened
    answer = client.get("/desk/statistics/rows/walk_ins.csv?program=jam")
    header, *lines = csv.reader(answer.data.decode("utf-8-sig").splitlines())
    assert header == ["Date (Eastern)", "Session", "Name", "Minutes", "Had a seat"]
    assert [line[2:4] for line in lines] == [["Eve", "10.0"], ["Fay", "20.0"], ["Gus", ""], ["Fay", "10.0"]]
    assert lines[0][0] == "2026-09-15 13:00", "as the page has it, and as a spreadsheet reads it"
    assert client.get("/desk/statistics/rows/nosuch").status_code == 404
    assert client.get("/desk/statistics/rows/nosuch.csv").status_code == 404


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_each_part_of_a_figure_opens_to_its_own_lines(
    db_session: scoped_session[Session], client: Client
) -> None:
    world.make_world()
    makers.sign_in(client)
    page = client.get("/desk/statistics/?program=jam").text
    parted = re.findall(r'href="(/desk/statistics/rows/\w+\?of=[^"]+)">([^<]+)</a>', page)
    assert {unescape(link).split("=")[1].split(":")[0].split("%3A")[0] for link, _ in parted} == {
        "area", "job-role", "later", "lead", "lever", "sector", "source", "state", "twice",
    }  # fmt: skip
    for link, figure in parted:
        opened = client.get(unescape(link)).text
        lines = 6 if "later" in link else int(figure)
        assert counted_words(lines, "line", "lines") in opened or ("No lines" in opened and not lines), link
    assert [(link.split("of=")[1].split("&")[0], figure) for link, figure in parted if "later" in link] == [
        ("later:jam-2026-09-15:1", "33 %")
    ]
    opened = client.get("/desk/statistics/rows/came_next.csv?program=jam&of=later:jam-2026-09-15:1")
    _, *lines = csv.reader(opened.data.decode("utf-8-sig").splitlines())
    assert [line[2:] for line in lines if line[4]] == [
        ["Ana", "'=Hiring in nine days", "Yes"],
        ["Fay", "'=Hiring in nine days", "Yes"],
    ]
    for odd in ("of=sign:x", "of=twice:moon", "of=area:moon", "of=lead:2", "of=later:jam", "of=later:jam:0"):
        assert client.get(f"/desk/statistics/rows/registrations?{odd}").status_code == 400


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_who_came_again_as_a_file(db_session: scoped_session[Session], client: Client) -> None:
    world.make_world()
    makers.sign_in(client)
    answer = client.get("/desk/statistics/retention.csv?program=jam")
    assert list(csv.reader(answer.data.decode("utf-8-sig").splitlines())) == [
        ["Session", "Date", "Came for the first time", "To session 1 after it", "To session 2 after it"],
        ["jam-2026-09-15", "2026-09-15", "6", "2", ""],
        ["jam-2026-10-20", "2026-10-20", "0", ""],
    ]


def test_two_times_are_compared(db_session: scoped_session[Session], client: Client) -> None:
    world.make_world()
    makers.sign_in(client)
    page = client.get("/desk/statistics/?program=jam&from=2026-10-01&to=2026-10-31&with=before").text
    assert ">Monday, August 31, 2026 to Wednesday, September 30, 2026</a>." in page
    assert "\N{MINUS SIGN}40\N{NO-BREAK SPACE}% (was 5)" in page
    assert "\N{MINUS SIGN}42 percentage points (was 75\N{NO-BREAK SPACE}%)" in page
    answer = client.get("/desk/statistics/?with=before")
    assert answer.status_code == 400
    assert "enter both days of the period" in answer.text
    # Any other period, also a later one; its own figures are a press away.
    other = client.get(
        "/desk/statistics/?program=jam&from=2026-10-01&to=2026-10-31&with=other"
        "&with_from=2026-09-01&with_to=2026-09-30"
    ).text
    alone = "/desk/statistics/?program=jam&from=2026-09-01&to=2026-09-30"
    [(opened, words)] = re.findall(r'Compared with <a href="([^"]*)">([^<]*)</a>\.', other)
    assert (unescape(opened), words) == (
        alone,
        "Tuesday, September 1, 2026 to Wednesday, September 30, 2026",
    )
    assert "\N{MINUS SIGN}40\N{NO-BREAK SPACE}% (was 5)" in other
    assert re.findall(r'name="with_(\w+)" type="date" value="([^"]*)"', other) == [
        ("from", "2026-09-01"),
        ("to", "2026-09-30"),
    ]
    later = client.get(f"{alone}&with_from=2026-10-01&with_to=2026-10-31").text
    assert "+67\N{NO-BREAK SPACE}% (was 3)" in later
    for half in ("with=other", "with_from=2026-09-01", "with=other&with_to=2026-09-01"):
        answer = client.get(f"/desk/statistics/?{half}")
        assert answer.status_code == 400
        assert "enter both its days" in answer.text
    answer = client.get("/desk/statistics/?with=other&with_from=2026-09-30&with_to=2026-09-01")
    assert "ends (2026-09-01) before it begins" in answer.text
    assert client.get("/desk/statistics/?from=2024-02-29&to=2024-02-29&with=year").status_code == 200


@pytest.mark.parametrize(
    ("name", "now", "then", "words"),
    [
        ("registrations", 577, 515, "+12\N{NO-BREAK SPACE}% (was 515)"),
        ("registrations", 5, 5, "As before (5)"),
        ("registrations", 1000, 1001, "Nearly as before (1,001)"),
        ("registrations", 5, 0, "Was 0"),
        ("show_rate", 0.5, 0.4, "+10 percentage points (was 40\N{NO-BREAK SPACE}%)"),
        ("show_rate", 0.501, 0.5, "Nearly as before (50\N{NO-BREAK SPACE}%)"),
        ("show_rate", 0.5, None, "Not known then"),
        ("lead_days", 13.6, 12.4, "+2 days (was 12\N{NO-BREAK SPACE}days)"),
        ("lead_days", 12.3, 12.4, "Nearly as before (12\N{NO-BREAK SPACE}days)"),
        ("growth", None, None, ""),
        ("show_rate", None, 0.4, ""),
    ],
)
def test_changes_in_words(name: str, now: float | None, then: float | None, words: str) -> None:
    assert change_in_words(name, now, then) == words


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("from=1990-01-01&to=4100-01-01&with=before", 400),
        ("program=%00", 200),
        ("sector=x", 400),
        ("page=-1", 200),
        ("page=999999999999", 200),
    ],
)
def test_odd_addresses_are_answered(
    db_session: scoped_session[Session], client: Client, asked: str, status: int
) -> None:
    makers.sign_in(client)
    assert client.get(f"/desk/statistics/?{asked}").status_code == status


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_nobody_was_there_at_once_where_nobody_knows_when(db_session: scoped_session[Session]) -> None:
    world.make_world()
    empty = makers.event(title="Nobody came", starts_at=makers.utc("2026-08-11 17:00"))
    world.report(empty, [("hal", "16:50", "18:05", "host")])
    other = makers.event(title="No times", starts_at=makers.utc("2026-08-12 17:00"))
    world.report(other, [world.here("gus", None, None)])
    found = statistics(Choice("jam", date(2026, 8, 1), date(2026, 8, 31))).measures
    assert (found["attendees"], found["peak"], found["person_minutes"]) == (1, None, None)
