"""A presenter's own pages: nobody else's, always saying where it stands, and each button doing what it says once."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session, scoped_session

from jam.audit.queries import history
from jam.mail.jobs import deliver
from jam.mail.models import Letter
from jam.proposals import actions, decisions, rules, stage
from jam.proposals.files import checked_portrait
from jam.proposals.models import Proposal, ProposalFile
from jam.proposals.presenters import Other, Said
from jam.proposals.rules import STANDS, Saying, State
from jam.schedule import actions as schedule
from jam.schedule.given import Slot
from jam.schedule.models import AgendaItem
from jam.schedule.rules import ItemKind
from tests import makers
from tests.clients import Client
from tests.forms import forms_of
from tests.proposals import slides
from tests.proposals.offers import enter, in_days, own_path, proposal, yes
from tests.rows import every_row
from tests.worlds import files_of

Db = scoped_session[Session]
CAL = Other("Cal Roe", "cal@clinic.example", "Riverside Clinic")


def letters(db: Db) -> list[tuple[str, str]]:
    return [(each.kind, each.to_name) for each in db.scalars(select(Letter).order_by(Letter.id))]


def post(client: Client, made: Proposal, end: str, **fields: object) -> int:
    return client.post(own_path(made, end), data={"csrf_token": client.token(), **fields}).status_code


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("state", list(State))
def test_the_page_says_where_it_stands_in_plain_words(client: Client, db_session: Db, state: State) -> None:
    made = proposal(state)
    db_session.commit()
    enter(client, made.lead)
    page = client.get(own_path(made))
    assert page.status_code == 200
    assert STANDS[state] in page.text
    assert rules.WORDS[state] in client.get("/me/").text
    assert page.headers["Cache-Control"] == "no-store"


def test_a_link_leads_to_its_page_and_nowhere_else(client: Client, db_session: Db) -> None:
    made = proposal()
    db_session.commit()
    assert enter(client, made.lead) == own_path(made)
    token = forms_of(client.get("/me/").text)
    assert token
    from jam.me.pages import me_link

    path = me_link(made.lead.person_id).removeprefix("http://jam.example")
    for lure in ("//evil.example/", "https://evil.example/me/", "/desk/", "/\\evil.example", "/menu"):
        assert client.get(path, query_string={"to": lure}).location == "/me/"


def test_nobody_sees_or_touches_another_ones(client: Client, db_session: Db) -> None:
    mine, theirs = proposal(title="Mine"), proposal(State.SCHEDULED, title="Theirs", others=(CAL,))
    draft = proposal(State.DRAFT, title="A draft", others=(CAL,))
    cal = theirs.presenters[1]
    db_session.commit()
    enter(client, mine.lead)
    before = every_row()
    for made in (theirs, draft):
        for end in ("", "/edit", "/files/1"):
            assert client.get(own_path(made, end)).status_code == 404
        for end in ("/withdraw", "/presenting", "/confirm", "/about", "/recording", "/edit", "/slides", "/portrait",
                    "/portrait/drop", f"/presenters/{cal.id}/ask", f"/presenters/{cal.id}/drop", "/questions/1"):  # fmt: skip
            assert post(client, made, end, do="yes") == 404
    assert {name: rows for name, rows in every_row().items() if name != "rate_count"} == {
        name: rows for name, rows in before.items() if name != "rate_count"
    }
    enter(client, cal)
    assert client.get(own_path(draft)).status_code == 404  # a draft is its author's alone
    assert client.get(own_path(theirs)).status_code == 200
    for end in ("/withdraw", "/edit", f"/presenters/{cal.id}/drop", "/confirm", "/slides"):
        assert post(client, theirs, end) == 404  # asked, and not yet a presenter
    assert "A draft" not in client.get("/me/").text


def test_what_somebody_needs_is_not_told_to_other_presenters(client: Client, db_session: Db) -> None:
    made = proposal(State.ACCEPTED, others=(CAL,), access_needs="A seat, as I cannot stand for long")
    cal = made.presenters[1]
    db_session.commit()
    enter(client, made.lead)
    assert "cannot stand for long" in client.get(own_path(made)).text
    for saying in (cal.saying, Saying.CONFIRMED):
        cal.saying = saying
        db_session.commit()
        enter(client, cal)
        page = client.get(own_path(made))
        assert (page.status_code, "cannot stand for long" in page.text) == (200, False)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_agenda_names_nobody_who_has_not_said_yes(client: Client, db_session: Db) -> None:
    made = proposal(State.SCHEDULED, others=(CAL,))
    event, cal = made.event, made.presenters[1]
    assert event is not None
    db_session.commit()
    enter(client, cal)
    for answer, named in ((None, False), ("yes", True), ("no", False)):
        if answer is not None:
            assert post(client, made, "/presenting", do=answer) == 303
        page = client.get(f"/sessions/{event.slug}").text
        assert ("Rosa Teague, Riverside Clinic" in page, "Cal Roe" in page) == (True, named)


def test_taking_it_back_keeps_what_a_colleague_just_wrote_into_the_agenda(db_session: Db) -> None:
    event = makers.event()
    schedule.set_agenda(event, [Slot(ItemKind.WELCOME, "Welcome", "", 5)], by="command")
    made = proposal(State.CONFIRMED, at=event)
    assert [each.title for each in event.agenda] == [
        "Welcome",
        made.title,
    ]  # read before the colleague's change
    words = update(AgendaItem).where(AgendaItem.title == "Welcome").values(title="Good afternoon")
    db_session.execute(words.execution_options(synchronize_session=False))
    stage.withdraw(made, by=f"person:{made.lead.person_id}")
    assert [each.title for each in event.agenda] == ["Good afternoon", stage.FREE]


def test_words_change_until_somebody_reads_them(client: Client, db_session: Db) -> None:
    made = proposal()
    db_session.commit()
    enter(client, made.lead)
    assert (
        client.submit(own_path(made, "/edit"), {"title": "Peers at night", "do": "save"}).status_code == 303
    )
    db_session.expire_all()
    assert made.title == "Peers at night"
    decisions.start_review(made, by="command")
    db_session.commit()
    assert client.get(own_path(made, "/edit")).location == own_path(made)
    assert post(client, made, "/edit", title="Too late", kind="present", do="save") == 303
    db_session.expire_all()
    assert made.title == "Peers at night"


def test_a_question_is_answered_on_the_page(client: Client, db_session: Db) -> None:
    made = proposal(State.IN_REVIEW)
    asked = decisions.ask(made, "How many\n<b>people</b>?", by="command")
    db_session.commit()
    enter(client, made.lead)
    assert "1 question to you" in client.get("/me/").text
    page = client.get(own_path(made)).text
    assert "&lt;b&gt;people&lt;/b&gt;" in page
    empty = client.submit(own_path(made), {f"q{asked.id}-answer": " "}, form="questions")
    assert (empty.status_code, "Write your answer first" in empty.text) == (400, True)
    assert (
        client.submit(own_path(made), {f"q{asked.id}-answer": "Forty."}, form="questions").status_code == 303
    )
    db_session.expire_all()
    assert (asked.answer, asked.answered_by) == ("Forty.", f"person:{made.lead.person_id}")
    assert "question to you" not in client.get("/me/").text


@pytest.mark.parametrize("state", [State.DRAFT, State.RECEIVED, State.IN_REVIEW, State.ACCEPTED, State.NOT_NOW,
                                   State.CONFIRMED])  # fmt: skip
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_one_button_takes_it_back_at_any_time(client: Client, db_session: Db, state: State) -> None:
    made = proposal(state)
    event = made.event
    db_session.commit()
    enter(client, made.lead)
    for _ in range(2):
        assert post(client, made, "/withdraw") == 303
    db_session.expire_all()
    assert (made.state, made.agenda_item_id) == ("withdrawn", None)
    assert "Thank you for having offered it" in client.get(own_path(made)).text
    told = [kind for kind, _ in letters(db_session) if kind == "proposal-withdrawn"]
    assert told == ([] if state is State.DRAFT else ["proposal-withdrawn"])
    if event is not None:
        assert [(item.title, item.speakers) for item in event.agenda] == [("Talk to come", "")]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_decision_is_not_seen_before_it_is_told(client: Client, db_session: Db) -> None:
    made = proposal(State.IN_REVIEW)
    decisions.decide(made, State.NOT_NOW, "A secret word.", by="command")
    db_session.commit()
    enter(client, made.lead)
    for page in (client.get(own_path(made)).text, client.get("/me/").text, client.get("/me/data.json").text):
        assert "In review" in page or '"in-review"' in page
        assert "secret" not in page
        assert "Not now" not in page
    assert post(client, made, "/withdraw") == 303
    db_session.expire_all()
    assert (made.state, made.decision) == ("withdrawn", None)


def test_each_presenter_says_yes_or_no_for_themself(client: Client, db_session: Db) -> None:
    made = proposal(others=(CAL, Other("Dee <b>Fox</b>", "dee@clinic.example")))
    cal, dee = made.presenters[1:]
    db_session.commit()
    enter(client, cal)
    assert "Are you a presenter of this?" in client.get("/me/").text
    assert "change every word" not in client.get(own_path(made)).text
    assert client.submit(own_path(made), {"do": "yes"}, form="presenting").status_code == 303
    enter(client, dee)
    assert post(client, made, "/presenting", do="no") == 303
    db_session.expire_all()
    assert [(each.name, each.saying) for each in made.presenters] == [
        ("Rosa Teague", "confirmed"), ("Cal Roe", "confirmed"), ("Dee <b>Fox</b>", "declined"),
    ]  # fmt: skip
    sent = select(Letter).where(Letter.kind == "proposal-answered").order_by(Letter.id)
    answered = list(db_session.scalars(sent))
    assert [each.values["who"] for each in answered] == ["Cal Roe", "Dee <b>Fox</b>"]
    assert "<b>Fox</b>" not in answered[1].html
    assert "said no" in answered[1].text
    assert "Peers on the night line" not in client.get("/me/").text  # Dee hears no more of it


def test_the_first_presenter_asks_again_and_takes_out(client: Client, db_session: Db) -> None:
    made = proposal(others=(CAL,))
    cal = made.presenters[1]
    db_session.commit()
    enter(client, made.lead)
    for written in (1, 2, 3, 3):  # one at a time is on its way, and three in a day are enough
        assert [post(client, made, f"/presenters/{cal.id}/ask") for _ in range(2)] == [303] * 2
        asked = [kind for kind, name in letters(db_session) if name == "Cal Roe"]
        assert asked == ["proposal-invited"] * written
        if written < 3:
            deliver()
    assert post(client, made, f"/presenters/{made.lead.id}/drop") == 404
    assert post(client, made, f"/presenters/{cal.id}/drop") == 303
    db_session.expire_all()
    assert [each.name for each in made.presenters] == ["Rosa Teague"]
    states = select(Letter.state).where(Letter.kind == "proposal-invited")
    assert sorted(db_session.scalars(states)) == ["sent", "sent", "withdrawn"]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("state", [State.WITHDRAWN, State.PRESENTED])
def test_nobody_is_asked_again_about_what_is_over(client: Client, db_session: Db, state: State) -> None:
    made = proposal(state, others=(CAL,))
    cal = made.presenters[1]
    db_session.commit()
    enter(client, made.lead)
    before = letters(db_session)
    assert "Ask again" not in client.get(own_path(made)).text
    assert post(client, made, f"/presenters/{cal.id}/ask") == 303
    assert "Nobody needs to be asked any more" in client.get(own_path(made)).text
    assert letters(db_session) == before


def test_the_second_answer_to_a_question_does_not_take_the_first_ones_place(
    client: Client, db_session: Db
) -> None:
    made = proposal(State.IN_REVIEW, others=(CAL,))
    cal = made.presenters[1]
    yes(cal)
    asked = decisions.ask(made, "How many people?", by="command")
    db_session.commit()
    enter(client, made.lead)
    token = forms_of(client.get("/me/").text)[0].values["csrf_token"][0]
    actions.answer_question(asked, "Forty.", by=f"person:{cal.person_id}")
    db_session.commit()
    fields = {"csrf_token": token, f"q{asked.id}-answer": "Forty-one, with Dee."}
    late = client.post(own_path(made, f"/questions/{asked.id}"), data=fields)
    assert (late.status_code, "has answered meanwhile: “Forty.”" in late.text) == (400, True)
    assert "Forty-one, with Dee." in late.text
    db_session.expire_all()
    assert (asked.answer, asked.answered_by) == ("Forty.", f"person:{cal.person_id}")
    actions.answer_question(asked, "Forty, I counted.", by=f"person:{cal.person_id}")
    assert asked.answer == "Forty, I counted."


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_another_name_or_organization_stands_in_the_agenda_too(client: Client, db_session: Db) -> None:
    made = proposal(State.CONFIRMED)
    item = made.agenda_item
    assert item is not None
    db_session.commit()
    enter(client, made.lead)
    said = {"name": "Rosa Teague-Lee", "organization": "Harbor House"}
    assert client.submit(own_path(made), said, form="/about").status_code == 303
    db_session.expire_all()
    assert item.speakers == "Rosa Teague-Lee, Harbor House"
    entry = max((entry for entry, _ in history("event", item.event_id)), key=lambda each: each.id)
    assert (entry.action, entry.actor) == ("schedule.edit", f"person:{made.lead.person_id}")


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_staffs_own_words_and_past_agendas_stay(db_session: Db) -> None:
    by_hand, over = proposal(State.CONFIRMED), proposal(State.PRESENTED)
    item, past = by_hand.agenda_item, over.agenda_item
    assert item is not None
    assert past is not None
    item.speakers = "Dr. Rosa Teague and guests"
    for made in (by_hand, over):
        assert stage.describe(made.lead, Said("Rosa T.", "Elsewhere", ""), by="command")
    assert (item.speakers, past.speakers) == ("Dr. Rosa Teague and guests", "Rosa Teague, Riverside Clinic")


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_before_the_day_the_page_says_what_is_missing(app: Flask, client: Client, db_session: Db) -> None:
    event = makers.event(title="A Jam in spring", starts_at=in_days(40))
    made = proposal(State.SCHEDULED, at=event)
    stage.prepare(made, in_days(35), "https://zoom.example/w/1", by="command")
    db_session.commit()
    enter(client, made.lead)
    page = client.get(own_path(made)).text
    assert "A Jam in spring" in page
    assert "https://zoom.example/w/1" in page
    assert page.count(">Missing<") == 4
    assert client.submit(own_path(made), {}, form="/confirm").status_code == 303
    assert client.submit(own_path(made), {"allowed": "y"}, form="/recording").status_code == 303
    upload = {"file": (io.BytesIO(slides.pdf()), "../../evil.pdf")}
    assert client.submit(own_path(made), upload, form="/slides").status_code == 303
    portrait = {"file": (io.BytesIO(slides.png()), "me.svg")}
    assert client.submit(own_path(made), portrait, form="/portrait").status_code == 303
    db_session.expire_all()
    assert made.state == "confirmed"
    assert made.lead.release_at is not None
    assert client.get(own_path(made)).text.count(">Done<") == 5
    assert "evil" not in str(files_of(app))


def test_slides_keep_their_versions_and_come_as_attachments(
    app: Flask, client: Client, db_session: Db
) -> None:
    made = proposal(State.CONFIRMED)
    db_session.commit()
    enter(client, made.lead)
    for data in (slides.pdf(), slides.pdf(), slides.pptx()):
        client.submit(own_path(made), {"file": (io.BytesIO(data), "x.exe")}, form="/slides")
    files = list(db_session.scalars(select(ProposalFile).order_by(ProposalFile.version)))
    assert [(each.version, each.media_type) for each in files] == [
        (1, "application/pdf"),
        (2, "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    ]
    answer = client.get(own_path(made, f"/files/{files[1].id}"))
    assert answer.data == slides.pptx()
    assert answer.headers["Content-Disposition"] == f'attachment; filename="slides-{made.code}-v2.pptx"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert len(files_of(app)) == 2


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_hostile_file_is_refused_and_nothing_is_stored(app: Flask, client: Client, db_session: Db) -> None:
    made = proposal(State.SCHEDULED)
    db_session.commit()
    enter(client, made.lead)
    for data, end in (
        (b"<svg/>", "/portrait"),
        (b"MZ", "/slides"),
        (b"", "/slides"),
        (slides.pdf(), "/portrait"),
    ):
        answer = client.submit(own_path(made), {"file": (io.BytesIO(data), "fine.pdf")}, form=end)
        assert answer.status_code == 400
        assert "There is a problem" in answer.text
    body = bytes(21 * 1024 * 1024)
    huge = client.post(own_path(made, "/slides"), data=body, content_type="multipart/form-data; boundary=x")
    assert (huge.status_code, "That is too large" in huge.text) == (413, True)
    assert files_of(app) == {}
    assert db_session.scalars(select(ProposalFile)).all() == []


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_slides_wait_for_a_date_and_portraits_do_not(app: Flask, client: Client, db_session: Db) -> None:
    made = proposal()
    db_session.commit()
    enter(client, made.lead)
    token = forms_of(client.get("/me/").text)[0].values["csrf_token"][0]
    early = client.post(
        own_path(made, "/slides"), data={"csrf_token": token, "file": (io.BytesIO(slides.pdf()), "a.pdf")}
    )
    assert "as soon as there is a date" in early.text
    for width in (200, 300):
        client.submit(
            own_path(made), {"file": (io.BytesIO(slides.png(width, 200)), "a.png")}, form="/portrait"
        )
    assert list(files_of(app).values()) == [checked_portrait(slides.png(300, 200)).data]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_page_afterwards_thanks_with_the_number(client: Client, db_session: Db) -> None:
    event = makers.event(title="A Jam", recording_url="https://video.example/1")
    made = proposal(State.PRESENTED, at=event)
    db_session.commit()
    enter(client, made.lead)
    page = client.get(own_path(made)).text
    assert "How many people came is not known yet" in page
    assert "https://video.example/1" in page
    assert "Take it back" not in page


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_presenter_has_it_in_their_own_calendar(client: Client, db_session: Db) -> None:
    from jam.calendars import actions as calendars
    from jam.calendars.pages import personal_address

    made = proposal(State.ACCEPTED)
    calendars.make_link(made.lead.person, by="command")
    db_session.commit()
    path = str(personal_address(made.lead.person)).removeprefix("http://jam.example")
    assert "BEGIN:VEVENT" not in client.get(path).text
    stage.put_on(made, makers.event(title="A Jam"), None, 15, by="command")
    db_session.commit()
    feed = client.get(path).text.replace("\r\n ", "")
    assert "You present “Peers on the night line” here" in feed
    stage.take_off(made, by="command")
    db_session.commit()
    assert "You present" not in client.get(path).text.replace("\r\n ", "")


def test_presenters_hear_when_the_session_moves_and_when_it_is_called_off(
    client: Client, db_session: Db
) -> None:
    event = makers.event(title="A Jam", starts_at=in_days(40))
    made = proposal(State.CONFIRMED, at=event, others=(CAL,))
    yes(made.presenters[1])
    schedule.move(event, in_days(47), in_days(47).replace(minute=59), by="command")
    schedule.cancel(event, by="command")
    db_session.commit()
    told = [each for each in letters(db_session) if each[0] in ("proposal-moved", "proposal-unscheduled")]
    assert told == [
        (kind, name)
        for kind in ("proposal-moved", "proposal-unscheduled")
        for name in ("Rosa Teague", "Cal Roe")
    ]
    db_session.expire_all()
    assert (made.state, made.agenda_item_id) == ("accepted", None)
    moved = db_session.scalars(select(Letter).where(Letter.kind == "proposal-moved")).all()
    assert {each.state for each in moved} == {"withdrawn"}  # nobody is told of a time that does not stand
    assert actions.lacks(made) == []


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_moved_twice_presenters_hear_once_and_moved_back_nothing(db_session: Db) -> None:
    start, other, third = in_days(40), in_days(47), in_days(54)
    event = makers.event(title="A Jam", starts_at=start)
    made = proposal(State.CONFIRMED, at=event)
    length = event.ends_at - event.starts_at
    for at in (other, third):
        schedule.move(event, at, at + length, by="command")
    waiting = select(Letter).where(Letter.kind == "proposal-moved", Letter.state == "due")
    [letter] = db_session.scalars(waiting)
    assert f"{start:%B} {start.day}" in letter.values["was"]
    schedule.move(event, start, start + length, by="command")
    db_session.commit()
    assert db_session.scalars(waiting).all() == []
    assert made.state == "confirmed"
