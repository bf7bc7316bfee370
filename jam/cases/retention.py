"""How long the presenter's own words and files are kept once a case has ended, and their end. The words that others may read
stay where the group discussed them; of a case that was taken back nobody was to read any, so they go with the others.

A case that nobody presented or took back until its cohort ended, and so many days after that, is taken back by the clock; one that
nobody closed stays where it stands, and only what its presenter wrote goes, as of one that was never marked as presented
though what was said in its session is written down. Nothing of these goes that was not announced thirty days before, to their
presenters by letter.

What goes besides texts and files: the places and names given to look for, what the coordinator asked (it quotes the original,
and no machine can tell where), and the reasons beside signs. Who opened, signed and decided what stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from flask import current_app
from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from jam.audit.actions import CLOCK, record
from jam.audit.models import AuditEntry
from jam.audit.queries import entries_about
from jam.base import files
from jam.base.database import db, leave_no_traces, reading
from jam.base.now import now
from jam.base.words import long_date
from jam.base.zones import EASTERN, to_utc
from jam.cases import rules
from jam.cases.letters import SCOPE, tell
from jam.cases.models import CaseAsk, CaseFile, CaseSign, CaseText, Copy, EchoCase
from jam.cases.rules import State, Who
from jam.cases.signals import originals_going
from jam.cases.steps import lock, take
from jam.schedule.models import Cohort

#: Staff see so long before what is going to be removed, and presenters of cases that nobody ended are told.
SHOWN_AHEAD = timedelta(days=30)


@dataclass(frozen=True)
class Beside:
    """What goes with a case's originals and is another room's."""

    #: Whether there is any, in a query about cases.
    left: ColumnElement[bool]
    #: When the newest of it was written; None for none.
    written_at: Callable[[EchoCase], datetime | None]
    #: Whether what was said in its session is written down, so that it was presented whatever its state says.
    said: Callable[[EchoCase], bool]


_beside: dict[str, Beside] = {}


def hand_in(room: str, beside: Beside) -> None:
    """Add what goes, too; handed in again, it takes the place of the room's earlier one."""
    _beside[room] = beside


def kept_days() -> int:
    """For how many days after its end a case keeps the presenter's own words and files."""
    return int(current_app.config["SETTINGS"].case_originals_days)


def cohort_ends(cohort: Cohort) -> datetime:
    """The end of a cohort's last day."""
    return to_utc(cohort.ends_on + timedelta(days=1), time(0), cohort.program.time_zone)


def over(cohort: Cohort) -> bool:
    """Whether a cohort's last day has passed."""
    return cohort_ends(cohort) <= now()


def goes_at(case: EchoCase) -> datetime | None:
    """When the presenter's words and files go; None while neither the case nor its cohort has ended, while its session is
    still to come, and when they are gone."""
    if not holds_anything(case):
        return None
    end, present = (
        rules.ended_at(State(case.state), case.state_at, cohort_ends(case.cohort), case.presented_at),
        now(),
    )
    if case.state not in rules.ENDED:
        # Also of a session long after the cohort's last day, and of what was answered long after it, the whole time is kept.
        end = max([end, *_written_at(case), *([case.event.ends_at] if case.event else [])])
        if end > present:
            return None
        due = end + timedelta(days=kept_days())
        told = _announced([case.id]).get(case.id)
        return max(due, (told if told and told >= due - SHOWN_AHEAD else present) + SHOWN_AHEAD)
    return end + timedelta(days=kept_days())


def _announced(ids: Iterable[int]) -> dict[int, datetime]:
    """When it was last announced of these cases that their presenters' words go, by their ids."""
    query = (
        select(AuditEntry.object_id, func.max(AuditEntry.at))
        .where(
            AuditEntry.actor == CLOCK, AuditEntry.action == "cases.announce", AuditEntry.object_kind == SCOPE,
            AuditEntry.object_id.in_(list(ids)),
        )
        .group_by(AuditEntry.object_id)
    )  # fmt: skip
    return {id: at for id, at in db.session.execute(query)}


def was_announced(case: EchoCase) -> bool:
    """Whether the presenter was told on which day their words go, nobody having ended the case."""
    return case.id in _announced([case.id])


def _written_at(case: EchoCase) -> list[datetime]:
    """When the newest was written of what goes and is another room's."""
    return [at for each in _beside.values() if (at := each.written_at(case)) is not None]


def holds_anything(case: EchoCase) -> bool:
    """Whether anything is left of what goes."""
    texts = any(each.copy == Copy.ORIGINAL or case.state == State.WITHDRAWN for each in case.texts)
    said = any(each.words for each in case.asks) or any(each.note for each in case.signs)
    return bool(texts or case.files or said or case.towns or case.known_as or _written_at(case))


def gone(case: EchoCase) -> bool:
    """Whether nothing is left of what goes, its time being over; not of a case in which nothing was ever written."""
    ended = case.state in rules.ENDED or over(case.cohort)
    return ended and not holds_anything(case) and bool(entries_about("cases.forget", SCOPE, case.id, limit=1))


def lapses(case: EchoCase) -> bool:
    """Whether it would be taken back by the clock, not having been presented."""
    if case.state == State.SCHEDULED and any(each.said(case) for each in _beside.values()):
        return False
    return rules.why_not(rules.STEPS["lapse"], State(case.state)) is None


