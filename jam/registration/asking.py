"""What a request for a roster asks for, and the words that its pages and files share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import Response, abort, request
from sqlalchemy import Select

from jam.base.csvfile import csv_response
from jam.base.database import db
from jam.base.text import clean_line
from jam.base.zones import wall
from jam.registration.answers import answered_with, choices
from jam.registration.models import Registration
from jam.registration.question_rules import words as in_words
from jam.registration.questions import answers_at, asked_at, with_answers
from jam.registration.roster import ANSWERS, NEEDS, SORTS, Asked
from jam.registration.rules import NEED_WORDS, SOURCE_WORDS, STATUS_WORDS, Need, Source, Status
from jam.registration.tables import xlsx_response
from jam.schedule.models import Event, Program
from jam.schedule.queries import event_by_slug
from jam.vocabulary.queries import names
from jam.vocabulary.rules import STATES, Kind

TONES = {
    Status.CONFIRMED: "done",
    Status.OFFERED: "now",
    Status.WAITING: "wait",
    Status.PENDING: "wait",
    Status.DECLINED: "quiet",
    Status.CANCELLED: "quiet",
}
#: How each status is named in the sum over a roster.
_IN_SUM = {
    Status.CONFIRMED: "confirmed",
    Status.OFFERED: "with an offer",
    Status.WAITING: "waiting",
    Status.PENDING: "to approve",
    Status.DECLINED: "declined",
    Status.CANCELLED: "cancelled",
}
SEAT_HEADER = ("Name", "E-mail", "Organization", "Job role", "Sector", "State", "ZIP", "Seat", "Came in by")


def event_or_404(slug: str) -> Event:
    """The session of an address."""
    found = None if "\x00" in slug else event_by_slug(slug)
    if found is None:
        abort(404)
    return found


def asked(given: Mapping[str, str] | None = None) -> Asked:
    """What this request asks for; what is none of a list counts as no wish."""
    given = request.args if given is None else given
    typed = {key: clean_line(given.get(key, "")[:100]) for key in Asked.__dataclass_fields__}
    lists: dict[str, Iterable[str]] = {
        "status": list(Status),
        "state": STATES,
        "source": list(Source),
        "sort": SORTS,
        "needs": NEEDS,
        "answers": [typed["answers"]] if answered_with(typed["answers"]) is not None else ANSWERS,
        "sector": _ids(Kind.SECTOR) if typed["sector"] else (),
        "lever": _ids(Kind.LEVER) if typed["lever"] else (),
    }
    return Asked(**{key: value if value in lists.get(key, (value,)) else "" for key, value in typed.items()})


def words(where: Event | Program, counts: Mapping[str, int]) -> dict[str, Any]:
    """What the pages of a roster need to show it; `counts` are its registrations by status."""
    return {
        "sum": [
            (counts.get(status, 0), said)
            for status, said in _IN_SUM.items()
            if status in (Status.CONFIRMED, Status.CANCELLED) or counts.get(status)
        ],
        "registrations": sum(counts.values()),
        "statuses": STATUS_WORDS,
        "tones": TONES,
        "sectors": names(Kind.SECTOR),
        "states": STATES,
        "sources": SOURCE_WORDS,
        "sorts": SORTS,
        "needs": NEEDS,
        "answer_states": ANSWERS,
        "answer_choices": choices(asked_at(where)),
    }


def answer_header(event: Event) -> list[str]:
    """The last columns of `seat_rows`: what people need, and each question."""
    return ["Asks for", "Stands", *(question.label for question in with_answers(event))]


def seat_rows(event: Event, query: Select[Registration, str]) -> Iterable[Sequence[object]]:
    """The registrations of a session as rows of a file."""
    roles, sectors = names(Kind.JOB_ROLE), names(Kind.SECTOR)
    asked_there, answers = with_answers(event), answers_at(event)
    for seat, address in db.session.execute(query):
        yield (
            seat.name, address, seat.organization, roles.get(seat.job_role_id or 0), sectors.get(seat.sector_id or 0),
            seat.state, seat.zip, STATUS_WORDS[Status(seat.status)], SOURCE_WORDS[Source(seat.source)],
            f"{wall(seat.registered_at, event.time_zone):%Y-%m-%d %H:%M}",
            f"{wall(seat.cancelled_at, event.time_zone):%Y-%m-%d %H:%M}" if seat.cancelled_at else None,
            seat.accommodation, NEED_WORDS[Need(seat.accommodation_state)] if seat.accommodation_state else None,
            *(in_words(answers.get(seat.id, {}).get(question.id)) for question in asked_there),
        )  # fmt: skip


def file_response(kind: str, name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """Rows as a download, `kind` csv or xlsx."""
    answer = xlsx_response if kind == "xlsx" else csv_response
    return answer(f"{name}.{kind}", header, rows)


def _ids(kind: Kind) -> list[str]:
    return [str(id) for id in names(kind)]
