"""Fields that staff added to the case form of the demonstration's cohort that runs now, with what presenters answered; and the
log of the steps of its cases. Invented."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

from sqlalchemy import insert

from jam.audit.models import AuditEntry
from jam.base.database import db
from jam.base.now import now
from jam.cases.fields import name_of
from jam.cases.letters import SCOPE
from jam.cases.models import CaseText, Copy, EchoCase
from jam.cases.rules import HELD, State
from jam.registration import questions
from jam.registration.models import Question
from jam.registration.question_rules import Kind, words
from jam.registration.questions import CasesOf, QuestionFields
from jam.schedule.models import Cohort

BY = "command"

_STAFF = (
    "Supervisors",
    "Therapists and counselors",
    "Nurses",
    "Peer support staff",
    "Office and outreach staff",
)
_AGREE = (
    "The board, and the two largest payers.",
    "The union, for anything that touches hours.",
    "Nobody beside us; the budget is ours.",
    "The county, which pays half of it.",
)


def add_fields(cohort: Cohort) -> list[Question]:
    """Two fields: several of many, and a short text."""
    where = CasesOf(cohort)
    return [
        questions.add(
            where,
            QuestionFields(
                kind=Kind.SEVERAL, label="Which staff is it about?", help="Tick all that it touches.",
                options="\n".join(_STAFF), other=True, required=True,
            ),
            by=BY,
        ),
        questions.add(
            where,
            QuestionFields(kind=Kind.LINE, label="Who else has to agree to a change?", help="Say what they are, not who."),
            by=BY,
        ),
    ]  # fmt: skip


def answer_fields(case: EchoCase, fields: Sequence[Question], copies: Sequence[Copy], number: int) -> None:
    """What the presenter of a case answered, in the copies that there are."""
    staff = [_STAFF[number % 5], *([_STAFF[(number + 2) % 5]] if number % 2 else [])]
    chosen = {"chosen": [each for each in _STAFF if each in staff], "other": ""}
    rows: list[dict[str, Any]] = []
    for field, value in zip(fields, (chosen, _AGREE[number % len(_AGREE)]), strict=True):
        about = {"case_id": case.id, "name": name_of(field.id), "heading": field.label, "words": words(value)}
        rows += [
            {**about, "copy": copy, "answer": value if copy is Copy.ORIGINAL else None} for copy in copies
        ]
    db.session.execute(insert(CaseText), rows)


def log_steps(case: EchoCase, number: int) -> None:
    """When a case was approved, planned and followed up, as the log tells it."""
    if case.sent_at is None or case.state not in (State.APPROVED, State.SCHEDULED, *HELD):
        return
    held = case.presented_at or now()
    approved = min(case.sent_at + timedelta(days=5 + number % 9), held)
    steps: list[tuple[str, datetime]] = [("cases.approve", approved)]
    if case.state == State.APPROVED:
        steps = [("cases.approve", case.state_at)]
    else:
        steps.append(("cases.schedule", min(approved + timedelta(days=2 + number % 6), held)))
    if case.state == State.FOLLOWED_UP:
        steps.append(("cases.follow", case.state_at))
    if case.state == State.CLOSED and not case.none_why and case.closed_at is not None:
        steps.append(("cases.follow", case.closed_at - timedelta(days=5)))
    db.session.execute(
        insert(AuditEntry),
        [
            {"at": at, "actor": BY, "action": action, "object_kind": SCOPE, "object_id": case.id, "batch": token_hex(8)}
            for action, at in steps
        ],
    )  # fmt: skip
