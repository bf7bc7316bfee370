"""Who may see and do what with a case, in every state that it can have: one table, asked for cell by cell.

Everybody in it has opened every case a moment ago, so that the only thing between them and the words is the rule.
"""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session
from werkzeug.test import TestResponse

from jam.audit.models import AuditEntry
from jam.base.database import db
from jam.cases.identifier_kinds import Kind
from jam.cases.models import CaseOpening, EchoCase
from jam.cases.reading import DOCX, PDF
from jam.outcomes.actions import stamp
from jam.outcomes.queries import written
from tests.cases import world
from tests.cases.brought import TEXTS
from tests.cases.test_reading import docx
from tests.cases.world import (  # fmt: skip
    ASKED,
    BECAME,
    EARLIER,
    NOTED,
    OWN,
    RELEASED,
    REMOVED,
    ROLES,
    SAID,
    SENT,
    TOLD,
    UNSENT,
    World,
    word,
)
from tests.clients import Client

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
Db = scoped_session[Session]

#: The columns of a cell: draft, submitted, in review, changes asked; approved, scheduled for a later day, for today; presented,
#: recommendations sent, followed up, closed; withdrawn.
COLUMNS = ("DSRC", "ALT", "PNFE", "W")

#: What a cell says. Of pages:
#:   o r b  the presenter's own words (and what was asked and noted of them), the released words, both; of files, whose copy
#:   n      what was said in its session and is not sent, or was taken out again (O, R, B: with the others)
#:   c      no word of it, but that there is such a case     .  not even that
#: Of buttons:
#:   +      it is done                                       .  it is refused in words, and nothing is done
#: Of both:
#:   -  no such page (404)      x  not for this account (403)      >  shown the way to sign in, or to one's own link
TABLE = """
GET /me/
    cccc ccc ccc. .   presenter
    .... ... .... .   colleague, member, member elsewhere, applicant, attendee
    >>>> >>> >>>> >   coordinator, facilitator, faculty, organizer, facilitator elsewhere, reviewer, stranger
GET /me/data.json
    oooo bbb bbbb o   presenter
    cccc ccc cccc c   colleague, member, member elsewhere, applicant, attendee
    >>>> >>> >>>> >   coordinator, facilitator, faculty, organizer, facilitator elsewhere, reviewer, stranger
GET /me/cases/<code>
    oooo bbb bbbb o   presenter
    ---- --- ---- -   colleague, member, member elsewhere, applicant, attendee
    >>>> >>> >>>> >   coordinator, facilitator, faculty, organizer, facilitator elsewhere, reviewer, stranger
GET /me/cases/<code>/edit
    o..o ... .... .   presenter
    ---- --- ---- -   colleague, member, member elsewhere, applicant, attendee
    >>>> >>> >>>> >   coordinator, facilitator, faculty, organizer, facilitator elsewhere, reviewer, stranger
GET /me/cases/<code>/attachments/<int:id>
    oooo ooo oooo o   presenter
    ---- --- ---- -   colleague, member, member elsewhere, applicant, attendee
    >>>> >>> >>>> >   coordinator, facilitator, faculty, organizer, facilitator elsewhere, reviewer, stranger
POST /me/cohorts/<int:id>/cases
    ++++ +++ ++++ +   presenter
    ---- --- ---- -   colleague, member, member elsewhere, applicant, attendee
    >>>> >>> >>>> >   coordinator, facilitator, faculty, organizer, facilitator elsewhere, reviewer, stranger
POST /me/cases/<code>/edit do=save
    +..+ ... .... .   presenter
    ---- --- ---- -   colleague, member, member elsewhere, applicant, attendee
    >>>> >>> >>>> >   coordinator, facilitator, faculty, organizer, facilitator elsewhere, reviewer, stranger
POST /me/cases/<code>/edit do=autosave
    +..+ ... .... .   presenter
    ---- --- ---- -   colleague, member, member elsewhere, applicant, attendee
    >>>> >>> >>>> >   coordinator, facilitator, faculty, organizer, facilitator elsewhere, reviewer, stranger
POST /me/cases/<code>/edit do=send
    +..+ ... .... .   presenter
    ---- --- ---- -   colleague, member, member elsewhere, applicant, attendee
    >>>> >>> >>>> >   coordinator, facilitator, faculty, organizer, facilitator elsewhere, reviewer, stranger
POST /me/cases/<code>/attachments
    +..+ ... .... .   presenter
    ---- --- ---- -   colleague, member, member elsewhere, applicant, attendee
    >>>> >>> >>>> >   coordinator, facilitator, faculty, organizer, facilitator elsewhere, reviewer, stranger
POST /me/cases/<code>/attachments/<int:id>/drop
    +..+ ... .... .   presenter
    ---- --- ---- -   colleague, member, member elsewhere, applicant, attendee
    >>>> >>> >>>> >   coordinator, facilitator, faculty, organizer, facilitator elsewhere, reviewer, stranger
POST /me/cases/<code>/withdraw
    ++++ +++ .... .   presenter
    ---- --- ---- -   colleague, member, member elsewhere, applicant, attendee
    >>>> >>> >>>> >   coordinator, facilitator, faculty, organizer, facilitator elsewhere, reviewer, stranger
GET /me/cases/<code>/hand
    cccc ccc ccc. .   presenter
    ---- --- ---- -   colleague, member, member elsewhere, applicant, attendee
    >>>> >>> >>>> >   coordinator, facilitator, faculty, organizer, facilitator elsewhere, reviewer, stranger
POST /me/cases/<code>/hand
    ++++ +++ +++. .   presenter
    ---- --- ---- -   colleague, member, member elsewhere, applicant, attendee
    >>>> >>> >>>> >   coordinator, facilitator, faculty, organizer, facilitator elsewhere, reviewer, stranger
GET /cohorts/<slug>/home
    cccc ccc cccc c   presenter
    .... ..c cccc .   colleague, member
    xxxx xxx xxxx x   member elsewhere, applicant, attendee, facilitator elsewhere, reviewer
    .... ccc cccc .   coordinator, facilitator, faculty, organizer
    >>>> >>> >>>> >   stranger
GET /cohorts/<slug>/cases/<code>
    ---- --r rrrr -   presenter, colleague, member
    xxxx xxx xxxx x   member elsewhere, applicant, attendee, facilitator elsewhere, reviewer
    ---- rrr rrrr -   coordinator, facilitator, faculty, organizer
    >>>> >>> >>>> >   stranger
POST /cohorts/<slug>/cases/<code>
    ---- --+ ++++ -   presenter, colleague, member
    xxxx xxx xxxx x   member elsewhere, applicant, attendee, facilitator elsewhere, reviewer
    ---- +++ ++++ -   coordinator, facilitator, faculty, organizer
    >>>> >>> >>>> >   stranger
GET /cohorts/<slug>/cases/<code>/files/<int:id>
    ---- --r rrrr -   presenter, colleague, member
    xxxx xxx xxxx x   member elsewhere, applicant, attendee, facilitator elsewhere, reviewer
    ---- rrr rrrr -   coordinator, facilitator, faculty, organizer
    >>>> >>> >>>> >   stranger
GET /desk/cases
    >>>> >>> >>>> >   presenter, colleague, member, member elsewhere, applicant, attendee, stranger
    .ccc c.c c.c. .   coordinator, facilitator, organizer
    .... ... .... .   faculty, facilitator elsewhere
    xxxx xxx xxxx x   reviewer
GET /desk/cohorts/<slug>/cases
    >>>> >>> >>>> >   presenter, colleague, member, member elsewhere, applicant, attendee, stranger
    .ccc ccc cccc c   coordinator, facilitator, organizer
    xxxx xxx xxxx x   faculty, facilitator elsewhere, reviewer
GET /desk/cohorts/<slug>/dashboard
    >>>> >>> >>>> >   presenter, colleague, member, member elsewhere, applicant, attendee, stranger
    .... ... .... .   coordinator, facilitator, organizer
    xxxx xxx xxxx x   faculty, facilitator elsewhere, reviewer
GET /desk/cohorts/<slug>/dashboard/<key>.csv
    >>>> >>> >>>> >   presenter, colleague, member, member elsewhere, applicant, attendee, stranger
    .... ... .... .   coordinator, facilitator, organizer
    xxxx xxx xxxx x   faculty, facilitator elsewhere, reviewer
GET /desk/cohorts/<slug>/dashboard/<key>.xlsx
    >>>> >>> >>>> >   presenter, colleague, member, member elsewhere, applicant, attendee, stranger
    .... ... .... .   coordinator, facilitator, organizer
    xxxx xxx xxxx x   faculty, facilitator elsewhere, reviewer
GET /desk/cohorts/<slug>/plan
    >>>> >>> >>>> >   presenter, colleague, member, member elsewhere, applicant, attendee, stranger
    .... cc. .... .   coordinator, facilitator, organizer
    xxxx xxx xxxx x   faculty, facilitator elsewhere, reviewer
POST /desk/cohorts/<slug>/plan do=accept
    >>>> >>> >>>> >   presenter, colleague, member, member elsewhere, applicant, attendee, stranger
    ++++ +++ ++++ +   coordinator, facilitator, organizer
    xxxx xxx xxxx x   faculty, facilitator elsewhere, reviewer
POST /desk/cohorts/<slug>/plan/undo
    >>>> >>> >>>> >   presenter, colleague, member, member elsewhere, applicant, attendee, stranger
    .... ... .... .   coordinator, facilitator, organizer
    xxxx xxx xxxx x   faculty, facilitator elsewhere, reviewer
GET /desk/cohorts/<slug>/cases/<code>/capture
    >>>> >>> >>>> >   presenter, colleague, member, member elsewhere, applicant, attendee, stranger
    ---- -rr RRRR -   coordinator, facilitator, organizer
    xxxx xxx xxxx x   faculty, facilitator elsewhere, reviewer
GET /desk/cohorts/<slug>/cases/<code>/capture/lines
    >>>> >>> >>>> >   presenter, colleague, member, member elsewhere, applicant, attendee, stranger
    ---- -.. nRRR -   coordinator, facilitator, organizer
    xxxx xxx xxxx x   faculty, facilitator elsewhere, reviewer
POST /desk/cohorts/<slug>/cases/<code>/capture/open
    >>>> >>> >>>> >   presenter, colleague, member, member elsewhere, applicant, attendee, stranger
    ---- -++ ++++ -   coordinator, facilitator, organizer
    xxxx xxx xxxx x   faculty, facilitator elsewhere, reviewer
POST /desk/cohorts/<slug>/cases/<code>/capture do=recommendation
    >>>> >>> >>>> >   presenter, colleague, member, member elsewhere, applicant, attendee, stranger
    ---- -.+ +... -   coordinator, facilitator, organizer
    xxxx xxx xxxx x   faculty, facilitator elsewhere, reviewer
POST /desk/cohorts/<slug>/cases/<code>/capture do=question
    >>>> >>> >>>> >   presenter, colleague, member, member elsewhere, applicant, attendee, stranger
    ---- -.. .... -   coordinator, facilitator, organizer
    xxxx xxx xxxx x   faculty, facilitator elsewhere, reviewer
POST /desk/cohorts/<slug>/cases/<code>/capture do=summary
    >>>> >>> >>>> >   presenter, colleague, member, member elsewhere, applicant, attendee, stranger
    ---- -.+ +++. -   coordinator, facilitator, organizer
    xxxx xxx xxxx x   faculty, facilitator elsewhere, reviewer
POST /desk/cohorts/<slug>/cases/<code>/capture/presented
    >>>> >>> >>>> >   presenter, colleague, member, member elsewhere, applicant, attendee, stranger
    ---- -.+ .... -   coordinator, facilitator, organizer
    xxxx xxx xxxx x   faculty, facilitator elsewhere, reviewer
GET /desk/cohorts/<slug>/cases/<code>/recommendations
    >>>> >>> >>>> >   presenter, colleague, member, member elsewhere, applicant, attendee, stranger
    ---- -cc nrrr -   coordinator, facilitator, organizer
    xxxx xxx xxxx x   faculty, facilitator elsewhere, reviewer
POST /desk/cohorts/<slug>/cases/<code>/recommendations do=save
    >>>> >>> >>>> >   presenter, colleague, member, member elsewhere, applicant, attendee, stranger
    ---- -.+ +++. -   coordinator, facilitator, organizer
    xxxx xxx xxxx x   faculty, facilitator elsewhere, reviewer
POST /desk/cohorts/<slug>/cases/<code>/recommendations/<int:id> do=out
    >>>> >>> >>>> >   presenter, colleague, member, member elsewhere, applicant, attendee, stranger
    ---- --- ...+ -   coordinator
    xxxx xxx xxxx x   facilitator, faculty, organizer, facilitator elsewhere, reviewer
GET /cohorts/<slug>/solutions
    .... ... rrrr .   presenter, colleague, member, coordinator, facilitator, faculty, organizer
    xxxx xxx xxxx x   member elsewhere, applicant, attendee, facilitator elsewhere, reviewer
    >>>> >>> >>>> >   stranger
POST /cohorts/<slug>/solutions
    .... ... .... .   presenter, colleague, member, coordinator, facilitator, faculty, organizer
    xxxx xxx xxxx x   member elsewhere, applicant, attendee, facilitator elsewhere, reviewer
    >>>> >>> >>>> >   stranger
GET /desk/cohorts/<slug>/follow-ups
    >>>> >>> >>>> >   presenter, colleague, member, member elsewhere, applicant, attendee, stranger
    .... ... .ccc .   coordinator, facilitator, organizer
    xxxx xxx xxxx x   faculty, facilitator elsewhere, reviewer
GET /desk/cohorts/<slug>/cases/<code>/follow-up
    >>>> >>> >>>> >   presenter, colleague, member, member elsewhere, applicant, attendee, stranger
    ---- --- cbbb -   coordinator
    ---- --- crrr -   facilitator, organizer
    xxxx xxx xxxx x   faculty, facilitator elsewhere, reviewer
POST /desk/cohorts/<slug>/cases/<code>/outcomes/<int:id> do=release
    >>>> >>> >>>> >   presenter, colleague, member, member elsewhere, applicant, attendee, stranger
    ---- --- -+++ -   coordinator
    xxxx xxx xxxx x   facilitator, faculty, organizer, facilitator elsewhere, reviewer
POST /desk/cohorts/<slug>/cases/<code>/outcomes/<int:id> do=back
    >>>> >>> >>>> >   presenter, colleague, member, member elsewhere, applicant, attendee, stranger
    ---- --- -+++ -   coordinator
    xxxx xxx xxxx x   facilitator, faculty, organizer, facilitator elsewhere, reviewer
POST /desk/cohorts/<slug>/cases/<code>/close
    >>>> >>> >>>> >   presenter, colleague, member, member elsewhere, applicant, attendee, stranger
    ---- --- +++. -   coordinator, facilitator, organizer
    xxxx xxx xxxx x   faculty, facilitator elsewhere, reviewer
GET /me/cases/<code>/follow-up
    ---- --- -bbb -   presenter
    ---- --- ---- -   colleague, member, member elsewhere, applicant, attendee
    >>>> >>> >>>> >   coordinator, facilitator, faculty, organizer, facilitator elsewhere, reviewer, stranger
POST /me/cases/<code>/follow-up
    ---- --- -... -   presenter
    ---- --- ---- -   colleague, member, member elsewhere, applicant, attendee
    >>>> >>> >>>> >   coordinator, facilitator, faculty, organizer, facilitator elsewhere, reviewer, stranger
POST /me/cases/<code>/follow-up/letters do=stop
    ---- --- -++. -   presenter
    ---- --- ---- -   colleague, member, member elsewhere, applicant, attendee
    >>>> >>> >>>> >   coordinator, facilitator, faculty, organizer, facilitator elsewhere, reviewer, stranger
GET /desk/cohorts/<slug>/cases/<code>
    >>>> >>> >>>> >   presenter, colleague, member, member elsewhere, applicant, attendee, stranger
    -obo bbb bbbb c   coordinator
    xxxx xxx xxxx x   facilitator, faculty, organizer, facilitator elsewhere, reviewer
GET /desk/cohorts/<slug>/cases/<code>/files/<int:id>
    >>>> >>> >>>> >   presenter, colleague, member, member elsewhere, applicant, attendee, stranger
    -ooo ooo oooo -   coordinator
    xxxx xxx xxxx x   facilitator, faculty, organizer, facilitator elsewhere, reviewer
POST /desk/cohorts/<slug>/cases/<code>/open
    >>>> >>> >>>> >   presenter, colleague, member, member elsewhere, applicant, attendee, stranger
    -+++ +++ ++++ .   coordinator
    xxxx xxx xxxx x   facilitator, faculty, organizer, facilitator elsewhere, reviewer
POST /desk/cohorts/<slug>/cases/<code>/step do=review
    >>>> >>> >>>> >   presenter, colleague, member, member elsewhere, applicant, attendee, stranger
    -+.. ... .... .   coordinator
    xxxx xxx xxxx x   facilitator, faculty, organizer, facilitator elsewhere, reviewer
POST /desk/cohorts/<slug>/cases/<code>/step do=approve
    >>>> >>> >>>> >   presenter, colleague, member, member elsewhere, applicant, attendee, stranger
    -.+. ... .... .   coordinator
    xxxx xxx xxxx x   facilitator, faculty, organizer, facilitator elsewhere, reviewer
POST /desk/cohorts/<slug>/cases/<code>/step do=recall
    >>>> >>> >>>> >   presenter, colleague, member, member elsewhere, applicant, attendee, stranger
    -... +++ .... .   coordinator
    xxxx xxx xxxx x   facilitator, faculty, organizer, facilitator elsewhere, reviewer
POST /desk/cohorts/<slug>/cases/<code>/step do=withdraw
    >>>> >>> >>>> >   presenter, colleague, member, member elsewhere, applicant, attendee, stranger
    -+++ +++ .... .   coordinator
    xxxx xxx xxxx x   facilitator, faculty, organizer, facilitator elsewhere, reviewer
POST /desk/cohorts/<slug>/cases/<code>/ask
    >>>> >>> >>>> >   presenter, colleague, member, member elsewhere, applicant, attendee, stranger
    -++. ... .... .   coordinator
    xxxx xxx xxxx x   facilitator, faculty, organizer, facilitator elsewhere, reviewer
POST /desk/cohorts/<slug>/cases/<code>/edit
    >>>> >>> >>>> >   presenter, colleague, member, member elsewhere, applicant, attendee, stranger
    -.+. ... .... .   coordinator
    xxxx xxx xxxx x   facilitator, faculty, organizer, facilitator elsewhere, reviewer
POST /desk/cohorts/<slug>/cases/<code>/sign
    >>>> >>> >>>> >   presenter, colleague, member, member elsewhere, applicant, attendee, stranger
    -.+. ... .... .   coordinator
    xxxx xxx xxxx x   facilitator, faculty, organizer, facilitator elsewhere, reviewer
POST /desk/cohorts/<slug>/cases/<code>/files/<int:id> do=keep
    >>>> >>> >>>> >   presenter, colleague, member, member elsewhere, applicant, attendee, stranger
    -.+. ... .... .   coordinator
    xxxx xxx xxxx x   facilitator, faculty, organizer, facilitator elsewhere, reviewer
GET /desk/cohorts/<slug>/cases/<code>/hand
    >>>> >>> >>>> >   presenter, colleague, member, member elsewhere, applicant, attendee, stranger
    -ccc ccc cccc c   coordinator, facilitator, organizer
    xxxx xxx xxxx x   faculty, facilitator elsewhere, reviewer
POST /desk/cohorts/<slug>/cases/<code>/hand
    >>>> >>> >>>> >   presenter, colleague, member, member elsewhere, applicant, attendee, stranger
    -... ... .... .   coordinator, facilitator, organizer
    xxxx xxx xxxx x   faculty, facilitator elsewhere, reviewer
GET /desk/cohorts/<slug>/cases/<code>/session
    >>>> >>> >>>> >   presenter, colleague, member, member elsewhere, applicant, attendee, stranger
    -ccc ccc cccc c   coordinator, facilitator, organizer
    xxxx xxx xxxx x   faculty, facilitator elsewhere, reviewer
POST /desk/cohorts/<slug>/cases/<code>/session do=schedule
    >>>> >>> >>>> >   presenter, colleague, member, member elsewhere, applicant, attendee, stranger
    -... +++ .... .   coordinator, facilitator, organizer
    xxxx xxx xxxx x   faculty, facilitator elsewhere, reviewer
POST /desk/cohorts/<slug>/cases/<code>/session do=unschedule
    >>>> >>> >>>> >   presenter, colleague, member, member elsewhere, applicant, attendee, stranger
    -... .++ .... .   coordinator, facilitator, organizer
    xxxx xxx xxxx x   faculty, facilitator elsewhere, reviewer
POST /desk/cohorts/<slug>/cases/<code>/session do=present
    >>>> >>> >>>> >   presenter, colleague, member, member elsewhere, applicant, attendee, stranger
    -... ..+ .... .   coordinator, facilitator, organizer
    xxxx xxx xxxx x   faculty, facilitator elsewhere, reviewer
"""


