"""Taking out of a text who offers it: names, organizations with what else they are called, addresses, links, phones.

It finds what is known. What only the text itself tells (a nickname, a town, a picture in words) it cannot know, and the
pages say so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from html import unescape

from jam.people.rules import FREE_MAIL, initials, normal_organization

PRESENTER, ORGANIZATION = "[presenter]", "[organization]"
LINK, ADDRESS, PHONE = "[link]", "[address]", "[phone number]"

#: Letters that Unicode does not take apart.
_LIKE = {
    "ß": "s",
    "ø": "o",
    "Ø": "O",
    "ł": "l",
    "Ł": "L",
    "đ": "d",
    "Đ": "D",
    "æ": "a",
    "Æ": "A",
    "ı": "i",
    "’": "'",
}
#: What stands between letters and is not seen.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\u180e\u034f]")

_MAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
_HANDLE = re.compile(r"(?<![\w@])@\w{2,}")
#: Links of Markdown, whose target is not seen but led to; and where such a target is defined.
_MARKDOWN_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()]*(?:\([^()]*\)[^()]*)*\)")
_DEFINITION = re.compile(r"^ {0,3}\[[^\[\]]+\]:.*$", re.MULTILINE)
_WEB = re.compile(r"(?:\b[a-z][a-z0-9+.-]{1,20}://|\bwww\.)[^\s<>()\"]+", re.IGNORECASE)
_DOMAIN = re.compile(
    r"(?<![\w.@-])(?:[a-z0-9-]+\.)+(?:com|org|net|edu|gov|us|info|io|health|care|clinic|biz|mil|int|ai|app|me|tv|ly|be|gle"
    r"|example|test|ca|uk|co)\b(?:/[^\s<>()\"]*)?",
    re.IGNORECASE,
)
_PHONE = re.compile(r"(?<!\d)(?:\+?1[-. ]?)?(?:\(\d{3}\)|\d{3})[-. ]?\d{3}[-. ]\d{4}(?!\d)")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


#: Words about organizations in general: what comes before the first of them tells one from another.
_GENERAL = _set(
    """academy advocates agency alliance american and association associates at authority behavioral board care center
    centers centre clinic clinics coalition college common communities community consortium cooperative corporation council
    counseling county crisis center department district division education family federation first for foundation
    group health healthcare help home hospital house human in initiative institute integrated international interstate
    justice league line medical medicine mental ministry national network new of office on organization outreach partners
    partnership people plan prevention primary program programs project psychiatric psychiatry psychology public
    recovery region regional rehabilitation research residency resource resources rural school schools service services
    social society solutions state street study support system systems table team the therapy together training
    treatment tribal union united university urban veterans volunteer wellbeing wellness women work workers workforce
    works youth"""
)
#: Names that are also words: in small letters they mean the word.
_ALSO_WORDS = _set(
    """amber angel april art august autumn bailey baker banks barber basil bay bell best bill bishop black blue bob bond brand
    bridge bright brook brooks brown buck bush butler care carol carter case chance chase cherry christian church clay clean
    coach cole cook cooper cross daily dale dawn day dean dean destiny drew duke early earl east faith field fields fish fisher
    flowers ford forest foster fox frank free friend gay gene gentle gold good grace grant gray green guy hall hand hardy
    harmony hart haven hazel heart heath hill holiday holly home hope house hunt hunter iris ivy jack jade jasmine jay jean
    jewel job joy june justice king knight lake lane law lily long love lucky major mark marks mason may melody mercy miles
    mill miller miracle moon moore more noble north olive page park parker patience pearl penny pepper peace piper pope porter
    power price prince queen ray read reed rich river rivers rob robin rock rose rosemary royal ruby ruth sage sandy sea serene
    shepherd short skinner sky small smart smith snow spring star stone storm strong sue summer sunny swan sweet taylor
    temple terry trinity true turner valley victor violet wade walker ward waters way weaver wells west white will wise wolf
    wood woods worth wright young"""
)
#: Short words that begin many sentences.
_LITTLE = _set("an as at be by do go he if in is it me my no of oh ok on or so to up us we am")
#: What stands beside a name and is none.
_TITLES = _set(
    """dr mr mrs ms mx prof professor rev sr jr ii iii iv phd md do ma ms msw lcsw lpc rn np pa cprs psyd med mph mba esq the of
    de la le van von der den del dos da di du y e and"""
)
_LEGAL = frozenset(["inc", "llc", "incorporated", "corp", "ltd", "co"])


@dataclass(frozen=True)
class Identity:
    """What is known of those who offer something."""

    names: frozenset[str] = frozenset()
    organizations: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()


class Mask:
    """Takes one proposal's presenters out of texts."""

    def __init__(self, who: Identity) -> None:
        self.who = who

    def line(self, text: str) -> str:
        """Plain words without those of the presenters."""
        return self._masked(text)

    def markdown(self, text: str) -> str:
        """The same for Markdown: no link is left, and what stands in place of a name is no link either."""
        masked = self._masked(_DEFINITION.sub("", _MARKDOWN_LINK.sub(r"\1", text)))
        for mark in (PRESENTER, ORGANIZATION, LINK, ADDRESS, PHONE):
            masked = masked.replace(mark, "\\" + mark[:-1] + "\\]")
        return masked

    def _masked(self, text: str) -> str:
        text = unicodedata.normalize("NFC", _UNSEEN.sub("", unescape(text)))
        text = _MAIL.sub(ADDRESS, text)
        text = _DOMAIN.sub(LINK, _WEB.sub(LINK, text))
        text = _HANDLE.sub(PRESENTER, _PHONE.sub(PHONE, text))
        for mark, pattern in self._patterns:
            text = _replaced(pattern, mark, text)
        return text

    @cached_property
    def _patterns(self) -> list[tuple[str, re.Pattern[str]]]:
        """What to look for, in this order; an organization before the people it may be named after."""
        homes, names = list(self.who.organizations), list(self.who.names)
        labels = [label for domain in self.who.domains for label in _labels(domain)]
        found = [
            (ORGANIZATION, _pattern([*filter(None, map(_phrase, homes)), *map(re.escape, labels)], True)),
            (ORGANIZATION, _pattern([each for home in homes for each in _short(home)], False)),
            (PRESENTER, _pattern(filter(None, map(_full_name, names)), True)),
            (PRESENTER, _pattern([each for name in names for each in _parts(name, False)], True)),
            (PRESENTER, _pattern([each for name in names for each in _parts(name, True)], False)),
        ]
        return [(mark, pattern) for mark, pattern in found if pattern is not None]


