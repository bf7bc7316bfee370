"""A presenter over the years: on the desk by date with how many came, on one's own page with the recordings."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session, scoped_session

from jam.base.now import now
from jam.proposals.history import appearances, of_others_in
from jam.proposals.models import Proposal
from jam.proposals.presenters import Other
from jam.proposals.rules import State
from tests import makers
from tests.clients import Client
from tests.proposals.offers import desk_path, enter, proposal

Db = scoped_session[Session]
ROSA = "rosa@riverside.example"


def presented(title: str, days: int, **more: object) -> Proposal:
    """A talk that Rosa gave so many days ago, with two people who came."""
    at = makers.event(title=f"The Jam of {title}", recording_url=f"https://video.example/{title}")
    made = proposal(State.PRESENTED, address=ROSA, title=title, at=at, **more)
    at.starts_at, at.ends_at = now() - timedelta(days=days), now() - timedelta(days=days, hours=-1)
    seats = [makers.registration(at) for _ in range(2)] if not at.closed else []
    makers.reported(at, *seats)
    return made


def test_the_desk_shows_the_years_by_date(client: Client, db_session: Db) -> None:
    late, early = presented("Late", 30), presented("Early", 400)
    asked = proposal(title="Asked", name="Cal Roe", others=(Other("Rosa Teague", ROSA),))
    proposal(State.DRAFT, title="Somebody's draft", name="Dee", others=(Other("Rosa Teague", ROSA),))
    db_session.commit()
    person = late.lead.person
    found = appearances([person.id])
    assert [each.proposal.title for each in found] == ["Late", "Early", "Asked"]
    assert [each.event is not None for each in found] == [True, True, False]
    assert [each.proposal.title for each in of_others_in(late)] == ["Early", "Asked"]
    makers.sign_in(client)
    page = client.get(f"/desk/people/{person.id}").text
    assert page.index("The Jam of Late") < page.index("The Jam of Early") < page.index(">Asked<")
    assert "Named, no answer yet" in page
    assert "draft" not in page
    assert "The Jam of Early" in client.get(desk_path(late)).text
    assert desk_path(asked) in client.get(desk_path(early)).text


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_ones_own_page_has_past_talks_with_their_recordings(client: Client, db_session: Db) -> None:
    made = presented("Late", 30)
    proposal(address=ROSA, title="New")
    db_session.commit()
    enter(client, made.lead)
    page = client.get("/me/").text
    past = page[page.index("What you presented") :]
    assert "https://video.example/Late" in past
    assert "New" not in past[: past.index("</ul>")]
    own = client.get(f"/me/proposals/{made.code}").text
    assert "Thank you" in own
    assert "https://video.example/Late" in own
