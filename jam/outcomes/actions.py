"""Writing down what is said of a case in its session, and changing it afterwards. The caller commits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import ColumnElement, func, select

from jam.audit.actions import record
from jam.audit.models import AuditDetail, AuditEntry
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.base.text import clean_text
from jam.cases.letters import SCOPE, tell
from jam.cases.models import EchoCase
from jam.cases.queries import session_day_starts
from jam.cases.rules import HELD, State, Who, day_begun
from jam.cases.steps import lock, take
from jam.mail.models import Letter
from jam.mail.queries import unsent
from jam.outcomes.following import plan
from jam.outcomes.letters import tell_members
from jam.outcomes.models import CaseNote, CaseRecommendation
from jam.outcomes.queries import written
from jam.outcomes.rules import (
    CHANGEABLE,
    CLIENT_ID_LENGTH,
    LONGEST_NOTE,
    LONGEST_RECOMMENDATION,
    LONGEST_SUMMARY,
    LONGEST_WHY,
    MOST_RECOMMENDATIONS,
    may_write,
    web_link,
)
from jam.outcomes.voices import voices
from jam.vocabulary.models import Term
from jam.vocabulary.rules import Kind as TermKind

#: Changes of what was sent go to the presenter after this time, all with one letter.
PAUSE = timedelta(minutes=10)
#: What somebody writes of a line.
_VALUES = ("words", "suggested_by_id", "term_id", "link", "earlier_id")


@dataclass(frozen=True)
class Line:
    """A recommendation as somebody wrote it down."""

    #: Made where it was written; what comes twice with one id is kept once.
    client_id: str
    words: str
    suggested_by_id: int | None = None
    term_id: int | None = None
    link: str = ""
    earlier_id: int | None = None
    #: `stamp` of the line that the writer saw and changed; None for a new one.
    seen: str | None = None


def writable(case: EchoCase) -> bool:
    """Whether recommendations of a case may be written down now."""
    return may_write(State(case.state), day_begun(session_day_starts(case.event), now()))


def hold(case: EchoCase) -> None:
    """Hold a case to write down what is said of it. Refused before the day of its session, and when it is closed."""
    lock(case)
    if not writable(case):
        raise Refused(
            "Recommendations are written down from the day of its session on, until the case is closed.", 409
        )


def stamp(line: CaseRecommendation) -> str:
    """Tells a line from what it was before: what somebody saw who changes it."""
    return _stamp(_values(line), there=line.removed_at is None)


def _values(line: CaseRecommendation) -> dict[str, object]:
    return {name: getattr(line, name) for name in _VALUES}


def _stamp(values: dict[str, object], *, there: bool) -> str:
    said = (*(values[name] for name in _VALUES), there)
    return sha256(repr(said).encode()).hexdigest()[:16]


def keep(case: EchoCase, line: Line, *, by: str, once_sent: bool = True) -> CaseRecommendation:
    """Write a recommendation down, or change it; the same line sent again changes nothing, also when somebody changed it since,
    and so does a line that its writer left as they saw it. Who changed a line that somebody else changed or took out meanwhile
    gets a line of its own, so that nothing of either is lost. Refused, in words, for what makes no sense, and without `once_sent`
    for whatever would change what was sent. The case is held."""
    values = _checked(case, line)
    row = _row(case, line.client_id)
    if row is not None:
        as_written = _stamp(values, there=True)
        if as_written == _stamp(_values(row), there=True) or line.seen == as_written:
            return row
        as_seen = row.removed_at is None and line.seen == stamp(row)
        if not as_seen and _came(case, row, as_written):
            return row
        first = row.removed_at is None and line.seen is None and not _changed_by_others(case, row, by)
        if as_seen or first:
            _may_change(case, once_sent)
            return _change(case, row, values, by=by)
        # A line of its own, and the same one however often it is sent.
        line_id = str(uuid5(NAMESPACE_URL, f"{line.client_id}:{sorted(values.items())!r}"))
        row = _row(case, line_id)
        if row is not None:
            return row
    else:
        line_id = line.client_id
    _may_change(case, once_sent)
    said = select(func.count(), func.max(CaseRecommendation.position)).where(
        CaseRecommendation.case_id == case.id
    )
    number, last = db.session.execute(said).one()
    if number >= MOST_RECOMMENDATIONS:
        raise Refused(f"{MOST_RECOMMENDATIONS} lines are the most for one case.")
    row = CaseRecommendation(
        case_id=case.id,
        client_id=line_id,
        position=(last or 0) + 1,
        captured_at=now(),
        captured_by=by,
        **values,
    )
    db.session.add(row)
    db.session.flush()
    came = (None, _as(row, stamp(row)))
    record("outcomes.capture", SCOPE, case.id, by=by, changes={"line": (None, row.id), "as": came})
    _tell_of_change(case, by=by)
    return row


def _may_change(case: EchoCase, once_sent: bool) -> None:
    if not once_sent and case.recommendations_sent_at is not None:
        raise Refused("They are sent. Add it on the page of the recommendations.", 409)


def _as(row: CaseRecommendation, as_written: str) -> str:
    return f"{row.id}:{as_written}"


def _came(case: EchoCase, row: CaseRecommendation, as_written: str) -> bool:
    """Whether a line came so before: then it is the same request again, its answer was lost."""
    return _logged(case, AuditDetail.field == "as", AuditDetail.after == _as(row, as_written))


def _changed_by_others(case: EchoCase, row: CaseRecommendation, by: str) -> bool:
    return _logged(
        case,
        AuditEntry.action == "outcomes.edit",
        AuditEntry.actor != by,
        AuditDetail.field == "line",
        AuditDetail.after == str(row.id),
    )


def _logged(case: EchoCase, *what: ColumnElement[bool]) -> bool:
    query = select(AuditEntry.id).join(AuditDetail, AuditDetail.entry_id == AuditEntry.id)
    about = (AuditEntry.object_kind == SCOPE, AuditEntry.object_id == case.id)
    return db.session.scalar(query.where(*about, *what).limit(1)) is not None


def _row(case: EchoCase, client_id: str) -> CaseRecommendation | None:
    query = select(CaseRecommendation).where(
        CaseRecommendation.case_id == case.id, CaseRecommendation.client_id == client_id
    )
    return db.session.scalar(query)


def _checked(case: EchoCase, line: Line) -> dict[str, object]:
    if not line.client_id or len(line.client_id) > CLIENT_ID_LENGTH or not line.client_id.isascii():
        raise Refused("This line has no number of its own. Reload the page and write it again.")
    words = clean_text(line.words, LONGEST_RECOMMENDATION, "The recommendation")
    if not words:
        raise Refused("Write the recommendation.")
    before = _row(case, line.client_id)
    if _new(line.suggested_by_id, before.suggested_by_id if before else None) and not any(
        each.person_id == line.suggested_by_id for group in voices(case).values() for each in group
    ):
        raise Refused("Who suggested it is not in this cohort now. Choose somebody else, or the group.")
    if _new(line.term_id, before.term_id if before else None):
        term = db.session.get(Term, line.term_id)
        if term is None or term.kind != TermKind.LEVER:
            raise Refused("This lever is not there any more. Choose another one.")
    if _new(line.earlier_id, before.earlier_id if before else None) and line.earlier_id not in {
        each.id for each in earlier_cases(case)
    }:
        raise Refused("This earlier case cannot be linked. Choose another one.")
    return {
        "words": words,
        "suggested_by_id": line.suggested_by_id,
        "term_id": line.term_id,
        "link": web_link(line.link),
        "earlier_id": line.earlier_id,
    }


def _new(given: int | None, before: int | None) -> bool:
    """Whether something is named that was not: what stands already may stay, and needs no look."""
    return given is not None and given != before


def earlier_cases(case: EchoCase) -> list[EchoCase]:
    """Cases of the same cohort that were presented, so that who reads this one may read them, newest first."""
    query = select(EchoCase).where(
        EchoCase.cohort_id == case.cohort_id, EchoCase.id != case.id, EchoCase.state.in_(HELD)
    )
    return list(db.session.scalars(query.order_by(EchoCase.presented_at.desc(), EchoCase.id.desc())))


def _change(
    case: EchoCase, row: CaseRecommendation, values: dict[str, object], *, by: str
) -> CaseRecommendation:
    changed = sorted(name for name, value in values.items() if getattr(row, name) != value)
    for name in changed:
        setattr(row, name, values[name])
    db.session.flush()
    db.session.expire(row, ["suggested_by", "term", "earlier"])
    # Words of a case stand in no log: that they changed is enough.
    fields: dict[str, tuple[object, object]] = dict.fromkeys(changed, (None, "changed"))
    fields["as"] = (None, _as(row, stamp(row)))
    record("outcomes.edit", SCOPE, case.id, by=by, changes={"line": (row.id, row.id), **fields})
    _tell_of_change(case, by=by)
    return row


def remove(case: EchoCase, row: CaseRecommendation, *, by: str) -> None:
    """Take a recommendation out; its row stays. Done twice, it is done once. The case is held."""
    if row.removed_at is None:
        row.removed_at = now()
        db.session.flush()
        record("outcomes.remove", SCOPE, case.id, by=by, changes={"line": (row.id, None)})
        _tell_of_change(case, by=by)


def amend(case: EchoCase, row: CaseRecommendation, words: str | None, *, by: str) -> None:
    """Correct a recommendation of a closed case, or (None) take it away for good with all that was said of it, without a letter:
    for what tells who it is about. Refused before it is closed: until then it is changed where it is written."""
    lock(case)
    if case.state != State.CLOSED or case.recommendations_sent_at is None or row.removed_at is not None:
        raise Refused("Recommendations of a case that is not closed are changed on their own page.", 409)
    if words is None:
        record("outcomes.remove", SCOPE, case.id, by=by, changes={"line": (row.id, None)})
        db.session.delete(row)
        db.session.flush()
        return
    cleaned = clean_text(words, LONGEST_RECOMMENDATION, "The recommendation")
    if not cleaned:
        raise Refused("Write the recommendation, or take it out.")
    if cleaned != row.words:
        _change(case, row, {"words": cleaned}, by=by)


def remove_line(case: EchoCase, client_id: str, *, by: str) -> None:
    """Take out what was written down under an id; nothing when it never arrived."""
    row = _row(case, client_id)
    if row is not None:
        remove(case, row, by=by)


def order(case: EchoCase, client_ids: Sequence[str], *, by: str) -> None:
    """Put the recommendations into this order; lines that it does not name follow, as they stood. The case is held."""
    rows = written(case)
    wanted = {client_id: place for place, client_id in enumerate(client_ids)}
    new = sorted(rows, key=lambda each: (wanted.get(each.client_id, len(wanted)), rows.index(each)))
    if new == rows:
        return
    for place, row in enumerate(new, 1):
        row.position = place
    db.session.flush()
    record("outcomes.order", SCOPE, case.id, by=by)
    _tell_of_change(case, by=by)


def keep_note(case: EchoCase, client_id: str, words: str, *, by: str) -> CaseNote:
    """Write down a clarifying question with its answer; the same one sent again changes nothing. The case is held."""
    if not client_id or len(client_id) > CLIENT_ID_LENGTH or not client_id.isascii():
        raise Refused("This note has no number of its own. Reload the page and write it again.")
    words = clean_text(words, LONGEST_NOTE, "The note")
    if not words:
        raise Refused("Write the question.")
    row = db.session.scalar(
        select(CaseNote).where(CaseNote.case_id == case.id, CaseNote.client_id == client_id)
    )
    if row is not None:
        if row.removed_at is None:
            row.words = words
        return row
    row = CaseNote(case_id=case.id, client_id=client_id, words=words, captured_at=now(), captured_by=by)
    db.session.add(row)
    db.session.flush()
    return row


def remove_note(case: EchoCase, client_id: str) -> None:
    """Take a note out. The case is held."""
    row = db.session.scalar(
        select(CaseNote).where(CaseNote.case_id == case.id, CaseNote.client_id == client_id)
    )
    if row is not None and row.removed_at is None:
        row.removed_at = now()
        db.session.flush()


def summary_stamp(case: EchoCase) -> str:
    """Tells a summary from what it was before."""
    said = (case.summary, case.summary_confirmed_at is not None)
    return sha256(repr(said).encode()).hexdigest()[:16]


def summarise(case: EchoCase, words: str, confirmed: bool, *, seen: str | None = None, by: str) -> None:
    """Keep the case in the facilitator's words, and whether the presenter said that it is right. Refused when somebody else
    wrote another meanwhile than was `seen`. The case is held."""
    words = clean_text(words, LONGEST_SUMMARY, "The summary")
    confirmed = confirmed and bool(words)
    if (words, confirmed) == (case.summary, case.summary_confirmed_at is not None):
        return
    if seen is not None and seen != summary_stamp(case):
        raise Refused("Somebody else wrote the summary meanwhile. Theirs is saved; yours stands here and is not. Save again to put it in its place.", 409)  # fmt: skip
    if words != case.summary:
        case.summary, case.summary_confirmed_at = words, None
    if confirmed != (case.summary_confirmed_at is not None):
        case.summary_confirmed_at = now() if confirmed else None
    db.session.flush()
    record("outcomes.summary", SCOPE, case.id, by=by, changes={"confirmed": (None, confirmed)})


# --- sending ------------------------------------------------------------------------------------------------------------


def send(case: EchoCase, *, none_why: str = "", by: str) -> None:
    """Send what is written down to the presenter, and word of it to the members. Without a recommendation only with the reason
    why there is none. Refused when it was sent already."""
    lock(case)
    why = clean_text(none_why, LONGEST_WHY, "The reason")
    lines = written(case)
    if not lines and not why:
        raise Refused("Nothing is written down yet. Say why there is no recommendation, or write one.")
    entry = take(case, "send", Who.RECORDER, by=by, letter="case-recommended" if lines else "case-none")
    case.recommendations_sent_at = now()
    case.none_why = "" if lines else why
    for place, row in enumerate(lines, 1):
        row.position = place
    db.session.flush()
    if lines:
        plan(case)
        tell_members(case, batch=entry.batch)


def _tell_of_change(case: EchoCase, *, by: str) -> Letter | None:
    """What was sent changed: the presenter hears of it once, however much is changed within a few minutes."""
    if case.state not in CHANGEABLE or unsent((SCOPE, case.id), kinds=("case-rewritten",)):
        return None
    at: datetime = now() + PAUSE
    return tell("case-rewritten", case, int(at.timestamp()), due_at=at)
