"""The mails that left, and the personal links in them."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from typing import Any

from flask import Flask


def mails(app: Flask) -> list[Any]:
    """What stands in the mail folder, in the order of the letters."""
    files = sorted(app.config["MAIL_FOLDER"].rglob("*.eml"))
    return [message_from_bytes(each.read_bytes(), policy=policy.default) for each in files]


def text_of(mail: Any) -> str:
    """The text part of a mail."""
    return str(mail.get_body(("plain",)).get_content())


def confirm_paths(app: Flask) -> list[str]:
    """The paths behind the links to confirm, in the order of the letters."""
    words = "\n".join(text_of(mail) for mail in mails(app))
    return re.findall(r"http://jam\.example(/news/confirm/[\w-]+)", words)
