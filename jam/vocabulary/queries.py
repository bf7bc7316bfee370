"""Reading vocabularies."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from jam.base.database import db
from jam.vocabulary.models import Term
from jam.vocabulary.rules import Kind


def terms(kind: Kind, with_retired: bool = False, always: Iterable[int] = ()) -> list[Term]:
    """The terms of a vocabulary in the order staff gave them; `always` names ids to include though retired."""
    query = select(Term).where(Term.kind == kind).order_by(Term.position, Term.id)
    if not with_retired:
        query = query.where(~Term.retired | Term.id.in_(list(always)))
    return list(db.session.scalars(query))


def by_slug(kind: Kind, slug: str) -> Term | None:
    """The term of an address, retired ones too."""
    return db.session.scalar(select(Term).where(Term.kind == kind, Term.slug == slug))


def names(kind: Kind) -> dict[int, str]:
    """Names by id, retired ones too, in the order staff gave them."""
    rows = db.session.execute(
        select(Term.id, Term.name).where(Term.kind == kind).order_by(Term.position, Term.id)
    )
    return {id: name for id, name in rows}


def all_terms() -> dict[Kind, list[Term]]:
    """Every vocabulary with all its terms, retired ones too, in the order staff gave them: one query."""
    lists: dict[Kind, list[Term]] = {kind: [] for kind in Kind}
    for term in db.session.scalars(select(Term).order_by(Term.position, Term.id)):
        lists[Kind(term.kind)].append(term)
    return lists
