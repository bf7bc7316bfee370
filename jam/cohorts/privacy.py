"""What this room holds about a person: where they applied, were named or are members, what they agreed to show, what they
do in a faculty, and invitations as a guest."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from jam.base.database import db
from jam.base.now import now
from jam.base.privacy import ERASED, Export, Holding, Objects, hand_in, items
from jam.cohorts.letters import SCOPE
from jam.cohorts.models import CohortApplication, CohortFaculty, CohortGuest, CohortMember
from jam.cohorts.rules import PLACES, Guest, Standing, State
from jam.mail.actions import empty
from jam.mail.models import Letter
from jam.people.models import Organization
from jam.registration.question_rules import words

_WHY = "Somebody it tells of was erased."


def _places(person_id: int) -> list[CohortMember]:
    query = select(CohortMember).where(CohortMember.person_id == person_id)
    return list(db.session.scalars(query.order_by(CohortMember.id)))


def _roles(person_id: int) -> list[CohortFaculty]:
    query = select(CohortFaculty).where(CohortFaculty.person_id == person_id)
    return list(db.session.scalars(query.order_by(CohortFaculty.id)))


def _invitations(person_id: int) -> list[CohortGuest]:
    query = select(CohortGuest).where(CohortGuest.person_id == person_id)
    return list(db.session.scalars(query.order_by(CohortGuest.id)))


def objects(person_id: int) -> Objects:
    """The person's places, the applications they sent, their roles in a faculty, their invitations."""
    places = _places(person_id)
    return {
        "cohort_member": [each.id for each in places],
        "cohort_application": [each.application_id for each in places if each.position == 1],
        "cohort_faculty": [each.id for each in _roles(person_id)],
        "cohort_guest": [each.id for each in _invitations(person_id)],
    }


def export(person_id: int) -> Export:
    """Each cohort with the person's own place, oldest first; what they wrote for their organization. Of others, nothing."""
    return {
        "cohorts": [_place(each) for each in _places(person_id)],
        "faculty": [
            {"cohort": each.cohort.name, **items([each], "role", "line", "added_at")[0]}
            for each in _roles(person_id)
        ],
        "guest_invitations": [
            {
                "session": each.event.title,
                **items([each], "name", "standing", "invited_at", "answered_at")[0],
            }
            for each in _invitations(person_id)
        ],
    }


def _place(member: CohortMember) -> dict[str, Any]:
    application = member.application
    found = {
        "cohort": member.cohort.name,
        "organization": application.organization,
        **items(
            [member],
            *(
                "name",
                "standing",
                "asked_at",
                "answered_at",
                "joined_at",
                "left_at",
                "shows_name",
                "shows_address",
            ),
        )[0],
    }
    if member.position != 1:
        return found
    home = db.session.get(Organization, application.organization_id or 0)
    return found | {
        "application": {
            **items([application], "setting", "size", "place", "zip", "area", "challenge", "committed_at", "state",
                    "created_at")[0],
            # What is decided and not told is nobody's to read yet.
            "organization_as_known": home.name if home else None,
            "levers": [term.name for term in application.terms],
            "answers": [{"question": label, "answer": words(value)} for _, label, value in application.answers],
        }
    }  # fmt: skip


def erase(person_id: int, *, by: str) -> int:
    """Take the person out of every team, faculty and list of guests.

    An application whose every person is gone or erased goes with its words. That an organization of this kind, size and
    state applied, was admitted and came stays as a number.
    """
    places, roles, invitations = _places(person_id), _roles(person_id), _invitations(person_id)
    for member in places:
        if member.standing in PLACES:
            member.standing, member.left_at = Standing.LEFT, now()
        member.name, member.shows_name, member.shows_address = ERASED, False, False
        _forget_letters(member, by)
        application = member.application
        if not any(_is_there(each, person_id) for each in application.team):
            _forget(application)
    for one in roles:
        db.session.delete(one)
    for guest in invitations:
        guest.name = ERASED
        if guest.standing == Guest.INVITED:
            # Nobody took it back: that is told by there being no answer.
            guest.standing, guest.answered_at = Guest.DECLINED, now()
    db.session.flush()
    return len(places) + len(roles) + len(invitations)


def _is_there(member: CohortMember, person_id: int) -> bool:
    return member.person_id != person_id and member.standing in PLACES and member.person.erased_at is None


def _forget(application: CohortApplication) -> None:
    application.organization, application.organization_id = "Erased organization", None
    application.zip, application.challenge, application.answers = None, "", []
    application.decision = application.decided_at = None
    application.decision_message = ""
    if application.state in (State.RECEIVED, State.WAITING):
        application.state, application.state_at = State.WITHDRAWN, now()


def _forget_letters(member: CohortMember, by: str) -> None:
    query = select(Letter).where(Letter.scope_kind == SCOPE, Letter.scope_id == member.cohort_id)
    told = [
        each
        for each in db.session.scalars(query)
        if member.person_id in each.data.get("about", ()) and each.recipient_id != member.person_id
    ]
    empty(told, _WHY, by=by)


hand_in(
    Holding(
        room="cohorts",
        columns={
            "cohort_application": (
                "organization", "organization_id", "place", "zip", "challenge", "answers", "decision_message", "state",
                "state_at",
            ),
            "cohort_member": ("person_id", "name", "replaced_by_id", "shows_name", "shows_address"),
            "cohort_faculty": ("person_id", "line"),
            "cohort_guest": ("person_id", "name"),
        },
        parts={
            "cohorts": "The cohorts you applied to or were named for, with what you wrote and what you agreed to show.",
            "faculty": "The cohorts you lead or advise.",
            "guest_invitations": "Single sessions of a cohort that you were invited to.",
        },
        export=export,
        erase=erase,
        objects=objects,
    )
)  # fmt: skip
