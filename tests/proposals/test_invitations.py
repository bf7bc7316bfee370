"""Asking people to propose: one question at a time, whom it may not reach, what comes of it, and no thanks by a button."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, scoped_session

from jam.base.errors import Refused
from jam.mail.jobs import deliver
from jam.mail.kinds import resolve
from jam.mail.models import Letter
from jam.people import actions as people
from jam.people import choices
from jam.people.actions import Details
from jam.people.models import Person
from jam.people.rules import Stop
from jam.privacy.actions import erase
from jam.proposals import invitations
from jam.proposals.models import Invitation, Proposal
from jam.proposals.privacy import export
from jam.vocabulary.actions import add_first_terms
from jam.vocabulary.queries import terms
from jam.vocabulary.rules import Kind as TermKind
from tests import makers
from tests.clients import Client
from tests.forms import forms_of
from tests.proposals.offers import TYPED, proposal
from tests.rows import every_row

Db = scoped_session[Session]
BY = "account:1"
sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def asked(person: Person | None = None, message: str = "We heard of your night line.") -> Invitation:
    return invitations.invite_known(person or makers.person(), message, [], by=BY)


def path(kind: str, invitation: Invitation) -> str:
    return urlsplit(resolve(kind, invitation.id)).path


def letters(db_session: Db) -> list[tuple[str, str]]:
    db_session.expire_all()
    query = select(Letter).where(Letter.kind == "invited-to-propose").order_by(Letter.id)
    return [(each.to_name, each.state) for each in db_session.scalars(query)]


def test_staff_ask_somebody_jam_knows(client: Client, db_session: Db) -> None:
    add_first_terms(by=BY)
    lever = terms(TermKind.LEVER)[1]
    ines = makers.person("ines@harbor.example", "Ines Okafor", organization="Harbor House")
    makers.sign_in(client)
    found = client.get("/desk/proposals/invite?q=okafor").text
    assert f"/desk/proposals/invite?person={ines.id}" in found
    page = f"/desk/proposals/invite?person={ines.id}"
    answer = client.submit(page, {"message": "Your **peers**.", "levers": [str(lever.id)]}, form="")
    assert answer.location == "/desk/proposals/invitations"
    listed = client.get("/desk/proposals/invitations").text
    assert ("Ines Okafor" in listed, "Asked, no answer yet" in listed, lever.name in listed) == (True,) * 3
    letter = db_session.scalars(select(Letter).where(Letter.kind == "invited-to-propose")).one()
    assert letter.subject == "Would you present at the Workforce Solutions Jam?"
    assert f"We thought of you for {lever.name}." in letter.text
    assert "Your **peers**." in letter.text
    assert set(letter.links) == {"volunteer_page", "no_thanks", "stop"}
    again = client.get(page).text
    assert "has been asked already" in again
    assert "Send the invitation" not in again


def test_staff_ask_somebody_new_and_see_what_is_wrong(client: Client, db_session: Db) -> None:
    makers.sign_in(client)
    faulty = client.submit("/desk/proposals/invite", {"email": "", "name": "", "message": ""})
    assert faulty.status_code == 400
    assert "Enter the address of whoever you ask" in faulty.text
    new = {"email": "olu@new.example", "name": "Olu Ade", "organization": "New House", "message": "Hello"}
    assert client.submit("/desk/proposals/invite", new).status_code == 303
    again = client.submit("/desk/proposals/invite", {**new, "email": "OLU@new.example"})
    assert (again.status_code, "has been asked already" in again.text) == (400, True)
    assert [name for name, _ in letters(db_session)] == ["Olu Ade"]


def test_the_link_opens_the_form_filled_in_and_changes_nothing(client: Client, db_session: Db) -> None:
    add_first_terms(by=BY)
    lever = terms(TermKind.LEVER)[0]
    ines = makers.person("ines@harbor.example", "Ines Okafor", organization="Harbor House")
    invitation = invitations.invite_known(ines, "", [lever.id], by=BY)
    db_session.commit()
    before = every_row()
    for _ in range(2):
        answer = client.get(path(invitations.OPEN, invitation))
        assert (answer.status_code, answer.location) == (303, "/volunteer")
    page = client.get("/volunteer")
    assert every_row() == before
    assert page.headers["Cache-Control"] == "no-store"
    [form] = [each for each in forms_of(page.text) if "story" in each.values]
    assert (form.values["name"], form.values["organization"]) == (["Ines Okafor"], ["Harbor House"])
    assert form.values["levers"] == [str(lever.id)]
    assert "ines@harbor.example" not in page.text
    assert client.get(path(invitations.OPEN, invitation)[:-1] + "zz").status_code == 404


def test_what_comes_of_it_is_seen(client: Client, db_session: Db) -> None:
    invitation = asked()
    db_session.commit()
    client.get(path(invitations.OPEN, invitation))
    other = {**TYPED, "email": "a.colleague@harbor.example"}
    assert client.submit("/volunteer", {**other, "do": "draft"}).status_code == 303
    db_session.expire_all()
    assert (invitation.state, invitation.proposal is not None) == ("waiting", True)
    client.get(path(invitations.OPEN, invitation))
    assert client.submit("/volunteer", {**other, "do": "send"}).status_code == 303
    db_session.expire_all()
    made = db_session.scalars(select(Proposal)).one()
    assert (invitation.state, invitation.proposal_id) == ("proposed", made.id)
    assert "Thank you for looking" not in client.get("/volunteer").text
    assert letters(db_session)[0][1] == "withdrawn"  # it had not left yet, and asks for what is here
    makers.sign_in(client)
    assert made.title in client.get("/desk/proposals/invitations").text


@sqlite
def test_a_proposal_of_theirs_answers_it_without_the_link_too(db_session: Db) -> None:
    ines = makers.person("ines@harbor.example", "Ines Okafor")
    invitation, other = asked(ines), asked()
    made = proposal(address="ines@harbor.example")
    assert (invitation.state, invitation.proposal_id, other.state) == ("proposed", made.id, "waiting")


def test_no_thanks_is_a_button(client: Client, db_session: Db) -> None:
    ines = makers.person(name="Ines Okafor")
    invitation = asked(ines)
    db_session.commit()
    page = path(invitations.NO_THANKS, invitation)
    before = every_row()
    assert "No, thank you?" in client.get(page).text
    assert every_row() == before
    for _ in range(2):
        assert client.submit(page, {}, follow_redirects=True).status_code == 200
        db_session.expire_all()
        assert (invitation.state, invitation.never) == ("declined", bool(_))
    assert letters(db_session) == [("Ines Okafor", "withdrawn")]
    with pytest.raises(Refused, match="do not want to be asked again"):
        asked(ines)


@sqlite
def test_who_said_no_once_may_be_asked_again_and_who_said_never_may_not(
    client: Client, db_session: Db
) -> None:
    once, never = asked(), asked()
    db_session.commit()
    client.submit(path(invitations.NO_THANKS, once), {"never": None})
    client.submit(path(invitations.NO_THANKS, never), {"never": "1"})
    db_session.expire_all()
    assert asked(once.person).state == "waiting"
    with pytest.raises(Refused):
        asked(never.person)


@sqlite
def test_wishes_to_get_no_such_mail_hold_before_and_after(db_session: Db) -> None:
    quiet, later, nowhere = makers.person(name="Quiet"), makers.person(name="Later"), makers.person(name="No")
    choices.choose(quiet, Stop.FOLLOW_UPS, False, by="person:1")
    for address in list(nowhere.addresses):
        db_session.delete(address)
    db_session.flush()
    db_session.expire(nowhere)
    for person in (quiet, nowhere):
        with pytest.raises(Refused):
            asked(person)
    asked(later)
    later.follow_ups = False
    db_session.commit()
    deliver()
    assert letters(db_session) == [("Later", "withdrawn")]


@sqlite
def test_what_is_taken_back_asks_nothing_any_more(client: Client, db_session: Db) -> None:
    invitation = asked()
    db_session.commit()
    makers.sign_in(client)
    for said in ("is not asked any more", "answered or taken back already"):
        answer = client.post(f"/desk/proposals/invitations/{invitation.id}/take-back", data={"csrf_token": client.token()},
                             follow_redirects=True)  # fmt: skip
        assert said in answer.text
    assert "There is nothing to answer" in client.get(path(invitations.NO_THANKS, invitation)).text
    client.get(path(invitations.OPEN, invitation))
    assert "Thank you for looking" not in client.get("/volunteer").text
    assert asked(invitation.person).state == "waiting"


def test_nobody_holds_two_that_wait(db_session: Db) -> None:
    invitation = asked()
    db_session.commit()
    twin = Invitation(
        person_id=invitation.person_id, state="waiting", asked_at=invitation.asked_at, asked_by=BY
    )
    db_session.add(twin)
    with pytest.raises(IntegrityError):
        db_session.flush()
    db_session.rollback()


def test_a_merge_moves_them_and_undoing_puts_them_back(db_session: Db) -> None:
    keep, gone = makers.person(name="Ines O."), makers.person(name="Ines Okafor")
    kept, moved = asked(keep), asked(gone)
    db_session.commit()
    people.merge(keep, gone, by=BY)
    db_session.commit()
    assert [(each.person_id, each.state) for each in (kept, moved)] == [
        (keep.id, "waiting"), (keep.id, "taken-back"),
    ]  # fmt: skip
    assert people.unmerge(gone, by=BY) == []
    db_session.commit()
    assert (moved.person_id, moved.state) == (gone.id, "waiting")


@sqlite
def test_export_and_erasure_take_the_note_along(db_session: Db) -> None:
    ines = people.find_or_add("ines@harbor.example", Details(name="Ines Okafor"), by=BY)
    invitation = asked(ines, "Zvqnote")
    db_session.commit()
    [item] = export(ines.id)["invitations"]
    assert (item["message"], item["state"]) == ("Zvqnote", "waiting")
    erase(ines, by=BY)
    db_session.commit()
    db_session.expire_all()
    assert (invitation.message, invitation.state) == ("", "taken-back")
    assert "Zvqnote" not in str(every_row())
