"""No exit tells an anonymous reviewer whose a proposal is: every page, file, letter and error that their account reaches."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from html import unescape
from itertools import product
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from jam.attendance.models import Attendance
from jam.base.access import declared
from jam.base.database import db
from jam.base.now import frozen, now
from jam.base.tokens import make
from jam.mail.jobs import deliver
from jam.mail.models import Letter
from jam.people import domains, organizations
from jam.people.actions import Details
from jam.people.models import Account, Organization, Person
from jam.proposals import actions as proposals
from jam.proposals import decisions, files, presenters
from jam.proposals.models import Presenter, Proposal, ProposalFile, ProposalQuestion
from jam.proposals.presenters import Other, Said
from jam.proposals.rules import Format, State
from jam.review import actions, sheets
from jam.review.jobs import write_digests
from jam.review.models import Review, ReviewQuestion
from jam.schedule.models import Event, Program
from jam.vocabulary.actions import add_first_terms
from tests import makers
from tests.clients import Client
from tests.forms import forms_of
from tests.proposals import slides
from tests.review.readers import BY, path, reviewer, say

Db = scoped_session[Session]

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

#: What tells who offers it, by where it stands. Letters only, so that each passes as a name, a domain and a word.
TELLING = {
    "name": "Zvqxrosa",
    "last name": "Zvqxteague",
    "organization": "Zvqxriver",
    "other name of it": "Zvqxbrook",
    "its domain": "zvqxdomain",
    "organization of the person": "Zvqxharbor",
    "address": "zvqxaddress",
    "bio": "zvqxbio",
    "link": "zvqxlink",
    "co-presenter": "Zvqxcal",
    "other organization": "Zvqxlake",
    "other address": "zvqxother",
    "declined presenter": "Zvqxbea",
}
#: What no reviewer sees, whoever reads with names.
NEVER = {
    "access needs": "zvqxramp",
    "staff's word": "zvqxstaffs",
    "staff's notes": "zvqxnotes",
}


def _world() -> Proposal:
    """A proposal in review, all fields full of who it is, with a second presenter, a question, files and letters."""
    add_first_terms(by=BY)
    makers.program()
    word = {**TELLING, **NEVER}
    first, last = word["name"], word["last name"]
    home, other_home = f"{word['organization']} Clinic, Inc.", f"{word['other organization']} House"
    who = Details(f"{first} {last}", organization=f"{word['organization of the person']} Health", state="OH")
    person = makers.person(
        f"{word['address']}@{word['its domain']}.example", who.name, organization=who.organization
    )
    kept = makers.people.organization(home)
    assert kept is not None
    domains.add_name(kept, f"{word['other name of it']} Center", by=BY)
    organizations.describe(kept, f"{word['its domain']}.example", "OH", by=BY)
    # The text says everything in passing, the way people write.
    told = (
        f"{first} and I, {last}, of {home} (once {word['other name of it']} Center, also {word['organization of the person']} "
        f"Health) did it with {word['co-presenter']} Roe of {other_home}. **{first.upper()}** wrote to "
        f"{word['address']}@{word['its domain']}.example, see [{word['organization']}](https://{word['its domain']}.example/"
        f"{word['link']}) and https://video.example/{word['link']}. {word['declined presenter']} Moss left; ask "
        f"{word['other address']}@people.example."
    )
    given = proposals.Offer(
        f"Nights at {home}", story=told, takeaways=told, evidence=told, format=Format.STORY, minutes=15,
        links=[f"https://{word['its domain']}.example/{word['link']}"], access_needs=word["access needs"],
    )  # fmt: skip
    others = [
        Other(f"{word['co-presenter']} Roe", f"{word['other address']}@people.example", other_home),
        Other(f"{word['declined presenter']} Moss", "bea@people.example"),
    ]
    made = proposals.offer(
        person.address or "", Details(who.name, organization=home, state="OH"), given, others, bio=f"{word['bio']}, {first}",
        send=True,
    )  # fmt: skip
    presenters.answer_invitation(made.presenters[2], presenters.Saying.DECLINED, by=BY)
    presenters.answer_invitation(made.presenters[1], presenters.Saying.CONFIRMED, by=BY)
    presenters.describe(made.presenters[1], Said(made.presenters[1].name, other_home, word["bio"]), by=BY)
    files.keep_portrait(made.lead, files.checked_portrait(slides.png()), by=BY)
    decisions.start_review(made, by=BY)
    asked = decisions.ask(made, f"Who paid at {home}, {first}?", by=BY)
    proposals.answer_question(asked, f"{last} did, through {word['other name of it']} Center.", by=BY)
    decisions.decide(made, State.ACCEPTED, word["staff's word"], by=BY)
    decisions.undecide(made, by=BY)
    event = makers.event(title="A Jam to come")
    event.agenda.clear()
    makers.schedule.set_agenda(
        event, [makers.Slot(makers.ItemKind.TALK, "A talk", "", 20, "", word["staff's notes"])], by=BY
    )
    return made


def _prepared(anonymous: bool) -> tuple[Account, Proposal]:
    with frozen(now().replace(hour=18)):
        made = _world()
        sheets.choose_anonymous(makers.program(), anonymous, by=BY)
        rena, idris = reviewer(), reviewer("Idris Valcourt")
        told = f"{TELLING['name']} of {TELLING['other name of it']} Center is a friend."
        say(idris, made, 4, comment=told)
        say(rena, made, 3)
        for account, words in ((rena, "Since when?"), (idris, f"Is {TELLING['last name']} still there?")):
            question = actions.suggest(made, account, words, by=account.actor)
            assert question is not None
        actions.settle(question, True, f"Is {TELLING['last name']} still there?", by=BY)
        # Another one waits, so that a letter is written.
        proposals.offer("new@people.example", Details("New One"), proposals.Offer("Another one", story="It worked.",
                                                                                  format=Format.TALK), send=True)  # fmt: skip
        assert write_digests() == 2
        db.session.commit()
    return rena, made


def _values() -> dict[str, list[str]]:
    """What could stand in each place of an address: every id, code, slug and key of what there is, and personal links."""

    def ids(*models: type) -> list[str]:
        return sorted({str(each) for model in models for each in db.session.scalars(select(model.id))})  # type: ignore[attr-defined]

    slugs = [*db.session.scalars(select(Event.slug)), *db.session.scalars(select(Program.slug))]
    codes = list(db.session.scalars(select(Proposal.code)))
    people = db.session.scalars(select(Person)).all()
    tokens = [make(purpose, each.id, each.link_version) for each in people for purpose in ("me", "calendar")]
    return {
        "slug": [*slugs, "peers"],
        "code": codes,
        "id": ids(Proposal, Presenter, Person, Account, Organization, ProposalFile, ProposalQuestion, Review, ReviewQuestion,
                  Letter),
        "token": [make("review", 1), "nothing"],
        "person_id": ids(Person, Attendance),
        "_tokens": tokens,
    }  # fmt: skip


def _paths(app: Flask, shut: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """Every address that any route takes, with everything that could stand in it; files that come with the app apart.

    With each comes whether it is the first of its route.
    """
    values, rules = _values(), declared(app)
    for rule in app.url_map.iter_rules():
        if (
            "GET" not in (rule.methods or ())
            or rule.endpoint.endswith("static")
            or rules[rule.endpoint] in shut
        ):
            continue
        names = sorted(rule.arguments)
        for n, chosen in enumerate(
            product(*(values.get(name, ["1", "lever", "everybody", "nothing"]) for name in names))
        ):
            given = dict(zip(names, chosen, strict=True))
            yield re.sub(r"<(?:\w+:)?(\w+)>", lambda found, given=given: given[found[1]], rule.rule), n == 0


#: What reads lists by words: the words of the proposals, so that a search could answer with whose they are.
QUERIES = ("?q=nights&view=list", "?list=done", "?list=stepped-back", "?page=2&state=in-review")


def _found(text: str) -> set[str]:
    """The telling words in a text, however it is escaped."""
    plain = unescape(unescape(text)).casefold()
    return {what for what, word in {**TELLING, **NEVER}.items() if word.casefold() in plain}


def _walk(
    app: Flask, client: Client, account: Account, made: Proposal, shut: Iterable[str] = ()
) -> dict[str, set[str]]:
    """What a signed-in reviewer finds, by address: bodies, headers, redirects, errors and the messages after them.

    Routes with a `shut` rule are left out.
    """
    found: dict[str, set[str]] = {}

    def note(where: str, *texts: str) -> None:
        if words := _found("\n".join(texts)):
            found[where] = words

    client.sign_in(account)
    asked = 0
    for address, first in _paths(app, shut):
        answer = client.get(address)
        note(f"GET {address}", answer.text, str(answer.headers))
        asked += 1
        if answer.status_code == 403:  # the same door is shut to a HEAD and to other questions
            continue
        if first or "Content-Disposition" in answer.headers:  # a HEAD runs the same view
            note(f"HEAD {address}", str(client.head(address).headers))
        for query in QUERIES if address.startswith("/desk/") and address.endswith("/") else ():
            note(f"GET {address}{query}", client.get(address + query).text)
    print(f"{asked} addresses")
    assert asked > 100
    # What a mistake, a refusal and a success say.
    page = client.get(path(made)).text
    token = forms_of(page)[0].values["csrf_token"][0]
    for address, data in (
        (path(made), {"do": "save"}),
        (path(made), {"do": "keep", "question": "Another question?"}),
        (path(made, "/step-back"), {"reason": ""}),
        (path(made, "/step-back"), {"reason": "I know them."}),
        (path(made), {"do": "save", "comment": "Late"}),
        (f"/desk/proposals/{made.code}/ask", {"question": "Who?"}),
        (f"/desk/proposals/{made.code}/reviewers", {}),
        (path(made), {"do": "save", "csrf_token": "wrong"}),
    ):
        answer = client.post(address, data={"csrf_token": token, **data}, follow_redirects=True)
        note(
            f"POST {address} {data}",
            answer.text,
            str(answer.headers),
            *(each.text for each in answer.history),
        )
    return found


def _letters(tmp_path: Path, account: Account) -> str:
    with frozen(now() + timedelta(days=1)):
        deliver()
    address = account.person.address or ""
    mails = [
        message_from_bytes(each.read_bytes(), policy=policy.default)
        for each in (tmp_path / "mail").glob("*.eml")
    ]
    mine = [each for each in mails if address in str(each["To"])]
    assert [str(each["Subject"]) for each in mine] == ["1 proposal waits for your review"]
    return "\n".join(str(part.get_content()) if part.get_content_maintype() == "text" else "" for each in mine
                     for part in (each, *each.walk()) if not part.is_multipart()) + str(mine[0].items())  # fmt: skip


def test_no_exit_tells_an_anonymous_reviewer_whose_it_is(
    app: Flask, client: Client, db_session: Db, tmp_path: Path
) -> None:
    rena, made = _prepared(anonymous=True)
    page = (client.sign_in(rena), client.get(path(made)).text)[1]
    assert [
        mark for mark in ("[presenter]", "[organization]", "[link]", "[address]") if mark not in page
    ] == []
    assert "That can miss something" in page
    assert _walk(app, client, rena, made) == {}
    assert _found(_letters(tmp_path, rena)) == set()


def test_the_walk_finds_what_there_is_to_find_where_names_are_shown(
    app: Flask, client: Client, db_session: Db
) -> None:
    """Were it not anonymous, the same walk would say so: it looks in the right places."""
    rena, made = _prepared(anonymous=False)
    found = _walk(app, client, rena, made, shut=("organizer", "admin"))
    everything = set().union(*found.values())
    assert everything == set(TELLING), "all that tells who it is, and nothing that is staff's alone"
    assert {each for each in found if each.startswith("GET /desk/") and "review" not in each} == set()
    assert set().union(
        *(words for each, words in found.items() if each.startswith("GET /desk/review/"))
    ) == set(TELLING)


def test_organizers_see_what_they_saw_before(client: Client, db_session: Db) -> None:
    _, made = _prepared(anonymous=True)
    makers.sign_in(client)
    page = _found(client.get(f"/desk/proposals/{made.code}").text)
    assert page >= set(TELLING) | {"access needs"}
