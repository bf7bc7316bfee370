"""Which letters a person wants beside those about seats they hold. The caller commits."""

from __future__ import annotations

from jam.audit.actions import record
from jam.mail.actions import withdraw
from jam.mail.kinds import STOP
from jam.mail.models import Letter
from jam.mail.queries import unsent_stopped_by
from jam.people.actions import hold
from jam.people.models import Person
from jam.people.queries import rows_of, whoever
from jam.people.rules import Stop

#: The column that says it.
_FIELDS = {Stop.REMINDERS: "reminders", Stop.FOLLOW_UPS: "follow_ups", Stop.REVIEWS: "review_letters"}

_STOPPED = "The recipient wants no letters like this one any more."


def wants(person: Person, what: Stop) -> bool:
    """Whether a person gets letters of this sort."""
    return bool(getattr(person, _FIELDS[what]))


def choose(person: Person, what: Stop, wanted: bool, *, by: str) -> None:
    """Let letters of a sort come, or stop them: those that have not left are withdrawn. Done twice, it is done once."""
    hold(person)
    field = _FIELDS[what]
    if wants(person, what) != wanted:
        record(f"people.{field}", "person", person.id, by=by, changes={field: (not wanted, wanted)})
        setattr(person, field, wanted)
    if not wanted:
        letters = unsent_stopped_by(what, ("person", rows_of(person)))
        withdraw(letters, _STOPPED, by=by)


def why_stopped(letter: Letter) -> str | None:
    """Why a letter that can be stopped should not leave any more: whoever gets it has stopped such letters, by a merge too."""
    what, _ = letter.links.get(STOP, ("", 0))
    person = whoever(letter.recipient_id) if what in set(Stop) else None
    return None if person is None or wants(person, Stop(what)) else _STOPPED
