"""What a letter looks like as a mail: its parts (RFC 5322, 6047), and that nothing typed by anybody reaches its head."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr
from itertools import product

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from jam.base.now import now
from jam.mail.compose import compose
from jam.mail.models import Letter
from jam.registration import actions
from tests import makers
from tests.mail.letters import letter

SENDER = "Workforce Solutions Jam <jam@example.org>"
HEADERS = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"]


def mail_of(letter: Letter, sender: str = SENDER) -> EmailMessage:
    """The mail as a reader takes it from its bytes."""
    read = message_from_bytes(bytes(compose(letter, sender, now()).message), policy=policy.SMTP)
    assert isinstance(read, EmailMessage)
    return read


def test_an_invitation_has_the_parts_that_mail_programs_look_for(db_session: scoped_session[Session]) -> None:
    makers.registration(makers.event(title="Peers, at work; and more"), "ana@clinic.example")
    mail = mail_of(db_session.scalars(select(Letter)).one())
    assert mail.get_content_type() == "multipart/mixed"
    alternatives, attachment = mail.iter_parts()
    assert alternatives.get_content_type() == "multipart/alternative"
    text, html, calendar = alternatives.iter_parts()
    assert [part.get_content_type() for part in (text, html, calendar)] == [
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    assert {part.get_content_charset() for part in (text, html, calendar)} == {"utf-8"}
    assert calendar["Content-Type"].params["method"] == "REQUEST"
    assert calendar["Content-Transfer-Encoding"] == "base64"
    assert attachment.get_content_type() == "application/ics"
    assert attachment.get_filename() == "invite.ics"
    assert attachment.get_content_disposition() == "attachment"
    content = calendar.get_payload(decode=True)
    assert content == attachment.get_payload(decode=True)
    assert isinstance(content, bytes)
    assert b"\r\nMETHOD:REQUEST\r\n" in content
    assert content.startswith(b"BEGIN:VCALENDAR\r\n")
    assert content.endswith(b"END:VCALENDAR\r\n")
    assert "\ue000" not in content.decode()
    assert max(map(len, content.split(b"\r\n"))) <= 75


def test_a_cancellation_says_so_in_the_part_and_in_the_calendar(db_session: scoped_session[Session]) -> None:
    seat = makers.registration(makers.event(), "ana@clinic.example")
    actions.cancel(seat, by=f"person:{seat.person_id}")
    mail = mail_of(db_session.scalars(select(Letter).where(Letter.kind == "seat-cancelled")).one())
    [calendar] = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    assert calendar["Content-Type"].params["method"] == "CANCEL"
    assert b"\r\nMETHOD:CANCEL\r\n" in (calendar.get_payload(decode=True) or b"")


def test_a_letter_without_calendar_is_text_and_html_only(db_session: scoped_session[Session]) -> None:
    mail = mail_of(letter())
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]


def test_the_message_id_is_the_rows_own(db_session: scoped_session[Session]) -> None:
    written = letter()
    assert {mail_of(written)["Message-ID"] for _ in range(3)} == {written.message_id}
    assert mail_of(letter())["Message-ID"] != written.message_id


NASTY = [
    "Ana\r\nBcc: evil@evil.example", "Ana\nSubject: bought", "Ana\rX: y", "Ana\r\n\r\n<script>", "Ana\x00Lee", "Lee, Ana",
    '"Ana" <evil@evil.example>', "Ana <evil@evil.example>", "Ana; rm", "Ana \\ Lee", "O'Brien (she)", "Zoë 🎈 Ångström",
    "=?utf-8?q?=0D=0ABcc:_evil?=", "李安娜", "Ana\u2028Bcc: evil@evil.example", "Ana\x85Bcc: x", "Ana\x0bBcc: x", "\ue000my_page\ue001",
    "a@b, c@d", ":", "", "x" * 500, "🎈" * 200, "Ana\t\tLee", "{sign_in}", "%s %(name)s {0}", "group: a@b;",
]  # fmt: skip


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("where", "text"), list(product(["name", "title", "both"], NASTY)))
def test_nothing_typed_adds_a_header_or_a_recipient(
    db_session: scoped_session[Session], where: str, text: str
) -> None:
    name = text if where in ("name", "both") else "Ana Lee"
    title = text if where in ("title", "both") else "Peers"
    mail = mail_of(letter("ana@clinic.example", name, kind="registered", title=title))
    assert sorted(mail.keys()) == sorted(HEADERS)
    [to] = mail["To"].addresses
    assert to.addr_spec == "ana@clinic.example"
    assert [part.defects for part in mail.walk()] == [[]] * 3
    assert [header.defects for header in mail.values()] == [()] * len(HEADERS)
    head, _, _ = bytes(mail).partition(b"\r\n\r\n")
    assert b"evil@evil.example" not in b"".join(
        line for line in head.split(b"\r\n") if line.lower().startswith((b"bcc", b"cc"))
    )
    assert "\n" not in mail["Subject"]
    assert len(mail["Subject"]) <= 300
    html = mail.get_body(("html",))
    assert html is not None
    assert "<script" not in html.get_content()


def test_names_arrive_as_they_are_written(db_session: scoped_session[Session]) -> None:
    for name in ("Lee, Ana", "O'Brien (she)", "Zoë 🎈 Ångström", "李安娜", 'Ana "Bo" Lee'):
        [to] = mail_of(letter(name=name))["To"].addresses
        assert to.display_name == name


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "words",
    [
        "Ana " * 20 + "Lee",
        'Ana "the' + " nurse" * 12 + '", of course',
        "字" * 90,
        "x" * 95,
        "Élise\U0001f3b7" * 14,
        "O'Neil, Ana (RN)",
        "back\\slash",
        "a" * 99 + " b",
    ],
)
def test_long_names_and_subjects_stay_whole(words: str, db_session: scoped_session[Session]) -> None:
    made = letter("ana@clinic.example", words)
    made.subject = words
    raw = bytes(compose(made, "Jam <jam@jam.example>", now()).message)
    assert max(len(line) for line in raw.splitlines()) <= 100
    heads = message_from_bytes(raw)
    name, address = parseaddr(str(heads["To"]).replace("\r\n", ""))
    assert (str(make_header(decode_header(name))), address) == (words[:100].strip(), "ana@clinic.example")
    assert message_from_bytes(raw, policy=policy.default)["Subject"] == words.strip()
    assert message_from_bytes(raw, policy=policy.default)["To"].defects == ()


def test_an_international_domain_travels_in_ascii(db_session: scoped_session[Session]) -> None:
    written = letter("ana@müller.example")
    assert compose(written, SENDER, now()).to_address == "ana@xn--mller-kva.example"
    assert mail_of(written)["To"].addresses[0].addr_spec == "ana@xn--mller-kva.example"


def test_html_in_values_stays_text_and_markdown_in_values_stays_marks(
    db_session: scoped_session[Session],
) -> None:
    mail = mail_of(letter(kind="registered", title="<b>x</b> [y](https://evil.example) **z**\n\n# h"))
    html, text = mail.get_body(("html",)), mail.get_body(("plain",))
    assert html is not None
    assert text is not None
    shown = html.get_content()
    assert "&lt;b&gt;x&lt;/b&gt; [y](https:\u202f//evil.\u202fexample) **z**" in shown
    assert 'href="https://evil.example' not in shown
    assert "<h1" not in shown
    assert "<b>x</b> [y](https:\u202f//evil.\u202fexample) **z**" in text.get_content()