def test_everybody_sees_and_does_what_the_table_says(
    app: Flask, client: Client, db_session: Db, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    monkeypatch.setattr(
        "jam.base.files.drop", lambda name: None
    )  # the rows come back, and so would have to the files
    here = world.build(app, client)
    with closing(sqlite3.connect(":memory:")) as before:
        asking = Asking(here, before)
        found = "\n".join(line for row in rows() for line in [row, *asking.lines(row)])
    assert found == TABLE.strip("\n")


def rows() -> list[str]:
    """The rows of the table: a method, an address, and which button of several."""
    return [line for line in TABLE.splitlines() if line and not line.startswith(" ")]


def test_the_table_has_every_page_of_a_case(app: Flask) -> None:
    listed = {tuple(row.split()[:2]) for row in rows()}
    there = {
        (method, each.rule)
        for each in app.url_map.iter_rules()
        if each.endpoint.startswith(("cases.", "outcomes.", "solutions."))
        and not each.rule.endswith("/capture/lines")
        for method in (each.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert there - listed == set()


@dataclass(frozen=True)
class About:
    """What requests about a case say of it."""

    code: str
    shown: str
    member_id: int
    colleague_id: int
    file_id: int
    lever_id: int

    @classmethod
    def of(cls, case: EchoCase) -> About:
        """As it stands when the asking begins."""
        colleague = case.member.application.team[1].id
        file = world.file_of(case).id if case.files else 0
        return cls(case.code, case.shown, case.member_id, colleague, file, case.terms[0].id)


class Asking:
    """Asks for each cell, and puts the database back when something was done."""

    def __init__(self, here: World, before: sqlite3.Connection) -> None:
        self.world, self.before = here, before
        self.client = here.app.test_client(use_cookies=False)
        self.path = Path(urlsplit(here.app.config["SQLALCHEMY_DATABASE_URI"]).path)
        self.written = {
            letter: [(each.id, stamp(each)) for each in written(case)] or [(0, "")]
            for letter, case in here.cases.items()
        }
        # Read once: every look at a row after a request would ask the database anew.
        self.slug = here.cohort.slug
        self.about = {letter: About.of(case) for letter, case in here.cases.items()}
        self.count = self.done()
        with closing(sqlite3.connect(self.path)) as now:
            now.backup(self.before)

    def lines(self, row: str) -> Iterator[str]:
        """The lines of a row: those who are answered alike stand together."""
        method, rule, *button = row.split()
        cells = {who: self.cells(who, method, rule, button) for who in ROLES}
        for cell in dict.fromkeys(cells.values()):
            spaced = [cell[start:end] for start, end in spans()]
            who = ", ".join(each for each in ROLES if cells[each] == cell)
            yield f"    {' '.join(spaced)}   {who}"

    def cells(self, who: str, method: str, rule: str, button: list[str]) -> str:
        """What somebody is answered, for each state."""
        if "<code>" in rule:
            first = self.cell(who, method, rule, button, "D")
            if first in "x>":  # by the rule of the page, which comes before it and knows of no case
                return first * len(world.STATES)
            return first + "".join(
                self.cell(who, method, rule, button, each) for each in world.STATES if each != "D"
            )
        if method == "POST":
            return self.cell(who, method, rule, button, "D") * len(world.STATES)
        page = self.ask(who, method, rule, button, "D")
        return "".join(self.read(page, letter) for letter in world.STATES)

    def cell(self, who: str, method: str, rule: str, button: list[str], letter: str) -> str:
        answer = self.ask(who, method, rule, button, letter)
        if method == "GET":
            return self.read(answer, letter)
        if self.done() != self.count:
            self.put_back()
            return "+"
        return refused(answer) or "."

    def ask(self, who: str, method: str, rule: str, button: list[str], letter: str) -> TestResponse:
        case, here = self.about[letter], self.world
        path = rule.replace("<slug>", self.slug).replace("<code>", case.code)
        path = path.replace("/me/cohorts/<int:id>", f"/me/cohorts/{case.member_id}")
        path = path.replace("<key>", "outcomes").replace(
            "/outcomes/<int:id>", f"/outcomes/{here.outcomes[letter][0]}"
        )
        path = path.replace("/recommendations/<int:id>", f"/recommendations/{self.written[letter][0][0]}")
        path = path.replace("<int:id>", str(case.file_id))
        cookie = {"Cookie": here.cookies[who]} if here.cookies[who] else {}
        return self.client.open(path, method=method, headers=cookie, data=self.data(rule, button, letter))

    def data(self, rule: str, button: list[str], letter: str) -> dict[str, object] | None:
        """What the button of a page sends."""
        case, (presenter, coordinator) = self.about[letter], self.world.seen[letter]
        sent: dict[str, object] = dict(each.split("=") for each in button)
        if rule.endswith(("/edit", "/sign")) and rule.startswith("/desk"):
            sent |= {**TEXTS, "seen": coordinator, "classes": [each.value for each in Kind]}
        elif rule.endswith("/edit"):
            sent |= {**TEXTS, "seen": presenter, "levers": [case.lever_id], "consent": "y", "attested": "y",
                     "newness": "new", "area": "unknown", "background": "Other words."}  # fmt: skip
        elif rule.endswith(("/ask", "/step")):
            sent |= dict.fromkeys(("words", "why"), "Please say it otherwise.")
        elif rule.endswith(("/session", "/hand")):
            sent |= {"event": str(self.world.free), "to": str(case.colleague_id)}
        elif rule == "/desk/cohorts/<slug>/plan":
            chosen = self.about["A"].code
            sent |= {"take": chosen, f"session_{chosen}": str(self.world.free), "seen": self.world.plan}
        elif rule.endswith(("/capture", "/recommendations")):
            said = {"client_id": "said-now", "words": "Ask a peer."}
            sent |= {**said, **{f"{name}-new": words for name, words in said.items()}}
        elif rule.endswith(("/close", "/recommendations/<int:id>")):
            sent |= {"why": "The clinic closed.", "seen": self.written[letter][0][1]}
        elif rule.endswith("/outcomes/<int:id>"):
            sent |= {"words": "It helped.", "seen": self.world.outcomes[letter][1]}
        elif rule == "/me/cases/<code>/attachments":
            sent |= {"file": (io.BytesIO(docx("")), "plan.docx")}
        return sent or None

    def read(self, answer: TestResponse, letter: str) -> str:
        """What a page or a file says of the case with this letter."""
        if answer.status_code != 200:
            return refused(answer) or "."
        if answer.mimetype in (PDF, DOCX):
            return "o" if answer.data == self.world.bytes[letter] else "r"
        said = answer.data.decode("utf-8", "replace")
        own = any(word(stem, letter) in said for stem in (OWN, ASKED, NOTED, EARLIER, BECAME))
        out = any(word(stem, letter) in said for stem in (RELEASED, SENT, TOLD))
        notes = any(word(stem, letter) in said for stem in (UNSENT, REMOVED, SAID))
        if own or out or notes:
            plain = "b" if own and out else "o" if own else "r" if out else "n"
            return plain.upper() if notes and plain != "n" else plain
        return "c" if self.about[letter].shown in said else "."

    def done(self) -> tuple[int, ...]:
        """What grows with everything that is done to a case."""
        found = [
            db.session.scalar(select(func.count()).select_from(each)) or 0
            for each in (AuditEntry, CaseOpening)
        ]
        db.session.rollback()
        return tuple(found)

    def put_back(self) -> None:
        """Let the database be as it was."""
        with closing(sqlite3.connect(self.path)) as now:
            self.before.backup(now)


def refused(answer: TestResponse) -> str:
    """The sign of an answer that shows and does nothing; none for one that says why."""
    if answer.status_code in (403, 404):
        return "x" if answer.status_code == 403 else "-"
    elsewhere = (answer.location or "").startswith(("/signin", "/me/lost"))
    return ">" if elsewhere else ""


def spans() -> list[tuple[int, int]]:
    """Where the groups of the columns begin and end."""
    ends = list(accumulate(len(each) for each in COLUMNS))
    return list(zip([0, *ends], ends, strict=False))
