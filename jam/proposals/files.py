"""Slides and portraits: checked, kept under names of ours, found again, and dropped. The caller commits."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import select

from jam.audit.actions import record
from jam.base import files
from jam.base.database import after_commit, db, unless_committed
from jam.base.errors import Refused
from jam.base.now import now
from jam.proposals import portraits, slides
from jam.proposals.letters import SCOPE
from jam.proposals.models import Presenter, Proposal, ProposalFile
from jam.proposals.rules import ON_STAGE, FileKind
from jam.proposals.steps import lock

FOLDER = "proposals"

#: Versions of the slides that are kept; nobody needs more, and a disk is not endless.
MOST_VERSIONS = 20


@dataclass(frozen=True)
class Checked:
    """A file that was looked at and may be kept, by its content."""

    media_type: str
    data: bytes


def checked_slides(data: bytes) -> Checked:
    """Slides that may be kept. Refused for anything that is none. It may take a second, so nothing should be held meanwhile."""
    return Checked(slides.check(data), data)


def checked_portrait(data: bytes) -> Checked:
    """A portrait as it may be kept, without what a camera writes into a picture. Refused for anything that is none."""
    return Checked(*portraits.clean(data))


def keep_slides(proposal: Proposal, file: Checked, *, by: str) -> ProposalFile:
    """Keep the newest version of the slides; earlier ones stay. Refused without a date, and for too many versions."""
    lock(proposal)
    if proposal.state not in ON_STAGE:
        raise Refused("Slides can be uploaded as soon as there is a date.")
    newest = _newest(proposal.id)
    if newest is not None and newest.sha256 == sha256(file.data).hexdigest():
        return newest
    if newest is not None and newest.version >= MOST_VERSIONS:
        raise Refused(
            f"{MOST_VERSIONS} versions are kept at most. Write to us if you need to send another one."
        )
    return _keep(proposal, None, FileKind.SLIDES, newest.version + 1 if newest else 1, file, by)


def keep_portrait(presenter: Presenter, file: Checked, *, by: str) -> ProposalFile:
    """Keep a presenter's portrait in place of the one before."""
    proposal = presenter.proposal
    lock(proposal)
    earlier = portrait_of(presenter)
    if earlier is not None:
        if earlier.sha256 == sha256(file.data).hexdigest():
            return earlier
        _drop(earlier)
    version = earlier.version + 1 if earlier else 1
    return _keep(proposal, presenter, FileKind.PORTRAIT, version, file, by)


def drop_portrait(presenter: Presenter, *, by: str) -> None:
    """Take a portrait away; no fault when there is none."""
    lock(presenter.proposal)
    earlier = portrait_of(presenter)
    if earlier is not None:
        _drop(earlier)
        record("proposals.drop_portrait", SCOPE, presenter.proposal_id, by=by,
               changes={"presenter": (presenter.id, None)})  # fmt: skip


def portrait_of(presenter: Presenter) -> ProposalFile | None:
    """The portrait of a presenter."""
    query = select(ProposalFile).where(
        ProposalFile.presenter_id == presenter.id, ProposalFile.kind == FileKind.PORTRAIT
    )
    return db.session.scalar(query.order_by(ProposalFile.version.desc()).limit(1))


def content(file: ProposalFile) -> bytes:
    """The bytes of a file."""
    return files.fetch(file.stored_as)


def shown_name(file: ProposalFile) -> str:
    """What it is called when it is downloaded: a name of ours."""
    end = {**slides.ENDINGS, **portraits.ENDINGS}[file.media_type]
    whose = f"-{file.presenter_id}" if file.kind == FileKind.PORTRAIT else ""
    return f"{file.kind}{whose}-{file.proposal.code}-v{file.version}.{end}"


def drop_all(found: list[ProposalFile]) -> None:
    """Forget files with their rows, once the transaction stands."""
    for each in found:
        _drop(each)


def _newest(proposal_id: int) -> ProposalFile | None:
    query = select(ProposalFile).where(
        ProposalFile.proposal_id == proposal_id, ProposalFile.kind == FileKind.SLIDES
    )
    return db.session.scalar(query.order_by(ProposalFile.version.desc()).limit(1))


def _keep(
    proposal: Proposal, presenter: Presenter | None, kind: FileKind, version: int, file: Checked, by: str
) -> ProposalFile:  # fmt: skip
    stored_as = files.keep(FOLDER, file.data)
    unless_committed(lambda: files.drop(stored_as))
    made = ProposalFile(
        proposal_id=proposal.id,
        presenter_id=presenter.id if presenter else None,
        kind=kind,
        version=version,
        stored_as=stored_as,
        media_type=file.media_type,
        size=len(file.data),
        sha256=sha256(file.data).hexdigest(),
        uploaded_at=now(),
        uploaded_by=by,
    )
    db.session.add(made)
    db.session.flush()
    record(f"proposals.{kind}", SCOPE, proposal.id, by=by, changes={"version": (None, version)})
    db.session.expire(proposal, ["files"])
    return made


def _drop(file: ProposalFile) -> None:
    stored_as, proposal = file.stored_as, file.proposal
    after_commit(lambda: files.drop(stored_as))
    db.session.delete(file)
    db.session.flush()
    db.session.expire(proposal, ["files"])
