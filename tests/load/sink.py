"""A mail server on loopback that keeps what it is given."""

from __future__ import annotations

import asyncio
import email.policy
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any

from aiosmtpd.controller import Controller

from tests.load.ports import free_port

_ADDRESS = re.compile(r"https?://[^\s\"'<>()\\]+")


@dataclass(frozen=True)
class Received:
    """One letter as it came in."""

    to: list[str]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        """The letter taken apart."""
        message = BytesParser(policy=email.policy.default).parsebytes(self.content)
        assert isinstance(message, EmailMessage)
        return message

    @property
    def id(self) -> str:
        """Its Message-ID, the same however often the letter is sent."""
        return str(self.message["Message-ID"])

    def links(self) -> set[str]:
        """Every address of the web in text, HTML and calendar parts."""
        found: set[str] = set()
        for part in self.message.walk():
            if part.get_content_maintype() == "text" or part.get_content_subtype() == "ics":
                content = part.get_payload(decode=True)
                assert isinstance(content, bytes)
                # Lines of a calendar part are folded (RFC 5545 section 3.1), ampersands in HTML are escaped.
                text = content.decode().replace("\r\n ", "").replace("\\n", " ").replace("&amp;", "&")
                found |= {each.rstrip(".,;") for each in _ADDRESS.findall(text)}
        return found


class Sink:
    """Where the letters arrive."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        #: Seconds that it takes over each letter.
        self.pause = 0.0

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Take every letter."""
        await asyncio.sleep(self.pause)
        self.received.append(Received(list(envelope.rcpt_tos), bytes(envelope.content)))
        return "250 kept"

    def to(self, address: str) -> list[Received]:
        """Letters for an address, whatever its case."""
        return [each for each in self.received if address.lower() in {one.lower() for one in each.to}]


@contextmanager
def open_sink() -> Iterator[tuple[Sink, str]]:
    """A sink and the URL of its server, until the end of the block."""
    sink, port = Sink(), free_port()
    server = Controller(sink, hostname="127.0.0.1", port=port, enable_SMTPUTF8=True)
    server.start()
    try:
        yield sink, f"smtp://127.0.0.1:{port}"
    finally:
        server.stop()
