"""Changing vocabularies."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from jam.audit.actions import record, record_many
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.text import clean_line, slugify
from jam.vocabulary.models import Term
from jam.vocabulary.rules import FIRST_TERMS, TITLES, Kind
from jam.vocabulary.signals import term_renamed


def add(kind: Kind, name: str, *, by: str) -> Term:
    """Add a word at the end. Refused when it is there already or has no letters."""
    name = _checked(kind, name)
    slug = slugify(name)
    if not slug:
        raise Refused("Please use at least one letter or digit in the name.")
    if db.session.scalar(select(Term.id).where(Term.kind == kind, Term.slug == slug)):
        slug = f"{slug[:50]}-{db.session.scalar(select(func.count()).select_from(Term))}"
    last = db.session.scalar(select(func.max(Term.position)).where(Term.kind == kind)) or 0
    term = Term(kind=kind, slug=slug, name=name, position=last + 1, retired=False)
    try:
        with db.session.begin_nested():
            db.session.add(term)
    except IntegrityError as error:  # somebody else added the same at this moment
        raise Refused(f"{TITLES[kind][1]} already have “{name}”.") from error
    record("vocabulary.add", "term", term.id, by=by, changes={"name": (None, name)})
    return term


def rename(term: Term, name: str, *, by: str) -> None:
    """Give a term another name; everything tagged with it shows the new one."""
    name = _checked(Kind(term.kind), name, but=term.id)
    if name != term.name:
        record("vocabulary.rename", "term", term.id, by=by, changes={"name": (term.name, name)})
        term.name = name
        term_renamed.send(None, term=term)


def retire(term: Term, *, by: str, retired: bool = True) -> None:
    """Offer a term no longer, or offer it again."""
    if retired != term.retired:
        record("vocabulary.retire", "term", term.id, by=by, changes={"retired": (term.retired, retired)})
        term.retired = retired


def move(term: Term, steps: int, *, by: str) -> None:
    """Move a term up (negative) or down among its like."""
    row = list(
        db.session.scalars(select(Term).where(Term.kind == term.kind).order_by(Term.position, Term.id))
    )
    here = row.index(term)
    row.insert(max(0, min(len(row) - 1, here + steps)), row.pop(here))
    for position, each in enumerate(row, start=1):
        each.position = position
    record("vocabulary.move", "term", term.id, by=by, changes={"position": (here + 1, term.position)})


def add_first_terms(*, by: str) -> None:
    """Fill the vocabularies of a new installation; one that has terms stays as it is."""
    if db.session.scalar(select(Term.id).limit(1)) is not None:
        return
    first = [
        Term(kind=kind, slug=slugify(word), name=word, position=position, retired=False)
        for kind, words in FIRST_TERMS.items()
        for position, word in enumerate(words, start=1)
    ]
    db.session.add_all(first)
    db.session.flush()
    record_many("vocabulary.add", "term", [(term.id, {"name": (None, term.name)}) for term in first], by=by)


def _checked(kind: Kind, name: str, but: int = 0) -> str:
    name = clean_line(name, 80, "The name")
    if not name:
        raise Refused("Please type a name.")
    others = db.session.execute(select(Term.id, Term.name).where(Term.kind == kind))
    if any(other.casefold() == name.casefold() and id != but for id, other in others):
        raise Refused(
            f"{TITLES[kind][1]} already have “{name}”. Choose another name, or offer that one again."
        )
    return name
