"""Carrying a plan out, session by session: each is a transaction of its own, so none is ever half there.

One transaction for years of sessions would keep visitors from registering meanwhile; importing the same files again
goes on where an earlier import stopped.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError

from jam.archive import seats
from jam.archive.plan import Plan
from jam.archive.registrants import Registrant
from jam.archive.sessions import PastSession, known_event
from jam.attendance.actions import hold, import_report
from jam.attendance.intake import people_of
from jam.audit.actions import new_batch, record
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.words import count
from jam.registration.actions import lock
from jam.schedule.actions import add_past
from jam.schedule.given import EventFields
from jam.schedule.models import Event, Program
from jam.schedule.rules import Visibility
from jam.schedule.signals import past_added


@dataclass
class Done:
    """What an import did: new sessions by title, new people and registrations, reports read in.

    `stopped` says why it went no further, and at which session; None when all of it is done.
    """

    sessions: list[str] = field(default_factory=list)
    people: int = 0
    seats: int = 0
    reports: int = 0
    stopped: str | None = None

    @property
    def words(self) -> str:
        """What was done, in a sentence; where it stopped, why and where."""
        new = [
            count(len(self.sessions), "session", "sessions"),
            count(self.people, "person", "people"),
            count(self.seats, "registration", "registrations"),
        ]
        sentence = f"New: {', '.join(new)}. {count(self.reports, 'report was', 'reports were')} read in."
        if self.stopped is None:
            return sentence
        return f"{self.stopped} Before that: {sentence[0].lower()}{sentence[1:]} Import the same files again to go on."


def carry_out(plan: Plan, *, by: str, ignore_levers: bool = False) -> Done:
    """Import what a plan shows and commit, session by session; feeds are built once, at the end.

    Refused, before anything is written, for levers that nobody knows unless they are to be ignored. Files with a
    problem are left out.
    """
    if plan.unknown_levers and not ignore_levers:
        raise Refused(" ".join(lever_mistakes(plan)))
    done, batch = Done(), new_batch()
    for session in plan.choices:
        try:
            _one(plan, session, done, by, batch)
        except (Refused, IntegrityError, OperationalError) as error:
            db.session.rollback()
            reason = error.message if isinstance(error, Refused) else "Somebody else changed the same rows."
            done.stopped = f"It stopped at “{session.title}”, of which nothing was imported. {reason}"
            break
    events = [
        event for each in plan.sessions if (event := known_event(each.program, each.title, each.starts_at))
    ]
    if events:
        past_added.send(None, events=events)
    db.session.commit()
    return done


def lever_mistakes(plan: Plan) -> list[str]:
    """A sentence for each lever that nobody knows."""
    return [
        f"“{word}” (of “{session.title}”) is no lever that Jam knows."
        for session, word in plan.unknown_levers
    ]


def _one(plan: Plan, session: PastSession, done: Done, by: str, batch: str) -> None:
    rows, reports = plan.of(session)
    if session.event is not None and not (rows or reports):
        return
    # People before the event, as merging two people locks them.
    addresses = {row.address for row in rows}
    for each in reports:
        assert each.report is not None
        addresses |= {row.email_norm for row in each.report.rows if row.email_norm}
    hold(people_of(addresses).values())
    event, is_new = _event(session, by, batch)
    people, taken = _seats(event, rows, by, batch)
    for each in reports:
        done_one = import_report(
            event, each.data, event.time_zone, by=by, file_name=each.name.rpartition("/")[2], batch=batch
        )
        people, taken = people + done_one.new_people, taken + done_one.new_seats
    db.session.commit()
    done.sessions += [session.title] if is_new else []
    done.people, done.seats, done.reports = (
        done.people + people,
        done.seats + taken,
        done.reports + len(reports),
    )


def _event(session: PastSession, by: str, batch: str) -> tuple[Event, bool]:
    """The session's event, held until the transaction ends, and whether it is new."""
    if session.event is None:
        # Whoever imports the same sessions at the same time waits here, and then finds them.
        db.session.execute(select(Program.id).where(Program.id == session.program.id).with_for_update())
    event = session.event or known_event(session.program, session.title, session.starts_at)
    if event is not None:
        lock(event)
        return event, False
    given = EventFields(
        title=session.title,
        summary=session.summary,
        visibility=Visibility(session.program.visibility),
        recording_url=session.recording,
        slides_url=session.slides,
    )
    made = add_past(
        session.program, given, session.levers, session.starts_at, session.ends_at, by=by, batch=batch
    )
    return made, True


def _seats(event: Event, rows: list[Registrant], by: str, batch: str) -> tuple[int, int]:
    people, taken = seats.add(event, rows) if rows else (0, 0)
    if taken:
        record("archive.import_seats", "event", event.id, by=by, batch=batch,
               changes={"registrations": (None, taken), "people": (None, people)})  # fmt: skip
    return people, taken
