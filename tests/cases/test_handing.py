"""A case goes on to a colleague: by its presenter, or by who leads the cohort once the presenter has left."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session, scoped_session

from jam.audit.models import AuditEntry
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import frozen, now
from jam.base.privacy import ERASED
from jam.cases import handing, retention, review
from jam.cases.handing import hand
from jam.cases.identifier_kinds import Kind
from jam.cases.known import known_of
from jam.cases.models import Copy, EchoCase
from jam.cases.queries import has_left
from jam.cases.rules import Newness, State, Who, why_not_handed
from jam.cases.steps import lock
from jam.cohorts import members
from jam.cohorts.models import CohortMember
from jam.cohorts.rules import Role
from jam.mail.jobs import deliver
from jam.mail.models import Letter
from jam.mail.rules import State as Delivery
from jam.outcomes import following
from jam.outcomes.jobs import follow_up
from jam.people.actions import merge
from jam.privacy.actions import erase
from jam.vocabulary.actions import add_first_terms
from tests import makers
from tests.cases.brought import BY, case, enter, faculty, member
from tests.clients import Client
from tests.forms import forms_of
from tests.outcomes.followed import sent_case

one_engine = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
Db = scoped_session[Session]


@pytest.fixture
def who(db_session: Db) -> CohortMember:
    """A member with one colleague on the team."""
    add_first_terms(by=BY)
    return member(makers.cohort())


def colleague(of: CohortMember) -> CohortMember:
    return of.application.team[1]


def letters(db_session: Db, to: CohortMember) -> list[tuple[str, str]]:
    query = select(Letter).where(Letter.recipient_id == to.person_id, Letter.kind.startswith("case-"))
    return [(each.kind, each.state) for each in db_session.scalars(query.order_by(Letter.id))]


@pytest.mark.parametrize("state", State)
def test_who_may_hand_on(state: State) -> None:
    over = "It is over, so nothing is left to be done for it."
    theirs = "Who brings it is a member of the cohort, and hands it on from the case's own page."
    ended = state in (State.CLOSED, State.WITHDRAWN)
    assert why_not_handed(state, Who.PRESENTER, False) == (over if ended else None)
    assert why_not_handed(state, Who.LEAD, True) == (over if ended else None)
    assert why_not_handed(state, Who.LEAD, False) == (over if ended else theirs)


def test_a_presenter_hands_a_case_to_a_colleague(client: Client, db_session: Db, who: CohortMember) -> None:
    made, to = case(who, State.CHANGES), colleague(who)
    db_session.commit()
    page = f"/me/cases/{made.code}"
    enter(client, who.person)
    assert f"{page}/hand" in client.get(page).text
    assert (
        client.submit(f"{page}/hand", {"to": None}).status_code == 400
    )  # nobody is meant who was not chosen
    answer = client.submit(f"{page}/hand", {"to": str(to.id)}, follow_redirects=True)
    assert f"{to.name} brings {made.shown} from now on." in answer.text
    assert made.shown not in client.get("/me/").text
    for path in (page, f"{page}/edit", f"{page}/hand", f"{page}/follow-up"):
        gone = client.get(path)
        assert (gone.status_code, "A colleague of your team brings" in gone.text) == (404, True)

    enter(client, to.person)
    assert made.shown in client.get("/me/").text
    theirs = client.get(page).text
    assert "The second paragraph names a town." in theirs
    assert "We pay what others pay." in theirs
    assert f"{who.name} brought it before you" in theirs
    db_session.refresh(made)
    assert (made.person_id, made.member_id) == (to.person_id, to.id)
    # Who sends it gives their own word.
    assert (made.consent_at, made.attested_at) == (None, None)
    [entry] = db_session.scalars(select(AuditEntry).where(AuditEntry.action == "cases.hand"))
    assert (entry.actor, entry.object_id) == (f"person:{who.person_id}", made.id)
    # What has to be changed is theirs to change.
    assert letters(db_session, to) == [("case-handed", "due"), ("case-changes", "due")]

    # The button was pressed twice; and what was typed meanwhile in another window is shown, but not kept.
    enter(client, who.person)
    twice = client.post(f"{page}/hand", data={"to": str(to.id), "csrf_token": client.token()})
    assert (twice.status_code, twice.location) == (303, "/me/")
    typed = {"situation": "Typed before it went.", "csrf_token": client.token()}
    late = client.post(f"{page}/edit", data=typed)
    assert (late.status_code, "Typed before it went." in late.text) == (404, True)
    script = client.post(f"{page}/edit", data={**typed, "do": "autosave"})
    assert script.status_code == 409
    assert "A colleague of your team brings" in script.get_json()["problem"]


@one_engine
def test_letters_to_the_earlier_presenter_stop_and_both_hear_of_it(db_session: Db, who: CohortMember) -> None:
    made, to = case(who, State.APPROVED), colleague(who)
    hand(made, to, Who.PRESENTER, giver=who.person, by=BY)
    hand(made, to, Who.PRESENTER, giver=who.person, by=BY)  # the button pressed twice
    db_session.commit()
    assert letters(db_session, who) == [
        ("case-received", "withdrawn"),
        ("case-approved", "withdrawn"),
        ("case-handed-on", "due"),
    ]
    assert letters(db_session, to) == [("case-handed", "due")]
    [theirs] = db_session.scalars(select(Letter).where(Letter.kind == "case-handed-on"))
    assert not any("echo-case" in target for target in theirs.links.values())
    assert to.name not in theirs.text
    # The words that were sent stand with the word of who sent them; if they change, the next one gives theirs.
    assert made.consent_at is not None
    review.recall(made, by=BY)
    review.ask(made, "Say less of the town.", by=BY)
    assert (made.consent_at, made.attested_at) == (None, None)


@one_engine
def test_what_a_case_follows_up_goes_along(client: Client, db_session: Db, who: CohortMember) -> None:
    first, made, to = case(who), case(who, State.DRAFT), colleague(who)
    made.newness, made.earlier_id = Newness.FOLLOW_UP, first.id
    db_session.commit()
    enter(client, who.person)
    assert "It follows up" in client.get(f"/me/cases/{made.code}").text
    hand(made, to, Who.PRESENTER, giver=who.person, by=BY)
    db_session.commit()
    enter(client, to.person)
    edit = f"/me/cases/{made.code}/edit"
    assert client.submit(edit, {"situation": "Written by the next.", "do": "save"}).status_code == 303
    db_session.refresh(made)
    assert (made.words(Copy.ORIGINAL)["situation"], made.earlier_id) == ("Written by the next.", first.id)


@one_engine
@pytest.mark.parametrize("deed", ["edit", "withdraw", "attachments", "follow-up", "follow-up/letters"])
def test_what_waited_while_it_was_handed_on_is_not_done_to_it(
    client: Client, db_session: Db, who: CohortMember, deed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = sent_case(who)[0] if deed.startswith("follow-up") else case(who, State.CHANGES)
    to, stood = colleague(who), made.state
    db_session.commit()

    theirs = {"person_id": to.person_id, "member_id": to.id}
    giver = who.person_id

    def late(found: EchoCase) -> None:
        db.session.execute(update(EchoCase).values(theirs), execution_options={"synchronize_session": False})
        lock(found)

    enter(client, who.person)
    monkeypatch.setattr(handing, "lock", late)
    monkeypatch.setattr(handing, "_earlier", lambda _: [giver])
    typed = {"situation": "Mine.", "words-1": "Mine.", "do": "stop", "csrf_token": client.token()}
    answer = client.post(f"/me/cases/{made.code}/{deed}", data=typed)
    assert (answer.status_code, "A colleague of your team brings" in answer.text) == (404, True)
    assert ("Mine." in answer.text) == (deed in ("edit", "follow-up"))
    db_session.refresh(made)
    assert made.state == stood
    assert "Mine." not in made.words(Copy.ORIGINAL).values()


@one_engine
def test_it_is_not_handed_on_once_somebody_else_brings_it(
    db_session: Db, who: CohortMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, other = case(who, State.APPROVED), makers.person("other@people.example")
    db_session.commit()

    def late(found: EchoCase) -> None:
        db_session.execute(update(EchoCase).values(person_id=other.id))
        lock(found)

    monkeypatch.setattr(handing, "lock", late)
    with pytest.raises(Refused, match="Somebody else brings this case"):
        hand(made, colleague(who), Who.LEAD, by=BY)


@one_engine
def test_a_letter_that_failed_or_leaves_now_never_carries_the_next_ones_link(
    db_session: Db, who: CohortMember
) -> None:
    made, to = case(who, State.APPROVED), colleague(who)
    first, second = db_session.scalars(
        select(Letter).where(Letter.scope_kind == "echo-case", Letter.recipient_id == who.person_id)
    )
    first.state, second.state = Delivery.FAILED, Delivery.SENDING
    db_session.commit()
    with pytest.raises(Refused, match="leaving this very moment"):
        hand(made, to, Who.PRESENTER, giver=who.person, by=BY)
    db_session.rollback()
    second.state = Delivery.SENT
    hand(made, to, Who.PRESENTER, giver=who.person, by=BY)
    db_session.commit()
    assert letters(db_session, who)[0] == ("case-received", "withdrawn")
    # Even one that stands again by whatever way does not leave.
    first.state = Delivery.DUE
    db_session.commit()
    deliver()
    db_session.expire_all()
    assert first.reason == "Somebody else brings the case now."


@one_engine
def test_only_confirmed_colleagues_of_the_same_team_may_take_it(db_session: Db, who: CohortMember) -> None:
    made, stranger = case(who), member(who.cohort, "Lakeside Clinic")
    asked = members.add(who.application, "Late Comer", "late@people.example", by=BY)
    assert handing.takers(made) == [colleague(who)]
    for other in (stranger, asked):
        with pytest.raises(Refused, match="somebody of the organization's team"):
            hand(made, other, Who.PRESENTER, giver=who.person, by=BY)
    with pytest.raises(Refused, match="another colleague meanwhile"):
        hand(made, colleague(who), Who.PRESENTER, giver=stranger.person, by=BY)
    members.leave(colleague(who), by=BY)
    assert handing.takers(made) == []


@one_engine
def test_who_leads_hands_on_what_a_replaced_member_left(
    client: Client, db_session: Db, who: CohortMember
) -> None:
    lead, made = faculty(who.cohort, Role.FACILITATOR), case(who, State.APPROVED)
    db_session.commit()
    desk = f"/desk/cohorts/{who.cohort.slug}"
    page = f"{desk}/cases/{made.code}/hand"
    client.sign_in(lead)
    assert "hands it on from the case" in client.get(page).text
    assert client.post(page, data={"to": colleague(who).id}).status_code == 400
    assert f"brings {made.shown}" in client.get(f"{desk}/members/{who.id}/replace").text

    new = members.replace(who, "Nia New", "nia@people.example", by=BY)
    members.answer(new, True, by=BY)
    db_session.commit()
    assert f"Hand on {made.shown}" in client.get(f"{desk}/members").text
    assert page in client.get("/desk/").text
    assert page in client.get(f"{desk}/cases").text
    [form] = [each for each in forms_of(client.get(page).text) if "to" in each.values]
    assert form.values["to"] == [str(new.id)]  # who took the place is chosen
    assert client.submit(page, {"to": str(new.id)}).status_code == 303
    db_session.refresh(made)
    assert (made.person_id, has_left(made)) == (new.person_id, False)
    assert letters(db_session, new) == [("case-handed", "due")]
    assert letters(db_session, who)[-1] == ("case-handed-on", "due")
    twice = client.post(page, data={"to": str(new.id), "csrf_token": client.token()})
    assert (twice.status_code, twice.location) == (303, f"{desk}/cases")
    assert page not in client.get("/desk/").text


def test_follow_ups_go_to_the_colleague(db_session: Db, who: CohortMember) -> None:
    made, _ = sent_case(who)
    to = colleague(who)
    db_session.commit()
    noon = now().replace(hour=18, minute=0)
    with frozen(noon):
        follow_up()
        following.stop(made, True, by=BY)
        members.leave(who, by=BY)
        assert not following.asked_of(made).wanted
        hand(made, to, Who.LEAD, by=BY)
        db_session.commit()
        assert following.asked_of(made).wanted
        follow_up()
    sent = [("case-handed", "due"), ("case-follow-up", "due")]
    assert [each for each in letters(db_session, to) if each[0] != "case-summary"] == sent
    assert ("case-follow-up", "withdrawn") in letters(db_session, who)


@one_engine
def test_who_gets_a_case_back_is_asked_once_more(db_session: Db, who: CohortMember) -> None:
    made, _ = sent_case(who)
    db_session.commit()
    with frozen(now().replace(hour=18, minute=0)):
        follow_up()
        hand(made, colleague(who), Who.PRESENTER, giver=who.person, by=BY)
        hand(made, who, Who.PRESENTER, giver=colleague(who).person, by=BY)
        db_session.commit()
        follow_up()
        follow_up()
    asked = [state for kind, state in letters(db_session, who) if kind == "case-follow-up"]
    assert asked == ["withdrawn", "due"]


@one_engine
def test_the_colleague_hears_when_the_words_go(db_session: Db, who: CohortMember) -> None:
    made = case(who, State.APPROVED)
    made.cohort.starts_on = made.cohort.ends_on = (now() - timedelta(days=400)).date()
    made.state_at = now() - timedelta(days=400)
    db_session.flush()
    retention.announce(made)
    hand(made, colleague(who), Who.PRESENTER, giver=who.person, by=BY)
    assert letters(db_session, colleague(who)) == [("case-handed", "due"), ("case-going", "due")]


@one_engine
def test_a_case_stays_with_who_is_found_twice_on_a_team(db_session: Db, who: CohortMember) -> None:
    made, keep = case(who), colleague(who)
    merge(keep.person, who.person, by=BY)
    db_session.commit()
    assert (made.person_id, made.member_id, has_left(made)) == (keep.person_id, keep.id, False)


@one_engine
def test_who_was_found_to_be_somebody_else_still_reads_where_it_is(
    client: Client, db_session: Db, who: CohortMember
) -> None:
    made, keep = case(who), makers.person("keep@people.example")
    hand(made, colleague(who), Who.PRESENTER, giver=who.person, by=BY)
    merge(keep, who.person, by=BY)
    db_session.commit()
    enter(client, keep)
    assert "A colleague of your team brings" in client.get(f"/me/cases/{made.code}").text


@one_engine
@pytest.mark.parametrize("by_lead", [True, False])
def test_who_is_erased_stands_in_no_case_that_they_handed_on(
    db_session: Db, who: CohortMember, by_lead: bool
) -> None:
    name = who.person.name = "Wilma Ashgrove"
    made = case(who, State.IN_REVIEW, background=f"I am {name}, and we pay what others pay.")
    review.sign(made, dict.fromkeys(Kind, ""), by=BY)
    actor = "account:1" if by_lead else f"person:{who.person_id}"
    if by_lead:
        members.leave(who, by=BY)
    hand(made, colleague(who), Who.LEAD if by_lead else Who.PRESENTER, by=actor)
    erase(who.person, by=BY)
    for copy in Copy:
        assert made.words(copy)["background"] == f"I am {ERASED}, and we pay what others pay."
    assert made.signs == []  # they were given for other words
    assert ERASED not in known_of(made).people
    assert made.state == State.IN_REVIEW


@one_engine
def test_people_are_held_before_the_case_as_everywhere(
    db_session: Db, who: CohortMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, to, held = case(who, State.APPROVED), colleague(who), list[int]()
    monkeypatch.setattr(handing, "hold", lambda *people: held.extend(each.id for each in people))

    def after(found: EchoCase) -> None:
        assert held == [who.person_id, to.person_id]  # or an erasure and this one wait for each other
        lock(found)

    monkeypatch.setattr(handing, "lock", after)
    hand(made, to, Who.PRESENTER, giver=who.person, by=BY)
    assert made.person_id == to.person_id
