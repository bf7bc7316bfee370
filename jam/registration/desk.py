"""The staff's roster of a session: who holds a seat, and what can be done about one."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from jam.base.access import access, safe_path
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.lookup import row_or_404
from jam.base.now import now
from jam.base.paging import paged
from jam.people.login import actor
from jam.people.queries import by_address
from jam.people.rules import normal_address
from jam.registration import (
    actions,
    answers,
    desk_accommodations,
    desk_bulk,
    desk_group,
    desk_intake,
    desk_questions,
    desk_zoom,
    queries,
    roster,
    telling,
)
from jam.registration.asking import (
    SEAT_HEADER,
    answer_header,
    asked,
    event_or_404,
    file_response,
    seat_rows,
    words,
)
from jam.registration.blueprint import blueprint
from jam.registration.bulk import DEED_WORDS
from jam.registration.forms import RegistrationForm
from jam.registration.models import Registration
from jam.registration.question_forms import asking, said
from jam.registration.rules import ALIVE, STATUS_WORDS, Source, Status
from jam.schedule import seats
from jam.schedule.models import Event, Program
from jam.schedule.queries import program_by_slug
from jam.schedule.rules import State
from jam.schedule.workspace import workspace
from jam.vocabulary.queries import names
from jam.vocabulary.rules import Kind

#: The other modules of the desk, which add their pages to the blueprint.
PARTS = (desk_accommodations, desk_bulk, desk_group, desk_intake, desk_questions, desk_zoom)

seats.hand_in(seats.Counts(taken=queries.confirmed_counts, to_tell=telling.count_to_tell))


@blueprint.get("/desk/sessions/<slug>/people")
@access("organizer")
def desk_roster(slug: str) -> ResponseReturnValue:
    """Everybody who has or had a seat, searched, filtered and sorted."""
    event, wish = event_or_404(slug), asked()
    page = paged(roster.of_event(event, wish))
    ids = [seat.id for seat, _ in page.items]
    return render_template(
        "registration/desk_roster.html",
        page=page,
        owed=answers.owed(ids),
        changed=answers.last_changes(ids),
        asked=wish,
        chosen=wish.chosen(),
        changeable=_changeable(event),
        deeds=DEED_WORDS,
        back=request.full_path.rstrip("?"),
        **words(event, queries.roster_counts(event)),
        **workspace(event, "people"),
    )


@blueprint.get("/desk/sessions/<slug>/people.csv", defaults={"kind": "csv"})
@blueprint.get("/desk/sessions/<slug>/people.xlsx", defaults={"kind": "xlsx"})
@access("organizer")
def desk_roster_file(slug: str, kind: str) -> Response:
    """The same people as a file, with the filters in force."""
    event = event_or_404(slug)
    header = [
        *SEAT_HEADER,
        f"Registered at ({event.time_zone})",
        f"Cancelled at ({event.time_zone})",
        *answer_header(event),
    ]
    rows = seat_rows(event, roster.of_event(event, asked()))
    return file_response(kind, f"{event.slug}-people", header, rows)


@blueprint.get("/desk/programs/<slug>/people")
@access("organizer")
def desk_program_people(slug: str) -> ResponseReturnValue:
    """Everybody of a program over all its sessions."""
    program, wish = _program(slug), asked()
    return render_template(
        "registration/desk_program.html",
        program=program,
        page=paged(roster.people_of(program, wish)),
        asked=wish,
        chosen=wish.chosen(),
        levers=names(Kind.LEVER),
        **words(program, roster.program_counts(program)),
    )


@blueprint.get("/desk/programs/<slug>/people.csv", defaults={"kind": "csv"})
@blueprint.get("/desk/programs/<slug>/people.xlsx", defaults={"kind": "xlsx"})
@access("organizer")
def desk_program_file(slug: str, kind: str) -> Response:
    """The same people as a file, with the filters in force."""
    program = _program(slug)
    rows = db.session.execute(roster.people_of(program, asked())).all()
    header = [
        "Name",
        "E-mail",
        "Organization",
        "State",
        "Sessions registered",
        "Sessions attended",
        "Series pass",
    ]
    cells = (
        [
            row.name,
            row.address,
            row.organization,
            row.state,
            row.registered,
            row.attended,
            "yes" if row.pass_held else "no",
        ]
        for row in rows
    )
    return file_response(kind, f"{program.slug}-people", header, cells)


@blueprint.route("/desk/sessions/<slug>/people/add", methods=["GET", "POST"])
@access("organizer")
def desk_add(slug: str) -> ResponseReturnValue:
    """Give somebody a seat by hand, also when registration is closed."""
    event = event_or_404(slug)
    form = asking(RegistrationForm, event, by_staff=True)()
    form.email.description = "They get the same letter as if they had registered themselves."
    if form.validate_on_submit():
        try:
            done = _add(event, form)
            db.session.commit()
            flash(done, "success")
            return redirect(url_for("registration.desk_roster", slug=slug), 303)
        except Refused as error:
            db.session.rollback()
            form.form_errors.append(error.message)
            event = event_or_404(slug)
    page = render_template(
        "registration/desk_add.html",
        form=form,
        changeable=_changeable(event),
        **workspace(event, "people"),
    )
    return page, 400 if form.errors else 200


#: What a button in somebody's row does.
_DEEDS: dict[str, Callable[[Registration], None]] = {
    "approve": lambda seat: actions.approve(seat, by=actor()),
    "decline": lambda seat: actions.decline(seat, by=actor()),
    "cancel": lambda seat: actions.cancel(seat, by=actor()),
    "rejoin": lambda seat: actions.rejoin(seat, by=actor(), source=Source.DESK),
}


@blueprint.post("/desk/sessions/<slug>/people/<int:id>/approve", defaults={"deed": "approve"})
@blueprint.post("/desk/sessions/<slug>/people/<int:id>/decline", defaults={"deed": "decline"})
@blueprint.post("/desk/sessions/<slug>/people/<int:id>/cancel", defaults={"deed": "cancel"})
@blueprint.post("/desk/sessions/<slug>/people/<int:id>/rejoin", defaults={"deed": "rejoin"})
@access("organizer")
def desk_change(slug: str, id: int, deed: str) -> ResponseReturnValue:
    """Change one registration, say where it stands now, and go back to the same part of the roster."""
    seat = _seat(slug, id)
    name, was = seat.name, seat.status
    try:
        _DEEDS[deed](seat)
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
    return redirect(safe_path(request.form.get("back"), url_for("registration.desk_roster", slug=slug)), 303)


def _add(event: Event, form: RegistrationForm) -> str:
    """Register the person of the form; what became of it, in words."""
    actions.lock(event)
    person = by_address(normal_address(form.email.data))
    earlier = queries.of_person(event.id, person.id) if person else None
    if earlier is not None and earlier.status in ALIVE:
        return f"{earlier.name} is registered already ({STATUS_WORDS[Status(earlier.status)]}). Nothing was changed."
    seat = actions.register(
        event, form.email.data, form.details(), source=Source.DESK, by=actor(), said=said(form)
    )
    if seat.status == Status.CONFIRMED:
        return f"{seat.name} has a seat now. The letter with the personal link is on its way."
    return f"All seats are taken, so {seat.name} is on the waiting list. A letter says so."


def _changeable(event: Event) -> bool:
    """Whether seats can be given and taken back: the session is to come and takes place."""
    return event.state == State.PUBLISHED and event.ends_at > now()


def _program(slug: str) -> Program:
    found = None if "\x00" in slug else program_by_slug(slug)
    if found is None:
        abort(404)
    return found


def _seat(slug: str, id: int) -> Registration:
    event, found = event_or_404(slug), row_or_404(Registration, id)
    if found.event_id != event.id:
        abort(404)
    return found
