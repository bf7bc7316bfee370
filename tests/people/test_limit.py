"""The limit for one address holds for every way of writing it."""

from __future__ import annotations

import pytest

from tests.clients import Client

WAYS = [
    "ana@clinic.example",
    " ANA@Clinic.Example ",
    "\u202aana@clinic.example",
    "ana@clin\uff49c.example",
    "a na@clinic.example",
]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_an_address_is_asked_for_ten_times_an_hour_however_it_is_written(client: Client) -> None:
    answers = [client.submit("/signin", {"email": WAYS[n % len(WAYS)]}).status_code for n in range(12)]
    assert answers[10:] == [429, 429]
    assert 429 not in answers[:10]
    assert client.submit("/signin", {"email": "ben@clinic.example"}).status_code == 303
