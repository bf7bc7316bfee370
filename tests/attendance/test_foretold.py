"""What a preview says would change in a session is what the import then does."""

from __future__ import annotations

import io
import random
import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from jam.attendance import queries
from jam.attendance.actions import decide, preview, undo_import
from jam.attendance.foretold import FIGURES, Foretold, foretell
from jam.attendance.hand import Said, correct
from jam.attendance.models import Attendance, AttendanceReport, AttendanceRow
from jam.attendance.moves import move_lines
from jam.base.database import db
from jam.base.zones import EASTERN
from jam.people.actions import merge
from jam.people.models import Person
from jam.people.queries import by_address
from jam.schedule.models import Event
from tests import makers
from tests.attendance.files import REAL_2020, came, dialed, missed, report_2020, spoke
from tests.attendance.test_import import take
from tests.clients import Client
from tests.commands import Runner

FIRST = report_2020(
    came("Ann", "13:00:00", "13:50:00"),
    came("Bo", "13:02:00", "13:30:00"),
    came("Gus", "13:01:00", "13:40:00"),
    missed("Cy"),
    others=dialed("1555***01", "1:05 PM", "1:10 PM") + dialed("iPhone", "1:00 PM", "1:30 PM"),
)
#: Ann left earlier and came back, Bo spoke, Gus stands there no more and neither does one of the telephones; Dee and Cy came.
CORRECTED = report_2020(
    came("Ann", "13:00:00", "13:20:00"),
    came("Ann", "13:25:00", "13:40:00"),
    came("Dee", "13:30:00", "13:40:00"),
    came("Cy", "13:05:00", "13:15:00"),
    panelists=spoke("Bo", "13:02:00", "13:30:00"),
    others=dialed("1555***01", "1:05 PM", "1:10 PM"),
)
#: Figures and everybody's attendance, people by name, because whoever is made has no number before.
State = tuple[dict[str, Any], dict[str, Any]]


def stands(event: Event) -> State:
    """What stands of a session, by the ways in which its page counts."""
    db.session.expire_all()
    found = queries.summary(event)
    assert found is not None
    undecided = sum(each.decided is None for each in queries.entries(event))
    numbers = (
        found.registered, found.came, found.at_start, found.came_at_start, found.attendees, found.walk_ins, found.people,
        found.heads, found.minutes, found.median, found.peak, found.unknown, undecided,
    )  # fmt: skip
    rows = db.session.execute(
        select(Person.name, Attendance.role, Attendance.seconds, Attendance.first_joined_at, Attendance.last_left_at)
        .join(Person, Person.id == Attendance.person_id)
        .where(Attendance.event_id == event.id)
    )  # fmt: skip
    return dict(zip(FIGURES, numbers, strict=True)), {name: tuple(rest) for name, *rest in rows}


def foretold_of(event: Event, text: str | bytes, zone: str = EASTERN) -> Foretold:
    found = foretell(preview(event, text.encode() if isinstance(text, str) else text, zone))
    assert found is not None
    return found


def told(found: Foretold, now: State) -> State:
    """What a preview says of afterwards; what it says of now is so."""
    names = dict(db.session.execute(select(Person.id, Person.name)).all())
    names |= {id: name for id, (name, _) in found.newcomers.items()}
    before, after = ({names[id]: each for id, each in of.items()} for of in (found.before, found.after))
    figures, people = now
    assert {each.name: each.before for each in found.figures} == figures
    assert before == {name: people[name] for name in before}
    staying = {name: each for name, each in people.items() if name not in before}
    assert staying.keys().isdisjoint(after)
    return {each.name: each.after for each in found.figures}, staying | after


def import_as_foretold(event: Event, text: str | bytes, zone: str = EASTERN) -> Foretold:
    """Import a report, with what stands before and after compared with what its preview said."""
    found = foretold_of(event, text, zone)
    promised = told(found, stands(event))
    found.people  # noqa: B018  # named before anything is written
    take(event, text, zone)
    assert promised == stands(event)
    return found


