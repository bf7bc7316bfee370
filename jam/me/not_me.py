"""“This was not meant for me”: the way out for somebody whom a colleague registered. It changes nothing until a button is
pressed, and forgets who had nothing to do with Jam before."""

from __future__ import annotations

from datetime import timedelta

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import exists, select

from jam.attendance.models import Attendance
from jam.base.access import PUBLIC, access
from jam.base.database import db
from jam.base.limits import public_form
from jam.base.links import url
from jam.base.lookup import LARGEST_ID
from jam.base.tokens import make, read
from jam.base.web import private
from jam.cohorts.models import CohortFaculty, CohortGuest, CohortMember
from jam.interest.models import NewsSubscription, Wish
from jam.mail.kinds import link
from jam.me.blueprint import blueprint
from jam.people.models import Account
from jam.privacy.actions import erase
from jam.proposals.models import Presenter
from jam.registration.colleagues import refuse
from jam.registration.models import Registration, SeriesPass
from jam.registration.rules import Source

_PURPOSE = "not-me"


@link(_PURPOSE)
def not_me_link(id: int) -> str:
    """The address of the page that takes a colleague's registration back."""
    seat = db.session.get_one(Registration, id)
    return url("me.not_me", token=make(_PURPOSE, id, seat.person.link_version))


@blueprint.route("/not-me/<token>", methods=["GET", "POST"])
@access(PUBLIC)
@public_form
def not_me(token: str) -> ResponseReturnValue:
    """The button, and what it does."""
    private()
    seat = _seat_of(token)
    if seat is None:
        return render_template("me/not_me.html", seat=None), 404
    if request.method == "POST":
        actor, person, nothing_else = f"person:{seat.person_id}", seat.person, _has_nothing_else(seat)
        refuse(seat, by=actor)
        if nothing_else:
            erase(person, by=actor)
        db.session.commit()
        return redirect(url_for("me.not_me_done"), 303)
    return render_template("me/not_me.html", seat=seat)


@blueprint.get("/not-me/done")
@access(PUBLIC)
def not_me_done() -> str:
    """The last word; it knows nothing of whom it is said to."""
    private()
    return render_template("me/not_me_done.html")


def _seat_of(token: str) -> Registration | None:
    found = read(token, _PURPOSE)
    seat = db.session.get(Registration, found.id) if found and found.id <= LARGEST_ID else None
    if found is None or seat is None or seat.source != Source.COLLEAGUE:
        return None
    return seat if found.is_for(seat.person.link_version) else None


def _has_nothing_else(seat: Registration) -> bool:
    """Whether Jam knows this person by that one registration alone."""
    id = seat.person_id
    if abs(seat.person.created_at - seat.registered_at) > timedelta(minutes=1):
        return False
    others = select(Registration.id).where(Registration.person_id == id, Registration.id != seat.id)
    traces = [others.exists()]
    traces += [
        exists().where(each.person_id == id)
        for each in (
            SeriesPass,
            Account,
            CohortMember,
            CohortFaculty,
            CohortGuest,
            Wish,
            NewsSubscription,
            Attendance,
            Presenter,
        )
    ]
    return not any(db.session.scalar(select(trace)) for trace in traces)
