"""Staff pages: the ledger of one person at one session, corrections by hand, lines that are somebody else's, and requests."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from jam.attendance import hand, moves
from jam.attendance.blueprint import blueprint
from jam.attendance.forms import ABSENT, CAME, MINUTES, STRETCHES, AnswerForm, CorrectForm, MoveForm
from jam.attendance.ledger import Ledger, enough_seconds, ledger_of
from jam.attendance.models import (
    AttendanceCorrection,
    AttendanceMove,
    AttendanceRequest,
    AttendanceRow,
)
from jam.attendance.requests import answer
from jam.attendance.rules import Asked
from jam.attendance.showing import (
    ASKED_TONES,
    ASKED_WORDS,
    ROLE_WORDS,
    actor_words,
    event_or_404,
    minutes,
    said_at,
    said_words,
)
from jam.base.access import access
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.lookup import row_or_404, typed
from jam.base.paging import paged
from jam.base.words import count
from jam.base.zones import zone_words
from jam.people.login import actor
from jam.people.models import Person
from jam.people.queries import people
from jam.schedule.models import Event
from jam.schedule.workspace import workspace


@blueprint.get("/desk/sessions/<slug>/attendance/<int:person_id>")
@access("organizer")
def desk_person(slug: str, person_id: int) -> ResponseReturnValue:
    """The ledger: what counts of one person, and every source of it."""
    event, person = event_or_404(slug), row_or_404(Person, person_id)
    if person.merged_into_id is not None:
        return redirect(url_for("attendance.desk_person", slug=slug, person_id=person.merged_into_id), 303)
    return render_template("attendance/desk_person.html", **_shown(event, ledger_of(event, person)))


def _shown(event: Event, found: Ledger) -> dict[str, object]:
    actors = {each.made_by for each in found.corrections} | {each.made_by for each in found.moves}
    actors |= {each.taken_back_by for each in found.corrections} | {
        each.taken_back_by for each in found.moves
    }
    actors |= {each.answered_by for each in found.requests}
    return {
        **workspace(event, "attendance"),
        "ledger": found,
        "person": found.person,
        "presence": found.presence,
        "roles": ROLE_WORDS,
        "zone_words": zone_words,
        "at": lambda moment: said_at(event, moment),
        "minutes": minutes,
        "said": lambda correction: said_words(correction, event),
        "who": actor_words(actors),
        "enough_minutes": round(enough_seconds(event) / 60),
        "asked_words": ASKED_WORDS,
        "asked_tones": ASKED_TONES,
        "Asked": Asked,
    }  # fmt: skip


@blueprint.get("/desk/sessions/<slug>/attendance/find")
@access("organizer")
def desk_find(slug: str) -> ResponseReturnValue:
    """Find anybody whom no report names, to say by hand that they came."""
    event, q = event_or_404(slug), typed()
    found = paged(people(q), 20) if q else None
    return render_template("attendance/desk_find.html", **workspace(event, "attendance"), q=q, people=found)


@blueprint.route("/desk/sessions/<slug>/attendance/<int:person_id>/correct", methods=["GET", "POST"])
@access("organizer")
def desk_correct(slug: str, person_id: int) -> ResponseReturnValue:
    """Say what is true of somebody, with a reason; opened from a request, it answers that too."""
    event, person = event_or_404(slug), row_or_404(Person, person_id)
    asked = _asked(event, person)
    found = ledger_of(event, person)
    if request.method == "GET":
        form = CorrectForm(formdata=None, what=_likely(found)).of(event, found.stretches)
        form.minutes.data = (
            round(found.presence.seconds / 60) if found.presence and found.presence.seconds else None
        )
        return _correct_page(event, found, form, asked)
    form = CorrectForm()
    if not form.validate():
        return _correct_page(event, found, form.of(event, []), asked), 400
    try:
        hand.correct(event, person, form.said(event), form.reason.data or "", by=actor())
        if asked is not None:
            answer(asked, Asked.ACCEPTED, form.answer.data or "", by=actor())
    except Refused as refusal:
        db.session.rollback()
        form.form_errors = [refusal.message]
        event, person = event_or_404(slug), row_or_404(Person, person_id)
        return _correct_page(event, ledger_of(event, person), form.of(event, []), _asked(event, person)), 400
    db.session.commit()
    told = " They get a letter." if asked is not None else ""
    flash(f"Corrected. It counts at once, and before every report.{told}", "success")
    return redirect(url_for("attendance.desk_person", slug=slug, person_id=person_id), 303)


def _asked(event: Event, person: Person) -> AttendanceRequest | None:
    """The open request that this correction answers."""
    id = request.values.get("request", "")
    if not (id.isascii() and id.isdigit() and len(id) < 11):
        return None
    found = row_or_404(AttendanceRequest, int(id))
    if (found.event_id, found.person_id) != (event.id, person.id):
        abort(404)
    return found if found.state == Asked.OPEN else None


def _likely(found: Ledger) -> str:
    """What the form begins with: what is there now, or that they came where nobody knows of it."""
    by_hand = found.standing
    if by_hand is not None and not by_hand.came:
        return ABSENT
    if by_hand is not None and by_hand.stretches is not None:
        return STRETCHES
    return MINUTES if by_hand is not None and by_hand.seconds is not None else CAME


def _correct_page(event: Event, found: Ledger, form: CorrectForm, asked: AttendanceRequest | None) -> str:
    return render_template("attendance/desk_correct.html", **_shown(event, found), form=form, asked=asked)


@blueprint.post("/desk/sessions/<slug>/attendance/correction/<int:id>/take-back")
@access("organizer")
def desk_take_back(slug: str, id: int) -> ResponseReturnValue:
    """Let the reports count again for this person."""
    event, correction = event_or_404(slug), row_or_404(AttendanceCorrection, id)
    if correction.event_id != event.id:
        abort(404)
    hand.take_back(event, correction, by=actor())
    db.session.commit()
    flash("The correction is taken back. What the reports say counts again.", "success")
    return redirect(url_for("attendance.desk_person", slug=slug, person_id=correction.person_id), 303)


@blueprint.route(
    "/desk/sessions/<slug>/attendance/<int:person_id>/lines/<int:row_id>", methods=["GET", "POST"]
)
@access("organizer")
def desk_move(slug: str, person_id: int, row_id: int) -> ResponseReturnValue:
    """Say that the lines of a name are another person's."""
    event, person, row = event_or_404(slug), row_or_404(Person, person_id), row_or_404(AttendanceRow, row_id)
    if row.event_id != event.id or row.person_id != person.id or row.decided:
        abort(404)
    form, status = MoveForm(), 200
    if request.method == "POST" and form.validate():
        other = row_or_404(Person, int(form.who.data) if form.who.data.isdecimal() else 0)
        try:
            moved = moves.move_lines(event, row, other, form.reason.data or "", by=actor())
            db.session.commit()
            flash(f"{count(moved, 'line counts', 'lines count')} as {other.name} now.", "success")
            return redirect(url_for("attendance.desk_person", slug=slug, person_id=other.id), 303)
        except Refused as refusal:
            db.session.rollback()
            form.form_errors = [refusal.message]
    if request.method == "POST":
        status = 400
        event, person, row = (
            event_or_404(slug),
            row_or_404(Person, person_id),
            row_or_404(AttendanceRow, row_id),
        )
    q = typed()
    key = moves.move_key(row)
    page = render_template(
        "attendance/desk_move.html",
        **workspace(event, "attendance"),
        person=person,
        row=row,
        lines=len(moves.lines_of_move(event.id, key, person.id)),
        form=form,
        q=q,
        people=paged(people(q), 20) if q else None,
    )
    return page, status


