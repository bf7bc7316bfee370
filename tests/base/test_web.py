"""What every answer has in common: one host, the headers, tokens against forged forms, cookies, and limits that all share."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask, request
from sqlalchemy.orm import Session, scoped_session

from jam import create_app
from jam.base import access
from jam.base.access import declared, safe_path
from jam.base.database import db
from jam.base.settings import Settings
from jam.people import pages
from jam.people.rules import AccountRole
from tests import makers
from tests.clients import Client
from tests.forms import forms_of

HERE = "http://jam.example"


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "ANSWER_AFTER", 0.0)


MakeApp = Callable[..., Flask]


@pytest.fixture
def other_app(settings: Settings) -> Iterator[MakeApp]:
    """Makes another instance on the same database, with other settings."""
    made: list[Flask] = []

    def make(**changes: object) -> Flask:
        app = create_app(settings.model_copy(update=changes))
        app.testing = True
        app.test_client_class = Client
        made.append(app)
        return app

    yield make
    for app in made:
        with app.app_context():
            db.engine.dispose()


# --- the host -------------------------------------------------------------------------------------------------------

FORGED = [
    "evil.example", "jam.example.evil.example", "evil.example:80", "jam.example:8080", "jam.example.", "localhost", "127.0.0.1",
    "127.0.0.1:5000", "[::1]", "jam.example@evil.example", "sub.jam.example", "evil.example#jam.example", "xjam.example", "",
]  # fmt: skip


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("host", FORGED)
def test_another_host_is_refused(client: Client, host: str) -> None:
    answer = client.get("/signin", headers={"Host": host})
    assert answer.status_code == 400
    assert "evil" not in answer.text
    assert "evil" not in str(answer.headers)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("proxies", [0, 1, 2])
@pytest.mark.parametrize(
    "header", ["X-Forwarded-Host", "X-Host", "Forwarded", "X-Original-Host", "X-Forwarded-Server"]
)
def test_a_forwarded_host_counts_for_nothing(other_app: MakeApp, header: str, proxies: int) -> None:
    app = other_app(trusted_proxies=proxies)
    value = "host=evil.example" if header == "Forwarded" else "evil.example"
    answer = app.test_client().get("/desk/people/", headers={header: value})
    assert answer.location == "/signin?next=/desk/people/"
    assert "evil" not in answer.text
    refused = app.test_client().get("/desk/people/", headers={"Host": "evil.example", header: "jam.example"})
    assert refused.status_code == 400


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_loopback_names_are_for_local_use_only(other_app: MakeApp) -> None:
    app = other_app(loopback=True)
    for host in ("localhost:5000", "127.0.0.1:5000", "[::1]:5000", "localhost", "127.0.0.1"):
        assert app.test_client().get("/signin", headers={"Host": host}).status_code == 200, host
    assert app.test_client().get("/signin", headers={"Host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("proxies", "forwarded", "counted"),
    [(0, "192.0.2.1", "127.0.0.1"), (1, "192.0.2.1", "192.0.2.1"), (1, "192.0.2.9, 192.0.2.1", "192.0.2.1"), (2, "192.0.2.9, 192.0.2.1", "192.0.2.9")],
)  # fmt: skip
def test_only_as_many_hops_count_as_there_are_proxies(
    other_app: MakeApp, proxies: int, forwarded: str, counted: str
) -> None:
    app = other_app(trusted_proxies=proxies)
    seen: list[str | None] = []
    app.before_request_funcs.setdefault(None, []).append(lambda: seen.append(request.remote_addr))
    app.test_client().get("/signin", headers={"X-Forwarded-For": forwarded})
    assert seen == [counted]


# --- headers and cookies --------------------------------------------------------------------------------------------


def answers(client: Client) -> Iterator[tuple[str, dict[str, str], int]]:
    for path, method, status in (
        ("/signin", "GET", 200),
        ("/desk/", "GET", 302),
        ("/nothing/here", "GET", 404),
        ("/signout", "GET", 405),
        ("/signin", "POST", 400),
        ("/signin/nonsense", "GET", 410),
        ("/static/theme.css", "GET", 200),
        ("/static/none.css", "GET", 404),
        ("/signin", "HEAD", 200),
        ("/signin", "OPTIONS", 200),
    ):
        answer = client.open(path, method=method)
        answer.close()
        assert answer.status_code == status, (path, method)
        yield f"{method} {path}", dict(answer.headers), status
    answer = client.get("/signin", headers={"Host": "evil.example"})
    yield "another host", dict(answer.headers), answer.status_code


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("secure", [False, True])
def test_every_answer_carries_the_headers_errors_too(other_app: MakeApp, secure: bool) -> None:
    app = other_app(base_url="https://jam.example" if secure else HERE)
    client = app.test_client()
    assert isinstance(client, Client)
    for what, headers, _status in answers(client):
        policy = headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy, what
        assert "unsafe" not in policy, what
        assert "frame-ancestors 'none'" in policy, what
        assert headers["X-Content-Type-Options"] == "nosniff", what
        assert headers["X-Frame-Options"] == "DENY", what
        assert headers["Referrer-Policy"] == "same-origin", what
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", what
        assert headers["Permissions-Policy"] == "camera=(), microphone=(), geolocation=()", what
        assert ("Strict-Transport-Security" in headers) is secure, what
        assert "Server" not in headers, what


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_an_answer_to_a_fault_of_ours_carries_them_too(
    app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.testing = False
    monkeypatch.setattr(pages, "render_template", None)
    answer = client.get("/signin/sent")
    assert answer.status_code == 500
    assert "Something broke on our side" in answer.text
    assert "Traceback" not in answer.text
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


def test_pages_of_an_account_are_kept_by_nobody(client: Client, db_session: scoped_session[Session]) -> None:
    makers.sign_in(client)
    for path in ("/desk/", "/desk/people/", "/desk/letters/"):
        answer = client.get(path)
        assert answer.headers["Cache-Control"] == "no-store", path
        assert answer.headers["X-Robots-Tag"] == "noindex", path
        assert "Cookie" in answer.headers["Vary"], path


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("secure", [False, True])
def test_cookies_are_secure_and_bound_to_the_host_exactly_over_https(
    other_app: MakeApp, secure: bool
) -> None:
    app = other_app(base_url="https://jam.example" if secure else HERE)
    client = app.test_client()
    [cookie] = client.get("/signin").headers.getlist("Set-Cookie")
    name, *attributes = [part.strip() for part in cookie.split(";")]
    assert name.startswith("__Host-jam=" if secure else "jam=")
    assert ("Secure" in attributes) is secure
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(attributes)
    assert not [each for each in attributes if each.startswith("Domain")]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_forms_work_over_https(other_app: MakeApp) -> None:
    app = other_app(base_url="https://jam.example")
    client = app.test_client()
    assert isinstance(client, Client)
    fields = {"email": "nobody@elsewhere.example"}
    assert (
        client.submit("/signin", fields, headers={"Referer": "https://jam.example/signin"}).status_code == 303
    )
    assert client.submit("/signin", fields, headers={"Referer": "https://evil.example/"}).status_code == 400


# --- forged forms ---------------------------------------------------------------------------------------------------


def posts(app: Flask) -> list[str]:
    """A path for every route that takes something, with ids of nothing."""
    return sorted(
        re.sub(r"<int:[^>]*>", "1", re.sub(r"<(?!int:)[^>]*>", "nothing", rule.rule))
        for rule in app.url_map.iter_rules()
        if {"POST", "PUT", "PATCH", "DELETE"} & set(rule.methods or ()) and rule.endpoint not in EXEMPT
    )


#: What takes requests without a token: mail programs send them by themselves (RFC 8058), signed by their address alone.
EXEMPT = {"interest.end_news", "people.stop_letters"}


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_every_form_refuses_a_missing_or_foreign_token(
    app: Flask, client: Client, db_session: scoped_session[Session]
) -> None:
    makers.sign_in(client, AccountRole.ADMIN)
    foreign = app.test_client()
    assert isinstance(foreign, Client)
    [token] = next(form for form in forms_of(foreign.get("/signin").text) if "email" in form.names).values[
        "csrf_token"
    ]
    wrong = []
    for path in posts(app):
        for data in ({}, {"csrf_token": ""}, {"csrf_token": "x"}, {"csrf_token": token}):
            answer = client.post(path, data=data)
            if (
                answer.status_code != 400
                or "This form was open for too long or came from another page" not in answer.text
            ):
                wrong.append((path, data, answer.status_code))
    assert wrong == []
    exempt = {name for name, view in app.view_functions.items() if view in access.csrf_exempted(app)}
    assert exempt == EXEMPT


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_route_that_nobody_decided_about_stops_the_app(other_app: MakeApp) -> None:
    app = other_app()
    assert "" not in declared(app).values()
    app.view_functions["undecided"] = lambda: "open"
    with pytest.raises(RuntimeError, match="undecided"):
        access.check(app)


# --- limits ---------------------------------------------------------------------------------------------------------


def test_a_limit_is_one_for_all_processes(other_app: MakeApp, app: Flask) -> None:
    clients = [app.test_client(), other_app().test_client(), other_app().test_client()]
    fields = {"email": "ana@clinic.example"}
    codes = []
    for number in range(12):
        client = clients[number % 3]
        assert isinstance(client, Client)
        codes.append(client.submit("/signin", fields).status_code)
    assert codes == [303] * 10 + [429] * 2


def test_a_limit_is_by_place_too_and_a_forged_header_is_no_other_place(client: Client) -> None:
    codes = [
        client.submit(
            "/signin",
            {"email": f"guest{number}@clinic.example"},
            headers={"X-Forwarded-For": f"192.0.2.{number}"},
        ).status_code
        for number in range(62)
    ]
    assert codes == [303] * 60 + [429] * 2
    assert client.get("/signin").status_code == 200


def test_an_empty_field_of_one_visitor_is_no_limit_for_another(other_app: MakeApp) -> None:
    app = other_app(trusted_proxies=1)

    def send(place: str) -> int:
        client = app.test_client()
        assert isinstance(client, Client)
        return client.submit("/signin", {"email": ""}, headers={"X-Forwarded-For": place}).status_code

    assert [send("192.0.2.1") for _ in range(11)] == [400] * 10 + [429]
    assert send("192.0.2.2") == 400


def test_too_many_tries_get_a_page_that_says_so(client: Client) -> None:
    for _ in range(10):
        client.submit("/signin", {"email": "ana@clinic.example"})
    answer = client.submit("/signin", {"email": "ana@clinic.example"})
    assert answer.status_code == 429
    assert "Too many tries" in answer.text


# --- the way on -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example", "https:evil.example", "javascript:alert(1)",
     "/\t/evil.example", "/\n/evil.example", "\t/desk", " /desk", "/desk\r\nX: y", "", None, "desk", "./desk", "?x", "#x", "/a\\b", "/\x00", "data:,x"],
)  # fmt: skip
def test_a_way_on_that_is_no_path_of_ours_becomes_the_default(target: str | None) -> None:
    assert safe_path(target, "/default") == "/default"


@pytest.mark.parametrize(
    "target",
    ["/", "/desk/", "/desk/people/?q=a%20b&page=2", "/desk/#x", "/a:b", "/@x", "/a//b", "/%5cevil.example"],
)
def test_a_path_of_ours_is_kept(target: str) -> None:
    assert safe_path(target, "/default") == target


def test_searching_knows_letters_beyond_ascii_on_both_engines(db_session: scoped_session[Session]) -> None:
    assert db_session.scalar(db.select(db.func.lower("ÉLISE Ångström"))) == "élise ångström"
