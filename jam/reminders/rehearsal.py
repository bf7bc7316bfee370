"""The rehearsal: the whole series of a session's letters, sent to oneself at once. Nothing else is left behind: those
letters are about no session, carry no invitation, and are deleted once they have left. The caller commits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, or_, select

from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import frozen, now
from jam.base.words import count
from jam.base.zones import EASTERN
from jam.mail.actions import About, Recipient, draft
from jam.mail.kinds import NOTHING
from jam.mail.models import Letter
from jam.mail.rules import State as LetterState
from jam.people.models import Account
from jam.reminders.audiences import FOLLOW_UPS, audience
from jam.reminders.letters import To, Writer, writer_of
from jam.reminders.mailplan import Line, mail_plan, moment_in
from jam.reminders.rules import as_test, without
from jam.schedule.models import Event

#: What rehearsal letters are about.
SCOPE = "rehearsal"
#: One that cannot leave is kept so long, for staff to see why.
_KEPT = timedelta(days=1)


def rehearse(event: Event, account: Account, *, mark: str) -> int:
    """Send each letter of a session's rules to whoever asks, marked as a test; returns how many.

    `mark` tells this rehearsal from others: asked for twice with the same mark, it is sent once. Refused without an
    address, and where no rule sends anything.
    """
    person = account.person
    if person.address is None:
        raise Refused("Your account has no address to send a test to.")
    plan = mail_plan(event)
    lines = sorted(
        (line for line in [*plan.to_come, *plan.gone] if line.ruled is not None), key=lambda line: line.at
    )
    if not lines:
        raise Refused("No letter is planned for this session, so there is nothing to rehearse.")
    sent = 0
    for line in lines:
        assert line.ruled is not None
        writer, to = writer_of(event, line.ruled.shown), To(person, None)
        values, links = _filled(writer, to, line)
        letter = draft(
            writer.rule.kind,
            Recipient(person.address, person.name, "person", person.id),
            About(scope=(SCOPE, event.id), values=values, links=links, trial=True),
            key=f"rehearsal:{mark}:{line.ruled.base.id}:{account.id}",
            wording=as_test(without(writer.wording, _missing(writer, links)), _words(line)),
        )
        sent += letter is not None
    return sent


def forget_rehearsals() -> int:
    """Delete rehearsal letters that have left, and those that could not for a day; returns how many. Commits."""
    over = (
        Letter.scope_kind == SCOPE,
        or_(
            Letter.state.in_([LetterState.SENT, LetterState.WITHDRAWN, LetterState.MISSED]),
            (Letter.created_at < now() - _KEPT) & (Letter.state != LetterState.SENDING),
        ),
    )
    if db.session.scalar(select(Letter.id).where(*over).limit(1)) is None:
        db.session.rollback()
        return 0
    gone: Any = db.session.execute(delete(Letter).where(*over))
    db.session.commit()
    return int(gone.rowcount)


def _filled(writer: Writer, to: To, line: Line) -> tuple[dict[str, str], dict[str, tuple[str, int]]]:
    """Values and links as they will be when the letter goes out, recording and slides there; links lead nowhere but to
    one's own page."""
    with frozen(line.at):
        values = writer.values(to)
    nowhere = (NOTHING, 0)
    links = {**dict.fromkeys(writer.links(to), nowhere), "my_page": ("me", to.person.id)}
    if writer.rule.kind in FOLLOW_UPS:
        links["materials_page"] = nowhere
        if not values["materials"]:
            values |= {"materials": "Recording and slides", "materials_later": ""}
    elif writer.rule.with_link:
        links["join_page"] = nowhere
        values["join_words"] = writer.join_words
    return values, links


def _missing(writer: Writer, links: dict[str, tuple[str, int]]) -> set[str]:
    return {"join_page", "materials_page"} - links.keys()


def _words(line: Line) -> str:
    """What stands on top of a rehearsal letter."""
    assert line.ruled is not None
    shown = line.ruled.shown
    whom = audience(shown.audience).words if line.number is None else count(line.number, "person", "people")
    invitation = " The real one carries the invitation." if shown.with_invite else ""
    return (
        f"This is a test, sent to you alone. “{shown.name}” is planned for {moment_in(line.at, EASTERN)} Eastern, "
        f"to {whom}. Its links lead nowhere but to your own page.{invitation}"
    )
