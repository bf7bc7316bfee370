"""Writing down what a group recommends: nothing lost, nothing twice, and only by who may."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import frozen, now
from jam.base.zones import EASTERN, wall
from jam.cases.models import Copy, EchoCase
from jam.cases.opening import note
from jam.cases.rules import State
from jam.cohorts.faculty import answer_guest, invite_guest
from jam.cohorts.members import leave, register_missing, show
from jam.cohorts.rules import Role
from jam.mail.models import Letter
from jam.outcomes import actions, merging
from jam.outcomes.actions import Line
from jam.outcomes.models import CaseRecommendation
from jam.outcomes.queries import sent, written
from jam.outcomes.voices import voices
from jam.people.models import Account
from jam.people.rules import AccountRole
from jam.registration.actions import record_join
from jam.vocabulary.actions import add_first_terms
from tests import makers
from tests.cases.brought import BY, case, enter, faculty, member
from tests.clients import Client
from tests.forms import forms_of
from tests.worlds import made_once

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
Db = scoped_session[Session]
#: When the case was made; its session begins when a test does.
START = now()


@made_once
def make_case() -> int:
    add_first_terms(by=BY)
    cohort = makers.cohort()
    made = case(
        member(cohort), State.SCHEDULED, makers.cohort_event(cohort), {"question1": "What keeps them?"}
    )
    db.session.commit()
    return made.id


@pytest.fixture
def held(app: Flask, db_session: Db) -> EchoCase:
    """A case whose session has begun."""
    with frozen(START):
        made = db_session.get_one(EchoCase, make_case())
    assert made.event is not None
    made.event.starts_at = now() - timedelta(minutes=20)
    made.event.ends_at = now() + timedelta(minutes=40)
    db_session.commit()
    return made


def recorder(held: EchoCase, client: Client, db_session: Db, role: Role = Role.RECORDER) -> Account:
    found = faculty(held.cohort, role)
    db_session.commit()
    client.sign_in(found)
    return found


def at(held: EchoCase, end: str) -> str:
    return f"/desk/cohorts/{held.cohort.slug}/cases/{held.code}/{end}"


def sync(client: Client, held: EchoCase, *lines: dict[str, object], **more: object) -> dict[str, object]:
    token = client.get(at(held, "capture/lines")).json["csrf"]
    answer = client.post(
        at(held, "capture/lines"), json={"lines": list(lines), **more}, headers={"X-CSRFToken": token}
    )
    assert answer.status_code == 200, answer.text
    return answer.json


def test_a_line_that_comes_twice_is_kept_once_and_a_changed_one_changed(
    client: Client, db_session: Db, held: EchoCase
) -> None:
    recorder(held, client, db_session)
    first = {"client_id": "a-1", "words": "Pay for the drive.", "link": "https://example.org/pay"}
    sync(client, held, first)
    said = sync(client, held, first, {"client_id": "a-2", "words": "Ask a peer."})
    assert [each["words"] for each in said["lines"]] == ["Pay for the drive.", "Ask a peer."]
    seen = said["lines"][0]["seen"]
    sync(client, held, {**first, "words": "Pay the drive home.", "seen": seen})
    said = sync(client, held, order=["a-2", "a-1"])
    assert [each["words"] for each in said["lines"]] == ["Ask a peer.", "Pay the drive home."]
    said = sync(client, held, {"client_id": "a-2", "removed": True})
    assert ([each["client_id"] for each in said["lines"]], said["gone"]) == (["a-1"], ["a-2"])
    sync(client, held, {"client_id": "a-2", "words": "Ask a peer."})  # the first try, arriving late
    assert [each.client_id for each in written(held)] == ["a-1"]


def test_two_people_at_once_lose_nothing(db_session: Db, held: EchoCase) -> None:
    actions.hold(held)
    line = actions.keep(held, Line("a", "Ask a peer."), by=BY)
    seen = actions.stamp(line)
    actions.keep(held, Line("a", "Ask two peers.", seen=seen), by="account:1")
    late = Line("a", "Ask a peer first.", seen=seen)
    assert actions.keep(held, late, by="account:2") is actions.keep(held, late, by="account:2")
    assert [each.words for each in written(held)] == ["Ask two peers.", "Ask a peer first."]


def test_a_request_that_comes_again_undoes_no_correction(db_session: Db, held: EchoCase) -> None:
    actions.hold(held)
    first = Line("a", "Pay as Mercy does.")
    line = actions.keep(held, first, by="account:1")
    corrected = Line("a", "Pay nights.", seen=actions.stamp(line))
    assert actions.keep(held, corrected, by="account:2") is line
    assert actions.keep(held, first, by="account:1") is line  # its first answer was lost
    assert [each.words for each in written(held)] == ["Pay nights."]
    again = Line("a", "Pay nights more.", seen=actions.stamp(line))
    actions.keep(held, again, by="account:1")
    assert actions.keep(held, corrected, by="account:2") is line
    assert [each.words for each in written(held)] == ["Pay nights more."]
    # Words that never came before are lost in no case.
    actions.keep(held, Line("a", "Pay days."), by="account:1")
    assert [each.words for each in written(held)] == ["Pay nights more.", "Pay days."]
    back = Line("a", "Pay nights.", seen=actions.stamp(line))
    actions.keep(held, back, by="account:1")
    assert line.words == "Pay nights."


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (Line("a", " "), "Write the recommendation."),
        (Line("a", "x", link="javascript:alert(1)"), "This is not a link."),
        (Line("a", "x", suggested_by_id=10_000), "not in this cohort"),
        (Line("a", "x", term_id=10_000), "lever"),
        (Line("a", "x", earlier_id=10_000), "earlier case"),
        (Line("a" * 37, "x"), "no number of its own"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(
    db_session: Db, held: EchoCase, line: Line, said: str
) -> None:
    with pytest.raises(Refused, match=said):
        actions.keep(held, line, by=BY)


def test_who_can_have_suggested_it_stands_in_a_list_with_those_first_who_are_there(
    client: Client, db_session: Db, held: EchoCase
) -> None:
    assert held.event is not None
    lead, other = faculty(held.cohort, Role.FACILITATOR), member(held.cohort, "Birch Clinic")
    shy, here = other, other.application.team[1]
    show(shy, name=False, address=False, by=BY)
    register_missing(here, [held.event_id], by=BY)
    record_join(makers.registration_of(held.event, here))
    gone = member(held.cohort, "Gone Clinic")
    actions.keep(held, Line("a", "Ask a peer.", suggested_by_id=gone.person_id), by=BY)
    for each in gone.application.team:
        leave(each, by=BY)
    [*mine] = held.member.application.team
    home = held.member.application.organization

    def names(*, organizations: bool) -> dict[str, list[str]]:
        found = voices(held, organizations=organizations)
        return {heading: [each.label for each in people] for heading, people in found.items()}

    told = {
        "Here now": [f"{here.name}, Birch Clinic"],
        "Faculty": [lead.person.name],
        "Birch Clinic": [f"{shy.name}, Birch Clinic"],
        home: [f"{each.name}, {home}" for each in mine],
        "Named before": [gone.name],
    }
    assert names(organizations=True) == told
    assert [*told] == [*names(organizations=True)]
    # Who does not lead the cohort reads no organization of who shows no name to the others.
    hidden = {**told, "Members": [shy.name]}
    del hidden["Birch Clinic"]
    assert names(organizations=False) == hidden
    db_session.commit()
    client.sign_in(lead)
    page = client.get(at(held, "capture")).text
    listed = page.split('name="suggested_by"')[1].split("</select>")[0]
    assert listed.index("The group") < listed.index("Here now") < listed.index("Faculty")
    assert f'data-name="{here.name}"' in listed
    # Nobody is here any more once the session is over.
    with frozen(held.event.ends_at):
        assert next(iter(voices(held))) == "Came in by their own link"


def test_two_of_one_name_can_be_told_apart_in_the_list(db_session: Db, held: EchoCase) -> None:
    assert held.event is not None
    one, other = member(held.cohort, "Birch Clinic").application.team[:2]
    expert = faculty(held.cohort, Role.EXPERT)
    guest = invite_guest(held.event, "Ana Lee", "ana@guest.example", by=BY)
    answer_guest(guest, True, by=BY)
    one.person.name, other.person.name, expert.person.name = "Ana Lee", "Ána Lee", "Ana Lee"
    found = {each.person_id: each.label for people in voices(held).values() for each in people}
    assert (found[one.person_id], found[other.person_id]) == (
        "Ana Lee, Birch Clinic (1)",
        "Ána Lee, Birch Clinic (2)",
    )
    assert (found[expert.person_id], found[guest.person_id]) == ("Ana Lee, Faculty", "Ana Lee, Guests")


def test_one_bad_line_keeps_no_other_back(client: Client, db_session: Db, held: EchoCase) -> None:
    recorder(held, client, db_session)
    said = sync(
        client, held, {"client_id": "bad", "words": "x", "link": "ftp://x"}, {"client_id": "ok", "words": "y"}
    )
    assert ([each["client_id"] for each in said["lines"]], list(said["problems"])) == (["ok"], ["bad"])


def test_without_the_script_every_line_is_a_form_that_saves_once(
    client: Client, db_session: Db, held: EchoCase
) -> None:
    account = recorder(held, client, db_session)
    assert "What keeps them?" not in client.get(at(held, "capture")).text
    client.submit(at(held, "capture"), {}, form="/open")
    page = client.get(at(held, "capture")).text
    assert "What keeps them?" in page
    typed = {
        "do": "recommendation",
        "client_id": "form-1",
        "words": "Share a nurse.",
        "suggested_by": str(account.person_id),
    }
    token = {"csrf_token": client.get(at(held, "capture/lines")).json["csrf"]}
    for _ in range(2):
        assert client.post(at(held, "capture"), data={**typed, **token}).status_code == 303
    client.post(at(held, "capture"), data={"do": "question", "client_id": "q", "words": "How many?", **token})
    client.post(
        at(held, "capture"), data={"do": "summary", "words": "They leave.", "confirmed": "y", **token}
    )
    page = client.get(at(held, "capture")).text
    assert [
        page.count(words)
        for words in ('<p class="text-break case-words">Share a nurse.', '<p class="text-break">How many?')
    ] == [1, 1]
    assert (held.summary, held.summary_confirmed_at is not None) == ("They leave.", True)
    bad = client.post(
        at(held, "capture"), data={**typed, **token, "client_id": "form-2", "words": "y", "link": "no"}
    )
    assert (bad.status_code, "This is not a link" in bad.text, ">y</textarea>" in bad.text) == (
        400,
        True,
        True,
    )


def test_only_who_leads_or_records_this_cohort_writes(client: Client, db_session: Db, held: EchoCase) -> None:
    elsewhere = faculty(makers.cohort("cohort-4"), Role.FACILITATOR)
    may = [faculty(held.cohort, role) for role in (Role.FACILITATOR, Role.RECORDER, Role.COORDINATOR)]
    may.append(makers.account(AccountRole.ORGANIZER))
    may_not = [elsewhere, faculty(held.cohort, Role.EXPERT), makers.account(AccountRole.REVIEWER)]
    db_session.commit()
    for account, status in [*((each, 200) for each in may), *((each, 403) for each in may_not)]:
        client.sign_in(account)
        for end in ("capture", "capture/lines", "recommendations"):
            assert client.get(at(held, end)).status_code == status, (account.person.name, end)
    client.sign_in(elsewhere)
    other = at(held, "capture").replace("cohort-3", "cohort-4")
    assert client.get(other).status_code == 404


def test_before_its_day_nothing_is_written(client: Client, db_session: Db, held: EchoCase) -> None:
    assert held.event is not None
    with frozen(held.event.starts_at - timedelta(days=2)), pytest.raises(Refused):
        actions.hold(held)
    recorder(held, client, db_session)
    held.state = State.CLOSED
    db_session.commit()
    token = client.get(at(held, "capture/lines")).json["csrf"]
    answer = client.post(
        at(held, "capture/lines"),
        json={"lines": [{"client_id": "x", "words": "y"}]},
        headers={"X-CSRFToken": token},
    )
    assert (answer.status_code, "closed" in answer.json) == (409, True)
    assert written(held) == []


# --- afterwards ---------------------------------------------------------------------------------------------------------


def letters(db_session: Db, held: EchoCase) -> list[tuple[str, str]]:
    rows = db_session.query(Letter).filter_by(scope_kind="echo-case", scope_id=held.id).order_by(Letter.id)
    return [
        (each.kind, each.to_name)
        for each in rows
        if each.kind in ("case-recommended", "case-summary", "case-none", "case-rewritten")
    ]


def test_from_the_session_to_the_presenter_and_the_members(
    client: Client, db_session: Db, held: EchoCase
) -> None:
    other = member(held.cohort, "Lakeside Clinic")
    show(other, name=False, address=False, by=BY)
    actions.hold(held)
    first = actions.keep(held, Line("a", "Pay for the drive.", suggested_by_id=other.person_id), by=BY)
    second = actions.keep(held, Line("b", "Aks a peer."), by=BY)
    lead = recorder(held, client, db_session, Role.FACILITATOR)
    client.submit(at(held, "capture"), {}, form="/presented")
    assert held.state == State.PRESENTED
    assert held.recommendations_due_on is not None
    page = client.get(at(held, "recommendations")).text
    assert "What the group recommends for your case" in page
    assert "Aks" not in page.split("The letter to the presenter")[1]
    fields = {f"words-{second.id}": "Ask a peer.", f"place-{second.id}": "1", "do": "send"}
    assert client.submit(at(held, "recommendations"), fields).status_code == 303
    assert (held.state, [each.words for each in sent(held)]) == (
        State.RECOMMENDED, ["Ask a peer.", "Pay for the drive."],
    )  # fmt: skip
    told = letters(db_session, held)
    assert told[0] == ("case-recommended", held.person.name)
    assert {kind for kind, _ in told[1:]} == {"case-summary"}
    assert held.person.name not in {name for _, name in told[1:]}
    again = client.submit(at(held, "recommendations"), {f"words-{first.id}": "Pay the drive."})
    client.submit(at(held, "recommendations"), {f"words-{second.id}": "Ask two peers."})
    assert (again.status_code, letters(db_session, held)[len(told) :]) == (
        303,
        [("case-rewritten", held.person.name)],
    )
    # What its readers see: the presenter with the names that members show, the faculty with all.
    for reader in (held.person, lead.person, other.person):
        note(held, reader, Copy.RELEASED)
    db_session.commit()
    seen = client.get(f"/cohorts/{held.cohort.slug}/cases/{held.code}").text
    assert [words in seen for words in ("Pay the drive.", "Ask two peers.", other.person.name)] == [True] * 3
    with client.session_transaction() as session:
        session.clear()
    enter(client, held.person)
    mine = client.get(f"/me/cases/{held.code}").text
    assert [words in mine for words in ("Pay the drive.", "Somebody of the group", other.person.name)] == [
        True, True, False,
    ]  # fmt: skip


def test_of_two_cases_of_a_session_the_second_comes_next(
    client: Client, db_session: Db, held: EchoCase
) -> None:
    assert held.event is not None
    starts, held.event.starts_at = held.event.starts_at, now() + timedelta(minutes=1)
    second = case(member(held.cohort, "Lakeside Clinic"), State.SCHEDULED, held.event)
    held.event.starts_at = starts
    recorder(held, client, db_session, Role.FACILITATOR)
    page = client.get(at(held, "capture")).text
    assert f'In this session, too: <a href="{at(second, "capture")}">{second.shown}</a>' in page
    assert f"It was presented: go on to {second.shown}" in page
    answer = client.submit(at(held, "capture"), {}, form="/presented")
    assert answer.location == at(second, "capture")
    page = client.get(answer.location).text
    assert f"{held.shown} was presented. Its recommendations wait for you on Today." in page
    assert "It was presented: go on to the letter" in page
    answer = client.submit(at(second, "capture"), {}, form="/presented")
    assert answer.location == at(second, "recommendations")


def test_nobody_sends_what_they_have_not_read_and_nobody_sends_twice(
    client: Client, db_session: Db, held: EchoCase
) -> None:
    held.state = State.PRESENTED
    actions.keep(held, Line("a", "Pay."), by=BY)
    recorder(held, client, db_session)
    page = client.get(at(held, "recommendations")).text
    whole = page.split('name="whole" value="')[1].split('"')[0]
    actions.keep(held, Line("b", "Ask."), by=BY)
    db_session.commit()
    assert client.submit(at(held, "recommendations"), {"whole": whole, "do": "send"}).status_code == 400
    assert held.state == State.PRESENTED
    assert client.submit(at(held, "recommendations"), {"do": "send"}).status_code == 303
    with pytest.raises(Refused, match="done already"):
        actions.send(held, by=BY)


def test_what_a_colleague_corrected_is_not_sent_in_its_old_words(
    client: Client, db_session: Db, held: EchoCase
) -> None:
    held.state = State.PRESENTED
    line = actions.keep(held, Line("a", "Pay as Mercy does."), by=BY)
    recorder(held, client, db_session)
    [form] = [
        each for each in forms_of(client.get(at(held, "recommendations")).text) if "whole" in each.values
    ]
    typed = {**form.values, "words-new": "Ask.", "do": "send"}
    actions.keep(held, Line("a", "Pay nights.", seen=actions.stamp(line)), by="account:99")
    db_session.commit()
    answer = client.post(at(held, "recommendations"), data=typed)
    assert (answer.status_code, "nothing is sent yet" in answer.text, "Mercy" in answer.text) == (
        400,
        True,
        False,
    )
    assert (held.state, [each.words for each in written(held)]) == (State.PRESENTED, ["Pay nights.", "Ask."])
    [form] = [each for each in forms_of(answer.text) if "whole" in each.values]
    typed = {**form.values, f"words-{line.id}": "Pay for nights.", f"place-{line.id}": "2", "do": "send"}
    for _ in range(2):  # a double press
        assert client.post(at(held, "recommendations"), data=typed).status_code == 303
    assert "It was sent already." in client.get(at(held, "recommendations")).text
    assert [each.words for each in sent(held)] == ["Ask.", "Pay for nights."]
    typed[f"words-{line.id}"] = "Pay for days."
    late = client.post(at(held, "recommendations"), data=typed)
    assert (late.status_code, "Pay for days." in late.text) == (400, True)
    assert [each.words for each in sent(held)] == ["Ask.", "Pay for nights."]


def test_the_screen_of_the_session_changes_nothing_that_was_sent(
    client: Client, db_session: Db, held: EchoCase
) -> None:
    held.state = State.PRESENTED
    line = actions.keep(held, Line("a", "Pay."), by=BY)
    actions.keep(held, Line("b", "Ask."), by=BY)
    actions.send(held, by=BY)
    recorder(held, client, db_session)
    said = sync(
        client, held, {"client_id": "a", "words": "Pay."}, {"client_id": "new", "words": "Mercy does."},
        {"client_id": "b", "words": "Ask Mercy.", "seen": actions.stamp(written(held)[1])}, order=["b", "a"],
    )  # fmt: skip
    assert {id: "They are sent." in words for id, words in said["problems"].items()} == {
        "new": True,
        "b": True,
    }
    assert [each.words for each in sent(held)] == ["Pay.", "Ask."]
    token = {"csrf_token": client.get(at(held, "capture/lines")).json["csrf"]}
    form = {"do": "recommendation", "client_id": "form", "words": "Mercy does.", **token}
    assert client.post(at(held, "capture"), data=form).status_code == 400
    assert line.words == "Pay."


def test_none_needs_a_reason_that_the_presenter_reads(client: Client, db_session: Db, held: EchoCase) -> None:
    held.state = State.PRESENTED
    recorder(held, client, db_session)
    assert client.submit(at(held, "recommendations"), {"do": "none", "why": " "}).status_code == 400
    assert (
        client.submit(at(held, "recommendations"), {"do": "none", "why": "The time ran out."}).status_code
        == 303
    )
    assert [kind for kind, _ in letters(db_session, held)] == ["case-none"]
    recorder(held, client, db_session, Role.FACILITATOR)
    assert "1 case is over and can be closed" in client.get("/desk/cohorts/cohort-3").text
    assert "Without a recommendation, to be closed" in client.get("/desk/cohorts/cohort-3/follow-ups").text
    enter(client, held.person)
    assert "The time ran out." in client.get(f"/me/cases/{held.code}").text


def test_nothing_is_read_before_it_is_sent(client: Client, db_session: Db, held: EchoCase) -> None:
    held.state = State.PRESENTED
    actions.keep(held, Line("a", "Quetzal."), by=BY)
    note(held, held.person, Copy.RELEASED)
    db_session.commit()
    enter(client, held.person)
    for path in (f"/me/cases/{held.code}", f"/cohorts/{held.cohort.slug}/cases/{held.code}"):
        answer = client.get(path)
        assert (answer.status_code, "Quetzal" in answer.text) == (200, False)
    assert db_session.query(CaseRecommendation).count() == 1


def test_who_only_records_finds_what_is_to_be_written_and_nothing_else(
    client: Client, db_session: Db, held: EchoCase
) -> None:
    waiting = case(held.member, State.SUBMITTED)
    recorder(held, client, db_session)
    page = client.get("/desk/cases").text
    assert [words in page for words in (at(held, "capture"), waiting.shown, "Cedar Ridge")] == [
        True,
        False,
        False,
    ]
    held.state, held.recommendations_due_on = State.PRESENTED, wall(now(), EASTERN).date() - timedelta(days=3)
    db_session.commit()
    for path in ("/desk/cases", "/desk/"):
        page = client.get(path).text
        assert [words in page for words in (at(held, "recommendations"), "3 days late")] == [True, True], path


def test_what_somebody_suggested_goes_with_them_when_two_people_are_one(
    db_session: Db, held: EchoCase
) -> None:
    keep, gone = makers.person(), member(held.cohort, "Lakeside Clinic").person
    line = actions.keep(held, Line("a", "Ask a peer.", suggested_by_id=gone.id), by=BY)
    merging.merge(keep, gone, by=BY, batch="1")
    assert line.suggested_by_id == keep.id
    assert (merging.unmerge(keep, gone, by=BY, batch="1"), line.suggested_by_id) == ([], gone.id)


def test_pages_ask_the_same_number_of_questions_however_much_was_said(
    client: Client, db_session: Db, held: EchoCase
) -> None:
    other = member(held.cohort, "Lakeside Clinic")
    account = recorder(held, client, db_session)
    note(held, account.person, Copy.RELEASED)
    lever = held.terms[0].id

    def much(number: int) -> list[int]:
        for each in range(number):
            line = Line(f"{number}-{each}", f"Line {each}.", other.person_id, lever)
            actions.keep(held, line, by=BY)
            actions.keep_note(held, f"{number}-{each}", "How many?", by=BY)
        db_session.commit()
        found = []
        for path in (
            at(held, "capture"),
            at(held, "capture/lines"),
            at(held, "recommendations"),
            "/desk/cases",
        ):
            with makers.statements() as asked:
                assert client.get(path).status_code == 200
            found.append(len(asked))
        return found

    few = much(1)
    assert (much(6), max(few) <= 40) == (few, True)


def test_what_may_tell_whose_case_it_is_is_pointed_at_for_who_knows(
    client: Client, db_session: Db, held: EchoCase
) -> None:
    actions.keep(held, Line("a", "Do as Cedar Ridge Recovery does; call 614-555-0199."), by=BY)
    found = {}
    for role in (Role.FACILITATOR, Role.RECORDER):
        recorder(held, client, db_session, role)
        page = client.get(at(held, "recommendations")).text
        assert ("The presenter&#39;s organization" in page) is (
            role == Role.FACILITATOR
        )  # no finding out by trying names
        found[role] = [f"<mark>{words}</mark>" in page for words in ("Cedar Ridge Recovery", "614-555-0199")]
    assert found[Role.FACILITATOR] == [True, True]
    assert found[Role.RECORDER][1]
