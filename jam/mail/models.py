"""Letters and their calendar parts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from jam.base.database import Model, UtcDateTime
from jam.mail.rules import State


class Letter(Model):
    """A mail the system writes, to one person."""

    __table_args__ = (
        CheckConstraint("state IN ({})".format(", ".join(f"'{state}'" for state in State)), name="state"),
        Index("ix_letter_next", "state", "due_at"),
        Index("ix_letter_scope", "scope_kind", "scope_id"),
        Index("ix_letter_recipient", "recipient_kind", "recipient_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(12))
    #: One letter per cause and person, however often the cause is written: unique.
    key: Mapped[str] = mapped_column(String(120), unique=True)
    #: Fixed when the row is made, so that a mail sent twice after a crash is seen to be one.
    message_id: Mapped[str] = mapped_column(String(120), unique=True)
    to_address: Mapped[str] = mapped_column(String(254))
    to_name: Mapped[str] = mapped_column(String(200))
    #: What it was made of, so that staff can still change a word: the wording and what stands in its placeholders.
    wording: Mapped[str] = mapped_column(Text, default="")
    values: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    subject: Mapped[str] = mapped_column(String(300))
    #: Bodies hold marks where personal links are filled in at delivery.
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    #: The links by mark: {"my_page": ["me", 12]}.
    links: Mapped[dict[str, list[Any]]] = mapped_column(JSON)
    #: Facts that the room which wrote it wants to find again.
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    #: What it is about and whom it is for, as kind and id of rooms above.
    scope_kind: Mapped[str] = mapped_column(String(40))
    scope_id: Mapped[int]
    recipient_kind: Mapped[str] = mapped_column(String(40))
    recipient_id: Mapped[int]
    #: Letters of one action share it; they are called back together.
    batch: Mapped[str] = mapped_column(String(32), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    #: Why it stands where it stands, in words for staff.
    reason: Mapped[str | None] = mapped_column(Text)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    parts: Mapped[list[LetterPart]] = relationship(cascade="all, delete-orphan", order_by="LetterPart.id")


class LetterPart(Model):
    """A named part beside text and HTML: the calendar invitation."""

    __table_args__ = (UniqueConstraint("letter_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(20))
    #: METHOD of the calendar part: REQUEST or CANCEL.
    method: Mapped[str] = mapped_column(String(20))
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Wording(Model):
    """What staff want a kind of letter to say: each row is one version, the newest counts, none is ever changed."""

    __table_args__ = (UniqueConstraint("kind", "home_kind", "home_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    #: Whose letters say it, as kind and id of a room above (a program); empty and 0 for everybody's.
    home_kind: Mapped[str] = mapped_column(String(40))
    home_id: Mapped[int]
    #: 1 for the first; two people who save at once cannot both get the same number.
    version: Mapped[int]
    #: `Subject: …`, an empty line, the Markdown body; None from when staff went back to what stands a level above.
    body: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Who wrote it, as the audit log names them.
    by: Mapped[str] = mapped_column(String(40))


class MailServer(Model):
    """What all workers know together about the mail server: one row."""

    id: Mapped[int] = mapped_column(primary_key=True)
    #: When the next letter may be handed over, as far as the limit goes; in the past when there is room.
    free_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Why it cannot be used, in words for staff; None when it can.
    trouble: Mapped[str | None] = mapped_column(Text)
    trouble_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Tries in a row that met it, and when the next one is due.
    failures: Mapped[int] = mapped_column(default=0)
    try_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PausedAddress(Model):
    """An address that a mail server refused for good: nothing is sent there until somebody says so."""

    __table_args__ = (Index("ix_paused_address_recipient", "recipient_kind", "recipient_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    #: As it is compared.
    address: Mapped[str] = mapped_column(String(254), unique=True)
    recipient_kind: Mapped[str] = mapped_column(String(40))
    recipient_id: Mapped[int]
    #: What the server said.
    words: Mapped[str] = mapped_column(Text)
    paused_at: Mapped[datetime] = mapped_column(UtcDateTime)
