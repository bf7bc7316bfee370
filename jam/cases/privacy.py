"""What this room holds about a person: the cases they bring, with their files, and which cases they opened."""

from __future__ import annotations

from typing import Any

from flask import has_request_context
from sqlalchemy import select

from jam.base.database import db
from jam.base.now import now
from jam.base.privacy import ERASED, Export, Holding, Objects, hand_in, items
from jam.cases.actions import withdraw
from jam.cases.attachments import forget
from jam.cases.handing import handed_on_by
from jam.cases.identifier_kinds import Kind, Known
from jam.cases.identifiers import look
from jam.cases.letters import SCOPE
from jam.cases.models import CaseOpening, Copy, EchoCase
from jam.cases.rules import HELD, RELEASED, STEPS, Who
from jam.cases.steps import lock
from jam.people.models import Person
from jam.people.presence import person_here
from jam.people.queries import rows_of


def _cases(person_id: int) -> list[EchoCase]:
    return list(
        db.session.scalars(select(EchoCase).where(EchoCase.person_id == person_id).order_by(EchoCase.id))
    )


def objects(person_id: int) -> Objects:
    """The cases a person brings."""
    return {SCOPE: [each.id for each in _cases(person_id)]}


def export(person_id: int) -> Export:
    """Each case, oldest first, and when the person opened which. Words and files go to the person alone, never to staff."""
    whole = is_asking(person_id)
    opened = select(CaseOpening, EchoCase.code).join(EchoCase).where(CaseOpening.person_id == person_id)
    return {
        "cases": [_item(each, whole) for each in _cases(person_id)],
        "cases_opened": [
            {"case": f"ECHO-{code}", "copy": each.copy, "at": each.at.isoformat()}
            for each, code in db.session.execute(opened.order_by(CaseOpening.id))
        ],
    }


def is_asking(person_id: int) -> bool:
    """Whether the person asks for themself: staff who download the data of others read no originals that way."""
    if not has_request_context():
        return True  # whoever runs the machine
    here = person_here()
    return here is not None and person_id in rows_of(here)


def _item(case: EchoCase, whole: bool) -> dict[str, Any]:
    shown = ("code", "state", "created_at", "sent_at", "newness", "setting", "size", "area", "turnover", "vacancy", "time_to_hire",
             "limits", "consent_at", "attested_at", "presented_at", "recommendations_due_on", "recommendations_sent_at", "closed_at")  # fmt: skip
    about = {**items([case], *shown)[0], "levers": [term.name for term in case.terms]}
    if not whole:
        return {**about, "words_and_files": "They stand in the download on the person's own page alone."}
    return {
        **about,
        "towns": case.towns,
        "known_as": case.known_as,
        "your_words": _words(case, Copy.ORIGINAL),
        "released_words": _words(case, Copy.RELEASED) if case.state in RELEASED else {},
        "summary_said_in_the_session": case.summary if case.state in HELD else "",
        "why_no_recommendations": case.none_why,
        "why_closed_early": case.closed_why,
        "asked": items(case.asks, "words", "asked_at"),
        "files": items(
            case.files, "name", "words", "hidden", "media_type", "size", "sha256", "released", "uploaded_at"
        ),
    }


def _words(case: EchoCase, copy: Copy) -> dict[str, str]:
    """The texts of a copy by their names, those of staff's fields by their words as asked."""
    return {each.heading or each.name: each.words for each in case.texts if each.copy == copy}


def erase(person_id: int, *, by: str) -> int:
    """Take the person's own words, files and lists out. What was presented stays in its released words, which name nobody;
    what was not is taken back, and goes with every word. What a colleague brings in their place stays, without their name."""
    _leave_names_out(person_id)
    found = _cases(person_id)
    for case in found:
        lock(case)  # its presenter may just be taking it back
        if case.state in STEPS["withdraw"].before:
            withdraw(case, Who.PRESENTER, by=by)
        for file in list(case.files):
            forget(case, file)
        for text in list(case.texts):
            if text.copy == Copy.ORIGINAL or case.state not in HELD:
                case.texts.remove(text)
            text.made_from, text.earlier = None, ""
        for asked in case.asks:
            asked.words = ERASED
        case.towns = case.known_as = case.none_why = case.closed_why = ""
        if case.state not in HELD:
            case.summary = ""
    db.session.flush()
    return len(found)


def _leave_names_out(person_id: int) -> None:
    """Take somebody's name out of the cases that a colleague brings now and that nobody released: once it is erased, nobody
    could point at it there any more."""
    name = db.session.get_one(Person, person_id).name
    if name == ERASED:
        return
    known = Known(people=(name,))
    for case in handed_on_by(person_id):
        lock(case)
        if case.state in RELEASED:
            continue
        changed = False
        for text in case.texts:
            said = text.words, text.earlier
            text.words, text.earlier = _without(text.words, known), _without(text.earlier, known)
            changed |= said != (text.words, text.earlier)
        if changed:
            # What is open on a page does not bring it back; what was signed was signed of other words.
            case.written_from, case.released_changed_at = "", now()
            case.signs.clear()
    db.session.flush()


def _without(words: str, known: Known) -> str:
    for each in reversed([each for each in look(words, known) if each.kind is Kind.OWN_COLLEAGUE]):
        words = words[: each.start] + ERASED + words[each.end :]
    return words


hand_in(
    Holding(
        room="cases",
        columns={
            "echo_case": (
                "person_id", "member_id", "code", "state", "state_at", "newness", "earlier_id", "setting", "size", "area", "turnover", "vacancy",
                "time_to_hire", "limits", "consent_at", "attested_at", "presented_at", "recommendations_sent_at", "none_why", "closed_at",
                "closed_why", "summary", "summary_confirmed_at",
            ),
            "case_text": ("case_id", "words", "answer", "made_from", "earlier"),
            "case_ask": ("words", "asked_by"),
            "case_sign": ("note", "signed_by"),
            "case_file": ("name", "stored_as", "sha256", "words", "hidden", "cleaned_as"),
            "case_opening": ("person_id", "case_id", "copy", "at"),
        },
        parts={
            "cases": "Cases that you brought to a cohort, with your words, what others may read of them, and your files.",
            "cases_opened": "Which cases of your cohort you opened, and when.",
        },
        export=export,
        erase=erase,
        objects=objects,
    )
)  # fmt: skip
