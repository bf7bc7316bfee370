"""Staff pages: the four vocabularies, their words and the order they are offered in."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from jam.base.access import access, actor
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.lookup import row_or_404
from jam.vocabulary import actions
from jam.vocabulary.forms import TermForm
from jam.vocabulary.models import Term
from jam.vocabulary.queries import all_terms
from jam.vocabulary.rules import TITLES, Kind

blueprint = Blueprint("vocabulary", __name__)

#: What each vocabulary is for, in a sentence.
_USES = {
    Kind.LEVER: "What a session wants to move. Visitors find sessions by them.",
    Kind.FOCUS_AREA: "The Partnership's areas of work.",
    Kind.SECTOR: "Where people work. They choose one when they register.",
    Kind.JOB_ROLE: "What people do. They choose one when they register.",
}


@blueprint.get("/desk/vocabularies/")
@access("organizer")
def desk() -> ResponseReturnValue:
    """The four lists."""
    return render_template("vocabulary/desk.html", lists=all_terms(), titles=TITLES, uses=_USES)


@blueprint.route("/desk/vocabularies/<kind>/add", methods=["GET", "POST"])
@access("organizer")
def desk_add(kind: str) -> ResponseReturnValue:
    """Add a word at the end of a list."""
    if kind not in set(Kind):
        abort(404)
    vocabulary, form = Kind(kind), TermForm()
    if form.validate_on_submit():
        try:
            term = actions.add(vocabulary, form.name.data, by=actor())
        except Refused as refusal:
            return _again(form, refusal, vocabulary, None)
        db.session.commit()
        flash(f"“{term.name}” is offered from now on.", "success")
        return _back(vocabulary)
    return _page(form, vocabulary, None), 400 if form.errors else 200


@blueprint.route("/desk/vocabularies/<int:id>", methods=["GET", "POST"])
@access("organizer")
def desk_term(id: int) -> ResponseReturnValue:
    """Rename a word; everything tagged with it shows the new name."""
    term = row_or_404(Term, id)
    vocabulary, form = Kind(term.kind), TermForm(name=term.name)
    if form.validate_on_submit():
        try:
            actions.rename(term, form.name.data, by=actor())
        except Refused as refusal:
            return _again(form, refusal, vocabulary, term)
        db.session.commit()
        flash(f"It reads “{term.name}” from now on.", "success")
        return _back(vocabulary)
    return _page(form, vocabulary, term), 400 if form.errors else 200


@blueprint.post("/desk/vocabularies/<int:id>/retire")
@access("organizer")
def desk_retire(id: int) -> ResponseReturnValue:
    """Offer a word no longer, or offer it again."""
    term = row_or_404(Term, id)
    retired = request.form.get("retired") == "yes"
    actions.retire(term, by=actor(), retired=retired)
    db.session.commit()
    flash(f"“{term.name}” is {'no longer offered' if retired else 'offered again'}.", "success")
    return _back(Kind(term.kind))


@blueprint.post("/desk/vocabularies/<int:id>/move")
@access("organizer")
def desk_move(id: int) -> ResponseReturnValue:
    """Move a word one place up or down."""
    term = row_or_404(Term, id)
    actions.move(term, -1 if request.form.get("way") == "up" else 1, by=actor())
    db.session.commit()
    return _back(Kind(term.kind))


def _page(form: TermForm, kind: Kind, term: Term | None) -> str:
    return render_template("vocabulary/desk_term.html", form=form, kind=kind, term=term, title=TITLES[kind])


def _again(form: TermForm, refusal: Refused, kind: Kind, term: Term | None) -> ResponseReturnValue:
    db.session.rollback()
    form.name.errors = [refusal.message]
    return _page(form, kind, term), 400


def _back(kind: Kind) -> ResponseReturnValue:
    return redirect(url_for("vocabulary.desk", _anchor=kind.value), 303)
