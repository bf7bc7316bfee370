"""Staff pages: what can be published, the text of an entry, publishing it and taking it out."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from jam.base.access import access, actor
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.paging import paged
from jam.library import (
    actions,
    causes,  # noqa: F401 - where what was shared can be read, and when its letter is true no more
)
from jam.library.blueprint import blueprint
from jam.library.forms import EntryForm
from jam.library.queries import entry_of, for_desk, said_of
from jam.library.rules import why_not
from jam.proposals import pieces
from jam.proposals.desk import proposal_or_404
from jam.proposals.models import Proposal
from jam.proposals.pieces import Piece
from jam.proposals.rules import CREDIT_WORDS, Credit, Kind, State
from jam.proposals.shared import page_of


@blueprint.get("/desk/library/")
@access("organizer")
def desk() -> ResponseReturnValue:
    """What was shared and accepted: what can be published first."""
    return render_template("library/desk.html", page=paged(for_desk()), reason=_reason)


@blueprint.route("/desk/library/<code>", methods=["GET", "POST"])
@access("organizer")
def desk_entry(code: str) -> ResponseReturnValue:
    """The text of an entry; the POST keeps it, and publishes it where that button was pressed."""
    proposal = proposal_or_404(code)
    if why := pieces.withheld(proposal):
        flash(why, "error")
        return redirect(url_for("library.desk"), 303)
    entry = entry_of(proposal)
    words = entry or actions.words_of(proposal)
    form = EntryForm(
        title=words.title,
        story=words.story,
        takeaways=words.takeaways,
        evidence=words.evidence,
        links="\n".join(words.links),
    )
    if form.validate_on_submit():
        try:
            actions.write(proposal, form.words(), by=actor())
            if request.form.get("do") == "publish":
                actions.publish(proposal, by=actor())
            db.session.commit()
            flash("It stands in the library." if request.form.get("do") == "publish" else "Saved.", "success")
            return redirect(url_for("library.desk_entry", code=code), 303)
        except Refused as error:
            db.session.rollback()
            form.form_errors.append(error.message)
            proposal, entry = proposal_or_404(code), entry_of(proposal_or_404(code))
    page = render_template(
        "library/desk_entry.html",
        proposal=proposal,
        entry=entry,
        form=form,
        reason=_reason(proposal),
        said=said_of(entry).words if entry else "",
        credit=CREDIT_WORDS[Credit(proposal.credit)] if proposal.credit else None,
        preview=form.is_submitted() and not form.errors,
    )
    return page, 400 if form.errors else 200


@blueprint.post("/desk/library/<code>/out")
@access("organizer")
def desk_out(code: str) -> ResponseReturnValue:
    """Take it out of the library; the text stays here."""
    actions.unpublish(proposal_or_404(code), by=actor())
    db.session.commit()
    flash("It does not stand in the library any more. Its text is kept here.", "success")
    return redirect(url_for("library.desk_entry", code=code), 303)


def _reason(proposal: Proposal) -> str | None:
    credit = Credit(proposal.credit) if proposal.credit else None
    return why_not(Kind(proposal.kind), State(proposal.state), credit)


def _panel(proposal: Proposal) -> Markup:
    if proposal.kind != Kind.SHARE:
        return Markup("")
    shown = {"proposal": proposal, "page": page_of(proposal), "reason": _reason(proposal)}
    return Markup(render_template("library/panel.html", **shown))  # noqa: S704 - a template of ours


pieces.hand_in(
    "library",
    Piece(
        options=list,
        narrow=lambda _: None,
        sorts={},
        sort=lambda query, _: (query, []),
        notes=lambda _: {},
        panel=_panel,
        withheld=lambda _: None,
        done={
            "library.write": "Text for the library written",
            "library.publish": "Published in the library",
            "library.unpublish": "Taken out of the library",
        },
    ),
)
