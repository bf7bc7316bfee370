"""Questions that staff ask on the registration form, and what people answered. The caller commits."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import joinedload

from jam.audit.actions import new_batch, record
from jam.audit.undo import Done
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.text import clean_line
from jam.registration.models import Answer, Question, Registration, SeriesPass
from jam.registration.question_rules import CHOICES, Kind, Sum, options_of, total
from jam.registration.rules import Need
from jam.schedule.models import Cohort, Event, Program

#: More questions than this nobody answers.
MOST_QUESTIONS = 20
#: How long what somebody needs may be, in characters.
NEEDS_LIMIT = 2000


@dataclass(frozen=True)
class CasesOf:
    """The form on which members of a cohort write their cases."""

    cohort: Cohort

    @property
    def id(self) -> int:
        """The cohort's."""
        return self.cohort.id

    @property
    def slug(self) -> str:
        """The cohort's."""
        return self.cohort.slug

    @property
    def name(self) -> str:
        """The cohort's."""
        return self.cohort.name


#: Whose questions they are: of a session, of all sessions of a program, of who applies to a cohort, of who brings it a case.
Where = Event | Program | Cohort | CasesOf


@dataclass(frozen=True)
class Said:
    """What somebody said beside who they are: answers (id of the question, its words, the value), and what they need."""

    answers: Sequence[tuple[int, str, Any]] = ()
    accommodation: str = ""


NOTHING = Said()


@dataclass(frozen=True, kw_only=True)
class QuestionFields:
    """What staff decide about a question."""

    kind: Kind
    label: str
    help: str = ""
    options: str = ""
    other: bool = False
    required: bool = False


# --- reading ----------------------------------------------------------------------------------------------------------


def asked_at(where: Where) -> list[Question]:
    """What a form asks now: the program's questions, then the session's own; who applies to a cohort, its own alone."""
    mine = _of(where)
    if isinstance(where, Event):
        mine = or_(Question.program_id == where.program_id, mine)
    query = select(Question).where(mine, ~Question.retired)
    return list(
        db.session.scalars(query.order_by(Question.event_id.is_not(None), Question.position, Question.id))
    )


def own(where: Where) -> list[Question]:
    """Every question of a program, of a session or of a cohort alone, retired ones last."""
    query = select(Question).where(_of(where))
    return list(db.session.scalars(query.order_by(Question.retired, Question.position, Question.id)))


#: How often questions were answered elsewhere than at a registration, by their ids.
Counter = Callable[[Collection[int]], Mapping[int, int]]

_counters: dict[str, Counter] = {}


def hand_in(room: str, counter: Counter) -> None:
    """Let a room say how often it holds answers to questions. Handing in twice keeps the later counter."""
    _counters[room] = counter


def answer_counts(questions: Iterable[Question]) -> dict[int, int]:
    """How often each question was answered; those never answered are absent."""
    ids = [each.id for each in questions]
    rows = db.session.execute(
        select(Answer.question_id, func.count())
        .where(Answer.question_id.in_(ids))
        .group_by(Answer.question_id)
    )
    found = dict(rows.all())
    for counter in _counters.values() if ids else ():
        for id, number in counter(ids).items():
            found[id] = found.get(id, 0) + number
    return found


def with_answers(event: Event) -> list[Question]:
    """The questions that belong to a session's list: those asked now, and those that somebody there answered."""
    now_asked = asked_at(event)
    answered = (
        select(Answer.question_id)
        .join(Registration, Registration.id == Answer.registration_id)
        .where(Registration.event_id == event.id)
    )
    known = {each.id for each in now_asked}
    query = select(Question).where(Question.id.in_(answered)).order_by(Question.position, Question.id)
    return now_asked + [each for each in db.session.scalars(query) if each.id not in known]


def answers_at(event: Event, *where: ColumnElement[bool]) -> dict[int, dict[int, Any]]:
    """What people answered at a session: by registration, then by question."""
    rows = db.session.execute(
        select(Answer.registration_id, Answer.question_id, Answer.value)
        .join(Registration, Registration.id == Answer.registration_id)
        .where(Registration.event_id == event.id, *where)
        .order_by(Answer.registration_id)
    )
    found: dict[int, dict[int, Any]] = {}
    for registration_id, question_id, value in rows:
        found.setdefault(registration_id, {})[question_id] = value
    return found


