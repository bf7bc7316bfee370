"""A tiny browser: opens a page, keeps its cookies, fills in a form and sends it, as often as asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

import requests

from tests.forms import forms_of

#: Seconds for one answer; longer than the server waits for a locked database.
PATIENCE = 60

_places = count(1)


def another_place() -> str:
    """An address that nobody came from yet, so that the limits per place stay on and do not meet the probe."""
    number = next(_places)
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


class NoForm(Exception):
    """The page holds no form that takes these fields."""


@dataclass(frozen=True)
class Filled:
    """A form ready to be sent: the same body and the same cookies each time."""

    url: str
    body: Mapping[str, Any]
    cookies: Mapping[str, str]

    def send(self, **changes: Any) -> requests.Response:
        """Send it from another place, with these fields changed. A redirect is not followed."""
        with quiet_session() as session:
            return session.post(
                self.url,
                data={**self.body, **changes},
                cookies=dict(self.cookies),
                headers={"X-Forwarded-For": another_place()},
                allow_redirects=False,
                timeout=PATIENCE,
            )


class Browser:
    """One visitor with cookies, at one place."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.session = quiet_session()
        self.session.headers["X-Forwarded-For"] = another_place()

    def open(self, path: str, method: str = "GET") -> requests.Response:
        """The answer, redirects not followed."""
        return self.session.request(method, f"{self.base_url}{path}", allow_redirects=False, timeout=PATIENCE)

    def fill(self, path: str, fields: Mapping[str, Any], action: str = "") -> Filled:
        """Open a page and fill in its form: the first that has all these fields and `action` in its action."""
        answer = self.open(path)
        forms = [form for form in forms_of(answer.text) if form.method == "post" and action in form.action]
        for form in forms:
            if fields.keys() <= form.names:
                url = f"{self.base_url}{form.action or path}"
                return Filled(url, {**form.values, **fields}, self.session.cookies.get_dict())
        raise NoForm(f"{path} answered {answer.status_code} and has no form with {sorted(fields)}")

    def close(self) -> None:
        """Let go of the connection."""
        self.session.close()

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def quiet_session() -> requests.Session:
    """A session that takes no proxy and no password from the environment: all traffic stays on loopback."""
    session = requests.Session()
    session.trust_env = False
    return session


def statuses(answers: list[requests.Response]) -> dict[str, int]:
    """How often each status came, for the figures."""
    found: dict[str, int] = {}
    for answer in answers:
        found[str(answer.status_code)] = found.get(str(answer.status_code), 0) + 1
    return dict(sorted(found.items()))


def broken(answers: list[requests.Response]) -> Iterator[str]:
    """The answers that say the server is at fault."""
    for answer in answers:
        if answer.status_code >= 500:
            yield f"{answer.request.method} {answer.request.path_url} answered {answer.status_code}"
