"""The staff's roster of a session: who holds a seat, and what can be done about one."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select

from jam.base.access import access, safe_path
from jam.base.csvfile import csv_response
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.lookup import row_or_404, typed
from jam.base.now import now
from jam.base.paging import paged
from jam.base.zones import wall
from jam.people.login import actor
from jam.people.queries import by_address
from jam.people.rules import normal_address
from jam.registration import actions, queries, telling
from jam.registration.blueprint import blueprint
from jam.registration.forms import RegistrationForm
from jam.registration.models import Registration
from jam.registration.rules import ALIVE, SOURCE_WORDS, STATUS_WORDS, Source, Status
from jam.schedule import seats
from jam.schedule.models import Event
from jam.schedule.queries import event_by_slug
from jam.schedule.rules import State
from jam.schedule.workspace import workspace
from jam.vocabulary.queries import names
from jam.vocabulary.rules import STATES, Kind

seats.hand_in(seats.Counts(taken=queries.confirmed_counts, to_tell=telling.count_to_tell))


#: How each status is named in the sum over the roster, and in which tone it is shown.
_IN_SUM = {
    Status.CONFIRMED: "confirmed",
    Status.OFFERED: "with an offer",
    Status.WAITING: "waiting",
    Status.PENDING: "to approve",
    Status.DECLINED: "declined",
    Status.CANCELLED: "cancelled",
}
_TONES = {
    Status.CONFIRMED: "done",
    Status.OFFERED: "now",
    Status.WAITING: "wait",
    Status.PENDING: "wait",
    Status.DECLINED: "quiet",
    Status.CANCELLED: "quiet",
}


@blueprint.get("/desk/sessions/<slug>/people")
@access("organizer")
def desk_roster(slug: str) -> ResponseReturnValue:
    """Everybody who has or had a seat, searched and filtered."""
    event = _event(slug)
    chosen = _chosen()
    counts = queries.roster_counts(event)
    return render_template(
        "registration/desk_roster.html",
        page=paged(_found(event, chosen)),
        chosen=chosen,
        counts=[
            (counts.get(status, 0), words)
            for status, words in _IN_SUM.items()
            if _always(status) or counts.get(status)
        ],
        registrations=sum(counts.values()),
        statuses=STATUS_WORDS,
        tones=_TONES,
        sectors=names(Kind.SECTOR),
        states=STATES,
        sources=SOURCE_WORDS,
        changeable=_changeable(event),
        back=request.full_path.rstrip("?"),
        **workspace(event, "people"),
    )


@blueprint.get("/desk/sessions/<slug>/people.csv")
@access("organizer")
def desk_roster_csv(slug: str) -> Response:
    """The same people as a file, with the filters in force."""
    event = _event(slug)
    roles, sectors = names(Kind.JOB_ROLE), names(Kind.SECTOR)
    header = [
        "Name", "E-mail", "Organization", "Job role", "Sector", "State", "ZIP", "Seat", "Came in by",
        f"Registered at ({event.time_zone})", f"Cancelled at ({event.time_zone})",
    ]  # fmt: skip
    rows = [
        [
            seat.name, address, seat.organization, roles.get(seat.job_role_id or 0), sectors.get(seat.sector_id or 0),
            seat.state, seat.zip, STATUS_WORDS[Status(seat.status)], SOURCE_WORDS[Source(seat.source)],
            f"{wall(seat.registered_at, event.time_zone):%Y-%m-%d %H:%M}",
            f"{wall(seat.cancelled_at, event.time_zone):%Y-%m-%d %H:%M}" if seat.cancelled_at else None,
        ]
        for seat, address in db.session.execute(_found(event, _chosen()))
    ]  # fmt: skip
    return csv_response(f"{event.slug}-people.csv", header, rows)


@blueprint.route("/desk/sessions/<slug>/people/add", methods=["GET", "POST"])
@access("organizer")
def desk_add(slug: str) -> ResponseReturnValue:
    """Give somebody a seat by hand, also when registration is closed."""
    event = _event(slug)
    form = RegistrationForm()
    form.email.description = "They get the same letter as if they had registered themselves."
    if form.validate_on_submit():
        try:
            words = _add(event, form)
            db.session.commit()
            flash(words, "success")
            return redirect(url_for("registration.desk_roster", slug=slug), 303)
        except Refused as error:
            db.session.rollback()
            form.form_errors.append(error.message)
            event = _event(slug)
    page = render_template(
        "registration/desk_add.html",
        form=form,
        changeable=_changeable(event),
        **workspace(event, "people"),
    )
    return page, 400 if form.errors else 200


@blueprint.post("/desk/sessions/<slug>/people/<int:id>/cancel")
@access("organizer")
def desk_cancel(slug: str, id: int) -> ResponseReturnValue:
    """Give a registration up for somebody."""
    seat = _seat(slug, id)
    return _change(seat, lambda: actions.cancel(seat, by=actor()))


@blueprint.post("/desk/sessions/<slug>/people/<int:id>/rejoin")
@access("organizer")
def desk_rejoin(slug: str, id: int) -> ResponseReturnValue:
    """Register somebody again who cancelled."""
    seat = _seat(slug, id)
    return _change(seat, lambda: actions.rejoin(seat, by=actor(), source=Source.DESK))


@blueprint.post("/desk/sessions/<slug>/people/<int:id>/approve")
@access("organizer")
def desk_approve(slug: str, id: int) -> ResponseReturnValue:
    """Say yes to a registration."""
    seat = _seat(slug, id)
    return _change(seat, lambda: actions.approve(seat, by=actor()))


@blueprint.post("/desk/sessions/<slug>/people/<int:id>/decline")
@access("organizer")
def desk_decline(slug: str, id: int) -> ResponseReturnValue:
    """Say no to a registration."""
    seat = _seat(slug, id)
    return _change(seat, lambda: actions.decline(seat, by=actor()))


def _add(event: Event, form: RegistrationForm) -> str:
    """Register the person of the form; what became of it, in words."""
    actions.lock(event)
    person = by_address(normal_address(form.email.data))
    earlier = queries.of_person(event.id, person.id) if person else None
    if earlier is not None and earlier.status in ALIVE:
        return f"{earlier.name} is registered already ({STATUS_WORDS[Status(earlier.status)]}). Nothing was changed."
    seat = actions.register(event, form.email.data, form.details(), source=Source.DESK, by=actor())
    if seat.status == Status.CONFIRMED:
        return f"{seat.name} has a seat now. The letter with the personal link is on its way."
    return f"All seats are taken, so {seat.name} is on the waiting list. A letter says so."


def _change(seat: Registration, run: Callable[[], None]) -> ResponseReturnValue:
    """Do it, say where the registration stands now, and go back to the same part of the roster."""
    name, slug, was = seat.name, seat.event.slug, seat.status
    back = safe_path(request.form.get("back"), url_for("registration.desk_roster", slug=slug))
    try:
        run()
        stands = STATUS_WORDS[Status(seat.status)]
        flash(
            f"{name}: {stands} now. A letter says so."
            if seat.status != was
            else f"{name}: {stands} already. Nothing was changed.",
            "success",
        )
        db.session.commit()
    except Refused as error:
        db.session.rollback()
        flash(error.message, "error")
    return redirect(back, 303)


def _changeable(event: Event) -> bool:
    """Whether seats can be given and taken back: the session is to come and takes place."""
    return event.state == State.PUBLISHED and event.ends_at > now()


def _chosen() -> dict[str, str]:
    """The filters of this request; what is none of a list counts as none."""
    asked = {key: typed(key) for key in ("q", "status", "sector", "state")}
    asked["status"] = asked["status"] if asked["status"] in {str(each) for each in Status} else ""
    asked["state"] = asked["state"] if asked["state"] in STATES else ""
    known = {str(id) for id in names(Kind.SECTOR)} if asked["sector"] else set()
    asked["sector"] = asked["sector"] if asked["sector"] in known else ""
    return asked


def _found(event: Event, chosen: dict[str, str]) -> Select[Registration, str]:
    return queries.roster(
        event,
        q=chosen["q"],
        status=chosen["status"],
        sector_id=int(chosen["sector"]) if chosen["sector"] else None,
        state=chosen["state"],
    )


def _event(slug: str) -> Event:
    found = None if "\x00" in slug else event_by_slug(slug)
    if found is None:
        abort(404)
    return found


def _seat(slug: str, id: int) -> Registration:
    event, found = _event(slug), row_or_404(Registration, id)
    if found.event_id != event.id:
        abort(404)
    return found


def _always(status: Status) -> bool:
    """Shown in the sum even when nobody stands there."""
    return status in (Status.CONFIRMED, Status.CANCELLED)
