"""Staff page: what was kept for later and fits something now."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from jam.base.access import access, actor
from jam.base.database import db
from jam.base.words import count
from jam.proposals import kept
from jam.proposals.blueprint import blueprint
from jam.proposals.models import Proposal


@blueprint.get("/desk/proposals/kept")
@access("organizer")
def desk_kept() -> ResponseReturnValue:
    """Kept proposals beside the sessions and levers that they fit."""
    return render_template("proposals/desk_kept.html", fits=kept.fits())


@blueprint.post("/desk/proposals/kept")
@access("organizer")
def desk_kept_do() -> ResponseReturnValue:
    """Take up one or several again, or leave them kept."""
    do, codes = request.form.get("do"), request.form.getlist("code")[:100]
    if do not in ("again", "leave"):
        abort(400)
    proposals = list(db.session.scalars(select(Proposal).where(Proposal.code.in_(codes))))
    if do == "leave":
        number = kept.leave(proposals, by=actor())
        words = f"{count(number, 'proposal stays', 'proposals stay')} kept, and is not suggested for three months."
    else:
        fit = next((each for each in kept.fits() if each.key == request.form.get("fit")), None)
        number = kept.take_up(proposals, fit.why if fit else "", by=actor())
        words = f"{count(number, 'proposal is', 'proposals are')} in review again. The presenters are told."
    db.session.commit()
    if number:
        flash(words, "success")
    else:
        flash("Nothing was kept any more, so nothing was changed.", "error")
    return redirect(url_for("proposals.desk_kept"), 303)