@blueprint.post("/desk/sessions/<slug>/attendance/moved/<int:id>/take-back")
@access("organizer")
def desk_move_back(slug: str, id: int) -> ResponseReturnValue:
    """Give moved lines back to whose address they bear."""
    event, move = event_or_404(slug), row_or_404(AttendanceMove, id)
    if move.event_id != event.id:
        abort(404)
    number = moves.move_back(event, move, by=actor())
    db.session.commit()
    flash(f"{count(number, 'line is', 'lines are')} {move.from_person.name}’s again.", "success")
    return redirect(url_for("attendance.desk_person", slug=slug, person_id=move.from_person_id), 303)


@blueprint.route("/desk/sessions/<slug>/attendance/requests/<int:id>", methods=["GET", "POST"])
@access("organizer")
def desk_request(slug: str, id: int) -> ResponseReturnValue:
    """What somebody says is not so: correct it, or answer why it stays."""
    event, asked = event_or_404(slug), row_or_404(AttendanceRequest, id)
    if asked.event_id != event.id:
        abort(404)
    form, status = AnswerForm(), 200
    if request.method == "POST":
        if form.validate():
            done = answer(asked, Asked.DECLINED, form.answer.data or "", by=actor())
            db.session.commit()
            told = "Answered. The person gets your words in a letter."
            flash(told if done else "This request was answered already.", "success" if done else "error")
            return redirect(url_for("attendance.desk_event", slug=slug), 303)
        status = 400
    found = ledger_of(event, asked.person)
    return render_template(
        "attendance/desk_request.html", **_shown(event, found), asked=asked, form=form
    ), status
