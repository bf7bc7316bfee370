"""What this room holds about a person: registrations and series passes with what they said and
answered then, what they need to take part, and when they went in."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import aliased

from jam.base.database import db
from jam.base.now import now
from jam.base.privacy import ERASED, Export, Holding, Objects, hand_in, items, plain
from jam.registration.actions import cancel, lock
from jam.registration.letters import forget_colleague, named_as
from jam.registration.models import Answer, JoinClick, RefusedColleague, Registration, SeriesPass
from jam.schedule.models import Event, Program
from jam.vocabulary.areas import area_of
from jam.vocabulary.models import Term


def _seats(person_id: int) -> list[Registration]:
    # In the order of the events, in which everybody locks them who locks several.
    query = select(Registration).where(Registration.person_id == person_id)
    return list(db.session.scalars(query.order_by(Registration.event_id)))


def _passes(person_id: int) -> Select[SeriesPass]:
    return select(SeriesPass).where(SeriesPass.person_id == person_id).order_by(SeriesPass.id)


def objects(person_id: int) -> Objects:
    """The person's registrations and passes."""
    return {
        "registration": [seat.id for seat in _seats(person_id)],
        "series_pass": [held.id for held in db.session.scalars(_passes(person_id))],
    }


def export(person_id: int) -> Export:
    """Each registration with the session it is for, and each time the person went in, oldest first."""
    role, sector = aliased(Term), aliased(Term)
    rows = db.session.execute(
        select(Registration, Event, role.name, sector.name)
        .join(Event, Event.id == Registration.event_id)
        .outerjoin(role, role.id == Registration.job_role_id)
        .outerjoin(sector, sector.id == Registration.sector_id)
        .where(Registration.person_id == person_id)
        .order_by(Registration.id)
    )
    clicks = db.session.execute(
        select(Event.title, JoinClick.at)
        .join(Registration, Registration.id == JoinClick.registration_id)
        .join(Event, Event.id == Registration.event_id)
        .where(Registration.person_id == person_id)
        .order_by(JoinClick.id)
    )
    columns = ("status", "source", "name", "organization", "state", "zip", "area", "heard")
    needs = ("accommodation", "accommodation_state", "accommodation_note", "platform_url", "platform_id")
    times = ("registered_at", "offer_until", "cancelled_at")
    return {
        "registrations": [
            {
                "session": event.title,
                "starts_at": plain(event.starts_at),
                **items([seat], *columns)[0],
                "job_role": job_role,
                "sector": of_sector,
                **items([seat], *needs, *times)[0],
            }
            for seat, event, job_role, of_sector in rows
        ],
        "answers": _export_answers(person_id),
        "series_passes": _export_passes(person_id),
        "colleagues": _export_colleagues(person_id),
        "joined": [{"session": title, "at": plain(at)} for title, at in clicks],
    }


def _export_answers(person_id: int) -> list[dict[str, Any]]:
    rows = db.session.execute(
        select(Event.title, Answer.label, Answer.value)
        .join(Registration, Registration.id == Answer.registration_id)
        .join(Event, Event.id == Registration.event_id)
        .where(Registration.person_id == person_id)
        .order_by(Answer.id)
    )
    return [{"session": title, "question": label, "answer": value} for title, label, value in rows]


def _export_colleagues(person_id: int) -> list[dict[str, Any]]:
    made = db.session.scalars(
        select(Registration).where(Registration.registered_by_id == person_id).order_by(Registration.id)
    )
    refused = db.session.scalars(
        select(RefusedColleague.refused_at)
        .where(RefusedColleague.person_id == person_id)
        .order_by(RefusedColleague.id)
    )
    return [
        *(
            {
                "session": seat.event.title,
                "registered_at": plain(seat.registered_at),
                "your_name": named_as(seat),
            }
            for seat in made
        ),
        *({"refused_at": plain(at)} for at in refused),
    ]


def _export_passes(person_id: int) -> list[dict[str, Any]]:
    role, sector = aliased(Term), aliased(Term)
    rows = db.session.execute(
        _passes(person_id)
        .join(Program, Program.id == SeriesPass.program_id)
        .outerjoin(role, role.id == SeriesPass.job_role_id)
        .outerjoin(sector, sector.id == SeriesPass.sector_id)
        .add_columns(Program.name, role.name, sector.name)
    )
    columns = (
        "active", "name", "organization", "state", "zip", "heard", "taken_at", "left_at", "accommodation",
    )  # fmt: skip
    return [
        {
            "program": program,
            **items([held], *columns)[0],
            "job_role": job_role,
            "sector": of_sector,
            "answers": [{"question": label, "answer": value} for _, label, value in held.answers],
        }
        for held, program, job_role, of_sector in rows
    ]


def erase(person_id: int, *, by: str) -> int:
    """End passes and give seats to come to others; take out of each what tells whose it was. It stays as a number, with job
    role, sector, state, and whether the ZIP code was a rural one."""
    passes = list(db.session.scalars(_passes(person_id).with_for_update()))
    for held in passes:
        held.name, held.organization, held.zip, held.heard = ERASED, "", None, ""
        held.answers, held.accommodation = [], ""
        if held.active:
            held.active, held.left_at = False, now()
    seats = _seats(person_id)
    for seat in seats:
        lock(seat.event)
        if seat.event.starts_at > now():
            cancel(seat, by=by, quiet=True)
        if seat.zip:
            seat.area = area_of(seat.zip)
        seat.name, seat.organization, seat.zip, seat.heard = ERASED, "", None, ""
        seat.accommodation, seat.accommodation_state, seat.accommodation_note = None, None, ""
        seat.platform_url = seat.platform_id = None
    ids = [seat.id for seat in seats]
    # Who registered a colleague is nobody any more; the colleague's seat stays theirs.
    made = Registration.registered_by_id == person_id
    for seat in db.session.scalars(select(Registration).where(made).order_by(Registration.event_id)).all():
        forget_colleague(seat, by=by)
    db.session.execute(update(Registration).where(made).values(registered_by_id=None))
    db.session.execute(delete(RefusedColleague).where(RefusedColleague.person_id == person_id))
    gone: Any = db.session.execute(delete(JoinClick).where(JoinClick.registration_id.in_(ids)))
    # Answers go altogether: what staff will ask is not known here, and so neither is what would tell who it was.
    answers: Any = db.session.execute(delete(Answer).where(Answer.registration_id.in_(ids)))
    db.session.flush()
    return len(passes) + len(seats) + int(gone.rowcount) + int(answers.rowcount)


hand_in(
    Holding(
        room="registration",
        columns={
            "registration": (
                "person_id", "name", "organization", "job_role_id", "sector_id", "state", "zip", "area", "heard",
                "registered_by_id", "accommodation", "accommodation_state", "accommodation_note", "platform_url", "platform_id",
            ),
            "answer": ("registration_id", "question_id", "label", "value"),
            "series_pass": (
                "person_id", "name", "organization", "job_role_id", "sector_id", "state", "zip", "heard",
                "answers", "accommodation",
            ),
            "join_click": ("registration_id",),
            "refused_colleague": ("person_id", "mark"),
        },
        parts={
            "registrations": "The sessions you registered for, with what you said of yourself and what you need.",
            "answers": "What you answered to the questions of each form.",
            "series_passes": "Your wishes to come to every session of a program.",
            "colleagues": "Whom you registered, by the session, with your own name as you typed it there, and when somebody said that it was not meant for them.",
            "joined": "When you pressed the button on your join page.",
        },
        export=export,
        erase=erase,
        objects=objects,
    )
)  # fmt: skip
