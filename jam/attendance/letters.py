"""The letters of this room: what became of a request for a correction."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from sqlalchemy import select

from jam.attendance.models import AttendanceRequest
from jam.attendance.rules import Asked
from jam.base.database import db
from jam.base.links import url
from jam.base.words import when
from jam.base.zones import EASTERN
from jam.mail.actions import About, Recipient, draft
from jam.mail.kinds import Example, because, examples, heading, invented, link, register, resolve
from jam.mail.models import Letter
from jam.mail.standing import cause

#: What the letters are about, and the kind of link to the person's own page of it.
SCOPE = "attendance-request"

_ALL = {
    "name": "the recipient's name",
    "title": "the session's title",
    "when": "the session's date and time in the recipient's zone",
    "asked": "what the person wrote",
    "answer": "what staff answered; may be empty where the attendance was corrected",
    "my_page": "personal link to the recipient's attendance at this session",
}
_KINDS = {Asked.ACCEPTED: "attendance-corrected", Asked.DECLINED: "attendance-kept"}

register("attendance-corrected", "We corrected your attendance", **_ALL)
register("attendance-kept", "Your attendance stays as it is", **_ALL)
heading("Attendance", *_KINDS.values())
because("You get this mail because you asked for a correction of your attendance.", *_KINDS.values())
invented(asked="I was there to the end, but by phone.", answer="We found you among the telephones.")


@link(SCOPE)
def own_link(id: int) -> str:
    """The personal link of somebody to their attendance at the session they asked about."""
    request = db.session.get_one(AttendanceRequest, id)
    path = urlsplit(url("attendance.own_session", slug=request.event.slug)).path
    return f"{resolve('me', request.person_id)}?to={quote(path)}"


@examples(*_KINDS.values())
def latest(home: tuple[str, int] | None) -> list[Example]:
    """The newest requests: their sessions, and no word of what anybody wrote."""
    query = select(AttendanceRequest).order_by(AttendanceRequest.id.desc()).limit(5)
    return [
        Example(
            f"{SCOPE}:{each.id}",
            each.event.title,
            _values(each) | {"asked": "I was there to the end, but by phone.", "answer": "We found you."},
            {"my_page": (SCOPE, each.id)},
        )
        for each in db.session.scalars(query)
    ]


def tell(request: AttendanceRequest) -> Letter | None:
    """Write to the person what became of their request; None when no address is known, or it was written already."""
    person = request.person
    if person.address is None or person.erased_at is not None:
        return None
    kind = _KINDS[Asked(request.state)]
    return draft(
        kind,
        Recipient(person.address, person.name, "person", person.id),
        About(
            scope=(SCOPE, request.id),
            values=_values(request),
            links={"my_page": (SCOPE, request.id)},
            home=("program", request.event.program_id),
        ),
        key=f"{kind}:{request.id}",
    )


def _values(request: AttendanceRequest) -> dict[str, str]:
    event, zone = request.event, request.person.time_zone or EASTERN
    return {
        "name": request.person.name,
        "title": event.title,
        "when": when(event.starts_at, event.ends_at, zone),
        "asked": request.words,
        "answer": request.answer,
    }


@cause(*_KINDS.values())
def letter_gone(letter: Letter) -> str | None:
    """Why a letter about a request is not true any more."""
    request = db.session.get(AttendanceRequest, letter.scope_id)
    if request is None or _KINDS.get(Asked(request.state)) == letter.kind:
        return None
    return "The request was answered otherwise."
