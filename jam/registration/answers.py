"""What people answered after they registered, or have not yet: who owes an answer, and changing one. The caller commits."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, exists, func, or_, select

from jam.audit.actions import record
from jam.audit.models import AuditDetail, AuditEntry
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.people.actions import hold
from jam.registration.models import Answer, Question, Registration, SeriesPass
from jam.registration.question_rules import CHOICES, Kind, words
from jam.registration.questions import Said, answers_of, asked_at, keep
from jam.registration.rules import ALIVE, Need
from jam.schedule.models import Event
from jam.schedule.rules import State

#: In the log: somebody changed what they answered, or what they need.
CHANGED_ANSWERS = "registration.change_answers"
CHANGED_NEED = "registration.change_need"


def _owed() -> ColumnElement[bool]:
    """A question belongs to a registration's session, asks for an answer, and has none there."""
    program_id = select(Event.program_id).where(Event.id == Registration.event_id).correlate(Registration)
    answered = exists().where(Answer.registration_id == Registration.id, Answer.question_id == Question.id)
    return and_(
        Question.required,
        ~Question.retired,
        or_(Question.event_id == Registration.event_id, Question.program_id == program_id.scalar_subquery()),
        Registration.status.in_(ALIVE),
        ~answered.correlate(Registration, Question),
    )


def owes_answers() -> ColumnElement[bool]:
    """A condition on registrations: who hopes to come has not answered something that needs an answer."""
    return exists(select(Question.id).where(_owed()).correlate(Registration))


def choices(questions: Iterable[Question]) -> dict[str, dict[str, str]]:
    """What a list of registrations can be narrowed to by answers: for each question with a choice, a key for each of its
    options, for `answered_with`."""
    found = {}
    for each in questions:
        if each.kind == Kind.YES_NO:
            options = ["Yes", "No"]
        elif each.kind in CHOICES:
            options = [*each.options, *(["Other"] if each.other else [])]
        else:
            continue
        found[each.label] = {f"{each.id}.{place}": option for place, option in enumerate(options)}
    return found


def answered_with(key: str) -> ColumnElement[bool] | None:
    """A condition on registrations: who chose the option of this key; None for a key of nothing."""
    id, dot, place = key.partition(".")
    if not (dot and all(each.isascii() and each.isdigit() and len(each) < 10 for each in (id, place))):
        return None
    question = db.session.get(Question, int(id))
    if question is None or key not in choices([question]).get(question.label, {}):
        return None
    kept, fits = cast(Answer.value, String), None
    if question.kind == Kind.YES_NO:
        fits = kept == ("true", "false")[int(place)]
    elif int(place) == len(question.options):
        fits = ~kept.endswith('"other": ""}')
    else:
        # An item of the list as it is written; neither a key nor words of one's own stand between these marks.
        option = json.dumps(question.options[int(place)])
        fits = or_(
            *(kept.contains(f"{before}{option}{after}", autoescape=True) for before in "[ " for after in ",]")
        )
    return (
        exists()
        .where(Answer.registration_id == Registration.id, Answer.question_id == question.id, fits)
        .correlate(Registration)
    )


def owed(registration_ids: Iterable[int]) -> dict[int, int]:
    """How many answers each of these registrations owes, in one query; those that owe none are absent."""
    query = (
        select(Registration.id, func.count())
        .join(Question, _owed())
        .where(Registration.id.in_(list(registration_ids)))
        .group_by(Registration.id)
    )
    return dict(db.session.execute(query).all())


def last_changes(registration_ids: Iterable[int], *actions: str) -> dict[int, datetime]:
    """When people last changed what they answered or need, by registration; who never did is absent."""
    query = (
        select(AuditEntry.object_id, func.max(AuditEntry.at))
        .where(
            AuditEntry.object_kind == "registration",
            AuditEntry.object_id.in_(list(registration_ids)),
            AuditEntry.action.in_(actions or (CHANGED_ANSWERS, CHANGED_NEED)),
        )
        .group_by(AuditEntry.object_id)
    )
    return dict(db.session.execute(query).all())


@dataclass(frozen=True)
class Reopened:
    """A need that staff had settled, and that its person then changed: where it stood."""

    at: datetime
    was: Need


def reopened(event: Event) -> dict[int, Reopened]:
    """By registration of a session: the last time a settled need was changed."""
    query = (
        select(AuditEntry.object_id, AuditEntry.at, AuditDetail.before)
        .join(AuditDetail, AuditDetail.entry_id == AuditEntry.id)
        .where(
            AuditEntry.object_kind == "registration",
            AuditEntry.object_id.in_(select(Registration.id).where(Registration.event_id == event.id)),
            AuditEntry.action == CHANGED_NEED,
            AuditDetail.before.in_([Need.ARRANGED, Need.CANNOT]),
        )
        .order_by(AuditEntry.id)
    )
    return {id: Reopened(at, Need(was or "")) for id, at, was in db.session.execute(query)}


