"""Members: each confirms for themself, is registered for every session, shows what they like, leaves, is replaced.

Which registrations are missing is asked of the tables, so a date that is published, a member who confirms and a clock
that was away all end in the same registrations. The caller commits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from sqlalchemy import select

from jam.audit.actions import new_batch, record
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.base.words import count
from jam.cohorts import rules
from jam.cohorts.letters import SCOPE, lines_of, tell
from jam.cohorts.models import CohortApplication, CohortMember, CohortPlan
from jam.cohorts.queries import membership, open_events, places, plan_of, seats_missing
from jam.cohorts.rules import GONE, Places, Standing, State
from jam.cohorts.signals import belonging_changed
from jam.mail.actions import withdraw as take_back
from jam.mail.queries import unsent
from jam.mail.rules import GRACE
from jam.people.actions import Details, find_or_add, hold
from jam.people.rules import checked_name
from jam.registration import actions as registrations
from jam.registration.models import Registration
from jam.registration.rules import ALIVE, Source, Status
from jam.schedule.models import Event


def _lock(member: CohortMember) -> None:
    """Hold a member's application until the transaction ends, and read the member anew."""
    query = select(CohortApplication).where(CohortApplication.id == member.application_id).with_for_update()
    db.session.scalars(query.execution_options(populate_existing=True)).one()
    db.session.refresh(member)


def ask(member: CohortMember, mark: int | str, *, batch: str | None = None, write: bool = True) -> None:
    """Ask somebody of an admitted team to say yes or no for themself. `write`: False where another letter asks."""
    member.standing, member.asked_at = Standing.ASKED, now()
    db.session.flush()
    if write:
        contact = member.application.contact
        tell(
            "cohort-confirm",
            member,
            mark,
            values={"who": contact.name, "dates": dates(member)},
            batch=batch,
            about=[contact.person_id],
        )


def ask_again(member: CohortMember, *, by: str) -> bool:
    """Write once more to somebody who has not answered; returns whether a letter was written. Once a day at most."""
    _lock(member)
    if member.standing != Standing.ASKED:
        raise Refused("This person has answered already.")
    entry = record("cohorts.ask", "cohort_member", member.id, by=by)
    if member.asked_at is not None and (now() - member.asked_at).total_seconds() < 24 * 3600:
        raise Refused("This person was asked within the last 24 hours. Give them until tomorrow.")
    ask(member, entry.id, batch=entry.batch)
    return True


def dates(member: CohortMember) -> str:
    """A line for each coming session of a member's cohort."""
    return lines_of(open_events(member.cohort_id), member.person) or "None is set yet."


def answer(
    member: CohortMember, yes: bool, *, shows_name: bool = False, shows_address: bool = False, by: str
) -> None:
    """Say for oneself whether one is a member. Yes gives a seat at every session to come; done twice, it is done once.

    Expectations count from the moment of the yes. Refused when the organization is not admitted (any more), when one's
    place went to a colleague, for a second membership of one person in a cohort, and, after a no, when the cohort is full.
    """
    _lock(member)
    if member.standing == (Standing.CONFIRMED if yes else Standing.DECLINED):
        return
    if member.application.state != State.ADMITTED or member.standing not in (
        Standing.ASKED,
        Standing.DECLINED,
    ):
        raise Refused("This place is not open any more. Write to us if you think that is a mistake.", 409)
    if not yes:
        _stand(member, Standing.DECLINED, "cohorts.decline", by)
        return
    hold(member.person)
    if membership(member.cohort, member.person_id) is not None:
        raise Refused("You are a member of this cohort already, by another application.", 409)
    if member.standing == Standing.DECLINED:
        _room_for_one_more(
            member.application,
            "Your place was given away after you said no, and the cohort is full by now. Write to us.",
        )
    member.joined_at, member.left_at = now(), None
    member.shows_name, member.shows_address = shows_name, shows_address
    entry = _stand(member, Standing.CONFIRMED, "cohorts.confirm", by)
    _reopen(member, by)
    register_missing(member, [event_id for _, event_id in seats_missing(member_id=member.id)], by=by)
    told = lines_of([seat.event for seat in coming_seats(member)], member.person)
    tell("cohort-welcome", member, entry, values={"dates": told or "None is set yet."})


def _stand(member: CohortMember, standing: Standing, action: str, by: str) -> int:
    was, member.standing, member.answered_at = member.standing, standing, now()
    db.session.flush()
    entry = record(action, "cohort_member", member.id, by=by, changes={"standing": (was, standing)})
    letters = unsent((SCOPE, member.cohort_id), ("person", member.person_id), ("cohort-confirm",))
    mine = [each for each in letters if each.data.get("member") == member.id]
    take_back(mine, "The member answered before this letter left.", by=by)
    belonging_changed.send(None, people={member.person_id})
    return entry.id


