"""Markdown that staff and volunteers write, as HTML that cannot harm and as plain text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

import nh3
from markupsafe import Markup

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_TAGS = {"p", "br", "em", "strong", "a", "ul", "ol", "li", "blockquote", "code", "pre", "h2", "h3", "h4", "hr"} | {
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip


@cache
def _parser() -> MarkdownIt:
    """HTML in the source stays text, and nothing becomes a link by itself: user text must not turn into a lure."""
    from markdown_it import MarkdownIt  # dear to load: a command that shows no Markdown does without

    return MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table")


def render(source: str) -> Markup:
    """HTML of Markdown. Headings begin at h2 or below, since h1 is the page's; links are http, https or mailto."""
    html = re.sub(r"<(/?)h1>", r"<\1h2>", _parser().render(source))
    clean = nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener nofollow",
    )
    return Markup(clean)  # noqa: S704 - nh3 has just cleaned it


def plain(source: str) -> str:
    """The words of Markdown without its marks, for calendars and mail: link targets stand in brackets."""
    out: list[str] = []
    numbers: list[int | None] = []
    for token in _parser().parse(source):
        if token.type == "inline":
            out.append(_inline(token.children or []))
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            numbers.append(int(token.attrGet("start") or 1) if token.tag == "ol" else None)
        elif token.type in ("td_close", "th_close"):
            out.append("  ")
        elif token.type in ("tr_close", "table_close", "hr"):
            out.append("\n" if token.type == "tr_close" else "\n\n")
        elif token.type in ("paragraph_close", "heading_close", "bullet_list_close", "ordered_list_close"):
            if token.type.endswith("list_close"):
                numbers.pop()
            out.append("\n" if token.hidden or token.level > 1 else "\n\n")
        elif token.type == "list_item_open":
            number = numbers[-1]
            out.append("- " if number is None else f"{number}. ")
            numbers[-1] = None if number is None else number + 1
        elif token.type in ("fence", "code_block"):
            out.append(token.content)
    return re.sub(r"\n{3,}", "\n\n", re.sub(r" +$", "", "".join(out), flags=re.MULTILINE)).strip()


def _inline(children: Sequence[Token]) -> str:
    words, target = "", ""
    for child in children:
        kind = child.type
        if kind in ("text", "code_inline"):
            words += child.content
        elif kind in ("softbreak", "hardbreak"):
            words += "\n"
        elif kind == "link_open":
            target = str(child.attrGet("href"))
        elif kind == "link_close" and target:
            words += f" ({target})"
    return words
