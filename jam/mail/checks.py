"""What is looked at before a wording may be used: it must work as a letter, and not only today."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from difflib import get_close_matches

from jam.base.text import clean_line, clean_text
from jam.mail.kinds import is_link, kinds
from jam.mail.wording import placeholders

LONGEST_SUBJECT = 150
LONGEST_BODY = 10_000

#: Anything that stands in curly brackets on one line.
_IN_BRACKETS = re.compile(r"\{([^{}\n]{0,60})\}")
#: The address of a link in Markdown.
_ADDRESS = re.compile(r"\]\(\s*<?([^()\s>]*)>?[^()]*\)|^ {0,3}\[[^\]]+\]:\s*(\S+)", re.MULTILINE)


@dataclass(frozen=True)
class Problem:
    """What stands in the way, in the field `subject` or `body`."""

    field: str
    words: str


@dataclass(frozen=True)
class Typed:
    """A subject and a body, cleaned, as somebody typed them."""

    subject: str
    body: str


def typed(subject: str, body: str) -> Typed:
    """Subject and body without what cannot stand in a letter; nothing is refused yet."""
    return Typed(clean_line(subject, 10**7), clean_text(body, 10**7))


def problems(
    kind: str, given: Typed, needed: Collection[str] = (), known: Collection[str] | None = None
) -> list[Problem]:
    """Everything that stands in the way of using it, in the order of reading; `known` are the placeholders it may use."""
    known = list(kinds[kind].placeholders if known is None else known)
    found = [*_length(given), *_unknown(given, known)]
    if any(is_link(each) for each in placeholders(given.subject)):
        found.append(Problem("subject", "A link cannot stand in the subject. Put it into the letter."))
    found += _addresses(given.body)
    inside = placeholders(given.body)
    missing = [each for each in needed if each not in inside | _values(given.subject)]
    if given.body and missing:
        names = " and ".join(f"{{{each}}} ({kinds[kind].placeholders.get(each, each)})" for each in missing)
        found.append(
            Problem("body", f"Without {names} this letter would leave people guessing. Put it back in.")
        )
    return found


def _length(given: Typed) -> list[Problem]:
    found = []
    for field, words, most, empty in (
        ("subject", given.subject, LONGEST_SUBJECT, "Give the letter a subject."),
        ("body", given.body, LONGEST_BODY, "Write the letter first."),
    ):
        name = "The subject" if field == "subject" else "The letter"
        if not words:
            found.append(Problem(field, empty))
        elif len(words) > most:
            found.append(
                Problem(
                    field, f"{name} has {len(words):,} characters; {most:,} is the most. Please shorten it."
                )
            )
    return found


def _unknown(given: Typed, known: Collection[str]) -> list[Problem]:
    found = []
    for field, words in (("subject", given.subject), ("body", given.body)):
        for name in dict.fromkeys(_IN_BRACKETS.findall(words)):
            if name in known:
                continue
            like = get_close_matches(name.strip().lower().replace(" ", "_"), known, 1, 0.6)
            hint = (
                f"Did you mean {{{like[0]}}}?" if like else "Use only the words in brackets that are listed."
            )
            found.append(Problem(field, f"Jam does not know {{{name}}}. {hint}"))
    return found


def _addresses(body: str) -> list[Problem]:
    for groups in _ADDRESS.findall(body):
        address = next((each for each in groups if each), "")
        for name in placeholders(address):
            if not is_link(name):
                return [
                    Problem("body", f"A link cannot lead to {{{name}}}: it becomes words, not an address.")
                ]
            if address != f"{{{name}}}":
                return [
                    Problem("body", f"{{{name}}} is a whole address. Let nothing stand before or after it.")
                ]
    return []


def _values(subject: str) -> set[str]:
    return {each for each in placeholders(subject) if not is_link(each)}
