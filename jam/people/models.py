"""Persons, addresses, organizations, accounts and one-time sign-in links."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from jam.base.database import Model, UtcDateTime
from jam.people.rules import AccountRole


class Organization(Model):
    """Where people work."""

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(160))
    #: The name without case, punctuation and legal forms.
    normal: Mapped[str] = mapped_column(String(160), unique=True)
    #: Where its website and its people's addresses are.
    domain: Mapped[str | None] = mapped_column(String(120))
    #: USPS abbreviation, XX for outside the United States.
    state: Mapped[str | None] = mapped_column(String(2))
    #: Set when staff found that two were one; this row's name is then another name of that one.
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"), index=True)


class Person(Model):
    """Someone Jam knows: from a form, from staff, or from a platform's report."""

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), index=True)
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"), index=True)
    job_role_id: Mapped[int | None] = mapped_column(ForeignKey("term.id"))
    sector_id: Mapped[int | None] = mapped_column(ForeignKey("term.id"))
    #: USPS abbreviation, XX for outside the United States.
    state: Mapped[str | None] = mapped_column(String(2))
    zip: Mapped[str | None] = mapped_column(String(10))
    #: IANA name; None until the person chose one.
    time_zone: Mapped[str | None] = mapped_column(String(64))
    #: Raised to make every personal link so far invalid.
    link_version: Mapped[int] = mapped_column(default=0)
    #: Of the personal calendar link: odd while there is one, even while there is none; it only rises.
    calendar_version: Mapped[int] = mapped_column(default=0)
    #: Whether they want to be reminded of sessions they have a seat at.
    reminders: Mapped[bool] = mapped_column(default=True)
    #: Whether they want what comes after a session (recording, slides, what staff write to people without a seat).
    follow_ups: Mapped[bool] = mapped_column(default=True)
    #: Whether they want to hear that proposals wait for their review.
    review_letters: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Set when everything that tells who it is was taken out; the row stays so that what was counted keeps its number.
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Set when staff found that two rows were one person; this row then only points on.
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)

    addresses: Mapped[list[Address]] = relationship(back_populates="person", order_by="Address.id")
    organization: Mapped[Organization | None] = relationship()

    @property
    def address(self) -> str | None:
        """The preferred address as its owner wrote it, or None when no address is known."""
        best = sorted(self.addresses, key=lambda each: not each.preferred)
        return best[0].address if best else None


class Address(Model):
    """An e-mail address of a person; each belongs to one person only."""

    __table_args__ = (
        Index(
            "uq_address_preferred",
            "person_id",
            unique=True,
            sqlite_where=text("preferred"),
            postgresql_where=text("preferred"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    #: As its owner wrote it.
    address: Mapped[str] = mapped_column(String(254))
    #: As it is compared.
    normal: Mapped[str] = mapped_column(String(254), unique=True)
    preferred: Mapped[bool]

    person: Mapped[Person] = relationship(back_populates="addresses")


class Account(Model):
    """The right to sign in."""

    __table_args__ = (
        CheckConstraint("role IN ({})".format(", ".join(f"'{role}'" for role in AccountRole)), name="role"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    role: Mapped[str] = mapped_column(String(20))
    active: Mapped[bool] = mapped_column(default=True)
    #: Raised at sign-out and when the role changes, so that earlier sessions end.
    session_version: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    signed_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship()

    @property
    def actor(self) -> str:
        """How the audit log names this account."""
        return f"account:{self.id}"


class SignInLink(Model):
    """A one-time link; used by a conditional update, so that two clicks at once sign in once."""

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