def said_for(seat: Registration, to: Event) -> Said:
    """What somebody said with a registration, as far as another session asks it too."""
    asked = {each.id for each in asked_at(to)}
    held = [each for each in answers_of([seat.id]) if each.question_id in asked]
    return Said([(each.question_id, each.label, each.value) for each in held], seat.accommodation or "")


def keep_missing(seat: Registration, said: Said) -> None:
    """Keep with a registration what was said elsewhere and is not said there: what is there already goes before."""
    answered = {each.question_id for each in answers_of([seat.id])}
    rest = [each for each in said.answers if each[0] not in answered]
    keep(seat, Said(rest, said.accommodation if seat.accommodation is None else ""))


def why_not_change(seat: Registration) -> str | None:
    """Why nothing can be changed any more, in a sentence; None while it can."""
    if seat.status not in ALIVE or seat.event.state != State.PUBLISHED:
        return "You are not registered for this session, so there is nothing to answer."
    if seat.event.ends_at <= now():
        return "This session is over, so your answers stay as they are."
    return None


def change(seat: Registration, said: Said, *, by: str) -> bool:
    """Answer what is asked now anew; what is left empty is taken back, and so is a need. Returns whether that was news.

    A need whose words change is open again, whatever staff had arranged. What a program asks need be answered once: the
    person's other sessions to come and their pass take the answer where they have none. Refused when the session is over
    or given up.
    """
    hold(seat.person)  # several of their registrations may change
    query = select(Registration).where(Registration.id == seat.id).with_for_update()
    seat = db.session.execute(query.execution_options(populate_existing=True)).scalar_one()
    reason = why_not_change(seat)
    if reason:
        raise Refused(reason)
    changes = _answer(seat, said)
    if changes:
        record(CHANGED_ANSWERS, "registration", seat.id, by=by, changes=changes)
        _share(seat, said, by)
    asks_otherwise = (seat.accommodation or "") != said.accommodation
    if asks_otherwise:
        was = seat.accommodation_state
        seat.accommodation = said.accommodation or None
        seat.accommodation_state = Need.ASKED if said.accommodation else None
        seat.accommodation_note = ""
        # The words themselves stay out of the log: it keeps that they changed, and where the need stands.
        record(CHANGED_NEED, "registration", seat.id, by=by,
               changes={"accommodation_state": (was, seat.accommodation_state)})  # fmt: skip
    db.session.flush()
    return bool(changes) or asks_otherwise


def _share(seat: Registration, said: Said, by: str) -> None:
    """Answer what the program asks at the person's other sessions of it to come, and with their pass, where that is missing."""
    of_program = {each.id for each in asked_at(seat.event.program)}
    shared = [each for each in said.answers if each[0] in of_program]
    others = (
        select(Registration)
        .join(Event)
        .where(
            Registration.person_id == seat.person_id,
            Registration.id != seat.id,
            Registration.status.in_(ALIVE),
            Event.program_id == seat.event.program_id,
            Event.ends_at > now(),
        )
        .order_by(Registration.id)
        .with_for_update(of=Registration)
    )
    for other in db.session.scalars(others).all() if shared else ():
        answered = {each.question_id for each in answers_of([other.id])}
        missing = [each for each in shared if each[0] not in answered]
        if missing:
            keep(other, Said(missing))
            changes = {f"answer {id}": (None, words(value)) for id, _, value in missing}
            record(CHANGED_ANSWERS, "registration", other.id, by=by, changes=changes)
    held = select(SeriesPass).where(
        SeriesPass.person_id == seat.person_id,
        SeriesPass.program_id == seat.event.program_id,
        SeriesPass.active,
    )
    for each in db.session.scalars(held.with_for_update()):
        answered = {id for id, _, _ in each.answers}
        each.answers = [*each.answers, *(list(one) for one in shared if one[0] not in answered)]


def _answer(seat: Registration, said: Said) -> dict[str, tuple[object, object]]:
    """Keep the answers to what is asked now; what changed, in words, by question."""
    before = {each.question_id: each for each in answers_of([seat.id])}
    given: dict[int, tuple[str, Any]] = {id: (label, value) for id, label, value in said.answers}
    changes: dict[str, tuple[object, object]] = {}
    for question in asked_at(seat.event):
        held = before.get(question.id)
        label, value = given.get(question.id, (question.label, None))
        if value == (held.value if held else None):
            continue
        changes[f"answer {question.id}"] = (words(held.value) if held else None, words(value) or None)
        if held is None:
            db.session.add(Answer(registration_id=seat.id, question_id=question.id, label=label, value=value))
        elif value is None:
            db.session.delete(held)
        else:
            held.label, held.value = label, value
    return changes
