"""A mail server on loopback that keeps what it is given."""

from __future__ import annotations

import asyncio
import email.policy
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser
from functools import cached_property
from typing import Any

from aiosmtpd.controller import Controller

from tests.load.ports import free_port

_ADDRESS = re.compile(r"https?://[^\s\"'<>()\\]+")


@dataclass(frozen=True)
class Received:
    """One letter as it came in."""

    to: list[str]
    content: bytes

    @cached_property
    def message(self) -> EmailMessage:
        """The letter taken apart."""
        message = BytesParser(policy=email.policy.default).parsebytes(self.content)
        assert isinstance(message, EmailMessage)
        return message

    @cached_property
    def id(self) -> str:
        """Its Message-ID, the same however often the letter is sent."""
        head = BytesParser(policy=email.policy.default).parsebytes(self.content, headersonly=True)
        return str(head["Message-ID"])

    def links(self) -> set[str]:
        """Every address of the web in the head, in text, HTML and calendar parts."""
        found = set(_ADDRESS.findall(str(self.message.get("List-Unsubscribe", ""))))
        for part in self.message.walk():
            if part.get_content_maintype() == "text" or part.get_content_subtype() == "ics":
                content = part.get_payload(decode=True)
                assert isinstance(content, bytes)
                # Lines of a calendar part are folded (RFC 5545 section 3.1), ampersands in HTML are escaped.
                text = content.decode().replace("\r\n ", "").replace("\\n", " ").replace("&amp;", "&")
                found |= {each.rstrip(".,;") for each in _ADDRESS.findall(text)}
        return found


#: Answers that hang up instead: without the letter, or with it and before saying so.
DROP, KEEP_AND_DROP = "drop", "keep and drop"


class Sink:
    """Where the letters arrive. Started and stopped, it keeps its port."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        #: Seconds that it takes over each letter.
        self.pause = 0.0
        #: What it says to a step ("MAIL", "RCPT", "DATA") for an address instead of yes; None is yes.
        self.answer: Callable[[str, str], str | None] = lambda _step, _address: None
        #: How often a letter to an address was tried.
        self.tries: Counter[str] = Counter()
        self._port = free_port()
        self._server: Controller | None = None

    @property
    def url(self) -> str:
        """Where to send letters."""
        return f"smtp://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Take letters from here on."""
        self._server = Controller(self, hostname="127.0.0.1", port=self._port, enable_SMTPUTF8=True)
        self._server.start()

    def stop(self) -> None:
        """Nobody answers any more."""
        if self._server is not None:
            self._server.stop()
            self._server = None

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """The sender."""
        said = self.answer("MAIL", address)
        if said is None:
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return said or "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """A recipient."""
        self.tries[address] += 1
        said = self.answer("RCPT", address)
        if said is None:
            envelope.rcpt_tos.append(address)
            envelope.rcpt_options.extend(options)
        return said or "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """A whole letter. Whoever hangs up during the pause has not handed it over."""
        await asyncio.sleep(self.pause)
        said = self.answer("DATA", envelope.rcpt_tos[0])
        if said == KEEP_AND_DROP:
            self._keep(envelope)
        if said in (DROP, KEEP_AND_DROP):
            server.transport.abort()
        if said is not None:
            return said
        self._keep(envelope)
        return "250 kept"

    def _keep(self, envelope: Any) -> None:
        self.received.append(Received(list(envelope.rcpt_tos), bytes(envelope.content)))

    def to(self, address: str) -> list[Received]:
        """Letters for an address, whatever its case."""
        return [each for each in self.received if address.lower() in {one.lower() for one in each.to}]


@contextmanager
def open_sink() -> Iterator[tuple[Sink, str]]:
    """A sink and the URL of its server, until the end of the block."""
    sink = Sink()
    sink.start()
    try:
        yield sink, sink.url
    finally:
        sink.stop()
