"""Staff pages: presenters who are late, a reminder at once, and leaving somebody alone."""

from __future__ import annotations

from collections.abc import Sequence

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from jam.base.access import access, actor
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.words import day_words
from jam.mail.rules import WORDS as LETTER_WORDS
from jam.proposals import chasing, due
from jam.proposals.blueprint import blueprint
from jam.proposals.chasing import Debts
from jam.proposals.models import Presenter, Proposal
from jam.proposals.presenters import leave_alone
from jam.proposals.queries import by_code
from jam.proposals.rules import Saying, State


@blueprint.get("/desk/proposals/late")
@access("organizer")
def desk_late() -> ResponseReturnValue:
    """Who is late with what, since when, and what was written to them about it."""
    rows = [
        (each, place)
        for each in chasing.late()
        for place in each.places
        if any(due.is_late(one, each.today) for one in each.of(place))
    ]
    return render_template("proposals/desk_late.html", rows=rows, letter_words=LETTER_WORDS, **words())


@blueprint.post("/desk/proposals/<code>/chasing")
@access("organizer")
def desk_chase(code: str) -> ResponseReturnValue:
    """Remind a presenter now, leave one or all of a proposal alone, or let reminders come again."""
    proposal, do = by_code(code), request.form.get("do")
    if proposal is None or proposal.state == State.DRAFT:
        abort(404)
    places = _meant(proposal, request.form.get("presenter"))
    late = request.form.get("back") == "late"
    try:
        said = _do(do, places)
        db.session.commit()
        flash(said, "success")
    except Refused as error:
        db.session.rollback()
        flash(error.message, "error")
    return redirect(
        url_for("proposals.desk_late") if late else url_for("proposals.desk_proposal", code=code), 303
    )


def _meant(proposal: Proposal, id: str | None) -> list[Presenter]:
    """The presenter of an id; without one, all who said yes."""
    sure = [each for each in proposal.presenters if each.saying == Saying.CONFIRMED]
    found = [each for each in sure if id is None or str(each.id) == id]
    return found or abort(404)


def _do(do: str | None, places: Sequence[Presenter]) -> str:
    names = ", ".join(each.name for each in places)
    if do == "remind" and len(places) == 1:
        chasing.remind(places[0].person, by=actor())
        return f"A reminder to {names} is on its way. It names everything that is missing."
    if do not in ("quiet", "again"):
        abort(400)
    for each in places:
        leave_alone(each, do == "quiet", by=actor())
    if do == "quiet":
        return f"Jam does not remind {names} of this any more. What is missing still stands here."
    return f"Jam reminds {names} again."


def owing_for(proposal: Proposal) -> list[tuple[Presenter, Debts]]:
    """Who of a proposal's presenters owes what for it."""
    if proposal.state not in (State.SCHEDULED, State.CONFIRMED):
        return []
    found = chasing.debts([each.person_id for each in proposal.present])
    return [
        (place, each)
        for each in found
        for place in each.places
        if place.proposal_id == proposal.id and each.of(place)
    ]


def words() -> dict[str, object]:
    """What the pages need to say what is missing."""
    return {"things": due.WORDS, "is_late": due.is_late, "day_words": day_words}
