"""Reminding presenters of what is missing: one letter to a person and day that names all of it, in all their talks.

Nothing is planned: what is missing and the days on which it is asked for follow from the rows. A person is held while their
letter is written, and earlier letters to them are looked at under that hold, so any number of workers may do it at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager

from jam.audit.actions import CLOCK, new_batch, record
from jam.base import ending
from jam.base.database import db, reading
from jam.base.errors import Refused
from jam.base.now import now
from jam.base.words import count, day_words, when
from jam.base.zones import EASTERN, wall
from jam.mail.models import Letter
from jam.mail.rules import State as LetterState
from jam.mail.standing import TooLate, cause
from jam.people import actions as people
from jam.people.models import Person
from jam.people.queries import rows_of, whoever
from jam.proposals import due
from jam.proposals.due import Owed, Thing
from jam.proposals.letters import CHASED, SCOPE, tell, zone_of
from jam.proposals.models import Presenter, Proposal
from jam.proposals.rules import FileKind, Kind, Saying, State
from jam.schedule.models import AgendaItem, Event
from jam.schedule.rules import State as EventState

#: Why a reminder was called back that asks for what has come: such a letter reached nobody, and the day is free for another.
ARRIVED = "Something it asks for has come, or the date is another."
_LEAVING = (LetterState.DUE, LetterState.SENDING)


@dataclass
class Debts:
    """What one person owes in all their talks, soonest first, and what was written to them about it."""

    person: Person
    zone: str
    places: list[Presenter] = field(default_factory=list)
    found: list[Owed] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)

    @property
    def today(self) -> date:
        """The day that they have."""
        return wall(now(), self.zone).date()

    @property
    def wanted(self) -> list[Owed]:
        """What they are reminded of: nothing of talks about which they are left alone."""
        quiet = {each.id for each in self.places if each.quiet_since is not None}
        return [each for each in self.found if each.presenter_id not in quiet]

    @property
    def late(self) -> list[Owed]:
        """What should be here by now."""
        return [each for each in self.found if due.is_late(each, self.today)]

    @property
    def last_day(self) -> date | None:
        """The day of their last reminder, by when it was written or by when it left, whichever is later."""
        return max((self._day(letter) for letter in self.letters), default=None)

    def _day(self, letter: Letter) -> date:
        return max(wall(at, self.zone).date() for at in (letter.created_at, letter.sent_at) if at is not None)

    @property
    def last(self) -> Letter | None:
        """Their last reminder."""
        return max(self.letters, key=lambda each: each.id, default=None)

    @property
    def next_day(self) -> date | None:
        """When they get the next one if nothing comes."""
        return due.next_day(self.wanted, self.today, self.last_day)

    @property
    def is_due(self) -> bool:
        """Whether a letter should be written to them now."""
        if self.person.address is None or any(each.state in _LEAVING for each in self.letters):
            return False
        return due.due(self.wanted, self.today, wall(now(), self.zone).hour, self.last_day)

    def of(self, place: Presenter) -> list[Owed]:
        """What they owe for one talk."""
        return [each for each in self.found if each.presenter_id == place.id]


def debts(person_ids: Collection[int] | None = None) -> list[Debts]:
    """Who owes something for a session to come, by the date of the first; a fixed number of queries."""
    found: dict[int, Debts] = {}
    for place in db.session.scalars(_places(person_ids)):
        person = place.person
        each = found.setdefault(person.id, Debts(person, person.time_zone or EASTERN))
        each.places.append(place)
        each.found += _owed(place, each.zone)
    owing = {id: each for id, each in found.items() if each.found}
    for letter in _letters(owing):
        owing[letter.recipient_id].letters.append(letter)
    return list(owing.values())


def debts_of(person: Person) -> Debts | None:
    """What one person owes, with the letters to every row of theirs."""
    found = debts([person.id])
    if not found:
        return None
    found[0].letters = list(_letters(rows_of(person)))
    return found[0]


def _places(person_ids: Collection[int] | None) -> Select[Presenter]:
    query = (
        select(Presenter)
        .join(Presenter.proposal)
        .join(Presenter.person)
        .join(Proposal.agenda_item)
        .join(AgendaItem.event)
        .where(
            Presenter.saying == Saying.CONFIRMED,
            Person.erased_at.is_(None),
            Proposal.state.in_((State.SCHEDULED, State.CONFIRMED)),
            Proposal.kind == Kind.PRESENT,
            Event.state != EventState.CANCELLED,
            Event.starts_at > now(),
        )
        .options(
            contains_eager(Presenter.proposal).contains_eager(Proposal.agenda_item).contains_eager(AgendaItem.event),
            contains_eager(Presenter.proposal).selectinload(Proposal.files),
            contains_eager(Presenter.proposal).selectinload(Proposal.presenters),
            contains_eager(Presenter.person).selectinload(Person.addresses),
        )
        .order_by(Event.starts_at, Presenter.proposal_id, Presenter.position)
    )  # fmt: skip
    return query.where(Presenter.person_id.in_(list(person_ids))) if person_ids is not None else query


def _owed(place: Presenter, zone: str) -> list[Owed]:
    proposal = place.proposal
    event = proposal.event
    assert event is not None
    told = max(at for at in (proposal.scheduled_at or proposal.state_at, place.answered_at) if at is not None)
    told_on, session_on = wall(told, zone).date(), wall(event.starts_at, zone).date()
    return [due.owed(place.id, thing, told_on, session_on, event.starts_at) for thing in missing_from(place)]


def missing_from(place: Presenter) -> list[Thing]:
    """What a presenter with a date has not given yet."""
    files = place.proposal.files
    return due.missing(
        confirmed=place.proposal.state != State.SCHEDULED,
        slides=any(each.kind == FileKind.SLIDES for each in files),
        released=place.release_at is not None or place.release_refused_at is not None,
        bio=bool(place.bio),
        portrait=any(each.presenter_id == place.id for each in files),
    )


def _letters(person_ids: Iterable[int]) -> Iterable[Letter]:
    query = select(Letter).where(
        Letter.kind == CHASED, Letter.recipient_kind == "person", Letter.recipient_id.in_(list(person_ids))
    )
    # One that staff called back counts: they want none today.
    return [each for each in db.session.scalars(query.order_by(Letter.id)) if each.reason != ARRIVED]


def chase() -> int:
    """Write to everybody to whom a letter is due; returns how many were written. Commits by itself, person by person."""
    with reading():
        ids = [each.person.id for each in debts() if each.is_due]
        db.session.rollback()
    written = 0
    for id in ids:
        if ending.asked():
            break
        written += chase_one(db.session.get_one(Person, id))
        db.session.commit()
    return written


def chase_one(person: Person) -> bool:
    """Write to one person if a letter to them is due; returns whether one was written. The caller commits."""
    people.hold(person)
    owing = debts_of(person)
    return owing is not None and owing.is_due and _write(owing, by=CLOCK) is not None


def remind(person: Person, *, by: str) -> Letter:
    """Remind somebody at once. Refused when nothing is missing, and on a day on which they were reminded. The caller commits."""
    people.hold(person)
    owing = debts_of(person)
    if owing is None or not owing.wanted:
        raise Refused(
            f"Nothing is missing from {person.name}, or they are left alone. Nobody was written to.", 409
        )
    if any(each.state in _LEAVING for each in owing.letters):
        raise Refused(f"A reminder to {person.name} is leaving already.", 409)
    if owing.last_day is not None and owing.last_day >= owing.today:
        raise Refused(
            f"{person.name} was reminded today. Nobody is reminded twice a day; try again tomorrow.", 409
        )
    letter = _write(owing, by=by)
    if letter is None:
        raise Refused(f"No address of {person.name} is known, so no letter can be written.", 409)
    return letter


def _write(owing: Debts, *, by: str) -> Letter | None:
    wanted = owing.wanted
    owed_for = {each.presenter_id for each in wanted}
    places = [each for each in owing.places if each.id in owed_for]
    first, batch = places[0], new_batch()
    earlier = select(Letter.id).where(Letter.key.startswith(f"{CHASED}:{first.id}:{owing.today}"))
    number = len(db.session.scalars(earlier).all())
    letter = tell(
        CHASED,
        first,
        f"{owing.today}:{number}",
        values={
            "things": _things(wanted),
            "missing": "\n\n".join(_lines(owing, each) for each in places),
            "others": _OTHERS if len(places) > 1 else "",
        },
        batch=batch,
        data={"owed": [list(each.mark) for each in wanted]},
    )
    if letter is not None:
        for place in places:
            record("proposals.chase", SCOPE, place.proposal_id, by=by, batch=batch,
                   changes={"presenter": (None, place.id)})  # fmt: skip
    return letter


_OTHERS = "The button leads to the first of them. The others stand on your own page, under what you offered."


def _things(wanted: list[Owed]) -> str:
    """“your yes and your slides”; two at most, so that a phone shows all of a subject."""
    words = list(dict.fromkeys(due.SHORT[each.thing] for each in wanted if each.thing in due.SHORT))
    if len(words) > 2:
        return f"{words[0]}, {words[1]} and more"
    return " and ".join(words) or "a portrait"


def _lines(owing: Debts, place: Presenter) -> str:
    proposal, zone = place.proposal, zone_of(place)
    event = proposal.event
    assert event is not None
    lines = [f"“{proposal.title}”, {when(event.starts_at, event.ends_at, zone)}:"]
    several = sum(each.saying == Saying.CONFIRMED for each in proposal.presenters) > 1
    for each in owing.of(place):
        by_day = (
            f", by {day_words(each.since)}" if each.thing is Thing.SLIDES and each.since > owing.today else ""
        )
        one = " (one of you is enough)" if several and each.thing in (Thing.CONFIRM, Thing.SLIDES) else ""
        lines.append(f"– {due.ASKS[each.thing]}{by_day}{one}")
    return "\n".join(lines)


@cause(CHASED)
def chased_gone(letter: Letter) -> str | None:
    """Why a reminder should not leave any more: what it asks for has come, or another one says it on the same day."""
    person, marks = whoever(letter.recipient_id), _marks(letter)
    if person is None or not marks:
        return None
    if any(datetime.fromisoformat(starts_at) <= now() for _, _, starts_at in marks):
        return TooLate("The session had begun before this letter could leave.")
    owing = debts_of(person)
    if owing is None or not marks <= {each.mark for each in owing.wanted}:
        return ARRIVED
    others = [each for each in owing.letters if each.id != letter.id]
    if any(each.id > letter.id and each.state in (*_LEAVING, LetterState.SENT) for each in others):
        return "A later reminder says it."
    if any(each.sent_at and wall(each.sent_at, owing.zone).date() == owing.today for each in others):
        return "The recipient got a reminder today already."
    return None


def _marks(letter: Letter) -> set[tuple[int, str, str]]:
    return {(int(id), str(thing), str(at)) for id, thing, at in letter.data.get("owed", [])}


def late() -> list[Debts]:
    """Who is late with something, the soonest session first."""
    return [each for each in debts() if each.late]


def late_on(proposals: Iterable[Proposal]) -> dict[int, str]:
    """What is late on each of these proposals, in words: “Slides, Recording form”. A fixed number of queries."""
    staged = {each.id: each for each in proposals if each.state in (State.SCHEDULED, State.CONFIRMED)}
    people_ids = {place.person_id for each in staged.values() for place in each.present}
    found: dict[int, dict[str, None]] = {}
    for owing in debts(people_ids) if people_ids else []:
        for place in owing.places:
            late_things = [each for each in owing.of(place) if due.is_late(each, owing.today)]
            if late_things and place.proposal_id in staged:
                words = found.setdefault(place.proposal_id, {})
                words.update(dict.fromkeys(due.WORDS[each.thing] for each in late_things))
    return {id: ", ".join(words) for id, words in found.items()}


def late_words(owing: Debts) -> str:
    """“Slides and 1 other thing”."""
    words = list(dict.fromkeys(due.WORDS[each.thing] for each in owing.late))
    rest = len(words) - 1
    return words[0] + (f" and {count(rest, 'other thing', 'other things')}" if rest else "")
