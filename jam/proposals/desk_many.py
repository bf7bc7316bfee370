"""Staff pages: one deed on many proposals, seen before it is done and undone afterwards; and the found ones as a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import selectinload

from jam.base.access import access, actor
from jam.base.csvfile import csv_response
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.text import clean_text
from jam.base.words import count
from jam.base.zones import EASTERN, wall
from jam.proposals import bulk, rules
from jam.proposals.asking import asked, board_words
from jam.proposals.blueprint import blueprint
from jam.proposals.board import Asked, found
from jam.proposals.bulk import DONE_WORDS, Deed, Wish
from jam.proposals.models import Proposal
from jam.proposals.queries import names_of
from jam.proposals.rules import LONGEST_SHORT, WORDS, Format, State
from jam.registration.tables import xlsx_response
from jam.vocabulary.queries import names
from jam.vocabulary.rules import Kind as TermKind

#: So many stand on a page.
_SHOWN = 100


@blueprint.get("/desk/proposals/act")
@access("organizer")
def desk_act() -> ResponseReturnValue:
    """What a deed would do to each of the chosen proposals, before anything is done."""
    codes, wish = _codes(), _wish(request.args.get("do", ""))
    if not codes:
        flash("Choose at least one proposal first: tick the box beside its title.", "error")
        return redirect(url_for("proposals.desk", **_chosen()))
    return _preview(codes, wish)


@blueprint.post("/desk/proposals/act")
@access("organizer")
def desk_do() -> ResponseReturnValue:
    """Do what the page before showed."""
    codes = request.form.get("codes", "").split(",")
    try:
        wish = _wish(request.form.get("do", ""), request.form.get("message", ""))
        done = bulk.do(codes, wish, by=actor())
        db.session.commit()
    except Refused as error:
        db.session.rollback()
        typed = replace(_wish(request.form.get("do", "")), message=request.form.get("message", ""))
        return _preview(codes, typed, error.message), 400
    flash(f"{count(done.done, 'proposal is', 'proposals are')} {DONE_WORDS[wish.deed]}.", "success")
    for title, why in done.refused[:5]:
        flash(f"“{title}” was left as before. {why}", "error")
    if len(done.refused) > 5:
        flash(f"{len(done.refused) - 5:,} more were left as before.", "error")
    return redirect(url_for("proposals.desk_done", batch=done.batch), 303)


@blueprint.get("/desk/proposals/done")
@access("organizer")
def desk_all_done() -> ResponseReturnValue:
    """What was done to several proposals at once."""
    past = bulk.lately()
    who = names_of(each.entry.actor for each in past)
    return render_template("proposals/desk_all_done.html", past=past, who=who, done_words=DONE_WORDS)


@blueprint.get("/desk/proposals/done/<batch>")
@access("organizer")
def desk_done(batch: str) -> ResponseReturnValue:
    """What one action did, and the way back."""
    past = _past(batch)
    changes = bulk.changes(past)
    return render_template(
        "proposals/desk_done.html",
        past=past,
        who=names_of([past.entry.actor]),
        changes=changes[:_SHOWN],
        more=max(0, len(changes) - _SHOWN),
        back=sum(each.stays is None for each in changes),
        decides=past.deed in bulk.DECISIONS,
        done_words=DONE_WORDS,
        **board_words(),
    )


@blueprint.post("/desk/proposals/done/<batch>/undo")
@access("organizer")
def desk_undo(batch: str) -> ResponseReturnValue:
    """Put back what can go back."""
    try:
        number = bulk.undo(_past(batch), by=actor())
        db.session.commit()
        flash(f"Undone: {count(number, 'proposal is', 'proposals are')} as before.", "success")
    except Refused as error:
        db.session.rollback()
        flash(error.message, "error")
    return redirect(url_for("proposals.desk_done", batch=batch), 303)


@blueprint.get("/desk/proposals.csv", defaults={"end": "csv"})
@blueprint.get("/desk/proposals.xlsx", defaults={"end": "xlsx"})
@access("organizer")
def desk_list_file(end: str) -> Response:
    """The proposals that the filters find, as a file."""
    rows = _rows(asked())
    if end == "xlsx":
        return xlsx_response("proposals.xlsx", _HEADER, rows, "Proposals")
    return csv_response("proposals.csv", _HEADER, rows)


_HEADER = (
    "Code", "Title", "Kind", "Where it stands", "Since", "Decided, not told", "Format", "Minutes", "Levers", "Focus areas",
    "First presenter", "E-mail", "Organization", "State", "Sector", "Other presenters", "Sent", "Could make", "Session",
)  # fmt: skip


def _rows(chosen: Asked) -> Iterable[Sequence[object]]:
    sectors = names(TermKind.SECTOR)
    for each in db.session.scalars(found(chosen).options(selectinload(Proposal.dates))):
        lead, event = each.lead, each.event
        terms = {kind: "; ".join(term.name for term in each.terms if term.kind == kind) for kind in TermKind}
        others = "; ".join(other.name for other in each.present if other is not lead)
        yield (
            each.code, each.title, "To present" if each.kind == rules.Kind.PRESENT else "To share only",
            WORDS[State(each.state)], f"{wall(each.state_at, EASTERN):%Y-%m-%d}",
            WORDS[State(each.decision)] if each.decision else None,
            rules.FORMAT_WORDS[Format(each.format)] if each.format else None, each.minutes,
            terms[TermKind.LEVER], terms[TermKind.FOCUS_AREA], lead.name, lead.person.address, lead.organization,
            lead.state, sectors.get(lead.sector_id or 0), others,
            f"{wall(each.sent_at, EASTERN):%Y-%m-%d}" if each.sent_at else None,
            "; ".join(f"{wall(date.starts_at, date.time_zone):%Y-%m-%d}" for date in each.dates),
            f"{wall(event.starts_at, event.time_zone):%Y-%m-%d}" if event else None,
        )  # fmt: skip


def _preview(codes: Sequence[str], wish: Wish, error: str = "") -> str:
    picked = bulk.chosen(codes)
    if not picked:
        abort(404)
    found = bulk.outlook(picked, wish)
    number = sum(not each.refused for each in found)
    return render_template(
        "proposals/desk_act.html",
        wish=wish,
        headline=bulk.headline(wish.deed, number),
        found=found[:_SHOWN],
        more=max(0, len(found) - _SHOWN),
        number=number,
        stay=len(found) - number,
        codes=",".join(each.code for each in picked),
        too_many=len(picked) > bulk.MOST,
        most=bulk.MOST,
        error=error,
        decides=wish.deed in bulk.DECISIONS,
        **board_words(),
    )


def _wish(deed: str, message: str = "") -> Wish:
    if deed not in set(Deed):
        abort(400)
    return Wish(Deed(deed), clean_text(message, LONGEST_SHORT, "The message"))


def _chosen() -> dict[str, Any]:
    return {name: value for name, value in asdict(asked()).items() if value}


def _codes() -> list[str]:
    """Which ones the request means: all that the filters find, or those whose boxes are ticked."""
    if request.args.get("all"):
        query = found(asked()).options().with_only_columns(Proposal.code)
        return list(db.session.scalars(query.limit(bulk.MOST + 1)))
    return list(dict.fromkeys(request.args.getlist("code")))


def _past(batch: str) -> bulk.Past:
    return bulk.past(batch) or abort(404)
