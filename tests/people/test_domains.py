"""What an organization's web domain and its other names do."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from jam.base.errors import Refused
from jam.people import actions, domains, organizations
from jam.people.models import Organization, Person
from tests import makers
from tests.cases_once import cases_once
from tests.clients import Client
from tests.makers import BY
from tests.rows import every_row

Db = scoped_session[Session]


@pytest.fixture
def clinic(db_session: Db) -> Organization:
    """An organization of one person, whose web domain staff know."""
    found = makers.person("ana@clinic.example", organization="Riverside Clinic").organization
    assert found is not None
    organizations.describe(found, "clinic.example", None, by=BY)
    db_session.commit()
    return found


def rows() -> dict[str, list[str]]:
    return {table: found for table, found in every_row().items() if not table.startswith("audit_")}


@pytest.mark.parametrize(
    ("domain", "names"),
    [
        ("clinic.example", ["Riverside Clinic"]),
        (" Mail.Clinic.Example ", ["Riverside Clinic"]),
        ("notclinic.example", []),
        ("example", []),
        ("", []),
        ("gmail.com", []),
        ("%.example", []),
        (".".join("a" * 60), []),
    ],
)
def test_a_domain_and_those_below_it_lead_to_the_organization(
    clinic: Organization, domain: str, names: list[str]
) -> None:
    assert [each.name for each in domains.at_domain(domain)] == names


def test_a_domain_of_another_name_leads_to_where_the_name_does(db_session: Db, clinic: Organization) -> None:
    keep = makers.person("bo@big.example", organization="Big Health").organization
    assert keep is not None
    organizations.merge(keep, clinic, by=BY)
    assert domains.at_domain("clinic.example") == [keep]
    organizations.describe(keep, "clinic.example", None, by=BY)
    assert domains.at_domain("clinic.example") == [keep]


def test_one_domain_is_of_one_organization_and_of_no_mail_service(
    db_session: Db, clinic: Organization
) -> None:
    other = makers.person("bo@big.example", organization="Big Health").organization
    assert other is not None
    for domain, sentence in [
        ("clinic.example", "is the web domain of Riverside Clinic."),
        ("gmail.com", "Anybody can have an address at gmail.com"),
    ]:
        with pytest.raises(Refused, match=sentence):
            organizations.describe(other, domain, None, by=BY)


def test_whoever_registers_from_there_finds_it_suggested_and_nothing_else(
    client: Client, db_session: Db, clinic: Organization
) -> None:
    makers.person("eve@clinic.example", organization="What Eve typed")
    event = makers.event()
    db_session.commit()

    def suggested(query: str) -> list[str]:
        return list(json.loads(client.get(f"/organizations?{query}").text)["names"])

    assert suggested("at=clinic.example") == ["Riverside Clinic"]
    assert suggested("q=what&at=clinic.example") == ["Riverside Clinic"]
    assert (suggested("q=riverside"), suggested("at=elsewhere.example")) == ([], [])
    path = f"/sessions/{event.slug}/register"
    option = '<option value="Riverside Clinic">'
    assert option not in client.get(path).text
    again = client.submit(path, {"email": "new@clinic.example", "name": "New"}).text
    assert (option in again, "What Eve typed" in again) == (True, False)


def test_people_from_there_are_given_it_seen_first_and_taken_back(
    client: Client, db_session: Db, clinic: Organization
) -> None:
    makers.sign_in(client)
    for address in ("bo@clinic.example", "cy@mail.clinic.example", "dee@notclinic.example", "eve@gmail.com"):
        makers.person(address, name=address.partition("@")[0].capitalize())
    elsewhere = makers.person("fay@clinic.example", "Fay", organization="Elsewhere").organization_id
    db_session.commit()
    page, before = f"/desk/organizations/{clinic.id}", rows()
    assert "2 people with an address at clinic.example gave no organization." in client.get(page).text
    preview = client.get(f"{page}/domain").text
    assert [name in preview for name in ("Bo", "Cy", "Dee", "Eve", "Fay")] == [
        True,
        True,
        False,
        False,
        False,
    ]
    assert rows() == before

    def home_of(name: str) -> int | None:
        return db_session.scalars(select(Person.organization_id).where(Person.name == name)).one()

    done = client.submit(f"{page}/domain", {}, form="/domain", follow_redirects=True)
    assert "2 people belong to Riverside Clinic now." in done.text
    assert [home_of(name) for name in ("Bo", "Cy", "Dee", "Fay")] == [clinic.id, clinic.id, None, elsewhere]
    assert "Nobody to add" in client.get(f"{page}/domain").text
    client.submit(page, {"undo": "1"}, form="/domain")
    assert rows() == before
    with pytest.raises(Refused, match="nothing to take back"):
        domains.take_back(clinic, by=BY)


def test_a_name_that_staff_write_down_leads_there_until_it_is_removed(
    client: Client, db_session: Db, clinic: Organization
) -> None:
    makers.sign_in(client)
    page, before = f"/desk/organizations/{clinic.id}", rows()
    answer = client.submit(page, {"name": " The RC,  Inc. "}, form="/names", follow_redirects=True)
    assert "Whoever gives “The RC, Inc.” belongs to Riverside Clinic from now on." in answer.text
    other = db_session.scalars(select(Organization).where(Organization.normal == "rc")).one()
    assert actions.organization("rc") is not None
    assert actions.organization("rc").id == clinic.id  # type: ignore[union-attr]
    db_session.commit()
    assert "Riverside Clinic" in client.get("/desk/organizations/?q=the+rc").text
    client.submit(f"/desk/organizations/{other.id}", {}, form="/forget")
    assert rows() == before


@cases_once(
    ("name", "sentence"),
    [
        ("", "Write the other name."),
        ("riverside clinic, inc.", "leads here already"),
        ("Big Health", "stands on the list by itself. Merge the two"),
        ("Old Mill", "is another name of Big Health."),
        ("x" * 161, "160"),
    ],
)
def test_a_name_that_leads_somewhere_already_is_refused(
    db_session: Db, clinic: Organization, name: str, sentence: str
) -> None:
    big, mill = (makers.person(organization=each).organization for each in ("Big Health", "Old Mill"))
    assert big is not None
    assert mill is not None
    organizations.merge(big, mill, by=BY)
    with pytest.raises(Refused, match=sentence):
        domains.add_name(clinic, name, by=BY)
    with pytest.raises(Refused, match="was not added"):
        domains.remove_name(mill, by=BY)
    with pytest.raises(Refused, match="itself another name"):
        domains.add_name(mill, "Millers", by=BY)
