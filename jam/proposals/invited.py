"""The two links of an invitation: the form with what we know filled in, and the page with the button that declines."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from jam.base.access import PUBLIC, access
from jam.base.database import db
from jam.base.limits import public_form
from jam.base.web import private
from jam.proposals.blueprint import blueprint
from jam.proposals.invitations import NO_THANKS, OPEN, decline, of_token
from jam.proposals.models import Invitation
from jam.proposals.rules import Invited
from jam.vocabulary.rules import Kind as TermKind

#: Where the browser's session keeps which invitation was opened, so that the link leaves the address bar.
ENTRY = "invited"


@blueprint.get("/volunteer/invited/<token>")
@access(PUBLIC)
def invited(token: str) -> ResponseReturnValue:
    """Trade the link for a session entry, and show the form. Mail scanners open links, so nothing is noted."""
    private()
    invitation = of_token(token, OPEN)
    if invitation is None:
        return render_template("proposals/invited_no_link.html"), 404
    session[ENTRY] = invitation.id
    answer = redirect(url_for("proposals.volunteer"), 303)
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


@blueprint.route("/volunteer/no-thanks/<token>", methods=["GET", "POST"])
@access(PUBLIC)
@public_form
def no_thanks(token: str) -> ResponseReturnValue:
    """The button that declines; pressing it twice declines once."""
    private()
    invitation = of_token(token, NO_THANKS)
    if invitation is None:
        return render_template("proposals/invited_no_link.html"), 404
    if request.method == "POST":
        decline(invitation, never=bool(request.form.get("never")), by=f"person:{invitation.person_id}")
        db.session.commit()
        return redirect(url_for("proposals.no_thanks", token=token), 303)
    return render_template("proposals/no_thanks.html", invitation=invitation, Invited=Invited)


def opened() -> Invitation | None:
    """The invitation that this browser opened, while it waits for an answer."""
    id = session.get(ENTRY)
    found = db.session.get(Invitation, id) if isinstance(id, int) else None
    if found is None or found.state != Invited.WAITING or found.person.erased_at is not None:
        return None
    return found


def forget() -> None:
    """The form was sent: another one begins empty."""
    session.pop(ENTRY, None)


def filled_in(invitation: Invitation) -> dict[str, Any]:
    """What the form begins with for whoever was invited."""
    person = invitation.person
    return {
        "name": person.name,
        "organization": person.organization.name if person.organization else "",
        "levers": [term.id for term in invitation.terms if term.kind == TermKind.LEVER],
    }
