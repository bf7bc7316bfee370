"""What organizations do: apply with their team, change who is on it, take it back. The caller commits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from jam.audit.actions import record
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.base.text import clean_line, clean_text
from jam.cohorts import rules
from jam.cohorts.letters import SCOPE, tell
from jam.cohorts.members import leave
from jam.cohorts.models import CohortApplication, CohortMember, CohortPlan
from jam.cohorts.rules import PLACES, Setting, Size, Standing, State
from jam.mail.actions import withdraw as take_back
from jam.mail.queries import unsent
from jam.people import actions as people
from jam.people.actions import Details, find_or_add
from jam.people.models import Person
from jam.people.rules import checked_name, normal_organization
from jam.registration.questions import asked_at
from jam.schedule.models import Cohort
from jam.vocabulary.areas import area_of
from jam.vocabulary.models import Term

#: How the audit log names whoever filled in the form: nobody has shown yet that the address is theirs.
VISITOR = "visitor"
#: Who applies again for an organization that has applied gets the link to it once more, but not at every press.
_ONE_LETTER_IN = timedelta(minutes=15)


@dataclass(frozen=True)
class TeamMate:
    """Somebody of a team, as the form names them."""

    name: str
    address: str


@dataclass(frozen=True, kw_only=True)
class Given:
    """What an organization says of itself."""

    organization: str
    setting: Setting | None = None
    size: Size | None = None
    place: str | None = None
    zip: str | None = None
    challenge: str = ""
    term_ids: Collection[int] = ()
    answers: Sequence[tuple[int, str, Any]] = ()
    committed: bool = False


def apply(
    plan: CohortPlan, contact: TeamMate, given: Given, others: Sequence[TeamMate] = (), *, by: str = VISITOR
) -> CohortApplication:
    """Take an application, with a letter to the contact alone.

    The same organization applying twice by the same contact applies once: what stands stays, since nobody has shown that
    the address is theirs, and the letter with the link to change it goes out again. Refused for names and addresses that
    cannot be, and for a team that is too large.
    """
    organization = clean_line(given.organization, 160, "The organization's name")
    if not organization:
        raise Refused("Enter the name of your organization.")
    person = find_or_add(contact.address, _details(contact.name, organization, given), by=by)
    people.hold(person)
    found = _standing_application(plan.cohort, person, organization)
    if found is None:
        found = _add(plan.cohort, person, contact.name, organization, given, by)
        for other in others:
            _name(found, other, given, by)
        tell("cohort-received", found.contact, found.id)
    elif found.created_at < now() - _ONE_LETTER_IN:
        minutes = int(now().timestamp() // _ONE_LETTER_IN.total_seconds())
        tell("cohort-received", found.contact, f"{found.id}:{minutes}")
    return found


def _standing_application(cohort: Cohort, person: Person, organization: str) -> CohortApplication | None:
    normal = normal_organization(organization)
    mine = (
        select(CohortApplication)
        .join(CohortMember, CohortMember.application_id == CohortApplication.id)
        .where(
            CohortApplication.cohort_id == cohort.id,
            CohortApplication.state != State.WITHDRAWN,
            CohortMember.person_id == person.id,
            CohortMember.position == 1,
        )
    )
    rows = db.session.scalars(mine.order_by(CohortApplication.id))
    return next((each for each in rows if normal_organization(each.organization) == normal), None)


def _details(name: str, organization: str, given: Given) -> Details:
    return Details(name=name, organization=organization, state=given.place, zip=given.zip)


def _add(
    cohort: Cohort, person: Person, name: str, organization: str, given: Given, by: str
) -> CohortApplication:
    home, present = people.organization(organization), now()
    made = CohortApplication(
        cohort=cohort,
        organization=organization,
        organization_id=home.id if home else None,
        setting=given.setting,
        size=given.size,
        place=given.place,
        zip=given.zip,
        area=area_of(given.zip),
        challenge=clean_text(given.challenge, rules.LONGEST_TEXT, "The challenge"),
        committed_at=present if given.committed else None,
        answers=[list(each) for each in given.answers],
        state=State.RECEIVED,
        state_at=present,
        created_at=present,
        decision_message="",
    )
    made.terms = list(db.session.scalars(select(Term).where(Term.id.in_(list(given.term_ids)))))
    db.session.add(made)
    db.session.flush()
    record("cohorts.apply", "cohort_application", made.id, by=by, changes={"state": (None, made.state)})
    _seat_in_team(made, person, name, 1, by)
    return made


def _name(application: CohortApplication, other: TeamMate, given: Given, by: str) -> CohortMember | None:
    person = find_or_add(other.address, _details(other.name, application.organization, given), by=by)
    if any(each.person_id == person.id for each in application.team):
        return None
    if len(application.team) >= rules.MOST_TEAM:
        raise Refused(f"A team has {rules.MOST_TEAM} people at most. Name those who will attend.")
    last = max(each.position for each in application.team)
    return _seat_in_team(application, person, other.name, last + 1, by)


def _seat_in_team(
    application: CohortApplication, person: Person, name: str, position: int, by: str
) -> CohortMember:
    member = CohortMember(
        cohort_id=application.cohort_id,
        person=person,
        position=position,
        name=checked_name(name),
        standing=Standing.NAMED,
        shows_name=False,
        shows_address=False,
    )
    application.team.append(member)
    db.session.flush()
    record("cohorts.name", "cohort_member", member.id, by=by, changes={"standing": (None, member.standing)})
    return member


def lock(application: CohortApplication) -> None:
    """Hold an application until the transaction ends, and read it anew: a button pressed twice at once acts once."""
    query = select(CohortApplication).where(CohortApplication.id == application.id).with_for_update()
    db.session.scalars(query.execution_options(populate_existing=True)).one()  # reading it is what renews it


def name_another(application: CohortApplication, other: TeamMate, *, by: str) -> CohortMember:
    """Name another person while nothing is decided. Refused afterwards: then one replaces another, or staff add one."""
    lock(application)
    _changeable(application)
    made = _name(application, other, Given(organization=application.organization, place=application.place,
                                           zip=application.zip), by)  # fmt: skip
    if made is None:
        raise Refused("Somebody with this address is on the team already.")
    return made


def change(application: CohortApplication, given: Given, *, by: str) -> bool:
    """Change what an organization says of itself while nothing is decided; returns whether anything is other than before.

    Its name and its word that it commits stay, and so does what was answered to questions that are asked no longer.
    """
    lock(application)
    _changeable(application)
    asked = {id for id, _, _ in given.answers} | {each.id for each in asked_at(application.cohort)}
    values: dict[str, Any] = {
        "setting": given.setting,
        "size": given.size,
        "place": given.place,
        "zip": given.zip,
        "area": area_of(given.zip),
        "challenge": clean_text(given.challenge, rules.LONGEST_TEXT, "The challenge"),
        "answers": [
            *(list(each) for each in given.answers),
            *(each for each in application.answers if each[0] not in asked),
        ],
    }
    changed = {name for name, value in values.items() if getattr(application, name) != value}
    for name in changed:
        setattr(application, name, values[name])
    if {each.id for each in application.terms} != set(given.term_ids):
        changed.add("levers")
        application.terms = list(db.session.scalars(select(Term).where(Term.id.in_(list(given.term_ids)))))
    db.session.flush()
    if changed:
        # The log says that words changed; the words stand in the application.
        record("cohorts.change", "cohort_application", application.id, by=by,
               changes=dict.fromkeys(sorted(changed), (None, "changed")))  # fmt: skip
    return bool(changed)


def take_off(member: CohortMember, *, by: str) -> None:
    """Take a person off the team while nothing is decided. Refused for the contact."""
    application = member.application
    lock(application)
    _changeable(application)
    if member is application.contact:
        raise Refused(
            "You are the contact, so you cannot take yourself off. Take the application back instead."
        )
    db.session.refresh(application, ["team"])
    if member not in application.team:
        return  # the same button, pressed twice at once
    record(
        "cohorts.take_off", "cohort_member", member.id, by=by, changes={"standing": (member.standing, None)}
    )
    application.team.remove(member)
    db.session.delete(member)
    db.session.flush()


def _changeable(application: CohortApplication) -> None:
    if application.state not in rules.CHANGEABLE:
        raise Refused("This application is decided, so it stays as it is. Write to us to change it.")


def withdraw(application: CohortApplication, *, by: str) -> None:
    """Take an application back; who was a member because of it leaves. Done twice, it is done once."""
    lock(application)
    if application.state == State.WITHDRAWN:
        return
    for member in application.team:
        if member.standing in PLACES and member.standing != Standing.NAMED:
            leave(member, by=by)
    for member in application.team:
        letters = unsent((SCOPE, application.cohort_id), ("person", member.person_id))
        mine = [
            each for each in letters if each.data.get("member") == member.id and each.kind != "cohort-left"
        ]
        take_back(mine, "The application was taken back.", by=by)
    was = application.state
    application.state, application.state_at = State.WITHDRAWN, now()
    application.decision, application.decided_at, application.decision_message = None, None, ""
    db.session.flush()
    record("cohorts.withdraw", "cohort_application", application.id, by=by,
           changes={"state": (was, State.WITHDRAWN)})  # fmt: skip
