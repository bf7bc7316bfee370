"""A proposal as a reviewer reads it: with names, or without anything that tells whose it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from jam.proposals.models import Proposal
from jam.proposals.rules import Saying
from jam.review.identities import masks_of
from jam.review.masking import Mask
from jam.review.sheets import sheets_of


@dataclass(frozen=True)
class Presenter:
    """Who presents it, where reviewers may know."""

    name: str
    organization: str
    state: str | None
    bio: str


@dataclass(frozen=True)
class Reading:
    """What a reviewer sees of a proposal. Whatever else there is of it stays behind."""

    id: int
    anonymous: bool
    title: str
    #: Markdown.
    story: str
    takeaways: str
    evidence: str
    links: tuple[str, ...]
    #: Links that are not shown, because they lead to whoever offers it.
    links_left_out: int
    presenters: tuple[Presenter, ...]
    mask: Mask | None

    def words(self, text: str) -> str:
        """Somebody else's words about it: what staff asked, what was answered, what a colleague says."""
        return self.mask.line(text) if self.mask else text


def reading_of(proposal: Proposal) -> Reading:
    """One proposal as its program is read."""
    return readings_of([proposal])[proposal.id]


def readings_of(proposals: Iterable[Proposal]) -> dict[int, Reading]:
    """Several, by id: a fixed number of queries."""
    proposals = list(proposals)
    sheets = sheets_of(each.program_id for each in proposals if each.program_id is not None)
    blind = [each for each in proposals if each.program_id is None or sheets[each.program_id].anonymous]
    masks = masks_of(blind)
    return {each.id: _masked(each, masks[each.id]) if each.id in masks else _open(each) for each in proposals}


def _open(proposal: Proposal) -> Reading:
    return Reading(
        id=proposal.id,
        anonymous=False,
        title=proposal.title,
        story=proposal.story,
        takeaways=proposal.takeaways,
        evidence=proposal.evidence,
        links=tuple(proposal.links),
        links_left_out=0,
        presenters=tuple(
            Presenter(each.name, each.organization, each.state, each.bio)
            for each in proposal.presenters
            if each.saying != Saying.DECLINED
        ),
        mask=None,
    )


def _masked(proposal: Proposal, mask: Mask) -> Reading:
    return Reading(
        id=proposal.id,
        anonymous=True,
        title=mask.line(proposal.title),
        story=mask.markdown(proposal.story),
        takeaways=mask.markdown(proposal.takeaways),
        evidence=mask.markdown(proposal.evidence),
        links=(),
        links_left_out=len(proposal.links),
        presenters=(),
        mask=mask,
    )
