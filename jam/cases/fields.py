"""Fields that staff add to the case form of a cohort: asked like the questions of an application, kept as texts of the case.

So whatever happens to a text of a case happens to them: both copies, the reading for identifiers, signs, release.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import func, select

from jam.base.database import db
from jam.cases.models import CaseText, Copy, EchoCase
from jam.cases.rules import LONGEST_ANSWER, TEXTS
from jam.registration.models import Question
from jam.registration.question_rules import words as in_words
from jam.registration.questions import CasesOf, asked_at

_PREFIX = "q"


def name_of(question_id: int) -> str:
    """How the text of a field is called; its form field, too."""
    return f"{_PREFIX}{question_id}"


def texts_of(case: EchoCase) -> list[tuple[str, str, bool, int]]:
    """The texts of a case in the order in which it is read, those of staff's fields last: like `jam.cases.rules.TEXTS`."""
    headings = {each.name: each.heading for each in case.texts if each.heading}
    if not headings:
        return list(TEXTS)
    ids = [int(name.removeprefix(_PREFIX)) for name in headings]
    query = select(Question.id).where(Question.id.in_(ids)).order_by(Question.position, Question.id)
    return [
        *TEXTS,
        *((name_of(id), headings[name_of(id)], False, LONGEST_ANSWER) for id in db.session.scalars(query)),
    ]


def required_of(case: EchoCase) -> list[tuple[str, str]]:
    """Name and words of the fields that need an answer before the case is sent."""
    return [(name_of(each.id), each.label) for each in asked_at(CasesOf(case.cohort)) if each.required]


def held(case: EchoCase) -> dict[int, Any]:
    """What the presenter answered, by question, as the form takes it."""
    rows = [each for each in case.texts if each.copy == Copy.ORIGINAL and each.heading]
    return {int(each.name.removeprefix(_PREFIX)): each.answer for each in rows}


def answer(case: EchoCase, asked: Collection[int], answers: Iterable[tuple[int, str, Any]]) -> set[str]:
    """Keep what the presenter answered to the fields `asked`; returns the names of what is other than before.

    What stands under a field that is not asked any more stays.
    """
    rows = {each.name: each for each in case.texts if each.copy == Copy.ORIGINAL}
    given = {name_of(id): (label, value) for id, label, value in answers}
    changed = set()
    for name in map(name_of, asked):
        row, said = rows.get(name), given.get(name)
        if said is None:
            if row is not None:
                case.texts.remove(row)
                changed.add(name)
            continue
        label, value = said
        if row is None:
            row = CaseText(copy=Copy.ORIGINAL, name=name, words="", earlier="")
            case.texts.append(row)
        if (row.heading, row.answer) != (label, value):
            row.heading, row.words, row.answer = label, in_words(value), value
            changed.add(name)
    db.session.flush()
    return changed


def answered(question_ids: Collection[int]) -> dict[int, int]:
    """In how many cases each of these fields has an answer; those without one are absent."""
    names = {name_of(id): id for id in question_ids}
    rows = db.session.execute(
        select(CaseText.name, func.count(CaseText.case_id.distinct()))
        .where(CaseText.name.in_(names))
        .group_by(CaseText.name)
    )
    return {names[name]: number for name, number in rows}
