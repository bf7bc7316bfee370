"""Finding what stands in the library. Whether it may be read is part of every query for the public."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, selectinload

from jam.base.database import db
from jam.base.links import url
from jam.base.lookup import holds
from jam.library.models import Entry
from jam.library.rules import Said, said
from jam.proposals.models import Presenter, Proposal, proposal_term
from jam.proposals.rules import Credit, Kind, Saying, State
from jam.vocabulary.models import Term
from jam.vocabulary.rules import Kind as TermKind


@dataclass(frozen=True)
class Asked:
    """What the library is narrowed to; empty means everything."""

    q: str = ""
    lever: str = ""
    focus: str = ""
    sector: str = ""
    place: str = ""
    format: str = ""


def on_show() -> Select[Entry]:
    """What everybody may read: published, accepted, and agreed to; each with its proposal, terms and presenters."""
    return (
        select(Entry)
        .join(Entry.proposal)
        .options(
            contains_eager(Entry.proposal).selectinload(Proposal.terms),
            contains_eager(Entry.proposal).selectinload(Proposal.presenters),
        )
        .where(
            Entry.published_at.is_not(None),
            Proposal.kind == Kind.SHARE,
            Proposal.state == State.ACCEPTED,
            Proposal.credit.is_not(None),
        )
    )


def shown(slug: str) -> Entry | None:
    """An entry by its address, if everybody may read it."""
    return db.session.scalar(on_show().where(Entry.slug == slug))


def said_of(entry: Entry) -> Said:
    """What may stand beside an entry about who shared it."""
    lead, credit = entry.proposal.lead, entry.proposal.credit
    return said(Credit(credit) if credit else None, lead.name, lead.organization, lead.state, lead.sector_id)


def found(asked: Asked) -> Select[Entry]:
    """Entries for the public, newest first. Nobody is found by what they did not agree to show."""
    query = on_show()
    for kind, slug in ((TermKind.LEVER, asked.lever), (TermKind.FOCUS_AREA, asked.focus)):
        if slug:
            tags = select(proposal_term.c.proposal_id).join(Term, Term.id == proposal_term.c.term_id)
            query = query.where(Proposal.id.in_(tags.where(Term.kind == kind, Term.slug == slug)))
    if asked.format:
        query = query.where(Proposal.format == asked.format)
    if asked.place:
        query = query.where(_lead(Presenter.state == asked.place), _with_home())
    if asked.sector:
        sector = select(Term.id).where(Term.kind == TermKind.SECTOR, Term.slug == asked.sector)
        query = query.where(_lead(Presenter.sector_id.in_(sector)), _with_home())
    for word in asked.q.split()[:8]:
        inside = (Entry.title, Entry.story, Entry.takeaways, Entry.evidence)
        home = and_(_lead(holds(Presenter.organization, word)), _with_home())
        name = and_(_lead(holds(Presenter.name, word)), Proposal.credit == Credit.NAME)
        query = query.where(or_(*(holds(each, word) for each in inside), home, name))
    return query.order_by(Entry.published_at.desc(), Entry.id.desc())


def _lead(where: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether this holds for who shared it: the first presenter who has not said no."""
    earlier = aliased(Presenter)
    first = select(func.min(earlier.position)).where(
        earlier.proposal_id == Presenter.proposal_id, earlier.saying != Saying.DECLINED
    )
    leads = select(Presenter.proposal_id).where(Presenter.position == first.scalar_subquery(), where)
    return Proposal.id.in_(leads)


def _with_home() -> ColumnElement[bool]:
    """Whether place and sector may be shown: with a name, or with an organization that there is."""
    organization = _lead(Presenter.organization != "")
    return or_(Proposal.credit == Credit.NAME, and_(Proposal.credit == Credit.ORGANIZATION, organization))


def beside(terms: Iterable[Term], most: int = 3) -> list[Entry]:
    """The newest entries on any of these levers."""
    ids = [term.id for term in terms if term.kind == TermKind.LEVER]
    if not ids:
        return []
    tags = select(proposal_term.c.proposal_id).where(proposal_term.c.term_id.in_(ids))
    query = on_show().where(Proposal.id.in_(tags))
    return list(db.session.scalars(query.order_by(Entry.published_at.desc(), Entry.id.desc()).limit(most)))


def pages_of(proposal_ids: Iterable[int]) -> dict[int, str]:
    """The public address of each of these proposals that everybody may read."""
    query = on_show().options().with_only_columns(Entry.proposal_id, Entry.slug)
    rows = db.session.execute(query.where(Entry.proposal_id.in_(list(proposal_ids))))
    return {id: url("library.entry", slug=slug) for id, slug in rows}


def entry_of(proposal: Proposal) -> Entry | None:
    """Staff's text of a proposal, where there is one."""
    query = select(Entry).where(Entry.proposal_id == proposal.id)
    return db.session.scalar(query.execution_options(populate_existing=True))  # after a lock, as it is now


def for_desk() -> Select[Proposal, Entry]:
    """What was shared and accepted, with its entry where there is one: what waits for staff first, then the newest."""
    waits = and_(Proposal.credit.is_not(None), Entry.published_at.is_(None))
    return (
        select(Proposal, Entry)
        .outerjoin(Entry, Entry.proposal_id == Proposal.id)
        .where(Proposal.kind == Kind.SHARE, Proposal.state == State.ACCEPTED)
        .options(selectinload(Proposal.presenters))
        .order_by(waits.desc(), Proposal.state_at.desc(), Proposal.id.desc())
    )


def publishable_count() -> int:
    """How many could be published now and never were."""
    query = for_desk().where(Proposal.credit.is_not(None), Entry.published_at.is_(None), Entry.slug.is_(None))
    return db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
