"""Decisions about what needs somebody: what a session lacks, how urgent that is, and how the record's words read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

#: How far ahead the desk looks: at published sessions that are not ready, and at drafts.
READY_WITHIN = timedelta(days=14)
DRAFTS_WITHIN = timedelta(days=30)

#: How long the desk asks for what a past session still lacks.
ASK_FOR = timedelta(days=90)

URGENCIES = ("now", "soon", "later")


def lacks(join_url: str | None, summary: str, has_agenda: bool) -> list[str]:
    """What a published session lacks before people can come, in words."""
    parts = (("a join link", join_url), ("a summary", summary.strip()), ("an agenda", has_agenda))
    return [words for words, there in parts if not there]


def urgency_ahead(starts_at: datetime, present: datetime, without_link: bool) -> str:
    """How urgent it is to get a session ready: the link is what nobody can come without."""
    days = (starts_at - present) / timedelta(days=1)
    if days <= 2 or (without_link and days <= 7):
        return "now"
    return "soon" if days <= 7 or without_link else "later"


def urgency_of_draft(starts_at: datetime, present: datetime) -> str:
    """How urgent it is to publish a draft, or to let people in: they need time to plan."""
    return "now" if starts_at - present <= timedelta(days=7) else "soon"


def urgency_behind(ended_at: datetime, present: datetime) -> str:
    """How urgent it is to finish a past session: people look for the recording in the first days."""
    return "soon" if present - ended_at <= timedelta(days=14) else "later"


def urgency_of_wishes(since: datetime, present: datetime) -> str:
    """How urgent it is to answer people who want to take part, by how long the first has waited."""
    return "now" if present - since >= timedelta(days=7) else "soon"


def listed(words: list[str]) -> str:
    """“a join link, a summary and an agenda”."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


#: What the record says, in words.
_DONE = {
    "people.add": "Added to Jam",
    "people.rename": "Name changed",
    "people.zone": "Time zone chosen",
    "people.reminders": "Reminders chosen",
    "people.follow_ups": "Follow-ups chosen",
    "people.review_letters": "Letters about reviews chosen",
    "people.account": "Account changed",
    "mail.pause": "Address refuses mail, so nothing is sent there",
    "mail.lift": "Address tried again",
    "people.sign_in_link": "Sign-in link made",
    "people.sign_in": "Signed in",
    "people.sign_out": "Signed out",
    "people.move_address": "Address moved here",
    "people.return_address": "Address given back",
    "people.merge": "Merged",
    "people.unmerge": "Merge undone",
    "people.move_organization": "Organization changed by a merge",
    "people.fill_state": "State taken from the organization",
    "people.give_organization": "Organization given by the address",
    "people.put_back": "Put back",
    "registration.confirmed": "Seat taken",
    "registration.waiting": "Put on the waiting list",
    "registration.offered": "Seat offered",
    "registration.pending": "Waits for approval",
    "registration.declined": "Declined",
    "registration.cancelled": "Seat given back",
    "registration.accommodation": "Need answered",
    "registration.change_answers": "Answers changed",
    "registration.change_need": "Need changed",
    "registration.move": "Seat moved here",
    "registration.take_over": "Seat taken over",
    "registration.double": "Second seat ended by a merge",
    "registration.put_back": "Seat put back after a merge",
    "interest.move_news": "Place on the news list moved here",
    "interest.join_news": "Two places on the news list made one",
    "interest.drop_news": "Place on the news list given up by a merge",
    "interest.put_back_news": "Place on the news list put back after a merge",
    "proposals.move": "Place as a presenter moved here",
    "proposals.put_back": "Place as a presenter put back after a merge",
    "proposals.invite": "Asked whether they would like to present",
    "proposals.begin_invited": "Began a draft after being asked to present",
    "proposals.answer_by_proposal": "Sent a proposal after being asked to present",
    "proposals.decline_invitation": "Declined to present",
    "proposals.never_invite": "Wants no invitation to present any more",
    "proposals.take_back_invitation": "Invitation to present taken back",
    "proposals.move_invitation": "Invitation to present moved here",
    "proposals.return_invitation": "Invitation to present put back after a merge",
    "attendance.merge": "Attendance moved here",
    "attendance.decide": "Attendance line decided",
    "attendance.correct": "Attendance corrected by hand",
    "attendance.take_back": "Correction of attendance taken back",
    "attendance.move_lines": "Lines of a report moved",
    "attendance.move_lines_back": "Lines of a report given back",
    "attendance.ask": "Asked for a correction of attendance",
    "attendance.ask_again": "Changed the words of a request",
    "attendance.withdraw_request": "Took a request back",
    "attendance.answer_request": "Request for a correction answered",
    "attendance.move_hand": "What was said by hand moved here",
    "attendance.put_back_hand": "What was said by hand put back after a merge",
}


def done_words(action: str) -> str:
    """An action of the record in words."""
    return _DONE.get(action) or action.partition(".")[2].replace("_", " ").replace("-", " ").capitalize()


#: What a merge moved, by the action of the record: one of them, and several.
_MOVED = {
    "people.move_address": ("{} address", "{} addresses"),
    "registration.move": ("{} seat", "{} seats"),
    "registration.double": ("{} seat that both had", "{} seats that both had"),
    "registration.move_pass": ("{} series pass", "{} series passes"),
    "registration.double_pass": ("{} series pass that both had", "{} series passes that both had"),
    "attendance.merge": ("attendance at {} session", "attendance at {} sessions"),
    "proposals.move": ("{} place as a presenter", "{} places as a presenter"),
    "proposals.move_invitation": ("{} invitation to present", "{} invitations to present"),
    "interest.move": ("{} wish", "{} wishes"),
    "interest.move_news": ("the place on the news list",) * 2,
    "interest.drop_news": ("the place on the news list that both had",) * 2,
}


def moved_words(counts: Mapping[str, int]) -> str:
    """What a merge moved, in words, from how many entries of each action are on record."""
    parts = [
        words[counts[action] != 1].format(counts[action])
        for action, words in _MOVED.items()
        if action in counts
    ]
    return listed(parts) if parts else "nothing but the name"
