"""Organizations are found, described, merged, and taken apart again."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from jam.base.errors import Refused
from jam.people import actions, organizations
from jam.people.models import Organization, Person
from jam.people.rules import initials, loose_organization
from jam.privacy.actions import erase
from tests import makers
from tests.clients import Client
from tests.makers import BY
from tests.rows import every_row

Db = scoped_session[Session]


@pytest.fixture
def organizer(client: Client, db_session: Db) -> Client:
    makers.sign_in(client)
    return client


def home(name: str) -> Organization:
    """The organization of a name, with somebody who works there."""
    found = makers.person(organization=name).organization
    assert found is not None
    return found


def rows() -> dict[str, list[str]]:
    return {table: found for table, found in every_row().items() if not table.startswith("audit_")}


def test_people_move_and_the_other_name_leads_here(db_session: Db) -> None:
    keep, gone = home("Riverside Center"), home("Riverside Centre")
    makers.person("ana@clinic.example", organization="Riverside Centre")
    db_session.commit()
    before = rows()
    assert organizations.merge(keep, gone, by=BY) == 2
    db_session.commit()
    assert set(db_session.scalars(select(Person.organization_id))) == {keep.id}
    assert actions.organization("RIVERSIDE CENTRE, Inc.") is keep
    db_session.commit()
    assert organizations.unmerge(gone, by=BY) == 2
    db_session.commit()
    assert rows() == before


def test_who_came_or_changed_since_stays(db_session: Db) -> None:
    keep, gone, third = home("Riverside Center"), home("Riverside Centre"), home("Third")
    [theirs] = db_session.scalars(select(Person).where(Person.organization_id == gone.id))
    organizations.merge(keep, gone, by=BY)
    theirs.organization_id = third.id
    late = makers.person("late@clinic.example", organization="Riverside Centre")
    assert organizations.unmerge(gone, by=BY) == 0
    assert (theirs.organization_id, late.organization_id) == (third.id, keep.id)


def test_chains_lead_to_the_end_and_come_apart_from_there(db_session: Db) -> None:
    one, two, three = home("One"), home("Two"), home("Three")
    organizations.merge(two, one, by=BY)
    organizations.merge(three, two, by=BY)
    assert actions.organization("One") is three
    with pytest.raises(Refused, match="Undo that merge first"):
        organizations.unmerge(one, by=BY)
    with pytest.raises(Refused, match="merged already"):
        organizations.merge(three, one, by=BY)
    with pytest.raises(Refused, match="two different"):
        organizations.merge(three, three, by=BY)
    assert (organizations.unmerge(two, by=BY), organizations.unmerge(one, by=BY)) == (2, 1)
    with pytest.raises(Refused, match="not merged"):
        organizations.unmerge(one, by=BY)


def test_whoever_worked_alone_takes_every_name_along_when_erased(db_session: Db) -> None:
    only = makers.person("ana@clinic.example", organization="Ana Lee Counseling")
    organizations.merge(only.organization, actions.organization("Ana Lee, LCSW"), by=BY)  # type: ignore[arg-type]
    db_session.commit()
    erase(only, by=BY)
    db_session.commit()
    assert db_session.scalars(select(Organization.name)).all() == []


def test_the_state_is_given_to_who_has_none_and_taken_back(organizer: Client, db_session: Db) -> None:
    found = home("Riverside")
    makers.person("tex@clinic.example", organization="Riverside", state="TX")
    makers.person("other@clinic.example", organization="Elsewhere")
    db_session.commit()
    page = f"/desk/organizations/{found.id}"
    bad = organizer.submit(page, {"domain": "no domain", "state": "OH"})
    assert (bad.status_code, "A web domain looks like clinic.example" in bad.text) == (400, True)
    organizer.submit(page, {"domain": "https://www.Riverside.example/about", "state": "OH"})
    db_session.refresh(found)
    assert (found.domain, found.state) == ("riverside.example", "OH")
    before = rows()
    assert "This sets the state of 1 person to Ohio." in organizer.get(page).text
    organizer.submit(page, {}, form="/state")
    assert sorted(db_session.scalars(select(Person.state).where(Person.organization_id == found.id))) == [
        "OH",
        "TX",
    ]
    organizer.submit(page, {"undo": "1"}, form="/state")
    assert rows() == before
    with pytest.raises(Refused, match="nothing to take back"):
        organizations.unfill_state(found, by=BY)


def test_likely_pairs_are_found_by_words_initials_and_addresses(db_session: Db) -> None:
    names = (
        "Crisis Center of Ohio",
        "Ohio Crisis Centre",
        "Allied Behavioral Care",
        "ABC",
        "Left",
        "Right",
        "Gee",
        "Mail",
    )
    for name in names:
        home(name)
    for number, person in enumerate(db_session.scalars(select(Person).order_by(Person.id))):
        domain = {4: "same.example", 5: "same.example", 6: "gmail.com", 7: "gmail.com"}.get(
            number, f"{number}.example"
        )
        person.addresses[0].normal = f"a{number}@{domain}"
    db_session.commit()
    found = {(pair.one.name, pair.other.name): pair.why for pair in organizations.likely_pairs()}
    assert found == {
        ("Crisis Center of Ohio", "Ohio Crisis Centre"): "Their names differ in small words only.",
        ("Allied Behavioral Care", "ABC"): "“ABC” may be short for the other.",
        ("Left", "Right"): "People of both write from same.example.",
    }


def test_rules_of_likeness() -> None:
    assert loose_organization("center for the crisis line") == "crisis line"
    assert loose_organization("the center") == ""
    assert (initials("allied behavioral care of ohio"), initials("ohio care")) == ("abco", None)


def test_the_list_is_searched_by_other_names_and_asks_the_same_number_of_questions(
    organizer: Client, db_session: Db
) -> None:
    keep, gone = home("Riverside"), home("Old Mill")
    organizations.merge(keep, gone, by=BY)
    db_session.commit()
    found = organizer.get("/desk/organizations/?q=old+mill").text
    assert re.findall(r'<th scope="row"><a href="/desk/organizations/\d+">(.*?)</a>', found) == ["Riverside"]
    assert 'data-label="People">2<' in found
    with makers.statements() as with_one:
        organizer.get("/desk/organizations/")
    for number in range(60):
        home(f"Clinic {number}")
    db_session.commit()
    with makers.statements() as with_many:
        page = organizer.get("/desk/organizations/").text
    assert "61 organizations" in page
    assert len(with_many) == len(with_one)


def test_staff_merge_two_and_undo_it(organizer: Client, db_session: Db) -> None:
    keep, gone = home("Riverside Center"), home("Riverside Centre")
    db_session.commit()
    before = rows()
    chosen = f"/desk/organizations/{keep.id}/merge?with={gone.id}"
    assert chosen in organizer.get(f"/desk/organizations/{keep.id}/merge?q=river").text
    assert "1 person moves" in organizer.get(chosen).text
    done = organizer.submit(chosen, {"with": str(gone.id)})
    assert done.location == f"/desk/organizations/{keep.id}"
    page = organizer.get(done.location).text
    assert "Riverside Centre is another name of Riverside Center now; 1 person moved." in page
    assert "Undo this merge" in organizer.get(f"/desk/organizations/{gone.id}").text
    organizer.submit(f"/desk/organizations/{gone.id}", {}, form="unmerge")
    assert rows() == before
