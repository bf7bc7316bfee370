"""What who reads originals does with a case: read, ask, edit the copy for others, sign, approve, take back. The caller commits."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from jam.audit.actions import record
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.base.text import clean_line, clean_text
from jam.cases import attachments, handing, rules
from jam.cases.actions import set_words
from jam.cases.fields import texts_of
from jam.cases.identifier_kinds import WORDS, Kind
from jam.cases.letters import SCOPE, tell, tell_faculty, tell_leads
from jam.cases.models import CaseAsk, CaseFile, CaseSign, CaseText, Copy, EchoCase
from jam.cases.rules import State, Who
from jam.cases.steps import lock, take


def start(case: EchoCase, *, by: str) -> None:
    """Begin to read a case: the copy for others begins with the presenter's words.

    Of a case that came back, a text that the presenter did not touch keeps what was made of it. One that they changed is
    taken over anew, so that nothing goes out unread; what was made of it before stands beside it.
    """
    take(case, "review", Who.COORDINATOR, by=by)
    words = case.words(Copy.ORIGINAL)
    rows = {each.name: each for each in case.texts if each.copy == Copy.RELEASED}
    headings = {each.name: each.heading for each in case.texts}
    for name, *_ in texts_of(case):
        now_says, row = words.get(name, ""), rows.get(name)
        if row is None and now_says:
            case.texts.append(
                CaseText(
                    copy=Copy.RELEASED,
                    name=name,
                    heading=headings.get(name, ""),
                    words=now_says,
                    made_from=_digest(now_says),
                )
            )
        elif row is not None and row.made_from != _digest(now_says):
            if _digest(row.words) != row.made_from:  # somebody had made something of it
                row.earlier = row.words
            row.words, row.made_from = now_says, _digest(now_says)
    _changed(case)


def _digest(words: str) -> str:
    return sha256(words.encode()).hexdigest()


def earlier(case: EchoCase) -> dict[str, str]:
    """Of texts that the presenter changed after they were read: what was made of them before, by name."""
    return {each.name: each.earlier for each in case.texts if each.copy == Copy.RELEASED and each.earlier}


def ask(case: EchoCase, words: str, *, by: str) -> None:
    """Ask the presenter to change something, by letter. Refused without a word."""
    words = clean_text(words, rules.LONGEST_SHORT, "What you ask for")
    if not words:
        raise Refused("Write what should be changed.")
    take(case, "ask", Who.COORDINATOR, by=by)
    handed = handing.last(case)
    if handed is not None and case.consent_at is not None and handed.at >= case.consent_at:
        case.consent_at = case.attested_at = None  # who sends it again did not give them
    case.asks.append(CaseAsk(words=words, asked_at=now(), asked_by=by))
    db.session.flush()


def edit(case: EchoCase, texts: Mapping[str, str], *, seen: str | None = None, by: str) -> bool:
    """Change the words that others may read; every sign must be given anew. The presenter's own words stay as they are.

    Refused when the words are others than those `seen`, as `version` names them.
    """
    _reading(case)
    _as_seen(
        case,
        seen,
        "What you wrote stands below and is not saved; open the case in another tab, and save again.",
    )
    changed = set_words(case, Copy.RELEASED, texts)
    if changed:
        _changed(case)
        record("cases.edit", SCOPE, case.id, by=by, changes=dict.fromkeys(sorted(changed), (None, "changed")))
    return bool(changed)


def let_out(case: EchoCase, file: CaseFile, released: bool, *, by: str) -> None:
    """Let others have a copy of an attachment with the released words, or not. Refused where no copy can be made."""
    copy = attachments.copy_of(file) if released and not file.released else None
    _reading(case)
    if file.released != released:
        if copy is None:
            attachments.drop_copy(file)
        else:
            attachments.keep_copy(file, copy)
        file.released = released
        _changed(case)
        record("cases.attachment", SCOPE, case.id, by=by, changes={"released": (not released, released)})


def sign(case: EchoCase, said: Mapping[Kind, str], *, seen: str | None = None, by: str) -> None:
    """Sign classes: nothing of them is left in the released words, or what is left stays for the reason given.

    Refused when the words are others than those `seen`, as `version` names them.
    """
    _reading(case)
    _as_seen(case, seen, "Read them as they stand here now, then sign again.")
    rows = {each.kind: each for each in case.signs}
    for kind in Kind:
        row = rows.get(kind)
        if kind not in said:
            if row is not None:
                case.signs.remove(row)
            continue
        if row is None:
            row = CaseSign(kind=kind)
            case.signs.append(row)
        row.note, row.signed_at, row.signed_by = clean_line(said[kind], 300, "The reason"), now(), by
    db.session.flush()
    record("cases.sign", SCOPE, case.id, by=by, changes={"signs": (len(rows), len(said))})


def version(case: EchoCase) -> str:
    """Which words these are: it changes with them."""
    return case.released_changed_at.isoformat() if case.released_changed_at else ""


def _as_seen(case: EchoCase, seen: str | None, then: str) -> None:
    if seen is not None and seen != version(case):
        raise Refused(f"Somebody changed the words meanwhile. {then}", 409)


def unsigned(case: EchoCase) -> list[Kind]:
    """Classes that nobody signed since the released words last changed."""
    since = case.released_changed_at
    valid = {each.kind for each in case.signs if since is None or each.signed_at >= since}
    return [kind for kind in Kind if kind not in valid]


def approve(case: EchoCase, *, by: str) -> None:
    """Approve a case and let the faculty read the released words. Refused while a class is not signed."""
    lock(case)
    left = unsigned(case)
    if left:
        names = ", ".join(f"“{WORDS[kind]}”" for kind in left[:3]) + (" and others" if len(left) > 3 else "")
        raise Refused(
            f"Sign every class first: {names} is open."
            if len(left) == 1
            else f"Sign every class first: {names} are open."
        )
    entry = take(case, "approve", Who.COORDINATOR, by=by)
    for each in case.texts:
        each.earlier = ""
    db.session.flush()
    tell_faculty(case, entry.id, batch=entry.batch)


def recall(case: EchoCase, *, by: str) -> None:
    """Take the release back: nobody but the presenter and who reads originals may read it until it is approved again."""
    lock(case)
    was, event = case.state, case.event
    entry = take(case, "recall", Who.COORDINATOR, by=by)
    case.event_id = None
    if was == State.SCHEDULED:
        tell("case-unscheduled", case, entry.id, batch=entry.batch)
    why = "The case coordinator took its release back, and reads it once more."
    tell_leads(case, event, why, entry.id, by=by, batch=entry.batch)
    _changed(case)


def _changed(case: EchoCase) -> None:
    case.released_changed_at = now()
    case.signs.clear()
    db.session.flush()


def _reading(case: EchoCase) -> None:
    lock(case)
    if case.state != State.IN_REVIEW:
        raise Refused(
            "This can be changed only while you read the case. Reload the page to see where it stands.", 409
        )
