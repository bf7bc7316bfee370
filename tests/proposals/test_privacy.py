"""Export, erasure and merges of presenters: their words and files go or move with them, others' stay."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from jam.mail.models import Letter
from jam.people import actions as people
from jam.people.models import Person
from jam.privacy.actions import erase
from jam.proposals import actions, decisions, files, presenters, stage
from jam.proposals.models import Presenter, ProposalFile
from jam.proposals.presenters import Other
from jam.proposals.privacy import export
from jam.proposals.rules import Saying, State
from tests import makers
from tests.privacy.test_erase import dump
from tests.proposals import slides
from tests.proposals.offers import proposal, yes
from tests.worlds import files_of

Db = scoped_session[Session]
BY = "command"


def erased(db_session: Db, person: Person) -> None:
    erase(person, by="account:1")
    db_session.commit()
    db_session.expire_all()


def test_the_export_holds_all_of_one_and_nothing_of_others(db_session: Db) -> None:
    made = proposal(
        State.CONFIRMED,
        others=(Other("Cal Roe", "cal@clinic.example", "A secret home"),),
        access_needs="A seat.",
    )
    files.keep_slides(made, files.checked_slides(slides.pdf()), by=BY)
    files.keep_portrait(made.lead, files.checked_portrait(slides.png()), by=BY)
    asked = decisions.ask(made, "Since when?", by=BY)
    actions.answer_question(asked, "Since 2024.", by=BY)
    proposal(State.DRAFT, title="Somebody's draft", others=(Other("Rosa", made.lead.person.address or ""),))
    db_session.commit()
    [item] = export(made.lead.person_id)["proposals"]
    assert (item["title"], item["state"], item["you"]["name"]) == (made.title, "confirmed", "Rosa Teague")
    assert [(each["kind"], each["version"]) for each in item["files"]] == [("slides", 1), ("portrait", 1)]
    assert item["questions"][0]["answer"] == "Since 2024."
    assert item["access_needs"] == "A seat."
    assert "secret" not in json.dumps(item)
    cal = made.presenters[1].person_id
    assert "A seat." not in json.dumps(export(cal))
    assert [each["kind"] for each in export(cal)["proposals"][0]["files"]] == ["slides"]
    assert export(makers.person().id) == {"proposals": [], "invitations": []}


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_who_has_not_said_yes_exports_no_way_in_and_no_word_of_ours(db_session: Db) -> None:
    made = proposal(State.SCHEDULED, others=(Other("Cal Roe", "cal@clinic.example"),))
    stage.prepare(made, None, "https://zoom.example/w/secret", by=BY)
    cal = made.presenters[1]
    secrets = ("zoom.example/w/secret", "Our members asked for this.")
    for saying, told in ((Saying.ASKED, False), (Saying.DECLINED, False), (Saying.CONFIRMED, True)):
        cal.saying = saying
        whole = json.dumps(export(cal.person_id))
        assert [each in whole for each in secrets] == [told, told]


def test_whoever_offers_alone_takes_every_word_and_file_along(app: Flask, db_session: Db) -> None:
    made = proposal(
        State.CONFIRMED,
        address="zvqrosa@zvq.example",
        name="Zvqrosa Teague",
        title="Zvqtitle",
        story="Zvqstory",
        takeaways="Zvqtake",
        evidence="Zvqevidence",
        links=["https://zvqlink.example"],
        access_needs="Zvqneed",
        organization="Zvqhome",
        others=(Other("Zvqcal Roe", "cal@clinic.example"),),
    )
    presenters.describe(made.lead, presenters.Said("Zvqrosa Teague", "Zvqhome", "Zvqbio"), by=BY)
    decisions.ask(made, "Zvqquestion?", by=BY)
    files.keep_slides(made, files.checked_slides(slides.pdf()), by=BY)
    files.keep_portrait(made.lead, files.checked_portrait(slides.png()), by=BY)
    db_session.commit()
    assert len(files_of(app)) == 2
    event = made.event
    assert event is not None
    person = made.lead.person
    erased(db_session, person)
    whole = dump().casefold()
    # Cal was named by Rosa, and is somebody Jam knows by name until they are erased themselves.
    assert sorted({word for word in whole.split() if "zvq" in word}) == ["zvqcal"]
    assert files_of(app) == {}
    assert (made.state, made.title, made.agenda_item_id) == ("withdrawn", "Erased proposal", None)
    assert [item.title for item in event.agenda] == ["Talk to come"]
    erased(db_session, person)  # done again it finds nothing and breaks nothing


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_words_that_another_presenter_said_yes_to_stay_theirs(app: Flask, db_session: Db) -> None:
    made = proposal(
        State.CONFIRMED,
        name="Zvqrosa Teague",
        others=(Other("Cal Roe", "cal@clinic.example"),),
        access_needs="A seat.",
    )
    cal, item = made.presenters[1], made.agenda_item
    yes(cal)
    assert item is not None
    assert item.speakers == "Zvqrosa Teague, Riverside Clinic"
    files.keep_slides(made, files.checked_slides(slides.pdf()), by=BY)
    files.keep_portrait(made.lead, files.checked_portrait(slides.png()), by=BY)
    files.keep_portrait(cal, files.checked_portrait(slides.png(300, 300)), by=BY)
    db_session.commit()
    erased(db_session, made.presenters[0].person)
    assert (made.state, made.title) == ("confirmed", "Peers on the night line")
    assert (made.lead is cal, made.access_needs, item.speakers) == (True, "", "")
    kept = files.checked_portrait(slides.png(300, 300)).data
    assert sorted(files_of(app).values()) == sorted([slides.pdf(), kept])
    invited = db_session.scalars(select(Letter).where(Letter.kind == "proposal-invited")).one()
    assert "Zvqrosa" not in (invited.text + invited.html + json.dumps(invited.values))


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_presenter_who_is_erased_leaves_the_others_alone(app: Flask, db_session: Db) -> None:
    made = proposal(State.SCHEDULED, others=(Other("Zvqcal Roe", "zvqcal@clinic.example"),))
    cal = made.presenters[1]
    yes(cal)
    files.keep_portrait(cal, files.checked_portrait(slides.png()), by=BY)
    db_session.commit()
    erased(db_session, cal.person)
    assert [each.name for each in made.present] == ["Rosa Teague"]
    assert files_of(app) == {}
    told = db_session.scalars(select(Letter).where(Letter.kind == "proposal-answered")).one()
    assert "Zvqcal" not in told.text + told.html + json.dumps(told.values)
    assert db_session.scalars(select(ProposalFile)).all() == []


def test_a_merge_moves_the_places_and_undoing_puts_them_back(db_session: Db) -> None:
    keep, gone = (
        makers.person("rosa@old.example", "Rosa T."),
        makers.person("rosa@new.example", "Rosa Teague"),
    )
    one = proposal(address="rosa@new.example", title="One")
    both = proposal(address="rosa@new.example", title="Both", others=(Other("Rosa T.", "rosa@old.example"),))
    yes(both.presenters[1])
    db_session.commit()

    def places() -> list[tuple[int, int, str]]:
        rows = db_session.scalars(select(Presenter).order_by(Presenter.id))
        return [(each.id, each.person_id, each.saying) for each in rows]

    before = places()
    people.merge(keep, gone, by=BY)
    db_session.commit()
    assert one.lead.person_id == keep.id
    assert (both.lead.person_id, len(both.present)) == (keep.id, 1)
    assert people.unmerge(gone, by=BY) == []
    db_session.commit()
    assert places() == before


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_place_that_changed_since_stays(db_session: Db) -> None:
    keep, gone = (
        makers.person("rosa@old.example", "Rosa T."),
        makers.person("rosa@new.example", "Rosa Teague"),
    )
    made = proposal(others=(Other("Rosa Teague", "rosa@new.example"),))
    people.merge(keep, gone, by=BY)
    yes(made.presenters[1])
    db_session.commit()
    assert people.unmerge(gone, by=BY) == [
        f"The place as a presenter of “{made.title}” changed since; it stays with {keep.name}."
    ]
