"""People are found, and two rows of one person become one."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from jam.base.errors import Refused
from jam.people import actions
from jam.people.models import Account, Address, Person
from jam.people.queries import rows_of
from jam.people.rules import AccountRole, checked_name, normal_address, normal_organization
from tests import makers
from tests.clients import Client


@pytest.fixture
def organizer(client: Client, db_session: scoped_session[Session]) -> Client:
    makers.sign_in(client)
    return client


def names(page: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="/desk/people/\d+">(.*?)</a>', page)


def test_people_are_found_by_name_any_address_and_organization(
    organizer: Client, db_session: scoped_session[Session]
) -> None:
    ana = makers.person("ana@clinic.example", "Élise Lee", organization="Riverside Clinic")
    db_session.add(
        Address(person_id=ana.id, address="old@home.example", normal="old@home.example", preferred=False)
    )
    makers.person("ben_ode@state.example", "Ben Ode", organization="State of 100% Effort")
    db_session.commit()
    for q, found in {
        "": ["Ben Ode", "Ola Desk", "Élise Lee"],
        "élise": ["Élise Lee"],
        "OLD@HOME": ["Élise Lee"],
        "riverside": ["Élise Lee"],
        "0% e": ["Ben Ode"],
        "n_o": ["Ben Ode"],
        "%": ["Ben Ode"],
        "\\": [],
        "nobody": [],
    }.items():
        answer = organizer.get("/desk/people/", query_string={"q": q})
        assert sorted(names(answer.text)) == sorted(found), q
    assert "Nobody with “nobody”" in organizer.get("/desk/people/?q=nobody").text


def test_the_list_is_paged_and_asks_the_same_number_of_questions(
    organizer: Client, db_session: scoped_session[Session]
) -> None:
    with makers.statements() as with_one:
        organizer.get("/desk/people/")
    for number in range(60):
        makers.person(name=f"Guest {number:02}", organization=f"Clinic {number}")
    db_session.commit()
    with makers.statements() as with_many:
        first = organizer.get("/desk/people/").text
    assert len(names(first)) == 50
    assert len(names(organizer.get("/desk/people/?page=2").text)) == 11
    assert len(names(organizer.get("/desk/people/?page=99").text)) == 11
    assert len(with_many) == len(with_one)


def test_addresses_move_and_one_stays_preferred(db_session: scoped_session[Session]) -> None:
    keep, gone = makers.person("ana@clinic.example", "Ana Lee"), makers.person("ana@home.example", "A. Lee")
    actions.merge(keep, gone, by="command")
    db_session.commit()
    db_session.expire_all()
    assert [(each.normal, each.preferred) for each in keep.addresses] == [
        ("ana@clinic.example", True),
        ("ana@home.example", False),
    ]
    assert (gone.addresses, gone.address, gone.merged_into_id) == ([], None, keep.id)
    assert makers.person("ana@home.example").id == keep.id


def test_somebody_without_address_takes_the_others_preferred_one(db_session: scoped_session[Session]) -> None:
    keep, gone = makers.person(name="Ana Lee"), makers.person("ana@home.example")
    db_session.delete(keep.addresses[0])
    db_session.commit()
    db_session.refresh(keep)
    actions.merge(keep, gone, by="command")
    db_session.commit()
    db_session.refresh(keep)
    assert keep.address == "ana@home.example"


def test_merging_in_a_row_keeps_the_way_to_all_of_it(db_session: scoped_session[Session]) -> None:
    one, two, three, other = (makers.person() for _ in range(4))
    actions.merge(two, one, by="command")
    actions.merge(three, two, by="command")
    assert sorted(rows_of(three)) == sorted([one.id, two.id, three.id])
    assert rows_of(other) == [other.id]
    assert db_session.scalars(select(Person.id).where(Person.merged_into_id.is_(None))).all() == [
        three.id,
        other.id,
    ]


def test_what_cannot_be_merged_is_refused(db_session: scoped_session[Session]) -> None:
    one, two, three = (makers.person() for _ in range(3))
    with pytest.raises(Refused, match="two different people"):
        actions.merge(one, one, by="command")
    actions.merge(two, one, by="command")
    with pytest.raises(Refused, match="merged already"):
        actions.merge(three, one, by="command")
    with pytest.raises(Refused, match="merged already"):
        actions.merge(one, three, by="command")
    signs_in = makers.account(AccountRole.REVIEWER).person
    with pytest.raises(Refused, match="can sign in"):
        actions.merge(three, signs_in, by="command")
    actions.merge(signs_in, three, by="command")
    assert db_session.scalars(select(Account.person_id)).all() == [signs_in.id]


def test_personal_links_of_whoever_is_merged_end(db_session: scoped_session[Session]) -> None:
    keep, gone = makers.person(), makers.person()
    actions.merge(keep, gone, by="command")
    assert (keep.link_version, gone.link_version) == (0, 1)


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("Ana@Clinic.Example", "ana@clinic.example"),
        ("  ana@clinic.example\n", "ana@clinic.example"),
        ("ana+jam@clinic.example", "ana+jam@clinic.example"),
        ("ana@MÜLLER.example", "ana@xn--mller-kva.example"),
        ("\u202eana@clinic.example", "ana@clinic.example"),
    ],
)
def test_an_address_is_one_however_it_is_written(typed: str, normal: str) -> None:
    assert normal_address(typed) == normal


@pytest.mark.parametrize(
    "typed",
    ["", " ", "ana", "ana@", "@clinic.example", "ana@clinic", "ana@clinic..example", "a b@clinic.example", "jürgen@clinic.example",
     "ana@clinic.example, ben@clinic.example", "Ana <ana@clinic.example>", "ana@[127.0.0.1]", "x" * 300 + "@clinic.example"],
)  # fmt: skip
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(Refused):
        normal_address(typed)


@pytest.mark.parametrize(
    "name",
    [
        "http://evil.example",
        "Win at evil.com",
        "www.evil",
        "ana@evil.example",
        "",
        "x" * 121,
    ],
)
def test_a_name_that_is_a_lure_is_refused(name: str) -> None:
    with pytest.raises(Refused):
        checked_name(name)


def test_names_of_people_pass() -> None:
    for name in (
        "Ana Lee",
        "Zoë O’Brien-Ångström",
        "李安娜",
        "Dr. A. Lee, LCSW",
        "Compton Ray",
        "Nettie Orgill",
    ):
        assert checked_name(f"  {name} ") == name


def test_organizations_are_one_however_they_are_written() -> None:
    same = ["The Riverside Clinic, Inc.", "riverside clinic", "RIVERSIDE  CLINIC LLC"]
    assert {normal_organization(name) for name in same} == {"riverside clinic"}
    assert normal_organization("Health & Co") == normal_organization("health and co")
    assert normal_organization("Inc") == "inc"
