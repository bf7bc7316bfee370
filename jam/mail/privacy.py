"""What the outbox holds about a person: the letters to them. What was delivered lies in their mailbox, out of reach."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, delete, select, update

from jam.base.database import db
from jam.base.privacy import Export, Holding, Objects, hand_in, items
from jam.mail import preview
from jam.mail.models import Letter, LetterPart, PausedAddress
from jam.mail.rules import State

_WHY = "Its recipient was erased."


def _ids(person_id: int) -> Select[int]:
    return select(Letter.id).where(Letter.recipient_kind == "person", Letter.recipient_id == person_id)


def _refusing(person_id: int) -> Select[PausedAddress]:
    return select(PausedAddress).where(
        PausedAddress.recipient_kind == "person", PausedAddress.recipient_id == person_id
    )


def objects(person_id: int) -> Objects:
    """The letters to a person."""
    return {"letter": list(db.session.scalars(_ids(person_id)))}


def export(person_id: int) -> Export:
    """Each letter as its recipient reads it, links left out, oldest first."""
    letters = db.session.scalars(
        select(Letter).where(Letter.id.in_(_ids(person_id)), Letter.state != State.DRAFT).order_by(Letter.id)
    )
    columns = (
        "kind",
        "state",
        "to_address",
        "to_name",
        "wording",
        "values",
        "subject",
        "created_at",
        "sent_at",
        "reason",
    )
    return {
        "letters": [
            {
                **items([letter], *columns)[0],
                "text": preview.text(letter),
                "calendar": [each.raw for each in preview.calendars(letter)],
            }
            for letter in letters
        ],
        "refusing_addresses": items(
            db.session.scalars(_refusing(person_id)), "address", "words", "paused_at"
        ),
    }


def erase(person_id: int, *, by: str) -> int:
    """Empty the letters to a person; those that have not left do not leave any more.

    One that is leaving at this very moment may still arrive. That a letter was sent, and when, stays.
    """
    ids = list(db.session.scalars(_ids(person_id)))
    db.session.execute(delete(LetterPart).where(LetterPart.letter_id.in_(ids)))
    db.session.execute(
        update(Letter)
        .where(Letter.id.in_(ids), Letter.state != State.SENT)
        .values(state=State.WITHDRAWN, lease_until=None)
    )
    db.session.execute(
        delete(PausedAddress).where(
            PausedAddress.recipient_kind == "person", PausedAddress.recipient_id == person_id
        )
    )
    done: Any = db.session.execute(
        update(Letter)
        .where(Letter.id.in_(ids))
        .values(
            to_address="",
            to_name="",
            wording="",
            values={},
            subject="Erased letter",
            text="",
            html="",
            links={},
            data={},
            reason=_WHY,
        )
    )
    return int(done.rowcount)


hand_in(
    Holding(
        room="mail",
        columns={
            "letter": (
                "to_address", "to_name", "wording", "values", "subject", "text", "html", "links", "data", "reason",
                "recipient_id", "scope_id",
            ),
            "letter_part": ("letter_id", "content"),
            "paused_address": ("address", "recipient_id", "words"),
        },
        parts={
            "letters": "The mails that Jam wrote to you. Personal links never stand in them here.",
            "refusing_addresses": "Addresses of yours that refused mail, with what their mail server said.",
        },
        export=export,
        erase=erase,
        objects=objects,
    )
)  # fmt: skip
