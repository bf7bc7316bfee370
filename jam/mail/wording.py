"""The one formatter: a wording (subject line and Markdown body with named placeholders) becomes subject, text and HTML.

Values are escaped for the place they land in and never read as Markdown or as a template, so a name can hold anything.
Links do not stand in the result: a mark does, filled in at delivery, so that stored letters hold no personal link.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from flask import current_app, render_template

from jam.base.markdown import plain, render
from jam.base.text import clean_line, clean_text
from jam.mail.kinds import OLD_REASON, REASON, STOP, is_of_staff, words_of

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
#: A placeholder that is not the target of a link with words of its own.
_BARE = re.compile(r"(?<!\]\()\{([a-z_]+)\}")
_LINK_IN_MARKDOWN = "https://link.invalid/{}"
_LINK_FOUND = re.compile(r"https://link\.invalid/([a-z_]+)")
_VALUE = re.compile("\ue010([a-z_]+)\ue011")
#: A value inside the address of a link, as Markdown writes it there.
_VALUE_IN_ADDRESS = re.compile("%EE%80%90[a-z_]+%EE%80%91")
_MARK = re.compile("\ue000([a-z_]+)\ue001")
#: A paragraph that is nothing but a link is the letter's button.
_BUTTON = re.compile(r'<p>(<a href="[^"]*" rel="[^"]*">[^<]*</a>)</p>')
#: What an empty value leaves behind.
_HOLLOW = re.compile(r"<(p|li|ul|ol|blockquote|strong|em)>\s*</\1>\n?")
_GREETING = re.compile(r"^(?:Hello|Dear|Hi)\b[^,]{0,150}, ?")
#: In text, a link at the end of its line.
_LINK_ENDS_LINE = re.compile(r" \((https?://[^\s()]+|mailto:[^\s()]+)\)$", re.MULTILINE)
#: A link whose words are its address.
_SAID_TWICE = re.compile(r"(https?://\S+|\S+@\S+)(?:: | \()(?:mailto:)?\1\)?(?!\S)")

#: Where mail programs would see the middle of a web, mail, file or phone address.
_ADDRESS = re.compile(
    r"(?<=[\w-])[.\u3002\uff0e\uff61](?=[^\W\d_][\w-])|(?<=www)\.|(?<=\S)[@\uff20](?=\S)|(?<=[^\W\d_]):(?=\S)"
    r"|\\(?=\\)",
    re.IGNORECASE,
)
_GAP = "\u202f"

#: No value is longer in a letter: far more than the dates of a series need.
_LONGEST = 20_000
#: Cleaning alone refuses nothing here: a letter is written, whatever stands in it.
_NO_LIMIT = 10**9

#: Who writes, at the foot of every letter.
SENDERS = (
    "The Workforce Solutions Partnership: National Council for Mental Wellbeing, Health Management Associates, "
    "The College for Behavioral Health Leadership"
)


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


def parts(wording: str) -> tuple[str, str]:
    """Subject and body of a wording."""
    head, _, body = wording.partition("\n\n")
    return head.removeprefix("Subject:").strip(), body.strip()


def joined(subject: str, body: str) -> str:
    """Subject and body as one wording."""
    return f"Subject: {subject}\n\n{body}"


def write(wording: str, values: Mapping[str, str], links: Mapping[str, object]) -> Written:
    """Fill a wording. KeyError when it uses a name that is neither a value nor a link.

    The value `foot_why` and the link `stop` stand at the foot, where there are any.
    """
    subject, body = parts(wording)
    said = {name: _cleaned(value) for name, value in values.items()}
    subject = clean_line(_PLACEHOLDER.sub(lambda m: said[m[1]], subject), _NO_LIMIT)
    for name in placeholders(body) - set(links):
        said[name]  # a wording with an unknown name fails here, not in somebody's mailbox
    said = {name: value if is_of_staff(name) else fenced(value) for name, value in said.items()}
    text, html = _rendered(body, frozenset(links))
    text = _tidy(_VALUE.sub(lambda m: said[m[1]], text))
    html = _VALUE.sub(lambda m: escape(said[m[1]]).replace("\n", "<br>"), html)
    while (less := _HOLLOW.sub("", html)) != html:
        html = less
    why, stop = _reason(said, body), mark(STOP) if STOP in links else ""
    page = render_template(
        "mail/layout.html",
        subject=subject[:300],
        preheader=_preheader(text),
        body=html,
        why=why,
        stop=stop,
        senders=SENDERS,
    )
    foot = [why, f"To stop letters like this one: {stop}" if stop else "", SENDERS]
    text += "\n\n-- \n" + "\n".join(line for line in foot if line)
    return Written(subject[:300], text, page)


def _reason(said: Mapping[str, str], body: str) -> str:
    # Why somebody gets it. Stored letters have it by its old name, which in some is the name of a value of their own.
    old = "" if OLD_REASON in placeholders(body) else said.get(OLD_REASON, "")
    return said.get(REASON, old)


def _preheader(text: str) -> str:
    # What mail programs show beside the subject: the fact, without the greeting.
    words = _GREETING.sub("", " ".join(_MARK.sub("", text).split()))
    return words[:1].upper() + words[1:140]


@lru_cache(maxsize=256)
def _rendered(body: str, links: frozenset[str]) -> tuple[str, str]:
    # The Markdown as text and as HTML, with stand-ins for values and links: the same for everybody who gets it.
    body = _BARE.sub(
        lambda m: f"[{words_of(m[1])}]({{{m[1]}}})" if m[1] in links else m[0], clean_text(body, _NO_LIMIT)
    )

    def stand_in(match: re.Match[str]) -> str:
        name = match[1]
        return _LINK_IN_MARKDOWN.format(name) if name in links else f"\ue010{name}\ue011"

    body = _PLACEHOLDER.sub(stand_in, body)
    # A value is never a part of an address: it could lead anywhere.
    text = _SAID_TWICE.sub(r"\1", _LINK_ENDS_LINE.sub(r": \1", _VALUE_IN_ADDRESS.sub("", plain(body))))
    html = _VALUE_IN_ADDRESS.sub("", str(render(body)))
    html = _BUTTON.sub(r'<p class="button">\1</p>', html, count=1)
    return _LINK_FOUND.sub("\ue000\\1\ue001", text), _LINK_FOUND.sub("\ue000\\1\ue001", html)


def fenced(value: str) -> str:
    """A value that no mail program takes for an address to make a link of.

    A narrow blank goes where such an address would go on. An invisible character would not do: some programs pass over
    it, and browsers drop it when they look the address up (UTS 46, section 4), so that the link would even work.
    """
    return _ADDRESS.sub(lambda m: m[0] + _GAP, value)


def _cleaned(value: str) -> str:
    value = clean_text(value, _NO_LIMIT)
    return value if len(value) <= _LONGEST else value[: _LONGEST - 1] + "…"


def _tidy(text: str) -> str:
    # What an empty value leaves behind in text.
    text = re.sub(r"^[ \t]+$|^- +$|^ (?=\S)", "", text, flags=re.MULTILINE)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def mark(name: str) -> str:
    """What stands in a stored letter where the link of this name will be."""
    return f"\ue000{name}\ue001"


def fill(body: str, links: Mapping[str, str]) -> str:
    """Put addresses where the marks are. A mark that no link belongs to vanishes."""
    return _MARK.sub(lambda m: links.get(m[1], ""), body)
