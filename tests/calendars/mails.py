"""What a recipient's mail program finds in a delivered letter."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import NamedTuple, cast

from jam.base.now import frozen, now
from jam.mail.jobs import deliver
from jam.mail.rules import GRACE


class Invitation(NamedTuple):
    """The calendar part of a mail."""

    subject: str
    to: str
    method: str
    content: bytes


def delivered(folder: Path) -> list[Invitation]:
    """Let everything leave that waits its ten minutes, and read the new mails, oldest first; the folder is emptied."""
    with frozen(now() + GRACE + timedelta(seconds=1)):
        deliver()
    found = []
    for path in sorted(folder.glob("*.eml")):
        found.append(opened(path.read_bytes()))
        path.unlink()
    return found


def opened(mail: bytes) -> Invitation:
    """Take a mail apart as RFC 6047 says, and check that its two copies of the calendar are one."""
    message = cast("EmailMessage", message_from_bytes(mail, policy=SMTP))
    assert message.get_content_type() == "multipart/mixed"
    words, attached = message.iter_parts()
    assert words.get_content_type() == "multipart/alternative"
    kinds = [part.get_content_type() for part in words.iter_parts()]
    assert kinds == ["text/plain", "text/html", "text/calendar"]
    inline = list(words.iter_parts())[2]
    content = cast("bytes", inline.get_payload(decode=True))
    assert (attached.get_content_type(), attached.get_filename()) == ("application/ics", "invite.ics")
    assert attached.get_payload(decode=True) == content
    assert inline.get_content_charset() == "utf-8"
    return Invitation(message["Subject"], message["To"], cast("str", inline.get_param("method")), content)
