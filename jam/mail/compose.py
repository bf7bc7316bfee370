"""A letter as a MIME message (RFC 5322; calendar part by RFC 6047)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.headerregistry import (
    Address,
    BaseHeader,
    HeaderRegistry,
    SingleAddressHeader,
    UnstructuredHeader,
)
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime, parseaddr
from textwrap import wrap

from email_validator import validate_email

from jam.base.text import clean_line
from jam.mail.kinds import NOTHING, STOP, resolve
from jam.mail.models import Letter
from jam.mail.parts import fill_calendar
from jam.mail.wording import fill


class _Whole(UnstructuredHeader, BaseHeader):
    """A header that holds one address: never folded or encoded inside it, however long it is (RFC 2369 section 2)."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


class _Person(SingleAddressHeader, BaseHeader):  # type: ignore[misc]  # the library mixes them so itself
    """A header that holds one name and address. The library's own folding takes long names apart so that quotes get lost or
    blanks come in; here a name is one plain phrase, one quoted string, or encoded words (RFC 2047 section 5)."""

    def fold(self, *, policy: Policy) -> str:
        [address] = self.addresses
        phrase, end = _phrase(address.display_name, self.name, policy.linesep), policy.linesep
        if not phrase:
            return f"{self.name}: {address.addr_spec}{end}"
        whole = f"{self.name}: {phrase} <{address.addr_spec}>"
        return f"{whole if len(whole) <= 78 else f'{self.name}: {phrase}{end} <{address.addr_spec}>'}{end}"


class _Line(UnstructuredHeader, BaseHeader):
    """A header of free text. The library's own folding begins a long first word on a new line, which readers show as a blank."""

    def fold(self, *, policy: Policy) -> str:
        words, end = str(self), policy.linesep
        if not words.isascii() or any(len(word) > 60 for word in words.split(" ")):
            return f"{self.name}: {_encoded(words, self.name, end)}{end}"
        lines = wrap(f"{self.name}: {words}", 76, break_long_words=False, break_on_hyphens=False)
        return f"{end} ".join(lines) + end


def _encoded(words: str, header: str, end: str) -> str:
    return Header(words, "utf-8", maxlinelen=75, header_name=header).encode(linesep=end)


def _phrase(name: str, header: str, end: str) -> str:
    if len(name) > 60 or not name.isascii():
        return _encoded(name, header, end)
    if not name or _PLAIN.fullmatch(name):
        return name
    return '"{}"'.format(name.replace("\\", "\\\\").replace('"', '\\"'))


#: Words that need no quotes (RFC 5322 section 3.2.3).
_PLAIN = re.compile(r"[A-Za-z0-9!#$%&'*+/?^_`{|}~ -]+")

_headers = HeaderRegistry()
_headers.map_to_type("from", _Person)
_headers.map_to_type("to", _Person)
_headers.map_to_type("subject", _Line)
_headers.map_to_type("list-unsubscribe", _Whole)
_POLICY = SMTP.clone(header_factory=_headers)


@dataclass(frozen=True)
class Ready:
    """A message ready to hand over."""

    letter_id: int
    to_address: str
    message: EmailMessage


def compose(letter: Letter, mail_from: str, at: datetime) -> Ready:
    """The message: text, HTML and calendar as alternatives, and the same calendar bytes as `invite.ics`."""
    links = {name: resolve(str(kind), int(id)) for name, (kind, id) in letter.links.items()}
    message = EmailMessage(policy=_POLICY)
    message["From"] = _address(*parseaddr(mail_from))
    message["To"] = _address(letter.to_name, _ascii(letter.to_address))
    message["Subject"] = _in_head(letter.subject)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = letter.message_id
    message["Auto-Submitted"] = "auto-generated"
    stop = letter.links.get(STOP, (NOTHING, 0))
    if stop[0] != NOTHING and links[STOP].startswith("https://"):
        # RFC 8058 section 3.1: an https address, and a mail program posts to it by itself.
        message["List-Unsubscribe"] = f"<{links[STOP]}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(fill(letter.text, links) + "\n", cte="quoted-printable")
    message.add_alternative(fill(letter.html, links), subtype="html", cte="quoted-printable")
    calendars = [(part.method, fill_calendar(part.content, links)) for part in letter.parts]
    for method, content in calendars:
        message.add_alternative(
            content.decode(),
            subtype="calendar",
            cte="base64",
            params={"method": method, "component": "VEVENT"},
        )
    for _method, content in calendars:
        message.add_attachment(content, maintype="application", subtype="ics", filename="invite.ics")
    return Ready(letter.id, _ascii(letter.to_address), message)


def _ascii(address: str) -> str:
    # International domains travel in their ASCII form (RFC 5891): mail servers without SMTPUTF8 know no other.
    if address.isascii():
        return address
    found = validate_email(address, check_deliverability=False, test_environment=True)
    return found.ascii_email or address


def _address(name: str, spec: str) -> Address:
    # Built from parts, never from a string: a name cannot add a header or a second recipient.
    return Address(display_name=_in_head(name)[:100].rstrip(), addr_spec=spec)


def _in_head(text: str) -> str:
    # The library decodes encoded words (RFC 2047) in what it is given, line breaks in them too: none may begin here.
    return clean_line(text, 10_000).replace("=?", "= ?")
