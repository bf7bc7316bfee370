"""The library: what everybody finds and reads there, what staff do, and that nothing shows without a yes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from jam.base.errors import Refused
from jam.base.now import frozen, now
from jam.library import actions
from jam.library.actions import Words
from jam.library.models import Entry
from jam.library.queries import entry_of
from jam.library.rules import said
from jam.mail.jobs import deliver
from jam.mail.models import Letter
from jam.privacy.actions import erase
from jam.proposals import pieces, stage
from jam.proposals.actions import agree
from jam.proposals.decisions import reopen
from jam.proposals.models import Proposal
from jam.proposals.presenters import Other
from jam.proposals.rules import Credit, Format, Kind, State
from jam.schedule import actions as schedule
from jam.schedule.given import EventFields
from jam.vocabulary.actions import add_first_terms
from jam.vocabulary.queries import terms
from jam.vocabulary.rules import Kind as TermKind
from tests import makers
from tests.clients import Client
from tests.proposals.offers import TYPED, enter, own_path, proposal, yes

Db = scoped_session[Session]
BY = "command"

one_engine = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def gift(title: str = "A workbook", credit: Credit | None = Credit.NAME, **fields: object) -> Proposal:
    """Something shared and accepted."""
    return proposal(
        State.ACCEPTED, title=title, kind=Kind.SHARE, minutes=None, credit=credit, **{"format": Format.RESOURCE, **fields}
    )  # fmt: skip


def published(title: str = "A workbook", credit: Credit | None = Credit.NAME, **fields: object) -> Proposal:
    """The same, in the library."""
    made = gift(title, credit, **fields)
    actions.publish(made, by=BY)
    return made


@one_engine
def test_found_by_words_and_filters(client: Client, db_session: Db) -> None:
    add_first_terms(by=BY)
    lever, focus = terms(TermKind.LEVER)[1], terms(TermKind.FOCUS_AREA)[0]
    sector = terms(TermKind.SECTOR)[0]
    first = published("A workbook", term_ids=[lever.id, focus.id])
    first.lead.sector_id, first.lead.state = sector.id, "OH"
    second = published(
        "A checklist", Credit.NOBODY, name="Noor Hale", organization="Harbor House", format=Format.STORY
    )
    second.lead.sector_id, second.lead.state = sector.id, "OH"
    third = published(
        "A pay band", Credit.ORGANIZATION, name="Ola Moss", organization="Moss Clinic", format=Format.STORY
    )
    third.lead.state = "TX"
    gift("Not published")
    db_session.commit()

    def shown(query: str) -> list[str]:
        page = client.get(f"/library/?{query}").text
        return [
            title
            for title in ("A pay band", "A checklist", "A workbook", "Not published")
            if f">{title}</a>" in page
        ]

    assert shown("") == ["A pay band", "A checklist", "A workbook"]
    assert (
        shown(f"lever={lever.slug}") == shown(f"focus={focus.slug}") == shown("q=workbook") == ["A workbook"]
    )
    assert shown("format=practice-story") == ["A pay band", "A checklist"]
    # Nobody is found by what they did not agree to show.
    assert shown(f"sector={sector.slug}") == shown("place=OH") == shown("q=teague") == ["A workbook"]
    assert shown("q=harbor") == shown("q=noor") == shown("q=ola") == []
    assert shown("q=moss") == shown("place=TX") == ["A pay band"]
    empty = client.get("/library/?q=%25&lever=nothing").text
    assert ("Nothing fits all of that" in empty, "Show everything" in empty) == (True, True)
    for odd in ("place=zz", "format=x", "sector=%00", "page=-1", "lever=%27"):
        assert client.get(f"/library/?{odd}").status_code == 200


@one_engine
def test_nobody_is_named_beyond_what_they_agreed_to(client: Client, db_session: Db) -> None:
    for credit, line, hidden in (
        (Credit.NAME, "Shared by Rosa Teague, Riverside Clinic", []),
        (Credit.ORGANIZATION, "Shared by Riverside Clinic", ["Teague"]),
        (Credit.NOBODY, None, ["Teague", "Riverside", "Ohio"]),
    ):
        made = published(
            f"With {credit}",
            credit,
            links=["https://riverside.example/w"],
            story="**Peers** <script>alert(1)</script>",
        )
        entry = entry_of(made)
        assert entry is not None
        if credit is Credit.NOBODY:
            entry.links = []
        db_session.commit()
        page = client.get(f"/library/{entry.slug}").text
        assert "<strong>Peers</strong>" in page
        assert "<script>alert" not in page
        assert (line or "Shared by") in page if line else "Shared by" not in page
        assert [word for word in hidden if word in page] == []
    assert (
        said(Credit.ORGANIZATION, "Ana", "", "OH", 3)
        == said(None, "Ana", "Home", "OH", 3)
        == said(Credit.NOBODY, "", "", None, None)
    )


@pytest.mark.parametrize(
    "end",
    [
        lambda made: stage.withdraw(made, by=BY),
        lambda made: agree(made, None, by=BY),
        lambda made: reopen(made, by=BY),
        lambda made: actions.unpublish(made, by=BY),
        lambda made: erase(made.lead.person, by=BY),
    ],
    ids=["withdrawn", "disagreed", "reopened", "unpublished", "erased"],
)
@one_engine
def test_what_ends_disappears_and_its_letter_does_not_leave(
    client: Client, db_session: Db, end: Callable[[Proposal], object]
) -> None:
    other = makers.person(name="Cal Roe")
    made = gift(others=(Other("Cal Roe", other.address or "", "Harbor House"),))
    yes(made.presenters[1])
    db_session.commit()
    deliver()
    slug = actions.publish(made, by=BY).slug
    db_session.commit()
    assert client.get(f"/library/{slug}").status_code == 200
    end(made)
    db_session.commit()
    assert client.get(f"/library/{slug}").status_code == 404
    assert "A workbook</a>" not in client.get("/library/").text
    deliver()
    letter = db_session.scalars(select(Letter).where(Letter.kind == "proposal-published")).one_or_none()
    assert letter is None or letter.state == "withdrawn"


@one_engine
def test_staff_mend_the_text_publish_it_and_take_it_out(client: Client, db_session: Db) -> None:
    makers.sign_in(client)
    made = gift("A wrokbook")
    db_session.commit()
    path = f"/desk/library/{made.code}"
    assert "Can be published" in client.get("/desk/library/").text
    assert "Can be published" in client.get(f"/desk/proposals/{made.code}").text
    empty = client.submit(path, {"title": "A workbook", "story": ""})
    assert (empty.status_code, "without that there is nothing to read" in empty.text) == (400, True)
    answer = client.submit(path, {"title": "A workbook", "story": "Forty pages.", "do": "publish"})
    assert answer.status_code == 303
    assert client.get("/library/a-workbook").status_code == 200
    db_session.expire_all()
    assert (made.title, entry_of(made).title) == ("A wrokbook", "A workbook")  # type: ignore[union-attr]
    [letter] = db_session.scalars(select(Letter).where(Letter.kind == "proposal-published"))
    assert (letter.subject, letter.state) == ("It is in the library: A wrokbook", "due")
    steps = client.get(f"/desk/proposals/{made.code}").text
    assert ("Text for the library written" in steps, "Published in the library" in steps) == (True, True)
    client.submit(path, {"title": "A workbook, mended"}, form=made.code)
    assert "A workbook, mended" in client.get("/library/a-workbook").text
    client.submit(path, {}, form="/out")
    assert client.get("/library/a-workbook").status_code == 404
    client.submit(path, {"title": "A workbook", "do": "publish"}, form=made.code)
    assert client.get("/library/a-workbook").status_code == 200
    db_session.expire_all()
    assert len(db_session.scalars(select(Letter).where(Letter.kind == "proposal-published")).all()) == 1


@one_engine
def test_nothing_is_published_without_a_yes_and_what_staff_accepted(db_session: Db) -> None:
    with pytest.raises(Refused, match="has not agreed yet"):
        actions.publish(gift(credit=None), by=BY)
    with pytest.raises(Refused, match="Accept it first"):
        actions.publish(proposal(kind=Kind.SHARE, credit=Credit.NAME), by=BY)
    with pytest.raises(Refused, match="offered to be presented"):
        actions.publish(proposal(State.ACCEPTED), by=BY)
    with pytest.raises(Refused, match="offered to be presented"):
        actions.write(proposal(State.ACCEPTED), Words("A title", "A story"), by=BY)
    twins = [published("The same title") for _ in range(2)]
    slugs = [entry.slug for entry in db_session.scalars(select(Entry).order_by(Entry.id))]
    assert slugs == ["the-same-title", f"the-same-title-{twins[1].code.lower()}"]


@one_engine
def test_the_volunteer_agrees_on_the_form_or_later_and_sees_it_published(
    client: Client, db_session: Db
) -> None:
    fields = {**TYPED, "kind": "share", "format": "", "minutes": "", "credit": "organization", "do": "send"}
    assert client.submit("/volunteer", fields).status_code == 303
    [made] = db_session.scalars(select(Proposal))
    assert (made.credit, made.credit_at is not None) == ("organization", True)
    made.state = "accepted"
    db_session.commit()
    enter(client, made.lead)
    client.submit(own_path(made), {"credit": ""}, form="/publishing")
    db_session.expire_all()
    assert (made.credit, made.credit_at) == (None, None)
    client.submit(own_path(made), {"credit": "name"}, form="/publishing")
    db_session.expire_all()
    actions.publish(made, by=BY)
    db_session.commit()
    for path in (own_path(made), "/me/"):
        page = client.get(path).text
        assert ("Published in the library" in page, "/library/peers-on-the-night-line" in page) == (
            True,
            True,
        )


@one_engine
def test_a_default_is_no_and_a_talk_has_no_say(client: Client, db_session: Db) -> None:
    client.submit("/volunteer", {**TYPED, "kind": "share", "do": "send"})
    client.submit("/volunteer", {**TYPED, "title": "A talk", "credit": "name", "do": "send"})
    assert [each.credit for each in db_session.scalars(select(Proposal).order_by(Proposal.id))] == [
        None,
        None,
    ]


@one_engine
def test_sessions_show_what_was_shared_on_their_levers(client: Client, db_session: Db) -> None:
    add_first_terms(by=BY)
    lever, other = terms(TermKind.LEVER)[:2]
    event = makers.event(title="A Jam on policy")
    schedule.edit_event(event, EventFields(title="A Jam on policy"), [lever], [], by=BY)
    for n in range(4):
        with frozen(now() + timedelta(minutes=n)):
            published(f"Shared {n}", term_ids=[lever.id])
    published("Elsewhere", term_ids=[other.id])
    db_session.commit()
    page = client.get(f"/sessions/{event.slug}").text
    assert [f"Shared {n}" in page for n in range(4)] == [False, True, True, True]
    assert "Elsewhere" not in page


@one_engine
def test_the_library_costs_the_same_for_one_and_for_eight(client: Client, db_session: Db) -> None:
    def cost(path: str) -> int:
        with makers.statements() as sent:
            assert client.get(path).status_code == 200
        return len(sent)

    paths = ("/library/", "/library/?q=work&place=OH", "/library/shared-0")
    published("Shared 0")
    db_session.commit()
    one = [cost(path) for path in paths]
    for n in range(1, 8):
        published(f"Shared {n}")
    db_session.commit()
    assert [cost(path) for path in paths] == one
    assert max(one) <= 6


@one_engine
def test_whoever_stepped_back_reads_it_here_neither(
    client: Client, db_session: Db, monkeypatch: pytest.MonkeyPatch
) -> None:
    makers.sign_in(client)
    made = gift()
    db_session.commit()
    monkeypatch.setattr(pieces, "withheld", lambda _: "You stepped back from this one.")
    answer = client.get(f"/desk/library/{made.code}", follow_redirects=True)
    assert ("You stepped back from this one." in answer.text, "Two peers a night." in answer.text) == (
        True,
        False,
    )
