"""What a presenter does with a case: begin it, write it, send it, take it back. The caller commits."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from jam.audit.actions import record
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.base.text import clean_text
from jam.cases import fields, rules
from jam.cases.letters import SCOPE, tell_coordinators, tell_leads
from jam.cases.models import CaseAsk, CaseText, Copy, EchoCase
from jam.cases.queries import earlier_of
from jam.cases.retention import over
from jam.cases.rules import Newness, State, Who
from jam.cases.steps import lock, take
from jam.cohorts.models import CohortMember
from jam.cohorts.rules import Standing
from jam.people.actions import hold
from jam.vocabulary.models import Term

#: Drafts that one member may have at once: more is a slip of a finger.
MOST_DRAFTS = 5


@dataclass(frozen=True)
class Given:
    """What a presenter writes; texts by their names in `jam.cases.rules.TEXTS`, and what they answered to staff's fields.

    `asked`: the ids of the fields that the form had; what is not among `answers` of these is taken back.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    term_ids: Collection[int] = ()
    newness: str = Newness.NEW
    earlier_id: int | None = None
    setting: str | None = None
    size: str | None = None
    area: str = "unknown"
    turnover: str | None = None
    vacancy: str | None = None
    time_to_hire: str | None = None
    limits: Collection[str] = ()
    towns: str = ""
    known_as: str = ""
    consent: bool = False
    attested: bool = False
    asked: Collection[int] = ()
    answers: Collection[tuple[int, str, Any]] = ()


def begin(member: CohortMember, earlier: str = "", *, by: str) -> EchoCase:
    """Begin a case, with what the application said of the organization; `earlier` is the code of a case that it follows up,
    one's own or a colleague's. Refused for who is no member, for a cohort that is
    over, and for too many drafts."""
    if member.standing != Standing.CONFIRMED:
        raise Refused("Only members of the cohort bring cases to it.")
    if over(member.cohort):
        raise Refused("This cohort is over, so no more cases are brought to it.")
    hold(member.person)  # a button pressed twice at once begins one
    open_drafts = select(EchoCase).where(EchoCase.member_id == member.id, EchoCase.state == State.DRAFT)
    drafts = list(db.session.scalars(open_drafts.order_by(EchoCase.id.desc())))
    untouched = next((each for each in drafts if not each.texts), None)
    if untouched is not None:
        return _follows(untouched, earlier)
    if len(drafts) >= MOST_DRAFTS:
        raise Refused(
            f"You have {MOST_DRAFTS} drafts here already. Go on with one of them, or take one back."
        )
    home, present = member.application, now()
    case = EchoCase(
        code=free_code(), cohort_id=member.cohort_id, person_id=member.person_id, member_id=member.id, state=State.DRAFT,
        state_at=present, created_at=present, newness=Newness.NEW, setting=home.setting, size=home.size, area=home.area,
        limits=[],
    )  # fmt: skip
    db.session.add(case)
    db.session.flush()
    record("cases.begin", SCOPE, case.id, by=by)
    return _follows(case, earlier)


def _follows(case: EchoCase, earlier: str) -> EchoCase:
    """The case as one that follows up this earlier one or, without one, as a new one: an untouched draft may have been
    begun otherwise."""
    if not earlier:
        case.newness, case.earlier_id = Newness.NEW, None
        db.session.flush()
    found = (
        next((each for each in earlier_of(case.person, case) if each.code == earlier), None)
        if earlier
        else None
    )
    if found is not None:
        case.newness, case.earlier_id = Newness.FOLLOW_UP, found.id
        db.session.flush()
    return case


def free_code() -> str:
    """A code that no case has yet."""
    while True:
        code = "".join(secrets.choice(rules.ALPHABET) for _ in range(rules.CODE_LENGTH))
        if db.session.scalar(select(EchoCase.id).where(EchoCase.code == code)) is None:
            return code


