"""A cohort through its pages: the public page, the application, the desk, the personal page, the home."""

from __future__ import annotations

import re
from html import unescape

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from jam.base.errors import Refused
from jam.base.tokens import make
from jam.cohorts import decisions, faculty
from jam.cohorts.models import CohortApplication, CohortFaculty, CohortMember, CohortPlan
from jam.cohorts.rules import Role, Standing, State
from jam.mail.models import Letter
from jam.people.models import Account, Person
from jam.people.rules import AccountRole
from jam.registration.models import Registration
from jam.registration.queries import of_person
from jam.schedule import actions as schedule
from jam.vocabulary.actions import add_first_terms
from tests import makers
from tests.clients import Client

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
Db = scoped_session[Session]

TYPED = {
    "organization": "Cedar Ridge Recovery",
    "setting": "sud",
    "size": "26-100",
    "state": "OH",
    "zip": "43004",
    "challenge": "Half of our peer staff leave within a year.",
    "name": "Rosa Diaz",
    "email": "rosa@cedar.example",
    "others-0-name": "Tom Boyd",
    "others-0-email": "tom@cedar.example",
    "others-1-name": "Una Katz",
    "others-1-email": "una@cedar.example",
    "attends": "y",
    "brings_case": "y",
    "do": "send",
}


def enter(client: Client, person: Person) -> None:
    """Open a person's own page by their link."""
    client.get(f"/me/{make('me', person.id, person.link_version)}")


def test_an_organization_applies_is_admitted_and_each_person_says_yes(client: Client, db_session: Db) -> None:
    add_first_terms(by="command")
    cohort = makers.cohort()
    event = makers.cohort_event(cohort)
    db_session.commit()
    page = client.get("/cohorts/cohort-3").text
    assert "Applications are open" in page

    answer = client.submit("/cohorts/cohort-3/apply", TYPED)
    assert (answer.status_code, answer.location) == (303, "/cohorts/cohort-3/applied")
    made = db_session.scalars(select(CohortApplication)).one()
    assert (made.state, made.area, [each.name for each in made.team]) == (
        State.RECEIVED,
        "urban",
        ["Rosa Diaz", "Tom Boyd", "Una Katz"],
    )
    # Colleagues hear of it only once they are admitted.
    assert list(db_session.scalars(select(Letter.kind))) == ["cohort-received"]

    makers.sign_in(client)
    listed = client.get("/desk/cohorts/cohort-3/applications").text
    for words in ("Cedar Ridge Recovery", "Substance use treatment provider", "26 to 100 people"):
        assert words in listed.split("<tbody")[1].split("</tbody>")[0]
    path = f"/desk/cohorts/cohort-3/applications/{made.id}"
    assert client.submit(path, {"decision": "admitted", "message": "Welcome."}, form="applications").status_code == 303  # fmt: skip
    assert db_session.scalar(select(func.count()).select_from(Letter)) == 1
    assert "Welcome." in client.get("/desk/cohorts/cohort-3/release").text
    client.submit("/desk/cohorts/cohort-3/release", {"id": str(made.id)})
    kinds = sorted(db_session.scalars(select(Letter.kind)))
    assert kinds == ["cohort-admitted", "cohort-confirm", "cohort-confirm", "cohort-received"]

    for member in made.team[:2]:
        enter(client, member.person)
        client.submit(f"/me/cohorts/{member.id}", {"do": "yes", "shows_name": "y"})
    enter(client, made.team[2].person)
    client.submit(f"/me/cohorts/{made.team[2].id}", {"do": "no"})
    db_session.expire_all()
    assert [each.standing for each in made.team] == ["confirmed", "confirmed", "declined"]
    seats = db_session.scalars(select(Registration).where(Registration.event_id == event.id)).all()
    assert sorted((seat.name, seat.status, seat.source) for seat in seats) == [
        ("Rosa Diaz", "confirmed", "cohort"),
        ("Tom Boyd", "confirmed", "cohort"),
    ]
    enter(client, made.team[0].person)
    home = client.get("/cohorts/cohort-3/home").text
    assert "Tom Boyd" in home
    assert "tom@cedar.example" not in home
    assert "Una Katz" not in home


def test_errors_lose_nothing_and_nothing_is_kept(client: Client, db_session: Db) -> None:
    makers.cohort()
    db_session.commit()
    answer = client.submit(
        "/cohorts/cohort-3/apply",
        {**TYPED, "others-1-email": "tom@cedar.example", "brings_case": None, "zip": "4300"},
    )
    assert answer.status_code == 400
    for kept in ("Cedar Ridge Recovery", "Half of our peer staff leave within a year.", "Una Katz", "4300"):
        assert kept in answer.text
    for words in ("This address stands here twice", "commit to bring a case", "A ZIP code has five digits"):
        assert words in answer.text
    assert db_session.scalar(select(func.count()).select_from(CohortApplication)) == 0


