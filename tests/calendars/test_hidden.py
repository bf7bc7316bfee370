"""What a listed session keeps to itself: its summary and agenda are for members, in feeds as in searches."""

from __future__ import annotations

from sqlalchemy.orm import Session, scoped_session

from jam.base.database import db
from jam.schedule import actions as schedule
from jam.schedule import programs
from jam.schedule.given import EventFields, ProgramFields, Slot
from jam.schedule.rules import ItemKind, Visibility
from tests import makers
from tests.clients import Client


def test_a_listed_session_shows_title_and_time_only(
    client: Client, db_session: scoped_session[Session]
) -> None:
    event = makers.event(title="Keeping the people we train", visibility=Visibility.LISTED)
    given = EventFields(
        title=event.title,
        summary="About the Leakyville clinic",
        visibility=Visibility.LISTED,
        join_url="https://zoom.example/leaky",
    )
    schedule.edit_event(event, given, [], [Slot(ItemKind.CASE, "Leaky case", "Leaky Lee", 30)], by="command")
    db.session.commit()
    for path in [
        "/calendar/all.ics",
        "/calendar/program/jam.ics",
        f"/sessions/{event.slug}.ics",
        f"/sessions/{event.slug}",
        "/sessions/",
    ]:
        answer = client.get(path)
        text = answer.get_data(as_text=True).replace("\r\n ", "")
        assert "Keeping the people we train" in text
        assert "leaky" not in text.lower()
    found = "Keeping the people we train"
    assert found in client.get("/sessions/?q=people").text
    for words in ["Leakyville", "case", "Lee"]:
        assert found not in client.get(f"/sessions/?q={words}").text


def test_a_feed_follows_its_program(client: Client, db_session: scoped_session[Session]) -> None:
    program = makers.program()
    makers.event(program)
    db.session.commit()
    before = client.get("/calendar/program/jam.ics")
    fields = {name: getattr(program, name) for name in ProgramFields.__dataclass_fields__}
    programs.edit_program(program, ProgramFields(**fields | {"color": "seagreen"}), by="command")
    db.session.commit()
    after = client.get("/calendar/program/jam.ics", headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert b"\r\nCOLOR:seagreen\r\n" in after.data


def test_an_address_with_a_nul_is_no_page(client: Client) -> None:
    for path in ["/calendar/program/a%00b.ics", "/sessions/a%00b.ics", "/sessions/a%00b"]:
        assert client.get(path).status_code == 404
