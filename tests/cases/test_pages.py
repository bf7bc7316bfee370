"""A case through its pages: written, sent, read beside its findings, signed, released, planned, read by the group."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from jam.audit.models import AuditEntry
from jam.base.errors import Refused
from jam.base.now import frozen, now
from jam.cases import actions, plans, review
from jam.cases.identifier_kinds import Kind
from jam.cases.models import CaseFile, CaseOpening, Copy, EchoCase
from jam.cases.queries import waiting
from jam.cases.rules import State, Who
from jam.cohorts.rules import Role
from jam.mail.kinds import resolve
from jam.mail.models import Letter
from jam.people.rules import AccountRole
from jam.schedule.actions import cancel
from jam.vocabulary.actions import add_first_terms
from tests import makers
from tests.cases.brought import BY, POSTED, TEXTS, case, enter, faculty, member
from tests.cases.test_reading import docx
from tests.clients import Client
from tests.forms import forms_of

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
Db = scoped_session[Session]


@pytest.fixture(autouse=True)
def _vocabulary(db_session: Db) -> None:
    add_first_terms(by=BY)


def kinds(db_session: Db) -> list[str]:
    return [
        each
        for each in db_session.scalars(select(Letter.kind).order_by(Letter.id))
        if each.startswith("case-")
    ]


def test_a_case_is_written_sent_asked_about_approved_planned_and_read(client: Client, db_session: Db) -> None:
    cohort = makers.cohort()
    event = makers.cohort_event(cohort)
    presenter, other = member(cohort), member(cohort, "Lakeside Clinic")
    coordinator, expert = faculty(cohort, Role.COORDINATOR), faculty(cohort, Role.EXPERT)
    lead = faculty(cohort, Role.FACILITATOR)
    db_session.commit()

    enter(client, presenter.person)
    answer = client.submit("/cohorts/cohort-3/home", {}, form="/cases")
    made = db_session.scalars(select(EchoCase)).one()
    assert answer.location == f"/me/cases/{made.code}/edit"
    edit = answer.location
    typed = {**POSTED, "background": "Here at Cedar Ridge we pay what others pay."}
    lever = str(client.get(edit).text.split('name="levers"')[1].split('value="')[1].split('"')[0])
    client.submit(edit, {**typed, "levers": [lever], "do": "save"})
    page = client.get(edit).text
    assert "Your own organization" in page
    assert "<mark>Cedar Ridge</mark>" in page
    assert client.submit(edit, {"do": "send"}).location == f"/me/cases/{made.code}"
    assert kinds(db_session) == ["case-received", "case-waiting"]

    desk = f"/desk/cohorts/cohort-3/cases/{made.code}"
    client.sign_in(coordinator)
    assert made.shown in client.get("/desk/cases").text
    closed = client.get(desk).text
    assert "supervisors leave" not in closed
    assert db_session.scalars(select(CaseOpening)).all() == []
    client.submit(desk, {}, form="/open")
    opened = client.get(desk).text
    assert "supervisors leave" in opened
    assert '<mark title="This looks like your own organization.' in opened
    client.submit(desk, {"words": "The background names you."}, form="/ask")
    assert kinds(db_session)[2:] == ["case-changes"]
    letter = db_session.scalars(select(Letter).where(Letter.kind == "case-changes")).one()
    assert "background" not in str(letter.values)

    enter(client, presenter.person)
    assert "The background names you." in client.get(edit).text
    client.submit(edit, {"background": "We pay what others pay, at Cedar Ridge.", "do": "send"})
    client.sign_in(coordinator)
    client.submit(desk, {"do": "review"}, form="/step")
    client.submit(desk, {"background": "We pay what others pay."}, form="/edit")
    assert "21 classes are still to be signed" in client.get(desk).text
    assert client.post(f"{desk}/step", data={"do": "approve"}).status_code in (303, 400)
    assert db_session.scalar(select(EchoCase.state)) == State.IN_REVIEW
    client.submit(desk, {"classes": [each.value for each in Kind]}, form="/sign")
    client.submit(desk, {"do": "approve"}, form="/step")
    db_session.expire_all()
    assert made.state == State.APPROVED
    assert made.words(Copy.ORIGINAL)["background"] == "We pay what others pay, at Cedar Ridge."

    read = f"/cohorts/cohort-3/cases/{made.code}"
    client.sign_in(expert)
    assert "We pay what others pay" not in client.get(read).text
    client.submit(read, {}, form="/cases")
    assert "We pay what others pay." in client.get(read).text
    assert "at Cedar Ridge" not in client.get(read).text
    assert client.get(desk).status_code == 403
    enter(client, other.person)
    assert client.get(read).status_code == 404
    assert made.code not in client.get("/cohorts/cohort-3/home").text

    client.sign_in(lead)
    assert client.get(desk).status_code == 403
    client.submit(f"{desk}/session", {"event": str(event.id)}, form="")
    # The button is a name of its own, which a form does not carry by itself.
    page = client.get(f"{desk}/session")
    assert page.status_code == 200
    plans.put_on(made, event, by=BY)
    db_session.commit()
    enter(client, other.person)
    assert client.get(read).status_code == 404
    with frozen(event.starts_at - timedelta(hours=15)):
        assert client.get(read).status_code == 404
    with frozen(event.starts_at - timedelta(hours=13)):
        assert made.code in client.get("/cohorts/cohort-3/home").text
        client.submit(read, {}, form="/cases")
        assert "We pay what others pay." in client.get(read).text
    seen = db_session.execute(select(CaseOpening.person_id, CaseOpening.copy).order_by(CaseOpening.id)).all()
    assert [tuple(each) for each in seen] == [
        (coordinator.person_id, "original"),
        (expert.person_id, "released"),
        (other.person_id, "released"),
    ]


def test_typing_is_kept_and_answered_with_what_was_found(client: Client, db_session: Db) -> None:
    made = case(member(makers.cohort()), State.DRAFT)
    db_session.commit()
    enter(client, made.person)
    page = client.get(f"/me/cases/{made.code}/edit")
    fields = {
        name: page.text.split(f'name="{name}"')[1].split('value="')[1].split('"')[0]
        for name in ("csrf_token", "seen")
    }
    path, fields = f"/me/cases/{made.code}/edit", {**fields, "do": "autosave"}
    answer = client.post(
        path, data={**fields, "background": "Dr. Halverson left.", "newness": "new", "area": "unknown"}
    )
    assert answer.json is not None
    assert [each["words"] for each in answer.json["found"]["background"]] == ["Dr. Halverson"]
    db_session.expire_all()
    assert made.words(Copy.ORIGINAL)["background"] == "Dr. Halverson left."
    stale = client.post(
        path, data={**fields, "background": "Something else.", "newness": "new", "area": "unknown"}
    )
    assert stale.status_code == 409
    db_session.expire_all()
    assert made.words(Copy.ORIGINAL)["background"] == "Dr. Halverson left."
    too_long = client.post(
        path,
        data={
            **fields,
            "seen": answer.json["seen"],
            "situation": "a" * 301,
            "newness": "new",
            "area": "rural",
        },
    )
    assert (too_long.status_code, "300 is the most" in str(too_long.json)) == (400, True)


def test_a_case_that_lacks_something_says_what_and_loses_nothing(client: Client, db_session: Db) -> None:
    made = case(member(makers.cohort()), State.DRAFT)
    db_session.commit()
    enter(client, made.person)
    answer = client.submit(
        f"/me/cases/{made.code}/edit",
        {"tried": "", "consent": None, "background": "Kept words.", "do": "send"},
    )
    assert answer.status_code == 400
    for words in ("“What you tried, and what happened”", "your consent", "Kept words."):
        assert words in answer.text
    db_session.expire_all()
    assert (made.state, made.words(Copy.ORIGINAL)["background"]) == (State.DRAFT, "Kept words.")


def test_attachments_are_read_kept_back_and_let_out_under_another_name(
    client: Client, db_session: Db
) -> None:
    cohort = makers.cohort()
    coordinator, expert = faculty(cohort, Role.COORDINATOR), faculty(cohort, Role.EXPERT)
    made = case(member(cohort), State.DRAFT)
    db_session.commit()
    enter(client, made.person)
    own = f"/me/cases/{made.code}"
    file = docx("<w:p><w:r><w:t>Turnover at Cedar Ridge</w:t></w:r></w:p>")
    client.submit(
        own, {"file": (__import__("io").BytesIO(file), "Cedar_Ridge_turnover.docx")}, form="/attachments"
    )
    assert (
        "PDF or Word"
        in client.submit(own, {"file": (__import__("io").BytesIO(b"MZ"), "x.exe")}, form="/attachments").text
    )
    client.submit(f"{own}/edit", {"do": "send"})
    kept = db_session.scalars(select(CaseFile)).one()
    desk, read = f"/desk/cohorts/cohort-3/cases/{made.code}", f"/cohorts/cohort-3/cases/{made.code}"
    client.sign_in(coordinator)
    assert client.get(f"{desk}/files/{kept.id}").location == desk
    client.submit(desk, {}, form="/open")
    page = client.get(desk).text
    assert "In its name: 1 passage" in page
    assert "In its text: 1 passage" in page
    assert client.get(f"{desk}/files/{kept.id}").data == file
    db_session.expire_all()
    review.start(made, by=BY)
    review.sign(made, dict.fromkeys(Kind, ""), by=BY)
    review.approve(made, by=BY)
    db_session.commit()
    client.sign_in(expert)
    client.submit(read, {}, form="/cases")
    assert "Attachments" not in client.get(read).text
    assert client.get(f"{read}/files/{kept.id}").status_code == 404
    review.recall(made, by=BY)
    review.let_out(made, kept, True, by=BY)
    review.sign(made, dict.fromkeys(Kind, ""), by=BY)
    review.approve(made, by=BY)
    db_session.commit()
    answer = client.get(f"{read}/files/{kept.id}")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{made.shown}-{kept.id}.docx"'
    assert "Cedar_Ridge" not in client.get(read).text


def test_a_change_of_the_released_words_takes_the_signs_away(db_session: Db) -> None:
    made = case(member(makers.cohort()), State.IN_REVIEW)
    review.sign(made, dict.fromkeys(Kind, ""), by=BY)
    assert review.unsigned(made) == []
    review.edit(made, {"situation": "Other words."}, by=BY)
    assert len(review.unsigned(made)) == len(Kind)


def test_a_cancelled_session_lets_its_cases_wait_and_tells_the_presenter(db_session: Db) -> None:
    cohort = makers.cohort()
    event = makers.cohort_event(cohort)
    made = case(member(cohort), State.SCHEDULED, event)
    db_session.commit()
    cancel(event, by=BY)
    assert (made.state, made.event_id) == (State.APPROVED, None)
    assert kinds(db_session)[-1] == "case-unscheduled"


def test_a_case_is_taken_back_until_it_is_presented(client: Client, db_session: Db) -> None:
    cohort = makers.cohort()
    expert = faculty(cohort, Role.EXPERT)
    made = case(member(cohort), State.APPROVED)
    db_session.commit()
    enter(client, made.person)
    client.submit(f"/me/cases/{made.code}", {}, form="/withdraw")
    db_session.expire_all()
    assert made.state == State.WITHDRAWN
    client.sign_in(expert)
    assert client.get(f"/cohorts/cohort-3/cases/{made.code}").status_code == 404


def test_an_opening_lasts_half_a_day(client: Client, db_session: Db) -> None:
    cohort = makers.cohort()
    expert = faculty(cohort, Role.EXPERT)
    made = case(member(cohort), State.APPROVED)
    db_session.commit()
    client.sign_in(expert)
    read = f"/cohorts/cohort-3/cases/{made.code}"
    client.submit(read, {}, form="/cases")
    assert "supervisors leave" in client.get(read).text
    with frozen(now() + timedelta(hours=13)):
        assert "supervisors leave" not in client.get(read).text


def test_two_cases_of_one_organization_in_a_session_are_pointed_at(client: Client, db_session: Db) -> None:
    cohort = makers.cohort()
    event = makers.cohort_event(cohort)
    mine = member(cohort)
    first = case(mine, State.SCHEDULED, event)
    second = case(mine, State.APPROVED)
    lead = faculty(cohort, Role.FACILITATOR)
    db_session.commit()
    client.sign_in(lead)
    page = client.get(f"/desk/cohorts/cohort-3/cases/{second.code}/session").text
    assert f"the same organization already brings {first.shown}" in page


def test_a_case_waits_for_staff_only_when_there_is_something_to_do(db_session: Db) -> None:
    cohort = makers.cohort()
    event = makers.cohort_event(cohort)
    mine = member(cohort)
    sent, planned = case(mine), case(mine, State.SCHEDULED, event)
    assert waiting([cohort.id]) == [sent]
    with frozen(event.starts_at + timedelta(minutes=1)):
        assert waiting([cohort.id]) == [sent, planned]


def test_no_word_of_a_case_stands_in_the_log(db_session: Db) -> None:
    case(member(makers.cohort()), State.PRESENTED)
    actions = list(
        db_session.scalars(select(AuditEntry.action).where(AuditEntry.action.startswith("cases.")))
    )
    assert actions == [
        "cases.begin", "cases.write", "cases.submit", "cases.review", "cases.sign", "cases.approve", "cases.schedule",
    ]  # fmt: skip


def test_a_draft_that_was_taken_back_was_never_anybody_elses(client: Client, db_session: Db) -> None:
    cohort = makers.cohort()
    made = case(member(cohort), State.DRAFT)
    actions.withdraw(made, Who.PRESENTER, by=BY)
    db_session.commit()
    makers.sign_in(client)
    assert made.shown not in client.get(f"/desk/cohorts/{cohort.slug}/cases").text
    assert client.get(f"/desk/cohorts/{cohort.slug}/cases/{made.code}").status_code == 404


def test_nobody_signs_words_that_they_did_not_see(db_session: Db) -> None:
    made = case(member(makers.cohort()), State.IN_REVIEW)
    seen = review.version(made)
    with frozen(now() + timedelta(minutes=1)):
        assert review.edit(made, {**TEXTS, "situation": "Half of them leave."}, seen=seen, by=BY)
        with pytest.raises(Refused, match="Somebody changed the words meanwhile"):
            review.sign(made, dict.fromkeys(Kind, ""), seen=seen, by=BY)
        with pytest.raises(Refused, match="is not saved"):
            review.edit(made, dict(TEXTS), seen=seen, by=BY)
        assert made.words(Copy.RELEASED)["situation"] == "Half of them leave."
        assert made.signs == []


def test_a_case_of_a_cohort_without_a_coordinator_is_told_to_organizers(db_session: Db) -> None:
    organizer = makers.account()
    makers.account(AccountRole.REVIEWER)
    case(member(makers.cohort()))
    told = db_session.scalars(select(Letter.recipient_id).where(Letter.kind == "case-waiting")).all()
    assert told == [organizer.person_id]


def test_ticks_and_reasons_of_a_sign_form_with_a_fault_come_back(client: Client, db_session: Db) -> None:
    cohort = makers.cohort()
    coordinator = faculty(cohort, Role.COORDINATOR)
    made = case(member(cohort), State.IN_REVIEW)
    db_session.commit()
    client.sign_in(coordinator)
    path = f"/desk/cohorts/cohort-3/cases/{made.code}"
    client.submit(path, {}, form="/open")
    review.edit(made, {**TEXTS, "background": "We work in Columbus, Ohio 43004."}, by=BY)
    db_session.commit()
    typed = {"classes": [Kind.NAME], "note_geography": "It is a whole state.", "seen": "an hour ago"}
    page = client.submit(path, typed, form="/sign")
    assert page.status_code == 400
    form = next(each for each in forms_of(page.text) if each.action.endswith("/sign"))
    sent = form.values
    assert sent["classes"] == [Kind.NAME]
    assert sent["note_geography"] == ["It is a whole state."]


def test_the_queue_asks_the_same_however_many_wait(client: Client, db_session: Db) -> None:
    coordinators = []
    for number in range(3):
        cohort = makers.cohort(f"cohort-{number}")
        coordinators.append(faculty(cohort, Role.COORDINATOR))
        case(member(cohort, f"Clinic {number}"))
    organizer = makers.account()
    db_session.commit()
    client.sign_in(organizer)
    client.get("/desk/cases")
    with makers.statements() as few:
        assert client.get("/desk/cases").text.count("ECHO-") == 3
    for number in range(3):
        made = case(member(makers.cohort(f"cohort-{number}"), f"House {number}"), State.APPROVED)
        made.files.append(
            CaseFile(
                name="a.pdf",
                stored_as="a",
                media_type="application/pdf",
                size=1,
                sha256="",
                words="Cedar " * 9,
                uploaded_at=now(),
            )
        )
    db_session.commit()
    with makers.statements() as many:
        page = client.get("/desk/cases").text
    assert page.count("ECHO-") == 6
    assert len(many) == len(few)
    assert not any("case_file" in each for each in many)


def test_a_follow_up_names_a_case_of_ones_own_team(client: Client, db_session: Db) -> None:
    cohort = makers.cohort()
    team = makers.admitted(cohort, "Cedar Ridge Recovery", 2)
    first, colleague = team.team
    held = case(first, State.RECOMMENDED)
    unread, elsewhere = case(first), case(member(cohort, "Lakeside Clinic"), State.CLOSED)
    db_session.commit()
    enter(client, first.person)
    answer = client.submit(f"/me/cases/{held.code}", {}, form="/cases")
    made = db_session.scalars(select(EchoCase).order_by(EchoCase.id.desc())).first()
    assert made is not None
    assert (answer.location, made.newness, made.earlier_id) == (
        f"/me/cases/{made.code}/edit",
        "follow-up",
        held.id,
    )
    # The draft is untouched, so this button gives it as the new case that was asked for.
    assert client.submit("/cohorts/cohort-3/home", {}, form="/cases").location == answer.location
    db_session.expire_all()
    assert (made.newness, made.earlier_id) == ("new", None)

    enter(client, colleague.person)  # who takes it up has not brought it
    begun = client.submit("/cohorts/cohort-3/home", {}, form="/cases").location
    offered = client.get(begun).text.split('name="earlier"')[1].split("</select>")[0]
    assert f"{held.shown}, brought on " in offered
    assert unread.shown not in offered
    assert elsewhere.shown not in offered
    assert made.shown not in offered


def told(db_session: Db, kind: str) -> dict[int, str]:
    """The letters of a kind by who got them: their whole values."""
    rows = db_session.scalars(select(Letter).where(Letter.kind == kind).order_by(Letter.id))
    return {each.recipient_id: str(each.values) for each in rows if each.recipient_id is not None}


def test_the_faculty_is_told_what_is_released_and_the_leads_what_cannot_be_planned_any_more(
    client: Client, db_session: Db
) -> None:
    cohort = makers.cohort()
    event = makers.cohort_event(cohort)
    roles = (Role.COORDINATOR, Role.FACILITATOR, Role.EXPERT)
    coordinator, lead, expert = (faculty(cohort, role) for role in roles)
    elsewhere = faculty(makers.cohort("cohort-9"), Role.EXPERT)
    made = case(member(cohort), State.SCHEDULED, event)
    db_session.commit()
    assert told(db_session, "case-released").keys() == {lead.person_id, expert.person_id}
    letter = db_session.scalars(select(Letter).where(Letter.recipient_id == expert.person_id)).one()
    way = resolve("echo-case-read", letter.links["read_page"][1]).removeprefix("http://jam.example")
    # Who is not signed in is asked to; who is gets on to the case.
    assert client.get(way).status_code == 200
    client.sign_in(expert)
    assert client.get(way).location == f"/cohorts/cohort-3/cases/{made.code}"
    client.sign_in(elsewhere)
    assert client.get(f"/cohorts/cohort-3/cases/{made.code}").status_code == 403

    enter(client, made.person)
    client.submit(f"/me/cases/{made.code}", {}, form="/withdraw")
    gone = told(db_session, "case-gone")
    assert gone.keys() == {lead.person_id, coordinator.person_id}
    assert "Its presenter took it back." in gone[lead.person_id]
    assert "It was planned for" in gone[lead.person_id]
    assert "where a place is free now." in gone[lead.person_id]
    assert made.person.name not in str(gone)


def test_no_place_is_free_at_a_session_that_is_over(db_session: Db) -> None:
    cohort = makers.cohort()
    lead = faculty(cohort, Role.FACILITATOR)
    with frozen(now() - timedelta(days=10)):
        event = makers.cohort_event(cohort, starts_at=now() + timedelta(days=5))
        over = case(member(cohort), State.SCHEDULED, event)
    actions.withdraw(over, Who.PRESENTER, by=BY)
    said = told(db_session, "case-gone")[lead.person_id]
    assert "It was planned for" in said
    assert "free now" not in said


def test_who_takes_a_release_back_need_not_be_told_of_it(db_session: Db) -> None:
    cohort = makers.cohort()
    coordinator, lead = faculty(cohort, Role.COORDINATOR), faculty(cohort, Role.FACILITATOR)
    made = case(member(cohort), State.APPROVED)
    review.recall(made, by=coordinator.actor)
    assert told(db_session, "case-gone").keys() == {lead.person_id}
    sent = case(member(cohort, "Lakeside Clinic"), State.SUBMITTED)
    actions.withdraw(sent, Who.PRESENTER, by=BY)  # nobody had it in a plan
    assert len(told(db_session, "case-gone")) == 1


def test_who_takes_a_case_back_for_its_presenter_says_why(client: Client, db_session: Db) -> None:
    cohort = makers.cohort()
    coordinator = faculty(cohort, Role.COORDINATOR)
    made = case(member(cohort), State.CHANGES)
    actions.submit(made, by=BY)
    db_session.commit()
    client.sign_in(coordinator)
    desk = f"/desk/cohorts/cohort-3/cases/{made.code}"
    client.submit(desk, {}, form="/open")
    # What was asked before stands beside what came back.
    assert "The second paragraph names a town." in client.get(desk).text
    for typed, problem in ((" ", "Say why you take it back"), ("Too long. " * 200, "The reason")):
        answer = client.post(
            f"{desk}/step", data={"do": "withdraw", "why": typed, "csrf_token": client.token()}
        )
        assert answer.status_code == 400
        assert problem in answer.text
        assert f">{typed}</textarea>" in answer.text
    assert db_session.scalar(select(EchoCase.state)) == State.SUBMITTED
    client.submit(
        desk, {"do": "withdraw", "why": "It tells of one person; bring it without her."}, form="/step"
    )
    letter = db_session.scalars(select(Letter).where(Letter.kind == "case-withdrawn")).one()
    assert letter.values["why"] == "The case coordinator took it back; why, stands on its page."
    enter(client, made.person)
    page = client.get(f"/me/cases/{made.code}").text
    assert "The case coordinator took it back" in page
    assert "It tells of one person; bring it without her." in page
    # Who says why too late reads their words once more.
    client.sign_in(coordinator)
    late = {"do": "withdraw", "why": "It is two in one.", "csrf_token": client.token()}
    answer = client.post(f"{desk}/step", data=late)
    assert answer.status_code == 400
    assert "It is two in one." in answer.text


def test_who_takes_their_own_case_back_reads_no_reason(client: Client, db_session: Db) -> None:
    made = case(member(makers.cohort()), State.CHANGES)
    with frozen(now() + timedelta(minutes=1)):
        actions.withdraw(made, Who.PRESENTER, by=BY)
    db_session.commit()
    enter(client, made.person)
    assert "The second paragraph names a town." not in client.get(f"/me/cases/{made.code}").text
    assert db_session.scalars(select(Letter).where(Letter.kind == "case-withdrawn")).one().values["why"] == ""


def test_a_coordinator_reads_how_many_others_a_case_could_be_of_and_its_presenter_what_others_read(
    client: Client, db_session: Db
) -> None:
    cohort = makers.cohort()
    coordinator = faculty(cohort, Role.COORDINATOR)
    made = case(member(cohort), State.APPROVED)
    made.setting, made.size, made.area = "tribal", "26-100", "rural"
    for organization, size in (("Lakeside Clinic", "26-100"), ("Two Bridges", "1-25")):
        other = member(cohort, organization).application
        other.setting, other.size, other.area = "cmhc", size, "rural"
    waits = makers.application(cohort, "Elsewhere Clinic")
    waits.setting, waits.size, waits.area = "tribal", "26-100", "rural"
    db_session.commit()
    client.sign_in(coordinator)
    desk = f"/desk/cohorts/cohort-3/cases/{made.code}"
    client.submit(desk, {}, form="/open")
    told = "Of the 2 other organizations of this cohort, as many fit as well: setting none; size 1; rural or urban 2; all together none."
    assert told in client.get(desk).text
    made.setting = made.size = None
    made.area = "unknown"
    db_session.commit()
    assert "fit as well" not in client.get(desk).text

    made.setting, made.turnover = "tribal", "30-50"
    db_session.commit()
    enter(client, made.person)
    page = (
        client.get(f"/me/cases/{made.code}").text.split("What others may read")[1].split("What you wrote")[0]
    )
    for words in ("Tribal or Indian health program", "30 to 50 % a year", made.terms[0].name):
        assert words in page


def test_a_follow_up_leads_to_the_case_before_it_where_that_may_be_read(
    client: Client, db_session: Db
) -> None:
    cohort, before_it = makers.cohort(), makers.cohort("cohort-9")
    expert = faculty(cohort, Role.EXPERT)
    team = member(cohort)
    first = case(team, State.APPROVED)
    second = case(team, State.APPROVED)
    second.newness, second.earlier_id = "follow-up", first.id
    db_session.commit()
    client.sign_in(expert)
    read = f"/cohorts/cohort-3/cases/{second.code}"
    way = f'href="/cohorts/cohort-3/cases/{first.code}"'
    assert way not in client.get(read).text
    client.submit(read, {}, form="/cases")
    assert way in client.get(read).text
    for change in ({"state": State.IN_REVIEW}, {"state": State.APPROVED, "cohort_id": before_it.id}):
        for name, value in change.items():
            setattr(first, name, value)
        db_session.commit()
        assert f"/cases/{first.code}" not in client.get(read).text
