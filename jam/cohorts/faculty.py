"""What staff decide about a cohort: its plan, its faculty, its curriculum, guests of single sessions. The caller commits."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date

from sqlalchemy import select

from jam.audit.actions import record
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.base.text import clean_line, clean_text
from jam.cohorts import rules
from jam.cohorts.letters import SCOPE, invite
from jam.cohorts.models import CohortFaculty, CohortGuest, CohortPlan
from jam.cohorts.queries import may_sit, plan_of
from jam.cohorts.rules import CERTIFICATE_GOAL, GOAL, LONGEST_SHORT, RECOMMENDATION_DAYS, Guest, Role
from jam.cohorts.signals import belonging_changed, faculty_added
from jam.mail.actions import withdraw as take_back
from jam.mail.queries import unsent
from jam.people.actions import Details, add_account, find_or_add, hold
from jam.people.models import Account
from jam.people.rules import checked_name
from jam.registration import actions as registrations
from jam.registration.queries import of_person
from jam.registration.rules import ALIVE, Source
from jam.schedule import actions as schedule
from jam.schedule.given import EventFields
from jam.schedule.models import Cohort, Event
from jam.schedule.rules import State, Visibility
from jam.vocabulary.models import Term
from jam.vocabulary.rules import Kind


@dataclass(frozen=True, kw_only=True)
class PlanFields:
    """What staff decide about a cohort beside its dates."""

    published: bool = False
    about: str = ""
    whom: str = ""
    commitment: str = ""
    norms: str = ""
    standing_texts: str = ""
    materials: str = ""
    most_organizations: int | None = None
    most_people: int | None = None
    goal: int = GOAL
    certificate_goal: int = CERTIFICATE_GOAL
    recommendation_days: int = RECOMMENDATION_DAYS
    opens_on: date | None = None
    closes_on: date | None = None


def set_plan(cohort: Cohort, given: PlanFields, *, by: str) -> bool:
    """Say what a cohort is for; returns whether anything is other than before."""
    if given.opens_on and given.closes_on and given.closes_on < given.opens_on:
        raise Refused("Applications would close before they open. Check both days.")
    if given.certificate_goal < given.goal:
        raise Refused("The goal for a certificate is below the goal for everybody. Check both.")
    plan = plan_of(cohort)
    if plan is None:
        plan = CohortPlan(cohort_id=cohort.id)
        for each in fields(PlanFields):
            setattr(plan, each.name, each.default)
        db.session.add(plan)
    changes: dict[str, tuple[object, object]] = {}
    for each in fields(given):
        was, value = getattr(plan, each.name), getattr(given, each.name)
        if was != value:
            setattr(plan, each.name, value)
            # The log says that a text changed; the text itself stands in the plan.
            changes[each.name] = ("", "") if isinstance(value, str) else (was, value)
    db.session.flush()
    if changes:
        record("cohorts.plan", "cohort", cohort.id, by=by, changes=changes)
    return bool(changes)


def add_faculty(
    cohort: Cohort, name: str, address: str, role: Role, line: str = "", *, by: str
) -> CohortFaculty:
    """Let somebody belong to a cohort's faculty; who cannot sign in yet gets an account that sees this cohort alone.

    The same person in the same role once more only changes the line.
    """
    line = clean_line(line, 200, "The line about them")
    person = find_or_add(address, Details(name=checked_name(name)), by=by)
    hold(person)
    account = db.session.scalar(select(Account).where(Account.person_id == person.id))
    if account is None:
        add_account(address, name, rules.ACCOUNTS[role], by=by)
    found = db.session.scalar(
        select(CohortFaculty).where(
            CohortFaculty.cohort_id == cohort.id,
            CohortFaculty.person_id == person.id,
            CohortFaculty.role == role,
        )
    )
    if found is not None:
        found.line = line
        return found
    made = CohortFaculty(cohort_id=cohort.id, person=person, role=role, line=line, added_at=now())
    db.session.add(made)
    db.session.flush()
    record("cohorts.add_faculty", "cohort_faculty", made.id, by=by, changes={"role": (None, role)})
    belonging_changed.send(None, people={person.id})
    faculty_added.send(None, program=cohort.program, by=by)
    return made


def drop_faculty(one: CohortFaculty, *, by: str) -> None:
    """Take somebody out of a cohort's faculty. Their account stays; what they see of this cohort does not."""
    record("cohorts.drop_faculty", "cohort_faculty", one.id, by=by, changes={"role": (one.role, None)})
    belonging_changed.send(None, people={one.person_id})
    db.session.delete(one)
    db.session.flush()


