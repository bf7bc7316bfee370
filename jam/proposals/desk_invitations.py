"""Staff pages: asking somebody whether they would like to offer something, and what came of it."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from jam.base.access import access, actor
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.lookup import row_or_404, typed
from jam.base.paging import paged
from jam.people.models import Person
from jam.people.queries import people
from jam.proposals import invitations
from jam.proposals.blueprint import blueprint
from jam.proposals.forms import InviteForm
from jam.proposals.models import Invitation
from jam.proposals.queries import names_of
from jam.proposals.rules import INVITED_TONES, INVITED_WORDS, Invited

#: How many people a search offers.
_OFFERED = 20


@blueprint.get("/desk/proposals/invitations")
@access("organizer")
def desk_invitations() -> ResponseReturnValue:
    """Who was asked, and what came of it."""
    found = paged(invitations.listed())
    return render_template(
        "proposals/desk_invitations.html",
        found=found,
        who=names_of(each.asked_by for each in found.items),
        words=INVITED_WORDS,
        tones=INVITED_TONES,
        Invited=Invited,
    )


@blueprint.route("/desk/proposals/invite", methods=["GET", "POST"])
@access("organizer")
def desk_invite() -> ResponseReturnValue:
    """Choose somebody Jam knows, or name somebody new, and write to them."""
    person = _chosen()
    form = InviteForm(known=person is not None)
    reason = invitations.why_not(person) if person is not None else None
    if form.validate_on_submit():
        try:
            asked = _ask(form, person)
            db.session.commit()
            flash(
                f"The letter to {asked.person.name} is on its way. What they answer stands here.", "success"
            )
            return redirect(url_for("proposals.desk_invitations"), 303)
        except Refused as error:
            db.session.rollback()
            form.form_errors.append(error.message)
    q = typed()
    page = render_template(
        "proposals/desk_invite.html",
        form=form,
        person=person,
        reason=reason,
        earlier=invitations.of_person(person) if person is not None else [],
        words=INVITED_WORDS,
        q=q,
        found=paged(people(q), _OFFERED) if q and person is None else None,
    )
    return page, 400 if form.errors else 200


def _chosen() -> Person | None:
    id = request.args.get("person", "")
    if not id:
        return None
    found = row_or_404(Person, int(id) if id.isascii() and id.isdigit() and len(id) < 11 else 0)
    if found.merged_into_id is not None or found.erased_at is not None:
        abort(404)
    return found


def _ask(form: InviteForm, person: Person | None) -> Invitation:
    message, levers = form.message.data or "", form.levers.data or []
    if person is not None:
        return invitations.invite_known(person, message, levers, by=actor())
    return invitations.invite(form.email.data or "", form.details(), message, levers, by=actor())


@blueprint.post("/desk/proposals/invitations/<int:id>/take-back")
@access("organizer")
def desk_take_back(id: int) -> ResponseReturnValue:
    """Do not ask after all."""
    invitation = row_or_404(Invitation, id)
    try:
        invitations.take_back(invitation, by=actor())
        db.session.commit()
        flash(f"{invitation.person.name} is not asked any more; the links in the letter say so.", "success")
    except Refused as error:
        db.session.rollback()
        flash(error.message, "error")
    return redirect(url_for("proposals.desk_invitations"), 303)
