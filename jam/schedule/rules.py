"""Decisions about sessions: their states, who may see them, and what kinds of agenda items there are."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """Where an event stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


class Visibility(StrEnum):
    """Who sees an event."""

    #: Everybody, and everybody may register.
    PUBLIC = "public"
    #: Everybody sees title and time; seats are for members.
    LISTED = "listed"
    #: Members only.
    MEMBERS = "members"


VISIBILITY_WORDS = {
    Visibility.PUBLIC: "Public: everybody sees it and may register",
    Visibility.LISTED: "Listed: everybody sees title and time, seats are for members",
    Visibility.MEMBERS: "Members only: nobody else sees it",
}


class ItemKind(StrEnum):
    """What a slot in the agenda is."""

    WELCOME = "welcome"
    POLICY_UPDATE = "policy-update"
    TALK = "talk"
    DIDACTIC = "didactic"
    CASE = "case"
    DISCUSSION = "discussion"
    CALL_TO_ACTION = "call-to-action"
    WRAP_UP = "wrap-up"
    EVALUATION = "evaluation"
    BREAK = "break"


ITEM_WORDS = {
    ItemKind.WELCOME: "Welcome",
    ItemKind.POLICY_UPDATE: "Policy update",
    ItemKind.TALK: "Talk",
    ItemKind.DIDACTIC: "Didactic",
    ItemKind.CASE: "Case",
    ItemKind.DISCUSSION: "Discussion",
    ItemKind.CALL_TO_ACTION: "Call to action",
    ItemKind.WRAP_UP: "Wrap-up",
    ItemKind.EVALUATION: "Evaluation",
    ItemKind.BREAK: "Break",
}

#: What the public reads of a slot that waits for somebody.
TO_COME = "To be announced"


def balance(planned: int, lasts: int) -> str:
    """How the minutes of an agenda add up, against how many the session lasts."""
    if planned > lasts:
        return f"{planned} minutes are planned, {planned - lasts} too many: the session lasts {lasts}."
    if planned == lasts:
        return f"All {lasts} minutes are planned."
    left = lasts - planned
    return f"{planned} of {lasts} minutes are planned, {left} {'is' if left == 1 else 'are'} free."


#: Colors of calendars: CSS3 names (RFC 7986 section 5.9).
COLORS = ("teal", "goldenrod", "firebrick", "seagreen", "slateblue", "peru")


def why_closed(state: str, visibility: str, closed: bool, ends_at: datetime, present: datetime) -> str | None:
    """Why nobody can register for a session now, in words for the visitor; None when they can."""
    if state == State.CANCELLED:
        return "This session is cancelled."
    if state == State.DRAFT:
        return "This session is not open yet."
    if ends_at <= present:
        return "This session is over."
    if visibility != Visibility.PUBLIC:
        return "Seats at this session are for members of the cohort."
    if closed:
        return "Registration for this session is closed."
    return None
