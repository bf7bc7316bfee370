"""Decisions about addresses, names and account roles."""

from __future__ import annotations

import re
from datetime import timedelta
from enum import StrEnum
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

from jam.base.errors import Refused
from jam.base.text import clean_line


class AccountRole(StrEnum):
    """What someone may do in Jam."""

    ADMIN = "admin"
    ORGANIZER = "organizer"
    FACILITATOR = "facilitator"
    COORDINATOR = "coordinator"
    FACULTY = "faculty"
    REVIEWER = "reviewer"


ROLE_WORDS = {
    AccountRole.ADMIN: "Administrator: everything, and who has an account",
    AccountRole.ORGANIZER: "Organizer: programs, sessions, registrations, letters, statistics",
    AccountRole.FACILITATOR: "Facilitator of an ECHO cohort",
    AccountRole.COORDINATOR: "Case coordinator of an ECHO cohort",
    AccountRole.FACULTY: "Faculty of an ECHO cohort",
    AccountRole.REVIEWER: "Reviewer of proposals",
}

ORGANIZERS = frozenset({AccountRole.ADMIN, AccountRole.ORGANIZER})
#: Who can be asked to review proposals.
REVIEWERS = ORGANIZERS | {AccountRole.REVIEWER}
#: Accounts that lead or advise ECHO cohorts; which ones, the cohorts' own rows say.
FACULTY = frozenset({AccountRole.FACILITATOR, AccountRole.COORDINATOR, AccountRole.FACULTY})


class Stop(StrEnum):
    """What somebody can stop by a link in the letters themselves; the name is the link's purpose."""

    REMINDERS = "reminders-off"
    FOLLOW_UPS = "follow-ups-off"
    REVIEWS = "review-letters-off"


#: Purpose of the tokens in sign-in links.
SIGN_IN = "sign-in"

#: How long a one-time sign-in link works, by mail and when a command printed it.
LINK_BY_MAIL = timedelta(minutes=30)
LINK_BY_COMMAND = timedelta(hours=24)

#: A name with an address of the web in it is a lure in somebody else's mailbox, not a name.
_LURE = re.compile(r"://|www\.|@|\.(?:com|net|org|info|ru|io)\b", re.IGNORECASE)


@lru_cache(maxsize=4096)
def normal_address(typed: str) -> str:
    """The form in which an address is unique: trimmed, lower case, international domains in ASCII.

    Refused, with what is wrong, for what cannot be an address (RFC 5321 syntax; nothing is looked up), and for names
    before the @ that need SMTPUTF8 (RFC 6531), which most mail servers cannot take.
    """
    typed = clean_line(typed, 254, "The e-mail address")
    if not typed:
        raise Refused("Enter your e-mail address, like name@example.org.")
    try:
        found = validate_email(typed, check_deliverability=False, allow_smtputf8=False, test_environment=True)
    except EmailNotValidError as error:
        raise Refused(
            f"“{typed[:80]}” does not look like an e-mail address. Check it for a typing slip."
        ) from error
    return (found.ascii_email or found.normalized).lower()


def checked_name(typed: str) -> str:
    """A person's name as kept: one line, no web addresses."""
    name = clean_line(typed, 120, "The name")
    if not name:
        raise Refused("Enter your name as it should appear on letters.")
    if _LURE.search(name):
        raise Refused("A name cannot contain a web or e-mail address. Enter the name only.")
    return name


def normal_organization(name: str) -> str:
    """The form in which an organization's name is unique: case, punctuation and “The … Inc.” do not count."""
    words = re.sub(r"[^\w\s&]", "", name.casefold()).replace("&", " and ").split()
    if words[:1] == ["the"]:
        words = words[1:]
    while len(words) > 1 and words[-1] in ("inc", "llc", "incorporated", "corp"):
        words.pop()
    return " ".join(words)


#: Mail services that anybody uses: an address there says nothing about where somebody works.
FREE_MAIL = frozenset(
    [
        "gmail.com",
        "googlemail.com",
        "yahoo.com",
        "ymail.com",
        "hotmail.com",
        "outlook.com",
        "live.com",
        "msn.com",
        "aol.com",
        "icloud.com",
        "me.com",
        "mac.com",
        "comcast.net",
        "verizon.net",
        "att.net",
        "sbcglobal.net",
        "gmx.com",
        "mail.com",
        "proton.me",
        "protonmail.com",
    ]
)

#: Words that one writes and another leaves out, or writes otherwise.
_SMALL = frozenset(
    [
        "center",
        "centre",
        "centers",
        "centres",
        "of",
        "for",
        "the",
        "and",
        "at",
        "in",
        "a",
        "inc",
        "llc",
        "ltd",
        "co",
        "corp",
        "organization",
    ]
)


def loose_organization(normal: str) -> str:
    """A normal form without small words and in any order, to find names that are likely the same; "" when none is left."""
    return " ".join(sorted(set(normal.split()) - _SMALL))


def initials(normal: str) -> str | None:
    """The first letters of a name's words, without small words; None for fewer than three."""
    words = [word for word in normal.split() if word not in {"of", "for", "the", "and", "at", "in", "a"}]
    return "".join(word[0] for word in words) if len(words) > 2 else None
