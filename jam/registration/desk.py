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
from jam.registration import actions, queries, telling
from jam.registration.blueprint import blueprint
from jam.registration.forms import RegistrationForm
from jam.registration.models import Registration
from jam.registration.rules import SOURCE_WORDS, Source, Status
from jam.schedule import seats
from jam.schedule.models import Event
from jam.schedule.queries import event_by_slug
from jam.schedule.rules import State
from jam.schedule.workspace import workspace
from jam.vocabulary.queries import names
from jam.vocabulary.rules import STATES, Kind

seats.hand_in(seats.Counts(taken=queries.confirmed_counts, to_tell=telling.count_to_tell))


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
        confirmed=counts.get(Status.CONFIRMED, 0),
        cancelled=counts.get(Status.CANCELLED, 0),
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
            seat.state, seat.zip, seat.status, SOURCE_WORDS[Source(seat.source)],
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
            seat, new = _add(event, form)
            db.session.commit()
            words = f"{seat.name} has a seat now. The letter with the personal link is on its way."
            flash(words if new else f"{seat.name} has a seat already. Nothing was changed.", "success")
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
    """Give a seat back for somebody."""
    seat = _seat(_event(slug), id)
    return _change(
        seat, slug, lambda: actions.cancel(seat, by=actor()), "’s seat is cancelled. They get a letter."
    )


@blueprint.post("/desk/sessions/<slug>/people/<int:id>/rejoin")
@access("organizer")
def desk_rejoin(slug: str, id: int) -> ResponseReturnValue:
    """Give somebody who cancelled their seat back."""
    seat = _seat(_event(slug), id)
    return _change(
        seat,
        slug,
        lambda: actions.rejoin(seat, by=actor(), source=Source.DESK),
        " has a seat again. They get a letter with their link.",
    )


def _add(event: Event, form: RegistrationForm) -> tuple[Registration, bool]:
    """The seat, and whether it was given just now."""
    actions.lock(event)
    before = queries.confirmed_count(event)
    seat = actions.register(event, form.email.data, form.details(), source=Source.DESK, by=actor())
    return seat, queries.confirmed_count(event) > before


def _change(seat: Registration, slug: str, run: Callable[[], None], words: str) -> ResponseReturnValue:
    name = seat.name
    back = safe_path(request.form.get("back"), url_for("registration.desk_roster", slug=slug))
    try:
        run()
        db.session.commit()
        flash(f"{name}{words}", "success")
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


def _seat(event: Event, id: int) -> Registration:
    found = row_or_404(Registration, id)
    if found.event_id != event.id:
        abort(404)
    return found
