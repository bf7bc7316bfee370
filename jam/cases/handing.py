"""A case goes on to a colleague of the same team: who may take it, and what goes along. The caller commits."""

from __future__ import annotations

from flask import abort
from sqlalchemy import exists, or_, select

from jam.audit.actions import record
from jam.audit.models import AuditDetail, AuditEntry
from jam.audit.queries import entries_about
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.words import long_date
from jam.base.zones import EASTERN
from jam.cases import rules
from jam.cases.letters import SCOPE, TO_PRESENTER, call_back, tell, tell_earlier
from jam.cases.models import EchoCase
from jam.cases.queries import by_code, has_left, own
from jam.cases.retention import goes_at, was_announced
from jam.cases.rules import State, Who
from jam.cases.signals import handed
from jam.cases.steps import lock
from jam.cohorts.models import CohortMember
from jam.cohorts.rules import Standing
from jam.people.actions import hold
from jam.people.models import Person
from jam.people.queries import whoever

#: By where a case stands: the letter of what its presenter has to do or to be there for.
_STANDS = {State.CHANGES: "case-changes", State.SCHEDULED: "case-scheduled"}


class HandedOn(Refused):
    """Who asks for a case brought it before; a colleague of theirs does now."""

    def __init__(self, case: EchoCase) -> None:
        super().__init__(
            f"A colleague of your team brings {case.shown} now, so its page is theirs. Ask them what became of it.",
            404,
        )
        self.case = case


def takers(case: EchoCase) -> list[CohortMember]:
    """Who may take a case: the other confirmed members of its organization's team, by their place in it."""
    return [each for each in case.member.application.team if _may_take(case, each)]


def _may_take(case: EchoCase, member: CohortMember) -> bool:
    return (
        member.standing == Standing.CONFIRMED
        and member.application_id == case.member.application_id
        and member.person_id != case.person_id
        and member.person.erased_at is None
    )


def likeliest(case: EchoCase, among: list[CohortMember]) -> CohortMember | None:
    """Who took the presenter's place in the cohort, or the only one there is; None where nobody stands out."""
    place = next((each for each in among if each.id == case.member.replaced_by_id), None)
    return place or (among[0] if len(among) == 1 else None)


def why_not(case: EchoCase, who: Who) -> str | None:
    """Why a case cannot be handed on now, or not by who wants to, in words; None when it can."""
    return rules.why_not_handed(State(case.state), who, has_left(case))


def hand(case: EchoCase, to: CohortMember, who: Who, *, giver: Person | None = None, by: str) -> None:
    """Let a colleague bring a case from now on; both get a letter. Once more to the same colleague is no fault.

    `giver`: the presenter who does it. What was written, attached, asked and answered goes along. While its words can be
    changed, the colleague gives their own consent and their own word before it is sent; `review.ask` sees to it where that is
    only later. Refused for a case that has ended,
    for who is no confirmed member of the same team, for staff while the presenter is a member, and while a letter about it
    is just leaving.
    """
    earlier, taker = case.person, to.person
    hold(
        earlier, taker
    )  # people before cases, as everywhere: one of them may just be erased, or found to be somebody else
    db.session.refresh(to, with_for_update=True)
    lock(case)
    if case.member_id == to.id:
        return
    if giver is not None and case.person_id != giver.id:
        raise Refused("You handed this case to another colleague meanwhile.", 409)
    if case.person_id != earlier.id:
        raise Refused("Somebody else brings this case by now. Look at it once more.", 409)
    reason = why_not(case, who)
    if reason:
        raise Refused(reason, 409)
    if to.person_id != taker.id or not _may_take(case, to):
        raise Refused("Choose somebody of the organization's team who is a member of the cohort.")
    was = case.member_id
    call_back(case, earlier, TO_PRESENTER, by=by)
    case.person_id, case.member_id, case.written_from = to.person_id, to.id, ""
    if case.state in rules.EDITABLE:
        case.consent_at = case.attested_at = None
    db.session.flush()
    db.session.refresh(case, ["person", "member"])
    changes = {"person_id": (earlier.id, case.person_id), "member_id": (was, case.member_id)}
    entry = record("cases.hand", SCOPE, case.id, by=by, changes=changes)
    handed.send(None, case=case, earlier=earlier, by=by)
    tell("case-handed", case, entry.id, batch=entry.batch)
    if stands := _STANDS.get(State(case.state)):
        tell(stands, case, entry.id, batch=entry.batch)
    tell_earlier(case, earlier, entry.id, batch=entry.batch)
    goes = goes_at(case)
    if goes is not None and was_announced(case):
        day = long_date(goes, case.person.time_zone or EASTERN)
        tell("case-going", case, entry.id, batch=entry.batch, day=day)


def handed_on_by(person_id: int) -> list[EchoCase]:
    """The cases that somebody brought before a colleague of theirs does."""
    before = exists().where(
        AuditDetail.entry_id == AuditEntry.id,
        AuditDetail.field == "person_id",
        AuditDetail.before == str(person_id),
    )
    # Once they are being erased, who did it is all that the log still tells of what they handed on themself.
    theirs = or_(AuditEntry.actor == f"person:{person_id}", before)
    ids = select(AuditEntry.object_id).where(
        AuditEntry.action == "cases.hand", AuditEntry.object_kind == SCOPE, theirs
    )
    query = select(EchoCase).where(EchoCase.id.in_(ids), EchoCase.person_id != person_id)
    return list(db.session.scalars(query.order_by(EchoCase.id)))


def _earlier(case: EchoCase) -> list[int]:
    """The ids of those who brought a case before its presenter, the latest first."""
    entries = entries_about("cases.hand", SCOPE, case.id, limit=50)
    return [
        int(each.before)
        for _, details in entries
        for each in details
        if each.field == "person_id" and each.before
    ]


def handed_by(case: EchoCase) -> Person | None:
    """Who brought a case before its presenter; None where nobody did, or they were erased."""
    found = next((whoever(id) for id in _earlier(case)), None)
    if found is None or found.erased_at is not None or found.id == case.person_id:
        return None
    return found


def last(case: EchoCase) -> AuditEntry | None:
    """The entry of when it went to who brings it; None where nobody did before them."""
    return next((entry for entry, _ in entries_about("cases.hand", SCOPE, case.id, limit=1)), None)


def mine_or_refused(person: Person, code: str, *, held: bool = False) -> EchoCase:
    """A case by its code that a person brings. Refused with a word where they brought it before, and 404 for any other.

    `held`: until the transaction ends, so that it is still theirs when something is done to it.
    """
    found = own(person, code)
    if found is not None and held:
        lock(found)
    if found is None or found.person_id != person.id:
        case = by_code(code)
        brought = [whoever(id) for id in _earlier(case)] if case is not None else []
        if case is not None and any(each is not None and each.id == person.id for each in brought):
            raise HandedOn(case)
        abort(404)
    return found
