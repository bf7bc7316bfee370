"""One table for all vocabularies."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from jam.base.database import Model
from jam.vocabulary.rules import Kind


class Term(Model):
    """A word of a vocabulary. It is retired, never deleted: what was tagged with it keeps it."""

    __table_args__ = (
        UniqueConstraint("kind", "slug"),
        CheckConstraint("kind IN ({})".format(", ".join(f"'{kind}'" for kind in Kind)), name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    #: Stands in addresses; fixed when the term is made.
    slug: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(80))
    position: Mapped[int]
    retired: Mapped[bool] = mapped_column(default=False)