def kinds(found: Foretold) -> dict[str, list[str]]:
    return {kind: [each.name for each in people] for kind, people in found.people.items()}


def person(name: str) -> Person:
    found = by_address(f"{name}@example.org")
    assert found is not None
    return found


def decide_about(event: Event, name: str, who: Person | None, *, head: bool = False) -> None:
    [entry] = [each for each in queries.entries(event) if each.name == name]
    decide(event, db.session.get_one(AttendanceRow, entry.row_id), who, by="command", head=head)
    db.session.commit()


def newest() -> AttendanceReport:
    return db.session.scalars(select(AttendanceReport).order_by(AttendanceReport.id.desc())).all()[0]


def test_a_replacing_report_does_what_its_preview_said_and_undoing_it_takes_that_back(event: Event) -> None:
    assert foretell(preview(event, FIRST.encode(), EASTERN)) is None  # nothing is known, so nothing changes
    take(event, FIRST)
    before = stands(event)
    found = import_as_foretold(event, CORRECTED)
    assert kinds(found) == {
        "goes": ["Gus Example"], "comes": ["Cy Example", "Dee Example"], "minutes": ["Ann Example"],
        "role": ["Bo Example"],
    }  # fmt: skip
    figures, people = found.sentences
    assert figures == (
        "What changes in the session: Registered 4 → 5 (+1); Of the registered came 3 → 4 (+1); Registered when it began 4 → 5 "
        "(+1); Of those registered when it began came 3 → 4 (+1); People in all 4 → 5 (+1); Minutes together 117 → 55 (−62); "
        "Median stay in minutes 39 → 10 (−29); Most at one moment 3 → 2 (−1); Entries to decide 2 → 1 (−1)."
    )  # fmt: skip
    assert people == (
        "Behind it: 1 person does not count as there any more; 2 people come in; 1 person has other minutes; 1 person has "
        "another role."
    )
    undo_import(newest(), by="command")
    db.session.commit()
    assert stands(event) == before


def test_what_staff_said_goes_on_as_foretold(event: Event) -> None:
    take(event, FIRST)
    eve = makers.person("eve@example.org", name="Eve")
    decide_about(event, "1555***01", eve)
    decide_about(event, "iPhone", None, head=True)
    correct(event, person("ann"), Said(True, minutes=30), "She said so.", by="command")
    correct(event, person("gus"), Said(True), "I saw him.", by="command")
    [line] = queries.lines_of(event, person("bo").id)
    move_lines(
        event, line, makers.person("fay@example.org", name="Fay"), "They share a mailbox.", by="command"
    )
    db.session.commit()

    before = stands(event)
    found = import_as_foretold(event, CORRECTED)
    assert (found.holding, found.resting) == (["1555***01"], ["iPhone"])
    assert [(each.person.name, each.id in found.against) for each in found.by_hand] == [
        ("Ann Example", True), ("Gus Example", True),
    ]  # fmt: skip
    # The address is theirs, and the name beside it is another now.
    assert [(each.person.name, holds) for each, holds in found.moves] == [("Fay", False)]
    assert kinds(found) == {
        "goes": ["Fay"], "comes": ["Bo Example", "Cy Example", "Dee Example"], "minutes": ["Gus Example"],
    }  # fmt: skip
    undo_import(newest(), by="command")
    db.session.commit()
    assert stands(event) == before


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_lines_that_were_given_to_somebody_else_stay_theirs(event: Event) -> None:
    take(event, FIRST)
    [line] = queries.lines_of(event, person("ann").id)
    move_lines(
        event, line, makers.person("fay@example.org", name="Fay"), "They share a mailbox.", by="command"
    )
    db.session.commit()
    found = import_as_foretold(event, CORRECTED)
    assert [(each.person.name, holds) for each, holds in found.moves] == [("Fay", True)]
    assert kinds(found)["minutes"] == ["Fay"]


def test_a_person_who_was_merged_is_one(event: Event) -> None:
    take(event, FIRST)
    merge(person("ann"), person("bo"), by="command")
    db.session.commit()
    found = import_as_foretold(event, CORRECTED)
    assert kinds(found) == {
        "goes": ["Gus Example"], "comes": ["Cy Example", "Dee Example"], "minutes": ["Ann Example"],
    }  # fmt: skip