def sums(event: Event, statuses: Iterable[str]) -> list[tuple[Question, Sum]]:
    """Each question of a session with the sum of what people of these statuses answered."""
    given = answers_at(event, Registration.status.in_(list(statuses)))
    return [
        (each, total(each.asked, [answers.get(each.id) for answers in given.values()]))
        for each in with_answers(event)
    ]


def answers_of(registration_ids: Iterable[int]) -> list[Answer]:
    """The answers that stand with these registrations, in the order of the forms."""
    query = (
        select(Answer)
        .join(Question, Question.id == Answer.question_id)
        .where(Answer.registration_id.in_(list(registration_ids)))
        .options(joinedload(Answer.question))
    )
    order = (Answer.registration_id, Question.event_id.is_not(None), Question.position, Question.id)
    return list(db.session.scalars(query.order_by(*order)))


def _of(where: Where) -> ColumnElement[bool]:
    if isinstance(where, Program):
        return Question.program_id == where.id
    if isinstance(where, Event):
        return Question.event_id == where.id
    return and_(Question.cohort_id == where.id, Question.of_cases == isinstance(where, CasesOf))


def _place(where: Where) -> dict[str, Any]:
    """The columns that say whose question it is."""
    if isinstance(where, Program):
        return {"program_id": where.id}
    if isinstance(where, Event):
        return {"event_id": where.id}
    return {"cohort_id": where.id, "of_cases": isinstance(where, CasesOf)}


def where_of(question: Question) -> Where:
    """Whose question it is."""
    if question.cohort is not None:
        return CasesOf(question.cohort) if question.of_cases else question.cohort
    where = question.program or question.event
    assert where is not None
    return where


# --- what people said -------------------------------------------------------------------------------------------------


def keep(seat: Registration, said: Said) -> None:
    """Keep with a registration what was said with it; a question answered before takes the new answer."""
    db.session.flush()
    before = {each.question_id: each for each in answers_of([seat.id])}
    for question_id, label, value in said.answers:
        if question_id in before:
            before[question_id].label, before[question_id].value = label, value
        else:
            db.session.add(Answer(registration_id=seat.id, question_id=question_id, label=label, value=value))
    if said.accommodation and said.accommodation != seat.accommodation:
        seat.accommodation, seat.accommodation_state = said.accommodation, Need.ASKED
        seat.accommodation_note = ""
    db.session.flush()


def keep_with_pass(held: SeriesPass, said: Said) -> None:
    """Keep what was said when a pass was taken, for each of its registrations."""
    held.answers = [list(each) for each in said.answers]
    held.accommodation = said.accommodation


def said_with(held: SeriesPass) -> Said:
    """What a registration by this pass begins with."""
    return Said([(id, label, value) for id, label, value in held.answers], held.accommodation)


#: What somebody needs, where that stands, and what staff wrote about it.
_NEEDS = ("accommodation", "accommodation_state", "accommodation_note")


def take_over(twin: Registration, seat: Registration, *, by: str, batch: str) -> None:
    """Two registrations of one person become one: it answers what either did, its own answers first."""
    answered = {each.question_id for each in answers_of([twin.id])}
    moved = [each for each in answers_of([seat.id]) if each.question_id not in answered]
    for each in moved:
        each.registration_id = twin.id
    takes_needs = twin.accommodation is None and seat.accommodation is not None
    if takes_needs:
        for field in _NEEDS:
            setattr(twin, field, getattr(seat, field))
    db.session.flush()
    if moved or takes_needs:
        # Ids alone: what somebody needs is nobody's affair who reads the log.
        ids = " ".join(str(each.id) for each in moved)
        record("registration.share_answers", "registration", twin.id, by=by, batch=batch,
               changes={"from": (seat.id, seat.id), "answers": (ids, ids), "needs": (False, takes_needs)})  # fmt: skip