def test_the_same_application_twice_is_one(client: Client, db_session: Db) -> None:
    asked = makers.question(makers.cohort(), "Who covers nights?", required=True)
    db_session.commit()
    assert client.submit("/cohorts/cohort-3/apply", TYPED).status_code == 400
    for organization in ("Cedar Ridge Recovery", "The Cedar Ridge Recovery, Inc."):
        client.submit(
            "/cohorts/cohort-3/apply", {**TYPED, "organization": organization, f"q{asked.id}": "Two of us"}
        )
    assert db_session.scalar(select(func.count()).select_from(CohortApplication)) == 1
    assert db_session.scalar(select(func.count()).select_from(CohortMember)) == 3
    kept = db_session.scalars(select(CohortApplication.answers)).one()
    assert kept == [[asked.id, "Who covers nights?", "Two of us"]]
    assert db_session.scalar(select(func.count()).select_from(Letter)) == 1


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        ({"opens_on": None, "closes_on": None}, "This cohort takes no applications."),
        ({"published": False}, None),
    ],
)
def test_a_cohort_that_takes_none(
    client: Client, db_session: Db, plan: dict[str, object], words: str | None
) -> None:
    makers.cohort(**plan)
    db_session.commit()
    page = client.get("/cohorts/cohort-3")
    assert page.status_code == (404 if words is None else 200)
    assert words is None or words in page.text
    assert client.get("/cohorts/cohort-3/apply").status_code == (404 if words is None else 303)


def test_whoever_joins_the_faculty_can_sign_in_and_sees_that_cohort_alone(
    client: Client, db_session: Db
) -> None:
    ours, theirs = makers.cohort(), makers.cohort("cohort-9")
    makers.admitted(theirs, "Elsewhere Clinic")
    makers.sign_in(client)
    given = {"role": "facilitator", "name": "Fay Cilit", "email": "fay@people.example", "line": "Ohio"}
    assert client.submit(f"/desk/cohorts/{ours.slug}/faculty", given).status_code == 303
    one = db_session.scalars(select(CohortFaculty)).one()
    account = db_session.scalars(select(Account).where(Account.person_id == one.person_id)).one()
    assert (one.role, account.role) == (Role.FACILITATOR, AccountRole.FACILITATOR)
    client.sign_in(account)
    listed = client.get("/desk/cohorts/").text
    assert "Cohort 3" in listed
    assert "Cohort 9" not in listed
    assert client.get("/desk/cohorts/cohort-9/members").status_code == 403
    assert client.get("/cohorts/cohort-9/home").status_code == 403
    assert client.get("/desk/cohorts/cohort-3/members").status_code == 200
    assert client.get("/cohorts/cohort-3/home").status_code == 200


def test_every_page_of_the_desk_opens(client: Client, db_session: Db) -> None:
    add_first_terms(by="command")
    cohort = makers.cohort(most_organizations=1, most_people=3)
    makers.cohort_event(cohort)
    application = makers.admitted(cohort)
    waiting = makers.application(cohort, "Second Clinic")
    decisions.decide(waiting, State.WAITING, by="command")
    makers.question(cohort, "Who covers nights?")
    makers.sign_in(client)
    assert "Who covers nights?" in client.get("/desk/cohorts/cohort-3/questions/preview").text
    for path in (
        "", "/questions", "/questions/add", "/edit", "/faculty", "/curriculum", "/applications", f"/applications/{application.id}", "/release", "/members",
        f"/applications/{application.id}/add", f"/members/{application.contact.id}/replace", "/attendance", "/attendance.csv",
        "/attendance.xlsx",
    ):  # fmt: skip
        assert client.get(f"/desk/cohorts/cohort-3{path}").status_code == 200, path
    assert client.get("/desk/cohorts/new").status_code == 200
    assert client.get("/desk/cohorts/").status_code == 200