def folded(text: str) -> str:
    """The text without accents, letter for letter: as long as before."""
    return "".join(_LIKE.get(each) or _base(each) for each in text)


def _base(letter: str) -> str:
    apart = unicodedata.normalize("NFKD", letter)[0]
    return apart if apart.isalnum() else letter


def _pattern(parts: Iterable[str], either_case: bool) -> re.Pattern[str] | None:
    longest_first = sorted(set(parts), key=lambda each: (-len(each), each))
    if not longest_first:
        return None
    return re.compile(
        rf"(?<![^\W_])(?:{'|'.join(longest_first)})(?![^\W_])", re.IGNORECASE if either_case else 0
    )


def _replaced(pattern: re.Pattern[str], mark: str, text: str) -> str:
    out, place = [], 0
    for found in pattern.finditer(folded(text)):
        out += [text[place : found.start()], mark]
        place = found.end()
    return "".join([*out, text[place:]])


def _words(phrase: str) -> list[str]:
    return re.findall(r"[^\W_]+", folded(phrase))


def _joined(words: Iterable[str]) -> str:
    # However it is written: “Smith & Wesson”, “Smith and Wesson”, “smith-wesson”, **Smith** Wesson.
    return r"[\W_]*(?:and[\W_]*)?".join(map(re.escape, words))


def _phrase(name: str) -> str:
    """A whole name of two words or more; a single word is looked for as it is written, by `_short` and `_parts`."""
    words = [each for each in _words(name) if each.lower() != "and"]
    while len(words) > 1 and words[-1].lower() in _LEGAL:
        words.pop()
    if len(words) > 1 and words[0].lower() == "the":
        words = words[1:]
    return _joined(words) if len(words) > 1 else ""


def _full_name(name: str) -> str:
    """First and last name together, without titles around them."""
    words = _words(name)
    while words and words[0].lower() in _TITLES:
        words = words[1:]
    while words and words[-1].lower() in _TITLES:
        words.pop()
    return r"[\W_]*".join(map(re.escape, words)) if len(words) > 1 else ""


def _short(home: str) -> Iterator[str]:
    """What an organization is called for short: what comes before the general words, and its first letters."""
    words = [each for each in _words(home) if each.lower() not in _LEGAL]
    if words[:1] and words[0].lower() == "the":
        words = words[1:]
    general = next((n for n, each in enumerate(words) if each.lower() in _GENERAL), len(words))
    lead = words[:general] if general else words if len(words) == 1 else []
    if sum(map(len, lead)) > 2:
        for form in (lead, [each.upper() for each in lead], [each[0].upper() + each[1:] for each in lead]):
            yield _joined(form)
    letters = initials(normal_organization(folded(home)))
    if letters:
        yield letters.upper()


def _labels(domain: str) -> Iterator[str]:
    """The word that a web domain is known by: “riverside” of riverside.example."""
    if domain not in FREE_MAIL:
        for label in domain.lower().split(".")[:-1]:
            if len(label) > 3 and label not in _GENERAL | _ALSO_WORDS:
                yield label


def _parts(name: str, as_written: bool) -> Iterator[str]:
    """First and last names alone; those that are words too, and short ones, only as names are written."""
    for part in _words(name):
        low = part.lower()
        if low in _TITLES or low in _LITTLE or len(part) < 2:
            continue
        is_word = low in _ALSO_WORDS or len(part) < 4
        if as_written and is_word:
            yield from {part[0].upper() + part[1:], part.upper()}
        elif not as_written and not is_word:
            yield re.escape(part)