_SOMETHING_LEFT = or_(
    exists().where(
        CaseText.case_id == EchoCase.id,
        or_(CaseText.copy == Copy.ORIGINAL, EchoCase.state == State.WITHDRAWN),
    ),
    exists().where(CaseFile.case_id == EchoCase.id),
    exists().where(CaseAsk.case_id == EchoCase.id, CaseAsk.words != ""),
    exists().where(CaseSign.case_id == EchoCase.id, CaseSign.note != ""),
    EchoCase.towns != "",
    EchoCase.known_as != "",
)


def _ended_before(at: datetime) -> ColumnElement[bool]:
    """Cases whose end was before, or may have been: `goes_at` says it exactly."""
    ended = EchoCase.cohort_id.in_(select(Cohort.id).where(Cohort.ends_on <= at.date()))
    left = or_(_SOMETHING_LEFT, *(each.left for each in _beside.values()))
    return and_(EchoCase.state_at <= at, or_(EchoCase.state.in_(rules.ENDED), ended), left)


def going(cohort_ids: Iterable[int]) -> list[EchoCase]:
    """The cases of these cohorts that were sent and lose what their presenters wrote within thirty days, soonest first."""
    soon = now() - timedelta(days=kept_days()) + SHOWN_AHEAD
    query = (
        select(EchoCase)
        .where(EchoCase.cohort_id.in_(list(cohort_ids)), EchoCase.sent_at.is_not(None), _ended_before(soon))
        .options(
            selectinload(EchoCase.texts), selectinload(EchoCase.files), selectinload(EchoCase.asks),
            selectinload(EchoCase.signs), joinedload(EchoCase.cohort).joinedload(Cohort.program),
            joinedload(EchoCase.event),
        )
        .order_by(EchoCase.state_at, EchoCase.id)
    )  # fmt: skip
    found = [(at, each) for each in db.session.scalars(query) if (at := goes_at(each)) is not None]
    last = now() + SHOWN_AHEAD
    return [case for at, case in sorted(found, key=lambda pair: (pair[0], pair[1].id)) if at <= last]


def forget_originals() -> int:
    """Remove what is kept no longer, and announce what goes next of cases that nobody ended; returns of how many something was
    removed. Commits by itself, case by case.

    A file whose bytes cannot be deleted keeps its row, and is tried again; the others go nevertheless.
    """
    with reading():
        before = now() - timedelta(days=kept_days())
        due = and_(
            _ended_before(before + SHOWN_AHEAD),
            or_(EchoCase.state.not_in(rules.ENDED), EchoCase.state_at <= before),
        )
        ids = list(db.session.scalars(select(EchoCase.id).where(due).order_by(EchoCase.id)))
        told = {id for id, at in _announced(ids).items() if at > now() - SHOWN_AHEAD}
        ended = set(db.session.scalars(select(EchoCase.id).where(due, EchoCase.state.in_(rules.ENDED))))
        db.session.rollback()
    done, failed = 0, list[OSError]()
    for id in ids:
        if id in told and id not in ended:
            continue  # its thirty days are running
        try:
            case = db.session.get_one(EchoCase, id)
            if forget(case, by=CLOCK):
                done += 1
            else:
                announce(case)
            db.session.commit()
        except OSError as error:
            db.session.rollback()
            failed.append(error)
    if done and not leave_no_traces():
        current_app.logger.warning(
            "removed words of cases may stay in the database's files until the next removal"
        )
    if failed:
        raise failed[0]
    return done


def announce(case: EchoCase) -> None:
    """Tell the presenter of a case that nobody ended the day on which their words go, from thirty days before; once for each
    such day. The caller commits."""
    lock(case)
    goes = goes_at(case)
    if case.state in rules.ENDED or goes is None or goes > now() + SHOWN_AHEAD:
        return
    told = _announced([case.id]).get(case.id)
    if told is not None and told >= goes - SHOWN_AHEAD:
        return
    entry = record("cases.announce", SCOPE, case.id, by=CLOCK)
    tell(
        "case-going", case, entry.id, batch=entry.batch, day=long_date(goes, case.person.time_zone or EASTERN)
    )


def forget(case: EchoCase, *, by: str) -> bool:
    """Take out of an ended case what its presenter wrote and attached; returns whether anything was there. The caller commits."""
    lock(case)
    goes = goes_at(case)
    if goes is None or goes > now():
        return False
    if lapses(case):
        take(case, "lapse", Who.JAM, by=by)
        case.event_id, case.closed_why = None, rules.LAPSED
    counted = {"texts": 0, "attachments": len(case.files)}
    for text in list(case.texts):
        if text.copy == Copy.ORIGINAL or case.state == State.WITHDRAWN:
            case.texts.remove(text)
            counted["texts"] += 1
        text.made_from, text.earlier = None, ""
    for file in list(case.files):
        # The bytes first: should anything fail after it, the row is still there, and the next round takes it away.
        for name in filter(None, (file.stored_as, file.cleaned_as)):
            files.drop(name)
        case.files.remove(file)
    for asked in case.asks:
        asked.words = ""
    for signed in case.signs:
        signed.note = ""
    case.towns = case.known_as = ""
    if case.state == State.WITHDRAWN:
        case.summary = ""
    originals_going.send(None, case=case)
    db.session.flush()
    record(
        "cases.forget", SCOPE, case.id, by=by, changes={name: (number, 0) for name, number in counted.items()}
    )
    return True