def give_back(twin: Registration, done: Done, *, by: str, batch: str) -> bool:
    """Undo `take_over`; returns whether everything went back, because nobody changed what is needed since."""
    seat = db.session.get_one(Registration, int(done.before["from"] or 0))
    ids = [int(id) for id in (done.before["answers"] or "").split()]
    for each in answers_of([twin.id]):
        if each.id in ids:
            each.registration_id = seat.id
    needs_back = done.after["needs"] == "True" and all(
        getattr(twin, field) == getattr(seat, field) for field in _NEEDS
    )
    if needs_back:
        twin.accommodation, twin.accommodation_state, twin.accommodation_note = None, None, ""
    db.session.flush()
    record("registration.put_back_answers", "registration", twin.id, by=by, batch=batch)
    return needs_back or done.after["needs"] != "True"


# --- what staff change ------------------------------------------------------------------------------------------------


def add(where: Where, given: QuestionFields, *, by: str) -> Question:
    """Ask another question, after the others. Refused for words or options that make none."""
    mine = own(where)
    if sum(not each.retired for each in mine) >= MOST_QUESTIONS:
        raise Refused(f"{MOST_QUESTIONS} questions are the most. Retire one first.")
    made = Question(
        **_place(where),
        **_values(given),
        position=max((each.position for each in mine), default=0) + 1,
    )
    db.session.add(made)
    db.session.flush()
    record("registration.add_question", "question", made.id, by=by, changes={"label": (None, made.label)})
    return made


def edit(question: Question, given: QuestionFields, *, by: str) -> bool:
    """Change a question; answers keep the words they were given to. Returns whether anything changed.

    Refused for another kind once somebody answered.
    """
    if given.kind != question.kind and question.id in answer_counts([question]):
        raise Refused("Somebody answered this question, so its kind stays. Retire it and add another one.")
    values = _values(given)
    changes = {
        name: (getattr(question, name), value)
        for name, value in values.items()
        if getattr(question, name) != value
    }
    if not changes:
        return False
    for name, (_, value) in changes.items():
        setattr(question, name, value)
    record("registration.edit_question", "question", question.id, by=by, changes=changes)
    return True


def retire(question: Question, *, by: str, retired: bool = True) -> None:
    """Ask a question no longer, or ask it again."""
    if retired != question.retired:
        record("registration.retire_question", "question", question.id, by=by,
               changes={"retired": (question.retired, retired)})  # fmt: skip
        question.retired = retired


def delete(question: Question, *, by: str) -> None:
    """Remove a question that nobody answered; Refused for others."""
    if question.id in answer_counts([question]) or _in_a_pass(question):
        raise Refused("Somebody answered this question, so it stays. You can retire it.")
    record("registration.delete_question", "question", question.id, by=by,
           changes={"label": (question.label, None)})  # fmt: skip
    db.session.delete(question)


def move(question: Question, steps: int, *, by: str) -> None:
    """Move a question up (negative) or down among those that are asked."""
    row = own(where_of(question))
    here = row.index(question)
    row.insert(max(0, min(len(row) - 1, here + steps)), row.pop(here))
    _number(row, by)


def arrange(where: Where, ids: Sequence[int], *, by: str) -> None:
    """Ask the questions of a program or a cohort, or a session's own, in this order.

    Refused when these are not those that are asked: somebody changed them meanwhile.
    """
    row = own(where)
    asked = {each.id: each for each in row if not each.retired}
    if sorted(ids) != sorted(asked):
        raise Refused("The questions changed while you moved them. This is how they stand now; try again.")
    _number([*(asked[id] for id in ids), *(each for each in row if each.retired)], by)


def _number(row: Sequence[Question], by: str) -> None:
    """Give questions their places; those whose place changes stand in the log."""
    batch = new_batch()
    for position, each in enumerate(row, start=1):
        if each.position != position:
            record("registration.move_question", "question", each.id, by=by, batch=batch,
                   changes={"position": (each.position, position)})  # fmt: skip
            each.position = position


def _in_a_pass(question: Question) -> bool:
    if question.program_id is None:
        return False
    held = db.session.scalars(select(SeriesPass.answers).where(SeriesPass.program_id == question.program_id))
    return any(id == question.id for answers in held for id, _, _ in answers)


def _values(given: QuestionFields) -> Mapping[str, Any]:
    label = clean_line(given.label, 300, "The question")
    if not label:
        raise Refused("Write the question.")
    with_options = given.kind in CHOICES
    return {
        "kind": str(given.kind),
        "label": label,
        "help": clean_line(given.help, 500, "The help text"),
        "options": options_of(given.options) if with_options else [],
        "other": given.other and with_options,
        "required": given.required,
    }