def test_a_new_cohort_is_offered_the_program_of_the_last_and_says_what_it_still_needs(
    client: Client, db_session: Db
) -> None:
    makers.program("jam")
    makers.sign_in(client)
    assert client.get("/desk/cohorts/new").text.count("<option") > 2
    cohort = makers.cohort(published=False)
    db_session.commit()
    offered = client.get("/desk/cohorts/new").text.split('name="program"')[1]
    assert unescape(offered.split("</option>")[0]).endswith(">Workforce ECHO")

    def open_ones() -> list[str]:
        page = client.get(f"/desk/cohorts/{cohort.slug}").text
        return [
            unescape(words)
            for words in re.findall(r'<li class="check-open">.*?</span>(?:<a [^>]*>)?(.*?)<', page)
        ]

    page, first, second = "Show its page to the public; nobody can apply without", "Make its sessions", "Publish them, so that members are registered"  # fmt: skip
    people = ["Name a facilitator", "Name a case coordinator, who alone reads what presenters write"]
    assert open_ones() == [page, *people, first, second]
    draft = makers.cohort_event(cohort, published=False)
    faculty.add_faculty(cohort, "Fay", "fay@example.org", Role.FACILITATOR, by=makers.BY)
    faculty.add_faculty(cohort, "Cora", "cora@example.org", Role.COORDINATOR, by=makers.BY)
    db_session.commit()
    assert open_ones() == [page, second]
    schedule.publish(draft, by=makers.BY)
    plan = db_session.scalars(select(CohortPlan)).one()
    plan.published = True
    db_session.commit()
    assert open_ones() == []


def test_admitting_beyond_the_capacity_has_to_be_meant(client: Client, db_session: Db) -> None:
    cohort = makers.cohort(most_organizations=1)
    makers.admitted(cohort)
    second = makers.application(cohort, "Second Clinic")
    makers.sign_in(client)
    path = f"/desk/cohorts/cohort-3/applications/{second.id}"
    answer = client.submit(path, {"decision": "admitted"}, form="applications")
    assert answer.status_code == 400
    assert "2 organizations, and there is room for 1" in answer.text
    client.submit(path, {"decision": "admitted", "over": "y"}, form="applications")
    db_session.expire_all()
    assert second.decision == State.ADMITTED
    assert "Over capacity" in client.get("/desk/cohorts/cohort-3").text


def test_a_member_gives_the_place_to_a_colleague(client: Client, db_session: Db) -> None:
    cohort = makers.cohort()
    event = makers.cohort_event(cohort)
    member = makers.admitted(cohort).team[1]
    db_session.commit()
    enter(client, member.person)
    client.submit(
        f"/me/cohorts/{member.id}",
        {"name": "Nell New", "email": "nell@riverside.example"},
        form=f"team/{member.id}/replace",
    )
    db_session.expire_all()
    assert member.standing == Standing.REPLACED
    new = db_session.get_one(CohortMember, member.replaced_by_id)
    assert (new.name, new.standing) == ("Nell New", Standing.ASKED)
    seat = db_session.scalars(
        select(Registration).where(
            Registration.event_id == event.id, Registration.person_id == member.person_id
        )
    ).one()
    assert seat.status == "cancelled"
    # The seat is the cohort's: who left cannot take it again.
    client.submit("/me/", {}, form=f"seats/{seat.id}/rejoin")
    db_session.expire_all()
    assert seat.status == "cancelled"


def test_from_a_decision_there_is_a_way_to_the_next_undecided_application(
    client: Client, db_session: Db
) -> None:
    cohort = makers.cohort()
    first, second, third = (
        makers.application(cohort, f"{name} Clinic") for name in ("Alder", "Birch", "Cedar")
    )
    told = makers.application(cohort, "Told Clinic")
    decisions.decide(told, State.DECLINED, by="command")
    db_session.commit()
    makers.sign_in(client)
    where = "/desk/cohorts/cohort-3/applications"

    def way(id: int | None) -> str:
        page = unescape(client.get(f"{where}/{id}" if id else where).text)
        found = re.search(r"<p>(Next undecided:.*?left\.|No other application.*?)</p>", page, re.DOTALL)
        return re.sub(r"<[^>]*>", "", found[1]) if found else ""

    assert way(None) == "Next undecided: Alder Clinic. 3 applications are left."
    answer = client.submit(f"{where}/{second.id}", {"decision": "declined"}, follow_redirects=True)
    assert f'href="{where}/{third.id}">Cedar Clinic</a>. 2 applications are left.' in answer.text
    assert way(third.id) == "Next undecided: Alder Clinic. 1 application is left."
    for each in (first, third):
        decisions.decide(each, State.DECLINED, by="command")
    db_session.commit()
    assert way(third.id) == "No other application is left to decide. Tell 4 decisions"
    assert way(None) == ""


