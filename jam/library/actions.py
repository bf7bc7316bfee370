"""Writing the text of an entry, publishing it and taking it out again. The caller commits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from jam.audit.actions import record
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.base.text import clean_text, slugify
from jam.library.models import Entry
from jam.library.queries import entry_of
from jam.library.rules import why_not
from jam.mail.actions import withdraw as take_back
from jam.mail.queries import unsent
from jam.proposals import rules
from jam.proposals.letters import SCOPE, tell
from jam.proposals.models import Proposal
from jam.proposals.rules import Credit, Kind, State
from jam.proposals.steps import lock

#: How the letter that says it is called.
PUBLISHED = "proposal-published"
#: What the log calls an entry.
ENTRY = "library_entry"


@dataclass(frozen=True)
class Words:
    """The text of an entry."""

    title: str
    story: str = ""
    takeaways: str = ""
    evidence: str = ""
    links: Sequence[str] = ()


def words_of(proposal: Proposal) -> Words:
    """What its submitter wrote, to begin with."""
    return Words(proposal.title, proposal.story, proposal.takeaways, proposal.evidence, proposal.links)


def write(proposal: Proposal, words: Words, *, by: str) -> Entry:
    """Keep the text for the library, published or not. What was shared stays as its submitter wrote it.

    Refused for what can never stand there, and for a text without a title or a story.
    """
    lock(proposal)
    if proposal.kind != Kind.SHARE:
        raise Refused(why_not(Kind(proposal.kind), State(proposal.state), None) or "")
    values = {
        "title": rules.checked_title(words.title),
        "story": clean_text(words.story, rules.LONGEST_TEXT, "The story"),
        "takeaways": clean_text(words.takeaways, rules.LONGEST_SHORT, "What others can take home"),
        "evidence": clean_text(words.evidence, rules.LONGEST_SHORT, "The evidence"),
        "links": rules.checked_links("\n".join(words.links)),
    }
    if not values["story"]:
        raise Refused("Say what happened and what came of it; without that there is nothing to read.")
    entry = entry_of(proposal)
    was: Words | Entry = entry or words_of(proposal)
    # Long words would stand twice in the log; that they changed is enough.
    changes: dict[str, tuple[object, object]] = {
        name: (was.title, value) if name == "title" else (None, "changed")
        for name, value in values.items()
        if getattr(was, name) != value
    }
    if entry is None:
        entry = Entry(proposal_id=proposal.id, changed_at=now(), **values)
        db.session.add(entry)
    elif changes:
        entry.changed_at = now()
        for name, value in values.items():
            setattr(entry, name, value)
    else:
        return entry
    db.session.flush()
    record("library.write", SCOPE, proposal.id, by=by, changes=changes)
    return entry


def publish(proposal: Proposal, *, by: str) -> Entry:
    """Let everybody read it; who shared it gets a letter the first time. Done twice, it is done once.

    Refused, in words, while it is not accepted or not agreed to.
    """
    lock(proposal)
    credit = Credit(proposal.credit) if proposal.credit else None
    reason = why_not(Kind(proposal.kind), State(proposal.state), credit)
    if reason:
        raise Refused(reason, 409)
    entry = entry_of(proposal) or write(proposal, words_of(proposal), by=by)
    if entry.published_at is not None:
        return entry
    first = entry.slug is None
    entry.slug = entry.slug or _free_slug(entry)
    entry.published_at = now()
    db.session.flush()
    done = record("library.publish", SCOPE, proposal.id, by=by, changes={"published_at": (None, now())})
    if first:
        tell(PUBLISHED, proposal.lead, entry.id, batch=done.batch)
    return entry


def unpublish(proposal: Proposal, *, by: str) -> None:
    """Take it out of the library; its text stays for staff. Done twice, it is done once."""
    lock(proposal)
    entry = entry_of(proposal)
    if entry is None or entry.published_at is None:
        return
    record(
        "library.unpublish", SCOPE, proposal.id, by=by, changes={"published_at": (entry.published_at, None)}
    )
    entry.published_at = None
    take_back(unsent((SCOPE, proposal.id), kinds=(PUBLISHED,)), "It was taken out of the library.", by=by)
    db.session.flush()


def _free_slug(entry: Entry) -> str:
    slug = slugify(entry.title) or entry.proposal.code.lower()
    if db.session.scalar(select(Entry.id).where(Entry.slug == slug, Entry.id != entry.id)) is not None:
        slug = f"{slug}-{entry.proposal.code.lower()}"
    return slug