def test_times_of_another_zone_change_nobodys_minutes(event: Event) -> None:
    take(event, FIRST)
    found = import_as_foretold(event, FIRST, "America/Chicago")
    assert (found.changed, dict(found.counts)) == ([], {"times": 4})


def test_the_same_file_changes_nothing_and_one_that_was_replaced_is_not_asked(event: Event) -> None:
    take(event, FIRST)
    found = import_as_foretold(event, FIRST)
    assert (found.anything, found.sentences) == (
        False, ["The figures of the session and everybody’s attendance stay as they are."],
    )  # fmt: skip
    take(event, CORRECTED)
    assert foretell(preview(event, FIRST.encode(), EASTERN)) is None


def test_a_first_report_after_marks_by_hand(event: Event) -> None:
    correct(event, makers.person("ann@example.org", name="Ann"), Said(True), "I saw her.", by="command")
    correct(event, makers.person("bo@example.org", name="Bo"), Said(False), "He was ill.", by="command")
    db.session.commit()
    found = import_as_foretold(event, FIRST)
    assert kinds(found) == {"comes": ["Gus Example", "Hana Host"], "minutes": ["Ann"]}
    assert [(each.person.name, each.id in found.against) for each in found.by_hand] == [
        ("Ann", False),
        ("Bo", True),
    ]


def test_the_real_report_without_some_of_its_people(real_event: Event) -> None:
    lines = REAL_2020.read_bytes().splitlines(keepends=True)
    take(real_event, b"".join(lines[:-200]))
    found = import_as_foretold(real_event, REAL_2020.read_bytes())
    attendees = next(each for each in found.figures if each.name == "attendees")
    assert (attendees.after, found.counts["goes"]) == (455, 0)


@pytest.mark.parametrize(
    ("engine", "seed"), [("sqlite", 0), ("sqlite", 1), ("postgresql", 2)], indirect=["engine"]
)
def test_whatever_happened_before(event: Event, seed: int) -> None:
    chance = random.Random(seed)
    names = ["Ann", "Bo", "Cy", "Dee", "Gus", "Ida"]
    devices = ["1555***01", "iPhone", "Bo"]
    for _ in range(8):
        text = report_2020(
            *(
                came(name, f"13:{chance.randrange(30):02}:00", f"13:{chance.randrange(25, 60)}:{chance.randrange(60):02}")
                if chance.random() < 0.8 else missed(name)
                for name in chance.choices(names, k=5)
            ),
            panelists="".join(spoke(name, "13:00:00", "13:30:00") for name in chance.sample(names, 1)),
            others="".join(dialed(name, "1:05 PM", "1:25 PM") for name in chance.sample(devices, 2)),
        )  # fmt: skip
        if queries.known([event.id]):
            if foretell(preview(event, text.encode(), EASTERN)):
                import_as_foretold(event, text, chance.choice([EASTERN, EASTERN, "America/Chicago"]))
        else:
            take(event, text)
        by_hand(event, chance)


def by_hand(event: Event, chance: random.Random) -> None:
    """Something that staff may do after an import."""
    what = chance.randrange(6)
    entries, counting = (
        queries.entries(event),
        list(db.session.scalars(select(Attendance).order_by(Attendance.id))),
    )
    whose = db.session.get_one(Person, chance.choice(counting).person_id)
    if what == 0 and entries:
        decide_about(
            event, chance.choice(entries).name, chance.choice([whose, None]), head=chance.random() < 0.3
        )
    elif what == 1:
        said = chance.choice([Said(True), Said(False), Said(True, minutes=chance.randrange(1, 60))])
        correct(event, whose, said, "So it was.", by="command")
    elif what == 2 and len(counting) > 1:
        other = db.session.get_one(
            Person, next(each.person_id for each in counting if each.person_id != whose.id)
        )
        merge(whose, other, by="command")
    elif what == 3:
        lines = [each for each in queries.lines_of(event, whose.id) if each.email and not each.decided]
        if lines:
            number = chance.randrange(10**6)
            other = makers.person(f"other{number}@example.org", name=f"Other {number}")
            move_lines(event, lines[0], other, "A shared mailbox.", by="command")
    elif what == 4:
        undo_import(newest(), by="command")
    db.session.commit()


