"""What somebody who means no good, or whose keyboard is odd, types into a field."""

from __future__ import annotations

from random import Random

#: What has broken headers, recipients, parsers, folding, escaping or the way over the wire somewhere.
NASTY = [
    "\r\nBcc: victim@else.example", "\nTo: victim@else.example", "\r\n\r\n<html>", "\r", "\x00", "\x0b", "\x0c", "\x1b[2J",
    "=?utf-8?q?=0d=0aBcc:_victim@else.example?=", "=?utf-8?b?DQpCY2M6IHZpY3RpbUBlbHNlLmV4YW1wbGU=?=", "=0D=0A", "%0d%0aCc:x",
    "\n.\r\n", "\n..", ".\n.\n", "From here\n\nFrom there", "<victim@else.example>", "a@b.example, c@d.example", '"', '\\"', "\\",
    ",", ";", ":", "(comment", ")", "<", ">", "[", "]", "@", "&amp;", "&", "<script>alert(1)</script>", "<b>", "--", "{name", "}",
    "**bold**", "`code`", "# head", "| a | b |", "~~x~~", "- item", "1. item", "> quote", "\u2028", "\u2029", "\u0085", "\u200b",
    "\u202e", "\u2066", "\ufeff", "\ue000my_page\ue001", "\U0001f3b7", "\U00020bb7", "é", "e\u0301", "ß", "İ", "日本語",
    "العربية", "עברית", "ﬁ", "\ud800", "\udfff", "\uffff", "\xa0", "\t", "   ", "=", "==", "?=", "=?", "$", "%s", "O'Neil", "’",
]  # fmt: skip

_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789     "


def typed(random: Random, most: int) -> str:
    """Up to so many characters: plain ones, nasty ones, or one thing very long."""
    if random.random() < 0.05:
        return random.choice(["x", "é", "\U0001f3b7", "= ", "字", "a "]) * most
    parts = [
        random.choice(NASTY)
        if random.random() < 0.4
        else "".join(random.choices(_LETTERS, k=random.randint(1, 30)))
        for _ in range(random.randint(1, 8))
    ]
    return "".join(parts)[:most]
