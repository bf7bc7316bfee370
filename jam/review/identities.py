"""Who offers a proposal, in every way that Jam knows: what an anonymous reading takes out of the words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from jam.base.database import db
from jam.base.privacy import ERASED
from jam.people.models import Organization, Person
from jam.people.rules import FREE_MAIL, normal_organization
from jam.proposals.models import Presenter, Proposal
from jam.review.masking import Identity, Mask


def mask_of(proposal: Proposal) -> Mask:
    """What takes the presenters of one proposal out of its words."""
    return masks_of([proposal])[proposal.id]


def masks_of(proposals: Iterable[Proposal]) -> dict[int, Mask]:
    """The same for several, by id: a fixed number of queries."""
    ids = [each.id for each in proposals]
    presenters: dict[int, list[Presenter]] = {id: [] for id in ids}
    query = select(Presenter).where(Presenter.proposal_id.in_(ids))
    whose = joinedload(Presenter.person)
    for each in db.session.scalars(
        query.options(
            whose.selectinload(Person.addresses), selectinload(Presenter.person, Person.organization)
        )
    ):
        presenters[each.proposal_id].append(each)
    homes = _Homes([each for row in presenters.values() for each in row])
    return {id: Mask(_identity(row, homes)) for id, row in presenters.items()}


class _Homes:
    """The organizations that presenters named or belong to, each with its other names and its domains."""

    def __init__(self, presenters: Iterable[Presenter]) -> None:
        presenters = list(presenters)
        normals = {normal_organization(each.organization) for each in presenters if each.organization}
        ids = {each.person.organization_id for each in presenters if each.person.organization_id}
        found = or_(
            Organization.normal.in_(normals),
            Organization.id.in_(ids),
            Organization.merged_into_id.is_not(None),
        )
        known = {each.id: each for each in db.session.scalars(select(Organization).where(found))}
        ends = {each.merged_into_id for each in known.values() if each.merged_into_id} - known.keys()
        while ends:  # where several were merged one after the other, in as many steps
            more = {
                each.id: each
                for each in db.session.scalars(select(Organization).where(Organization.id.in_(ends)))
            }
            known |= more
            ends = {each.merged_into_id for each in more.values() if each.merged_into_id} - known.keys()
        self._known = known
        self._by_normal = {each.normal: each for each in known.values()}
        self._families: dict[int, list[Organization]] = defaultdict(list)
        for each in known.values():
            self._families[self._end(each).id].append(each)

    def _end(self, found: Organization) -> Organization:
        while found.merged_into_id is not None:
            found = self._known[found.merged_into_id]
        return found

    def of(self, presenter: Presenter) -> list[Organization]:
        """Where somebody works, by what they wrote and by what is known of them, under every name."""
        named = (
            self._by_normal.get(normal_organization(presenter.organization))
            if presenter.organization
            else None
        )
        known = self._known.get(presenter.person.organization_id or 0)
        ends = {self._end(each).id for each in (named, known) if each is not None}
        return [each for id in ends for each in self._families[id]]


def _identity(presenters: list[Presenter], homes: _Homes) -> Identity:
    names, organizations, addresses, domains = set(), set(), set(), set()
    for each in presenters:
        names |= {each.name, each.person.name} - {ERASED}
        organizations |= {each.organization, *(home.name for home in homes.of(each))} - {""}
        addresses |= {address.normal for address in each.person.addresses}
        domains |= {home.domain for home in homes.of(each) if home.domain}
    domains |= {address.rpartition("@")[2] for address in addresses} - FREE_MAIL
    return Identity(frozenset(names), frozenset(organizations), frozenset(addresses), frozenset(domains))
