"""What the public and staff see: the same figures as the command's, and nothing too small to be shown to everybody."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from html import unescape

import pytest
from sqlalchemy.orm import Session, scoped_session

from jam.base.now import frozen
from jam.statistics.choice import Choice
from jam.statistics.measures import MEASURES
from jam.statistics.queries import statistics
from jam.statistics.rules import in_words
from tests import makers
from tests.clients import Client
from tests.makers import utc
from tests.statistics import world
from tests.statistics.world import TODAY


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with frozen(TODAY):
        yield


def tiles(page: str) -> dict[str, str]:
    """Figures by their labels, as they are read."""
    found = re.findall(
        r'<p class="tile-figure[^>]*>(.*?)</p>\s*<p class="tile-label">(.*?)</p>', page, re.DOTALL
    )
    return {label: unescape(re.sub("<[^>]+>", "", figure)) for figure, label in found}


def cells(page: str, row: str) -> dict[str, str]:
    """The cells of the row that has this heading, by their labels."""
    [line] = [each for each in re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL) if row in each]
    found = re.findall(r'<td[^>]*data-label="([^"]+)"[^>]*>(.*?)</td>', line, re.DOTALL)
    return {label: unescape(re.sub("<[^>]+>", "", cell)).strip() for label, cell in found}


def test_staff_see_the_figures_of_the_document(db_session: scoped_session[Session], client: Client) -> None:
    world.make_world()
    makers.sign_in(client)
    page = client.get("/desk/statistics/?program=jam&from=2026-09-01&to=2026-11-22").text
    measures = statistics(Choice("jam")).measures
    assert tiles(page) == {
        each.beside(words): words
        for each in MEASURES.values()
        if each.name in measures
        for words in [in_words(each.name, measures[each.name]) or "Not known"]
    }
    assert "job role" in tiles(page), "one is not many"
    assert '<p class="tile-of numbers">4 of 7</p>' in page, "a share says of how many"
    assert (
        "<dd>Workforce Solutions Jam, Tuesday, September 1, 2026 to Sunday, November 22, 2026</dd>"
        in client.get("/desk/statistics/rows/show_rate?program=jam&from=2026-09-01&to=2026-11-22").text
    )
    assert tiles(page)["of those registered came"] == "57\N{NO-BREAK SPACE}%"
    assert cells(page, "Paying peers") == {
        "Date": "Sep 15, 2026", "Registrations": "5", "Attendees": "6", "Show rate": "75 %", "Walk-ins": "3",
        "Median min": "20", "Peak": "3",
    }  # fmt: skip
    assert cells(page, "State academies") == {
        "Date": "Nov 17, 2026", "Registrations": "2", "Attendees": "Not known", "Show rate": "–", "Walk-ins": "–",
        "Median min": "–", "Peak": "–",
    }  # fmt: skip
    assert cells(page, "Ohio") == {"Registrations": "5", "Came": "3 of 4 came (75 %)"}


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_few_figures_of_every_month_stand_first_and_each_figure_once(
    db_session: scoped_session[Session], client: Client
) -> None:
    world.make_world()
    makers.sign_in(client)
    page = client.get("/desk/statistics/?program=jam&from=2026-09-01&to=2026-11-22&with=year").text
    short, _ = page.split('<nav class="on-page"')
    assert list(tiles(short)) == [
        "sessions held", "registrations", "registrations per session", "people who came", "of those registered came",
        "states and territories",
    ]  # fmt: skip
    measures = statistics(Choice("jam")).measures
    opened = re.findall(r'class="tile-figure.*?rows/(\w+)\?', page)
    assert sorted(opened) == sorted(name for name, value in measures.items() if value is not None)
    definitions = re.findall(r'<p class="tile-definition">(.*?)</p>', page)
    assert sorted(unescape(each) for each in definitions) == sorted(
        MEASURES[name].definition for name in measures
    )
    assert (
        "Counted: Workforce Solutions Jam, Tuesday, September 1, 2026 to Sunday, November 22, 2026. Compared with "
        "Monday, September 1, 2025 to Saturday, November 22, 2025." in re.sub("</?a\\b[^>]*>", "", short)
    )
    assert "Counted: All programs, every session that is over." in client.get("/desk/statistics/").text
    for address in ("/desk/statistics/", "/statistics"):
        page = client.get(address).text
        jumps = re.findall(
            r'href="#([\w-]+)"', page.partition('<nav class="on-page"')[2].partition("</nav>")[0]
        )
        assert [page.count(f' id="{each}"') for each in jumps] == [1] * len(jumps), address
    assert jumps == []  # nothing is large enough for everybody yet


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_what_was_asked_for_stands_open(db_session: scoped_session[Session], client: Client) -> None:
    """On a narrow screen the choice and the sessions are folded; the second page of the sessions, and a mistake, are not."""
    for month in range(1, 11):
        makers.event(title=f"Jam {month}", starts_at=utc(f"2026-{month:02}-17 17:00"))
        makers.event(title=f"More {month}", starts_at=utc(f"2026-{month:02}-18 17:00"))
    makers.sign_in(client)
    folds = {
        "first": "/desk/statistics/",
        "second": "/desk/statistics/?page=2",
        "mistake": "/desk/statistics/?from=soon",
    }
    found = {
        name: re.findall(
            r'<details class="folded folded-narrow"( open)?>\s*<summary><span class="folded-heading">(.*?)</span>',
            client.get(address).text,
        )
        for name, address in folds.items()
    }
    assert found == {
        "first": [("", "Choose what is counted"), ("", "Each session")],
        "second": [("", "Choose what is counted"), (" open", "Each session")],
        "mistake": [(" open", "Choose what is counted")],
    }
    assert 'href="/desk/statistics/?page=2#sessions"' in client.get("/desk/statistics/").text


def test_each_number_leads_to_the_rows_behind_it(db_session: scoped_session[Session], client: Client) -> None:
    world.make_world()
    makers.sign_in(client)
    page = client.get("/desk/statistics/?program=jam").text
    links = [unescape(link) for link in re.findall(r'href="(/desk/sessions/jam-2026-09-15/[^"]*)"', page)]
    assert links == [
        "/desk/sessions/jam-2026-09-15/",
        "/desk/sessions/jam-2026-09-15/people?status=confirmed",
        "/desk/sessions/jam-2026-09-15/attendance",
        "/desk/sessions/jam-2026-09-15/attendance?who=missed",
        "/desk/sessions/jam-2026-09-15/attendance?who=walk-ins",
        "/desk/sessions/jam-2026-09-15/attendance",
        "/desk/sessions/jam-2026-09-15/attendance",
    ]
    assert [client.get(link).status_code for link in links] == [200] * 7
    assert all(name in client.get(links[4]).text for name in ("Eve", "Fay", "Gus"))


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_period_that_makes_no_sense_is_told_and_kept(
    db_session: scoped_session[Session], client: Client
) -> None:
    makers.sign_in(client)
    answer = client.get("/desk/statistics/?from=2026-02-01&to=2026-01-01")
    assert answer.status_code == 400
    assert "before it begins" in answer.text
    assert 'value="2026-02-01"' in answer.text
    assert client.get("/desk/statistics/?from=soon").status_code == 400
    assert client.get("/desk/statistics/?program=nosuch").status_code == 400
    assert "Nothing to count" in client.get("/desk/statistics/").text


def test_the_file_of_sessions(db_session: scoped_session[Session], client: Client) -> None:
    world.make_world()
    makers.sign_in(client)
    answer = client.get("/desk/statistics/sessions.csv?program=jam&from=2026-10-01")
    header, *rows = csv.reader(answer.data.decode("utf-8-sig").splitlines())
    assert ", ".join(header) == (
        "Session, Title, Program, Date, Starts at, Time zone, Registrations, Registered at the start, Of these came, "
        "Show rate, Attendees, Walk-ins, Median minutes, Minutes together, Peak"
    )
    jam = ["Workforce Solutions Jam", "2026-10-20", "13:00", "America/New_York"]
    numbers = ["3", "3", "1", "0.3333", "2", "1", "35.0", "70.0", "2"]
    assert rows[0] == ["jam-2026-10-20", "'=Hiring in nine days", *jam, *numbers]
    assert rows[1][:2] + rows[1][6:] == ["jam-2026-11-17", "State academies", "2", "2", *[""] * 7]
    assert len(rows) == 2


def test_the_public_sees_large_open_sessions_only(
    db_session: scoped_session[Session], client: Client
) -> None:
    world.crowd(makers.event(title="Large enough", starts_at=utc("2026-09-15 17:00")), 12, 11)
    world.crowd(makers.event(title="Few came", starts_at=utc("2026-10-20 17:00")), 12, 10)
    world.crowd(makers.event(title="Few registered", starts_at=utc("2026-11-17 17:00")), 10, 10)
    listed = world.echo_session()
    world.crowd(makers.event(listed.program, title="Members", starts_at=utc("2026-11-12 17:00")), 0, 12)
    page = client.get("/statistics").text
    assert tiles(page) == {
        "sessions held": "2",
        "registrations": "24",
        "registrations per session": "12",
        "attendances": "11",
        "states and territories": "1+",
    }
    assert (cells(page, "Large enough")["Attendees"], cells(page, "Large enough")["Show rate, rounded"]) == (
        "11",
        "Not shown",
    )
    assert cells(page, "Few came") == {
        "Date": "Tuesday, October 20, 2026",
        "Registrations": "12",
        "Attendees": "Not shown",
        "Show rate, rounded": "Not shown",
    }
    for hidden in ("Few registered", "Members", "Supervision across distance"):
        assert hidden not in page


def test_the_page_before_the_first_session(db_session: scoped_session[Session], client: Client) -> None:
    assert "No figures yet" in client.get("/statistics").text
    assert client.get("/statistics/charts/registrations-and-attendance.svg").status_code == 404


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_chart_is_on_the_page_and_to_be_had_as_a_file(
    db_session: scoped_session[Session], client: Client
) -> None:
    world.crowd(makers.event(starts_at=utc("2026-09-15 17:00")), 12, 11)
    page = client.get("/statistics").text
    assert "In the latest session, 12 people registered." in page
    assert page.count("<title id=") == len(set(re.findall('<title id="([^"]+)"', page))) == 2
    where = "/statistics/charts/registrations-and-attendance"
    drawn = client.get(f"{where}.svg")
    assert drawn.content_type == "image/svg+xml"
    assert drawn.headers["Content-Disposition"] == (
        'attachment; filename="jam-registrations-and-attendance-2026-09-15-to-2026-09-15.svg"'
    )
    assert re.findall("<text[^>]*>([^<]+)</text>", drawn.text)[-4:] == ["12", "registered", "11", "came"]
    assert client.get(f"{where}.png").data.startswith(b"\x89PNG")
    table = csv.reader(client.get(f"{where}.csv").data.decode("utf-8-sig").splitlines())
    assert list(table)[1] == ["September 15, 2026", "Peers in the crisis line", "12", "11"]
    again = client.get(f"{where}.svg", headers={"If-None-Match": drawn.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert (
        client.get(f"{where}.gif").status_code == client.get("/statistics/charts/none.svg").status_code == 404
    )


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_charts_of_a_choice(db_session: scoped_session[Session], client: Client) -> None:
    world.make_world()
    where = "/desk/statistics/charts/registrations-by-state.csv?program=jam&from=2026-09-01&to=2026-09-30"
    assert client.get(where).status_code == 302
    makers.sign_in(client)
    rows = list(csv.reader(client.get(where).data.decode("utf-8-sig").splitlines()))
    assert rows[1:] == [
        ["Ohio", "2"], ["Puerto Rico", "1"], ["Texas", "1"], ["Outside the United States", "1"], ["Not given", "0"],
    ]  # fmt: skip
    page = client.get("/desk/statistics/").text
    assert re.findall('<figure class="chart" id="chart-([^"]+)"', page) == [
        "registrations-and-attendance", "coming-again", "levers-by-month", "registrations-by-state",
    ]  # fmt: skip


def test_a_person_cannot_be_told_apart_by_a_public_figure(
    db_session: scoped_session[Session], client: Client
) -> None:
    world.make_world()
    page = client.get("/statistics").text
    assert "No figures yet" in page
    assert not re.search(r"\b(?:Ana|Ben|Cyd|Dee|Eve|Fay)\b", page)