def show(member: CohortMember, *, name: bool, address: bool, by: str) -> bool:
    """Choose what the other members see; returns whether anything is other than before."""
    _lock(member)
    changes: dict[str, tuple[object, object]] = {}
    for field, value in (("shows_name", name), ("shows_address", address)):
        if getattr(member, field) != value:
            changes[field] = (getattr(member, field), value)
            setattr(member, field, value)
    if changes:
        record("cohorts.show", "cohort_member", member.id, by=by, changes=changes)
    return bool(changes)


def leave(member: CohortMember, *, by: str, standing: Standing = Standing.LEFT, quiet: bool = False) -> None:
    """End a membership: seats to come that came by it are given up, past ones stay. Leaving twice leaves once."""
    _lock(member)
    if member.standing in GONE:
        return
    was_member = member.standing == Standing.CONFIRMED
    member.left_at = now()
    member.shows_name = member.shows_address = False
    entry = _stand(member, standing, "cohorts.leave", by)
    dropped = [seat for seat in coming_seats(member) if seat.source == Source.COHORT] if was_member else []
    told = lines_of([seat.event for seat in dropped], member.person)
    for seat in dropped:
        # Only who was sent an invitation has an entry in the calendar that must go.
        registrations.cancel(seat, by=by, quiet=seat.invite_sequence is None)
    letters = unsent((SCOPE, member.cohort_id), ("person", member.person_id))
    mine = [each for each in letters if each.data.get("member") == member.id]
    take_back(mine, "The member left before this letter left.", by=by)
    if was_member and not quiet:
        tell("cohort-left", member, entry, values={"dates": told or "None."})


def replace(member: CohortMember, name: str, address: str, *, by: str) -> CohortMember:
    """Give a place to a colleague of the organization, who is asked; the earlier one leaves at once.

    Somebody who was on the team before comes back to it. Refused where there is no place to give.
    """
    _lock(member)
    application = member.application
    if application.state != State.ADMITTED or member.standing in (Standing.LEFT, Standing.REPLACED):
        raise Refused("There is no place here to give to a colleague.", 409)
    if member.standing == Standing.DECLINED:
        _room_for_one_more(
            application,
            f"The place of {member.name} was given away, and the cohort is full by now. Write to us.",
        )
    made = _take_place(application, name, address, instead_of=member, by=by)
    if made is member:
        raise Refused("That is the same person. Name a colleague.")
    if member.standing != Standing.DECLINED:
        leave(member, by=by, standing=Standing.REPLACED)
    else:
        _stand(member, Standing.REPLACED, "cohorts.leave", by)
    member.replaced_by_id = made.id
    db.session.flush()
    record("cohorts.replace", "cohort_member", member.id, by=by, changes={"replaced_by_id": (None, made.id)})
    ask(made, new_batch())
    return made


def add(
    application: CohortApplication, name: str, address: str, *, over: bool = False, by: str
) -> CohortMember:
    """Let one more of an admitted organization join, now or late; they are asked. Refused beyond the capacity, unless
    `over` says that it is meant."""
    query = select(CohortApplication).where(CohortApplication.id == application.id).with_for_update()
    db.session.scalars(query.execution_options(populate_existing=True)).one()
    if application.state != State.ADMITTED:
        raise Refused("Only an organization that is admitted can have more members.", 409)
    plan = plan_of(application.cohort)
    if plan is not None:
        check_places(plan, people=1, over=over)
    made = _take_place(application, name, address, by=by)
    ask(made, new_batch())
    return made


def check_places(plan: CohortPlan, *, organizations: int = 0, people: int = 0, over: bool) -> None:
    """Refuse so many more where there is no room for them, unless `over` says that it is meant."""
    too_many = _places_held(plan).over(organizations, people)
    if too_many and not over:
        raise Refused(
            f"That would be {' and '.join(too_many)}. Tick “Go beyond the capacity” if you mean it, or change the capacity."
        )


def _places_held(plan: CohortPlan) -> Places:
    """The places of a cohort, which nobody else takes until the transaction ends."""
    held = select(CohortPlan).where(CohortPlan.cohort_id == plan.cohort_id).with_for_update()
    db.session.scalars(held.execution_options(populate_existing=True)).one()
    return places(plan)


def _room_for_one_more(application: CohortApplication, full: str) -> None:
    """Refuse a place that counts for nothing yet where the team or the cohort is full; `full` says the latter."""
    _room_in_team(application)
    plan = plan_of(application.cohort)
    if plan is not None and _places_held(plan).over(people=1):
        raise Refused(full, 409)