def write(case: EchoCase, given: Given, *, by: str) -> bool:
    """Keep what the presenter wrote; returns whether anything is other than before. Refused while others read it."""
    lock(case)
    if case.state not in rules.EDITABLE:
        raise Refused(
            "Somebody reads this case now, so its words stay as they are. Nothing you wrote before is lost.",
            409,
        )
    changed = set_words(case, Copy.ORIGINAL, given.texts) | fields.answer(case, given.asked, given.answers)
    values = {
        "newness": given.newness, "earlier_id": given.earlier_id if given.newness == Newness.FOLLOW_UP else None,
        "setting": given.setting, "size": given.size, "area": given.area, "turnover": given.turnover,
        "vacancy": given.vacancy, "time_to_hire": given.time_to_hire, "limits": sorted(given.limits),
        "towns": clean_text(given.towns, rules.LONGEST_KNOWN_AS, "The list of places"),
        "known_as": clean_text(given.known_as, rules.LONGEST_KNOWN_AS, "The list of names"),
    }  # fmt: skip
    for name, value in values.items():
        if getattr(case, name) != value:
            changed.add(name)
            setattr(case, name, value)
    if set(given.term_ids) != {each.id for each in case.terms}:
        changed.add("levers")
        case.terms = list(db.session.scalars(select(Term).where(Term.id.in_(list(given.term_ids)))))
    for name, said in (("consent_at", given.consent), ("attested_at", given.attested)):
        if said != (getattr(case, name) is not None):
            changed.add(name)
            setattr(case, name, now() if said else None)
    db.session.flush()
    if changed:
        # Words of a case stand in no log: that they changed is enough.
        record(
            "cases.write", SCOPE, case.id, by=by, changes=dict.fromkeys(sorted(changed), (None, "changed"))
        )
    return bool(changed)


def set_words(case: EchoCase, copy: Copy, texts: Mapping[str, str]) -> set[str]:
    """Let a copy say this; returns the names of what is other than before."""
    rows = {each.name: each for each in case.texts if each.copy == copy}
    changed = set()
    headings = {each.name: each.heading for each in case.texts}
    for name, heading, _, limit in fields.texts_of(case):
        if name not in rules.TEXT_NAMES and name not in texts:
            continue
        words = clean_text(texts.get(name, ""), limit, f"“{heading}”")
        row = rows.get(name)
        if words == (row.words if row else ""):
            continue
        changed.add(name)
        if row is None:
            case.texts.append(CaseText(copy=copy, name=name, heading=headings.get(name, ""), words=words))
        elif words or copy == Copy.RELEASED:  # a text that was taken out stays out when the case comes back
            row.words = words
        else:
            case.texts.remove(row)
    db.session.flush()
    return changed


def lacks(case: EchoCase) -> list[str]:
    """What a case lacks before it can be sent, in words."""
    levers, words = {each.id for each in case.terms}, case.words(Copy.ORIGINAL)
    asked = [f"“{label}”" for name, label in fields.required_of(case) if not words.get(name)]
    return asked + rules.lacks(words, levers, case.consent_at is not None, case.attested_at is not None)


def submit(case: EchoCase, *, by: str) -> None:
    """Send a case in, or once more after changes: the coordinator is told. Refused, with what is missing."""
    lock(case)
    missing = lacks(case)
    if missing:
        raise Refused(f"Before you send it, it needs {', '.join(missing)}. What you wrote is kept.")
    entry = take(case, "submit", Who.PRESENTER, by=by)
    case.sent_at = case.sent_at or now()
    tell_coordinators(case, entry.id, batch=entry.batch)


def withdraw(case: EchoCase, who: Who, *, why: str = "", by: str) -> None:
    """Take a case back until it is presented: from then on nobody else may read a word of it. Refused without a reason for
    whoever does it in the presenter's place, who reads it."""
    why = clean_text(why, rules.LONGEST_SHORT, "The reason")
    if who is not Who.PRESENTER and not why:
        raise Refused("Say why you take it back; the presenter reads it.")
    lock(case)
    was, event = State(case.state), case.event
    said = "" if who is Who.PRESENTER else "The case coordinator took it back; why, stands on its page."
    entry = take(case, "withdraw", who, by=by, said={"why": said})
    if why:
        case.asks.append(CaseAsk(words=why, asked_at=now(), asked_by=by))
    case.event_id = None
    db.session.flush()
    if was in (State.APPROVED, State.SCHEDULED):
        did = "Its presenter" if who is Who.PRESENTER else "The case coordinator"
        tell_leads(case, event, f"{did} took it back.", entry.id, by=by, batch=entry.batch)
