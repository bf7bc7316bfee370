"""Proposals that are likely the same thing, and why; and what staff said is not the same after all."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from sqlalchemy import or_, select

from jam.audit.actions import record
from jam.base.database import db
from jam.base.now import now
from jam.proposals.letters import SCOPE
from jam.proposals.models import Presenter, Proposal, proposal_distinct, proposal_term
from jam.proposals.rules import Saying, State
from jam.vocabulary.models import Term
from jam.vocabulary.rules import Kind as TermKind

#: Words that tell titles apart by nothing.
_EMPTY = frozenset(
    [
        "and",
        "are",
        "for",
        "from",
        "how",
        "our",
        "the",
        "that",
        "this",
        "with",
        "what",
        "when",
        "where",
        "who",
        "why",
        "your",
        "you",
        "not",
        "but",
        "its",
    ]
)
#: A word of more titles than these, or somebody with more proposals, finds no candidates: it would find half of them.
_COMMON = 40
#: Of all words of two titles, the part that both have; and how alike the letters are.
_OVERLAP, _ALIKE = 0.6, 0.86
_OVERLAP_SAME_PRESENTER = 0.34


@dataclass(frozen=True)
class Known:
    """What is compared of a proposal."""

    id: int
    code: str
    title: str
    state: str
    words: frozenset[str]
    people: set[int] = field(default_factory=set)
    levers: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class Double:
    """Another proposal that is likely the same thing."""

    id: int
    code: str
    title: str
    state: str
    why: str
    #: Whether staff said that it is not.
    distinct: bool = False


def words_of(title: str) -> frozenset[str]:
    """The words of a title that say something, whatever their case and number. Pure."""
    found = re.findall(r"[^\W_]+", title.casefold())
    return frozenset(
        each.removesuffix("s") if len(each) > 3 else each
        for each in found
        if (len(each) > 2 or each.isdigit()) and each not in _EMPTY
    )


def why_same(one: Known, other: Known) -> str | None:
    """Why two are likely the same thing, in words; None when nothing says so. Pure."""
    if _bare(one.title) == _bare(other.title):
        return "they have the same title"
    both = len(one.words & other.words)
    overlap = both / len(one.words | other.words) if both else 0.0
    presenter = bool(one.people & other.people)
    if presenter and one.levers and one.levers == other.levers:
        return "the same presenter offers both, on the same levers"
    if presenter and overlap >= _OVERLAP_SAME_PRESENTER:
        return "the same presenter offers both, with titles alike"
    if both >= 2 and overlap >= _OVERLAP:
        return "their titles are nearly the same"
    # Numbers tell titles apart whose letters are alike otherwise: “Year 1”, “Year 2”.
    if both and _numbers(one) == _numbers(other):
        alike = SequenceMatcher(None, one.title.casefold(), other.title.casefold())
        if alike.quick_ratio() >= _ALIKE and alike.ratio() >= _ALIKE:
            return "their titles are nearly the same"
    return None


def _bare(title: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", title.casefold()))


def _numbers(known: Known) -> set[str]:
    return {word for word in known.words if any(each.isdigit() for each in word)}


def doubles(proposals: Iterable[Proposal]) -> dict[int, list[Double]]:
    """What is likely the same as each of these, by id: four queries, however many proposals there are.

    Drafts are their authors' own, and what is withdrawn is settled.
    """
    wanted = [each.id for each in proposals if each.state not in (State.DRAFT, State.WITHDRAWN)]
    if not wanted:
        return {}
    known = _known()
    by_word: dict[str, set[int]] = defaultdict(set)
    by_person: dict[int, set[int]] = defaultdict(set)
    for each in known.values():
        for word in each.words or {_bare(each.title)}:
            by_word[word].add(each.id)
        for person in each.people:
            by_person[person].add(each.id)
    distinct = _distinct(wanted)
    found: dict[int, list[Double]] = {}
    for id in wanted:
        one = known.get(id)
        if one is None:  # taken back a moment ago
            continue
        near = [by_word[word] for word in one.words or {_bare(one.title)}]
        near += [by_person[person] for person in one.people]
        for other_id in sorted(set().union(*(ids for ids in near if len(ids) <= _COMMON)) - {id}):
            other = known[other_id]
            why = why_same(one, other)
            if why:
                pair = (min(id, other_id), max(id, other_id))
                double = Double(other_id, other.code, other.title, other.state, why, pair in distinct)
                found.setdefault(id, []).append(double)
    return found


def _known() -> dict[int, Known]:
    there = Proposal.state.not_in((State.DRAFT, State.WITHDRAWN))
    rows = db.session.execute(select(Proposal.id, Proposal.code, Proposal.title, Proposal.state).where(there))
    known = {id: Known(id, code, title, state, words_of(title)) for id, code, title, state in rows}
    people = select(Presenter.proposal_id, Presenter.person_id).where(Presenter.saying != Saying.DECLINED)
    for id, person in db.session.execute(people):
        if id in known:
            known[id].people.add(person)
    levers = (
        select(proposal_term.c.proposal_id, proposal_term.c.term_id)
        .join(Term, Term.id == proposal_term.c.term_id)
        .where(Term.kind == TermKind.LEVER)
    )
    for id, lever in db.session.execute(levers):
        if id in known:
            known[id].levers.add(lever)
    return known


def _distinct(ids: list[int]) -> set[tuple[int, int]]:
    table = proposal_distinct.c
    query = select(table.one_id, table.other_id).where(or_(table.one_id.in_(ids), table.other_id.in_(ids)))
    return {(one, other) for one, other in db.session.execute(query)}


def tell_apart(one: Proposal, other: Proposal, distinct: bool, *, by: str) -> None:
    """Say that two are not the same thing, or that they may be after all. Done twice, it is done once. The caller commits."""
    low, high = sorted((one.id, other.id))
    table = proposal_distinct
    here = (table.c.one_id == low, table.c.other_id == high)
    # Holding one of the two lets a second press find what the first one wrote.
    db.session.execute(select(Proposal.id).where(Proposal.id == low).with_for_update())
    there = db.session.execute(select(table.c.one_id).where(*here)).first() is not None
    if low == high or there == distinct:
        return
    if distinct:
        db.session.execute(table.insert().values(one_id=low, other_id=high, said_at=now()))
    else:
        db.session.execute(table.delete().where(*here))
    action = "proposals.distinct" if distinct else "proposals.maybe_same"
    for each, against in ((one, other), (other, one)):
        record(action, SCOPE, each.id, by=by, changes={"other": (None, against.id)})