def set_topic(event: Event, title: str, lever: Term | None, *, by: str) -> bool:
    """Give a session of the curriculum its topic and its lever; other tags stay. Returns whether that is news."""
    title = clean_line(title, 200, "The topic") or "Topic to come"
    values = {each.name: getattr(event, each.name) for each in fields(EventFields)}
    given = EventFields(**{**values, "title": title, "visibility": Visibility(event.visibility)})
    others = [term for term in event.terms if term.kind != Kind.LEVER]
    return schedule.edit_event(event, given, [*([lever] if lever else []), *others], by=by)


# --- guests --------------------------------------------------------------------------------------------------------------


def invite_guest(event: Event, name: str, address: str, message: str = "", *, by: str) -> CohortGuest:
    """Invite somebody to one session of a cohort; invited twice, they are invited once, unless they said no or it was taken back.

    Refused for a session that is not published or over, and for members, who have a seat.
    """
    message = clean_text(message, LONGEST_SHORT, "The message")
    if event.cohort_id is None or event.state != State.PUBLISHED or event.ends_at <= now():
        raise Refused("Guests are invited to a published session that is still to come.")
    person = find_or_add(address, Details(name=checked_name(name)), by=by)
    hold(person)
    found = db.session.scalar(
        select(CohortGuest).where(CohortGuest.event_id == event.id, CohortGuest.person_id == person.id)
    )
    if found is not None and found.standing != Guest.DECLINED:
        return found
    if may_sit(event, person.id):
        raise Refused(f"{person.name} is a member of this cohort, and has a seat already.")
    made = found or CohortGuest(event=event, person=person, name=checked_name(name))
    made.standing, made.invited_at, made.answered_at = Guest.INVITED, now(), None
    db.session.add(made)
    db.session.flush()
    entry = record(
        "cohorts.invite_guest", "cohort_guest", made.id, by=by, changes={"event": (None, event.id)}
    )
    invite(made, message, "" if found is None else f":{entry.id}", batch=entry.batch)
    return made


def _held(guest: CohortGuest) -> None:
    query = select(CohortGuest).where(CohortGuest.id == guest.id).with_for_update()
    db.session.scalars(query.execution_options(populate_existing=True)).one()


def take_back_guest(guest: CohortGuest, *, by: str) -> None:
    """Take an invitation back: its page says so, and a seat that came by it is given up, with its letter; a member's stays. Done
    twice, it is done once. Refused once the session is over."""
    _held(guest)
    if guest.taken_back:
        return
    if guest.event.ends_at <= now():
        raise Refused("This session is over.", 409)
    was, guest.standing, guest.answered_at = guest.standing, Guest.DECLINED, None
    db.session.flush()
    record("cohorts.take_back_guest", "cohort_guest", guest.id, by=by, changes={"standing": (was, None)})
    letters = unsent((SCOPE, guest.event.cohort_id or 0), ("person", guest.person_id), ("cohort-guest",))
    mine = [each for each in letters if each.data.get("guest") == guest.id]
    take_back(mine, "The invitation was taken back.", by=by)
    _give_up(guest, by=by)


def _give_up(guest: CohortGuest, *, by: str) -> None:
    # Who has become a member since sits there as one.
    if may_sit(guest.event, guest.person_id):
        return
    seat = of_person(guest.event_id, guest.person_id)
    if seat is not None and seat.status in ALIVE and seat.source == Source.COHORT:
        registrations.cancel(seat, by=by)


def answer_guest(guest: CohortGuest, yes: bool, *, by: str) -> None:
    """Say yes or no to an invitation; yes gives a seat with its letter. Done twice, it is done once."""
    _held(guest)
    if guest.taken_back:
        raise Refused("This invitation was taken back. Write to us if you think that is a mistake.", 409)
    standing = Guest.ACCEPTED if yes else Guest.DECLINED
    if guest.standing == standing:
        return
    event = guest.event
    if event.state != State.PUBLISHED or event.ends_at <= now():
        raise Refused("This session does not take place any more, or is over.", 409)
    was, guest.standing, guest.answered_at = guest.standing, standing, now()
    db.session.flush()
    record("cohorts.answer_guest", "cohort_guest", guest.id, by=by, changes={"standing": (was, standing)})
    if yes:
        if guest.person.address is not None:
            registrations.register(
                event, guest.person.address, Details(name=guest.name), source=Source.COHORT, by=by
            )
        return
    _give_up(guest, by=by)