def test_the_contact_changes_what_the_application_says_until_it_is_decided(
    client: Client, db_session: Db
) -> None:
    cohort = makers.cohort()
    question = makers.question(cohort, "Who pays you?")
    made = makers.application(cohort)
    db_session.commit()
    enter(client, made.contact.person)
    path = f"/me/cohorts/{made.contact.id}/edit"
    answer = client.submit(
        path, {"challenge": "Nobody applies for nights.", "zip": "4300", f"q{question.id}": "A county"}
    )
    assert answer.status_code == 400
    assert "Nobody applies for nights." in answer.text
    typed = {
        "challenge": "Nobody applies for nights.",
        "zip": "66901",
        "setting": "sud",
        "size": "26-100",
        "state": "KS",
    }
    answer = client.submit(path, {**typed, f"q{question.id}": "A county"})
    assert answer.location == f"/me/cohorts/{made.contact.id}"
    db_session.expire_all()
    assert (made.challenge, made.area, made.place) == ("Nobody applies for nights.", "rural", "KS")
    assert made.answers == [[question.id, "Who pays you?", "A county"]]
    assert "A county" in client.get(path).text
    decisions.decide(made, State.ADMITTED, by="command")
    decisions.release([made], by="command")
    db_session.commit()
    assert client.get(path).status_code == 303
    assert client.get(f"/me/cohorts/{made.team[1].id}/edit").status_code == 404


def test_numbers_too_large_for_any_id_are_no_page(client: Client, db_session: Db) -> None:
    made = makers.application(makers.cohort())
    db_session.commit()
    enter(client, made.contact.person)
    huge = 2**63
    for path in (f"/me/cohorts/{huge}", f"/me/guests/{huge}", f"/me/cohorts/{made.contact.id}/edit/{huge}"):
        assert client.get(path).status_code == 404
    makers.sign_in(client)
    assert client.get(f"/desk/cohorts/cohort-3/applications/{huge}").status_code == 404


def test_a_guest_of_a_full_session_reads_that_they_wait(client: Client, db_session: Db) -> None:
    cohort = makers.cohort()
    event = makers.cohort_event(cohort, capacity=1, waiting_list=True)
    makers.admitted(cohort, "First Clinic", 1)
    guest = faculty.invite_guest(event, "Gus West", "gus@people.example", by="command")
    db_session.commit()
    enter(client, guest.person)
    path = f"/me/guests/{guest.id}"
    page = client.submit(path, {"do": "yes"}, follow_redirects=True).text
    assert page.count("You are on its waiting list") == 2  # said once on top, and on the page for good
    assert "You're in" not in page


def test_faculty_whose_session_ended_signs_in_and_gets_to_the_page(client: Client, db_session: Db) -> None:
    lead = makers.account()
    makers.cohort()
    db_session.commit()
    answer = client.get("/cohorts/cohort-3/home")
    assert (answer.status_code, answer.location) == (303, "/me/lost?next=/cohorts/cohort-3/home")
    way = "/signin?next=/cohorts/cohort-3/home"
    assert f'href="{way}"' in client.get(answer.location).text
    for elsewhere in ("//evil.example/cohorts/", "/desk/", ""):
        assert "/signin?next=" not in client.get(f"/me/lost?next={elsewhere}").text
    client.sign_in(lead)
    assert client.get(way).location == "/cohorts/cohort-3/home"


def test_an_invitation_is_taken_back_and_given_again(client: Client, db_session: Db) -> None:
    cohort = makers.cohort()
    event = makers.cohort_event(cohort)
    guest = faculty.invite_guest(event, "Gus West", "gus@people.example", by="command")
    faculty.answer_guest(guest, True, by=f"person:{guest.person_id}")
    db_session.commit()
    members, page = "/desk/cohorts/cohort-3/members", f"/me/guests/{guest.id}"
    makers.sign_in(client)
    assert "gus@people.example" in client.get(members).text
    client.submit(members, {}, form=f"/guests/{guest.id}/drop")
    seat = of_person(event.id, guest.person_id)
    assert seat is not None
    assert seat.status == "cancelled"
    listed = client.get(members).text
    assert "Taken back" in listed
    assert f"/guests/{guest.id}/drop" not in listed
    # A page that was open before, with its button.
    with pytest.raises(Refused, match="was taken back"):
        faculty.answer_guest(guest, True, by="command")
    enter(client, guest.person)
    shown = client.get(page).text
    assert "This invitation was taken back" in shown
    assert "Yes, I will come" not in shown

    again = faculty.invite_guest(event, "Gus West", "gus@people.example", by="command")
    db_session.commit()
    assert again.id == guest.id
    assert db_session.scalar(select(func.count()).where(Letter.kind == "cohort-guest")) == 2
    client.submit(page, {"do": "yes"}, follow_redirects=True)
    db_session.expire_all()
    assert seat.status == "confirmed"
    # Of another cohort's guests nothing can be taken back, whoever asks.
    makers.cohort("cohort-9")
    db_session.commit()
    makers.sign_in(client)
    token = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(members).text)[0]
    wrong = client.post(f"/desk/cohorts/cohort-9/guests/{guest.id}/drop", data={"csrf_token": token})
    assert wrong.status_code == 404
