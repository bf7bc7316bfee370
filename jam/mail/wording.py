"""The one formatter: a wording (subject line and Markdown body with named placeholders) becomes subject, text and HTML.

Values are escaped for the place they land in and never read as Markdown or as a template, so a name can hold anything.
Links do not stand in the result: a mark does, filled in at delivery, so that stored letters hold no personal link.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from flask import current_app, render_template

from jam.base.markdown import plain, render
from jam.base.text import clean_line, clean_text
from jam.mail.kinds import STOP

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_LINK_IN_MARKDOWN = "https://link.invalid/{}"
_LINK_FOUND = re.compile(r"https://link\.invalid/([a-z_]+)")
_VALUE = re.compile("\ue010([a-z_]+)\ue011")
_MARK = re.compile("\ue000([a-z_]+)\ue001")
#: A paragraph that is nothing but a link is the letter's button.
_BUTTON = re.compile(r'<p>(<a href="[^"]*" rel="[^"]*">[^<]*</a>)</p>')


@dataclass(frozen=True)
class Written:
    """A letter's words, with marks for its links."""

    subject: str
    text: str
    html: str


def source(kind: str) -> str:
    """The wording of a kind of letter: `Subject: …`, an empty line, the Markdown body."""
    loader = current_app.jinja_loader
    assert loader is not None
    return loader.get_source(current_app.jinja_env, f"mail/{kind}.md")[0]


def placeholders(wording: str) -> set[str]:
    """The names a wording uses."""
    return set(_PLACEHOLDER.findall(wording))


def write(wording: str, values: Mapping[str, str], links: Mapping[str, object]) -> Written:
    """Fill a wording. KeyError when it uses a name that is neither a value nor a link."""
    head, _, body = wording.partition("\n\n")
    subject = _PLACEHOLDER.sub(lambda m: values[m[1]], head.removeprefix("Subject:").strip())

    def stand_in(match: re.Match[str]) -> str:
        name = match[1]
        if name in links:
            return _LINK_IN_MARKDOWN.format(name)
        values[name]  # a wording with an unknown name fails here, not in somebody's mailbox
        return f"\ue010{name}\ue011"

    body = _PLACEHOLDER.sub(stand_in, body)
    texts = {name: clean_text(value) for name, value in values.items()}
    text = _LINK_FOUND.sub("\ue000\\1\ue001", plain(body))
    html = _LINK_FOUND.sub("\ue000\\1\ue001", _BUTTON.sub(r'<p class="button">\1</p>', str(render(body))))
    text = re.sub(r"\n{3,}", "\n\n", _VALUE.sub(lambda m: texts[m[1]], text))
    html = _VALUE.sub(lambda m: escape(texts[m[1]]).replace("\n", "<br>"), html).replace("<p></p>\n", "")
    subject = clean_line(subject, 10_000)[:300]
    way_out = mark(STOP) if STOP in links else ""
    if way_out:
        text = f"{text.rstrip()}\n\nTo stop letters like this one: {way_out}"
    page = render_template("mail/layout.html", subject=subject, body=html, way_out=way_out)
    return Written(subject, text, page)


def mark(name: str) -> str:
    """What stands in a stored letter where the link of this name will be."""
    return f"\ue000{name}\ue001"


def fill(body: str, links: Mapping[str, str]) -> str:
    """Put addresses where the marks are. A mark that no link belongs to vanishes."""
    return _MARK.sub(lambda m: links.get(m[1], ""), body)