def _room_in_team(application: CohortApplication, instead_of: CohortMember | None = None) -> None:
    taken = sum(each.standing not in GONE and each is not instead_of for each in application.team)
    if taken >= rules.MOST_TEAM:
        raise Refused(f"A team has {count(rules.MOST_TEAM, 'person', 'people')} at most.")


def _take_place(
    application: CohortApplication,
    name: str,
    address: str,
    *,
    instead_of: CohortMember | None = None,
    by: str,
) -> CohortMember:
    details = Details(name=checked_name(name), organization=application.organization, state=application.place)
    person = find_or_add(address, details, by=by)
    found = next((each for each in application.team if each.person_id == person.id), None)
    if found is not None and found.standing not in GONE:
        raise Refused(f"{found.name} is on this team already.")
    _room_in_team(application, instead_of)
    if found is None:
        found = CohortMember(
            cohort_id=application.cohort_id,
            person=person,
            position=max(each.position for each in application.team) + 1,
            name=checked_name(name),
            standing=Standing.NAMED,
            shows_name=False,
            shows_address=False,
        )
        application.team.append(found)
        db.session.flush()
        record("cohorts.name", "cohort_member", found.id, by=by, changes={"standing": (None, found.standing)})
    found.replaced_by_id, found.left_at = None, None
    return found


# --- seats ---------------------------------------------------------------------------------------------------------------


def register_missing(member: CohortMember, event_ids: Iterable[int], *, by: str) -> list[Registration]:
    """Register a member for these sessions; those that are full without a waiting list are left out."""
    address, application, made = member.person.address, member.application, []
    if address is None:
        return []
    details = Details(
        name=member.name,
        organization=application.organization,
        job_role_id=member.person.job_role_id,
        sector_id=member.person.sector_id,
        state=application.place,
        zip=application.zip,
    )
    for event_id in event_ids:
        event = db.session.get_one(Event, event_id)
        try:
            with db.session.begin_nested():
                seat = registrations.register(
                    event, address, details, source=Source.COHORT, by=by, quiet=True
                )
        except Refused:
            continue
        if seat.source == Source.COHORT:
            made.append(seat)
    return made


def catch_up(missing: Sequence[tuple[int, int]], *, by: str) -> int:
    """Register members for the dates they miss, as `seats_missing` found them; one letter each, which waits ten minutes.

    A letter about new dates that still waits is replaced by one that names them all. Returns how many seats came.
    """
    done = 0
    for member_id, rows in groupby(missing, key=lambda row: row[0]):
        member = db.session.get_one(CohortMember, member_id)
        if member.standing != Standing.CONFIRMED:
            continue
        made = register_missing(member, [event_id for _, event_id in rows], by=by)
        if made:
            _tell_of_dates(member, made, by)
            done += len(made)
    return done


def _tell_of_dates(member: CohortMember, made: list[Registration], by: str) -> None:
    waiting = unsent((SCOPE, member.cohort_id), ("person", member.person_id), ("cohort-dates",))
    ids = [seat.id for seat in made]
    for letter in waiting:
        if letter.data.get("member") == member.id and take_back(
            [letter], "A letter with more dates replaced this one.", by=by
        ):
            ids += letter.data["registrations"]
    told = [seat.event for seat in coming_seats(member) if seat.id in set(ids)]
    tell(
        "cohort-dates",
        member,
        max(ids),
        values={"dates": lines_of(told, member.person)},
        data={"registrations": ids},
        due_at=now() + GRACE,
    )


def coming_seats(member: CohortMember) -> list[Registration]:
    """What a member hopes to come to in the cohort, soonest first."""
    return _seats(member, ALIVE)


def _seats(member: CohortMember, statuses: Iterable[Status]) -> list[Registration]:
    query = (
        select(Registration)
        .join(Event, Event.id == Registration.event_id)
        .where(
            Registration.person_id == member.person_id,
            Registration.status.in_(list(statuses)),
            Event.cohort_id == member.cohort_id,
            Event.starts_at > now(),
        )
        .order_by(Event.starts_at, Event.id)
    )
    return list(db.session.scalars(query))


def _reopen(member: CohortMember, by: str) -> None:
    """Who becomes a member wants every date: what an earlier membership gave up comes back, as far as there are seats."""
    for seat in _seats(member, [Status.CANCELLED]):
        if seat.source != Source.COHORT:
            continue
        try:
            with db.session.begin_nested():
                registrations.rejoin(seat, by=by, source=Source.DESK, quiet=seat.invite_sequence is None)
        except Refused:
            continue