SQLITE = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@SQLITE
def test_the_preview_of_a_replacing_report_shows_it_all(client: Client, event: Event) -> None:
    makers.sign_in(client)
    take(event, FIRST)
    decide_about(event, "iPhone", None, head=True)
    decide_about(event, "1555***01", None, head=True)
    correct(event, person("gus"), Said(True), "I saw him.", by="command")
    db.session.commit()
    fields = {"file": (io.BytesIO(CORRECTED.encode()), "report.csv"), "zone": EASTERN}
    home = f"/desk/sessions/{event.slug}/attendance"
    preview_at = client.submit(home, fields, content_type="multipart/form-data").location
    page = client.get(preview_at).text
    shown = " ".join(
        re.sub(r"<[^>]+>", " ", page[page.index('id="changes"') : page.index('id="brings"')]).split()
    )
    for words in [
        "Figure Now After Change Registered 4 5 +1",
        "Minutes together 117 55 −62",
        "2 people come in Name Now After Cy Example cy@example.org Not there 10 min",
        "2 people have other minutes Name Now After Ann Example ann@example.org 50 min 35 min",
        "Gus Example gus@example.org 39 min not known",
        "1 person has another role Name Now After Bo Example bo@example.org Attendee, 28 min Panelist, 28 min",
        "Stays: Gus Example , came. This report says otherwise",
        "Holds for this report too: your decision about 1555***01.",
        "Rests, because no line has that name any more: your decision about iPhone.",
    ]:
        assert words in shown, words
    assert "As before" not in shown, "all that stays is 0"
    assert "for you to decide" not in page, "what is decided is not to decide"
    done = client.submit(preview_at, form="/import", follow_redirects=True).text
    assert (
        "The report is in and counts in the place of the earlier one: 5 new lines, 1 new person. Attendees 3 → 4 (+1)."
        in done
    )
    assert done.count("What it replaced counts again.") == 1
    out = client.submit(home, form="/undo", follow_redirects=True).text
    assert (
        "The report is out again, and with it 1 registration and 1 person that it had brought. In its place counts again: "
        "an earlier report."
    ) in out


@SQLITE
def test_the_command_says_it_before_and_after(event: Event, runner: Runner, tmp_path: Path) -> None:
    take(event, FIRST)
    (tmp_path / "report.csv").write_text(CORRECTED)
    given = ["attendance", "import", event.slug, str(tmp_path / "report.csv")]
    words = runner(*given, "--dry-run").out.splitlines()
    assert words[-4:] == [
        "  1 person does not count as there any more: Gus Example",
        "  2 people come in: Cy Example, Dee Example",
        "  1 person has other minutes: Ann Example",
        "  1 person has another role: Bo Example",
    ]
    before = runner(*given, "--dry-run", "--json").json
    assert before["differences"][-2].startswith("What changes in the session: Registered 4 → 5 (+1);")
    assert before["changes"]["figures"] == {
        "registered": [4, 5], "came": [3, 4], "registered_at_start": [4, 5], "came_at_start": [3, 4], "people": [4, 5],
        "attendee_minutes": [117.0, 55.0], "median_minutes": [39.0, 10.0], "peak": [3, 2], "undecided": [2, 1],
    }  # fmt: skip
    assert before["changes"]["people"] == {"goes": 1, "comes": 2, "minutes": 1, "role": 1, "times": 0}
    assert before["changes"]["named"][0] == {
        "name": "Gus Example", "address": "gus@example.org", "change": "goes", "role": ["attendee", None], "seconds": [2340, None],
    }  # fmt: skip
    assert runner(*given, "--json").json == before
    assert "Gus" not in str(newest().figures), "what is kept of a report names nobody"
