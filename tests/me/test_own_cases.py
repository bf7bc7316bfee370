"""One's own page says where one's cases stand, and what waits for oneself in each."""

from __future__ import annotations

import re
from html import unescape

import pytest
from sqlalchemy.orm import Session, scoped_session

from jam.cases.rules import State
from jam.vocabulary.actions import add_first_terms
from tests import makers
from tests.cases.brought import BY, case, enter, member
from tests.clients import Client
from tests.outcomes.followed import sent_case


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_what_waits_for_a_presenter_stands_on_their_own_page(
    client: Client, db_session: scoped_session[Session]
) -> None:
    add_first_terms(by=BY)
    one = member(makers.cohort())
    followed, _ = sent_case(one, days_ago=31)
    asked, begun = case(one, State.CHANGES), case(one, State.DRAFT)
    waits, gone = case(one, State.SUBMITTED), case(one, State.WITHDRAWN)
    db_session.commit()
    enter(client, one.person)
    page = client.get("/me/").text
    assert gone.shown not in page
    links = re.findall(r'<a href="(/me/cases/[^"]*)">(.*?)</a>', page)
    said = [(href, unescape(re.sub("<.*?>", "", words))) for href, words in links]
    assert said == [
        (f"/me/cases/{waits.code}", waits.shown),
        (f"/me/cases/{begun.code}", begun.shown),
        (f"/me/cases/{begun.code}/edit", f"Go on writing {begun.shown}"),
        (f"/me/cases/{asked.code}", asked.shown),
        (f"/me/cases/{asked.code}/edit", f"Make the changes in {asked.shown}"),
        (f"/me/cases/{followed.code}", followed.shown),
        (f"/me/cases/{followed.code}/follow-up", f"Say what became of it: {followed.shown}"),
    ]
