"""Staff pages: one deed on many people of a session, seen before it is done, and undone afterwards."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from jam.base.access import access
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.lookup import LARGEST_ID, row_or_404
from jam.base.text import clean_text
from jam.base.words import count
from jam.people.login import actor
from jam.people.queries import accounts
from jam.registration import bulk, roster, undoing
from jam.registration.asking import TONES, asked, event_or_404
from jam.registration.blueprint import blueprint
from jam.registration.bulk import DONE_WORDS, Deed, Wish
from jam.registration.models import Registration
from jam.registration.rules import STATUS_WORDS
from jam.schedule.models import Event
from jam.schedule.workspace import workspace

#: So many names stand on a page.
_SHOWN = 100


@blueprint.get("/desk/sessions/<slug>/people/act")
@access("organizer")
def desk_act(slug: str) -> ResponseReturnValue:
    """What a deed would do to the chosen people, in words, before anything is done."""
    event = event_or_404(slug)
    ids, wish = _ids(event), _wish(request.args.get("do", ""), request.args.get("target", ""))
    if not ids:
        flash("Choose at least one person first: tick the box beside their name.", "error")
        back: dict[str, Any] = {**asked().chosen(), "slug": slug}
        return redirect(url_for("registration.desk_roster", **back))
    return _preview(event, ids, wish)


@blueprint.post("/desk/sessions/<slug>/people/act")
@access("organizer")
def desk_do(slug: str) -> ResponseReturnValue:
    """Do what the page before showed."""
    event, form = event_or_404(slug), request.form
    ids = _numbers(form.get("ids", "").split(","))
    wish = _wish(form.get("do", ""), form.get("target", ""), form.get("message", ""))
    try:
        done = bulk.do(event, ids, wish, by=actor())
        db.session.commit()
    except Refused as error:
        db.session.rollback()
        return _preview(event_or_404(slug), ids, wish, error.message), 400
    flash(f"{count(done.done, 'person was', 'people were')} {DONE_WORDS[wish.deed]}.", "success")
    for name, why in done.refused[:5]:
        flash(f"{name} was left as before. {why}", "error")
    if len(done.refused) > 5:
        flash(f"{len(done.refused) - 5:,} more were left as before.", "error")
    return redirect(url_for("registration.desk_done", slug=slug, batch=done.batch), 303)


@blueprint.get("/desk/sessions/<slug>/people/done")
@access("organizer")
def desk_all_done(slug: str) -> ResponseReturnValue:
    """What was done to many people of this session at once."""
    event = event_or_404(slug)
    return render_template(
        "registration/desk_all_done.html",
        past=undoing.lately(event),
        who=_who(),
        done_words=DONE_WORDS,
        **workspace(event, "people"),
    )


@blueprint.get("/desk/sessions/<slug>/people/done/<batch>")
@access("organizer")
def desk_done(slug: str, batch: str) -> ResponseReturnValue:
    """What one action did, and the way back."""
    event = event_or_404(slug)
    past = _past(event, batch)
    changes = undoing.changes(batch)
    return render_template(
        "registration/desk_done.html",
        past=past,
        who=_who(),
        changes=changes[:_SHOWN],
        more=max(0, len(changes) - _SHOWN),
        why_not=undoing.why_not(event, past),
        statuses=STATUS_WORDS,
        tones=TONES,
        done_words=DONE_WORDS,
        **workspace(event, "people"),
    )


@blueprint.post("/desk/sessions/<slug>/people/done/<batch>/undo")
@access("organizer")
def desk_undo(slug: str, batch: str) -> ResponseReturnValue:
    """Put everybody back as they were."""
    event = event_or_404(slug)
    try:
        number = undoing.undo(event, _past(event, batch), by=actor())
        db.session.commit()
        flash(f"Undone: {count(number, 'person is', 'people are')} as before.", "success")
    except Refused as error:
        db.session.rollback()
        flash(error.message, "error")
    return redirect(url_for("registration.desk_done", slug=slug, batch=batch), 303)


def _preview(event: Event, ids: list[int], wish: Wish, error: str = "") -> str:
    picked = bulk.chosen(event, ids)
    if not picked:
        abort(404)
    targets = bulk.targets(event) if wish.deed is Deed.MOVE else []
    ready = wish.deed is not Deed.MOVE or wish.target is not None
    concerned = [seat for seat in picked if seat.status in bulk.CONCERNS[wish.deed]]
    return render_template(
        "registration/desk_act.html",
        wish=wish,
        headline=bulk.headline(wish.deed, len(concerned)),
        picked=picked[:_SHOWN],
        more=max(0, len(picked) - _SHOWN),
        ids=",".join(str(seat.id) for seat in picked),
        lines=bulk.outlook(event, picked, wish) if ready else [],
        possible=bool(concerned) and ready,
        why_not=error or (bulk.why_not(event, wish) if ready else None),
        targets=targets,
        statuses=STATUS_WORDS,
        tones=TONES,
        **workspace(event, "people"),
    )


def _wish(deed: str, target: str = "", message: str = "") -> Wish:
    if deed not in set(Deed):
        abort(400)
    number = _numbers([target])
    return Wish(
        Deed(deed),
        clean_text(message, 2_000, "The message"),
        row_or_404(Event, number[0]) if number else None,
    )


def _ids(event: Event) -> list[int]:
    """Whom the request means: everybody who fits the filters, or those whose boxes are ticked."""
    if request.args.get("all"):
        query = roster.of_event(event, asked()).with_only_columns(Registration.id).order_by(None)
        return list(db.session.scalars(query))
    numbers = request.args.getlist("id")
    return _numbers([*numbers, *request.args.get("ids", "").split(",")])


def _numbers(words: list[str]) -> list[int]:
    found = [int(each) for each in words if each.isascii() and each.isdigit() and len(each) < 11]
    return [each for each in dict.fromkeys(found) if 0 < each <= LARGEST_ID]


def _past(event: Event, batch: str) -> undoing.Past:
    return undoing.past(event, batch) or abort(404)


def _who() -> dict[str, str]:
    return {account.actor: account.person.name for account in accounts()}
