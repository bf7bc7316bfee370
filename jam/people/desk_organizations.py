"""Staff pages about organizations: finding, describing and merging them."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from jam.base.access import access
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.lookup import row_or_404, typed
from jam.base.paging import paged
from jam.base.words import count
from jam.people import organizations
from jam.people.blueprint import blueprint
from jam.people.fields import OrganizationForm
from jam.people.login import actor
from jam.people.models import Organization, Person
from jam.vocabulary.rules import STATES


@blueprint.get("/desk/organizations/")
@access("organizer")
def desk_organizations() -> ResponseReturnValue:
    """Where people work, those that are likely the same on top."""
    q = typed()
    found = paged(organizations.known(q))
    pairs = organizations.likely_pairs() if not q and found.page == 1 else []
    return render_template("people/desk_organizations.html", found=found, q=q, pairs=pairs, states=STATES)


@blueprint.route("/desk/organizations/<int:id>", methods=["GET", "POST"])
@access("organizer")
def desk_organization(id: int) -> ResponseReturnValue:
    """One organization: its people, other names, web domain and state."""
    found = row_or_404(Organization, id)
    form = OrganizationForm(domain=found.domain or "", state=found.state or "")
    if form.validate_on_submit():
        try:
            organizations.describe(found, form.domain.data or "", form.state.data or None, by=actor())
        except Refused as refusal:
            db.session.rollback()
            form.domain.errors = [refusal.message]
        else:
            db.session.commit()
            flash("Saved.", "success")
            return redirect(url_for("people.desk_organization", id=id), 303)
    page = render_template(
        "people/desk_organization.html",
        organization=found,
        into=db.session.get(Organization, found.merged_into_id) if found.merged_into_id else None,
        form=form,
        people=paged(organizations.people_of(found)),
        others=organizations.merged_into(found),
        without_state=organizations.number_of(found, Person.state.is_(None)) if found.state else 0,
        filled=organizations.last_filling(found),
        states=STATES,
    )
    return page, 400 if form.errors else 200


@blueprint.post("/desk/organizations/<int:id>/state")
@access("organizer")
def desk_fill_state(id: int) -> ResponseReturnValue:
    """Give the organization's state to its people who have none, or take that back."""
    found = row_or_404(Organization, id)
    try:
        if request.form.get("undo"):
            back = organizations.unfill_state(found, by=actor())
            sentence = f"Taken back: {count(back, 'person has', 'people have')} no state again."
        else:
            done = organizations.fill_state(found, by=actor())
            sentence = f"{count(done, 'person has', 'people have')} a state now."
    except Refused as refusal:
        db.session.rollback()
        flash(refusal.message, "error")
    else:
        db.session.commit()
        flash(sentence, "success")
    return redirect(url_for("people.desk_organization", id=id), 303)


@blueprint.route("/desk/organizations/<int:id>/merge", methods=["GET", "POST"])
@access("organizer")
def desk_merge_organization(id: int) -> ResponseReturnValue:
    """Choose the other one, look at what moves, and make two organizations one."""
    keep = row_or_404(Organization, id)
    chosen = request.values.get("with", "")
    gone = None
    if chosen.isascii() and chosen.isdigit() and len(chosen) < 11:
        gone = row_or_404(Organization, int(chosen))
    if request.method == "POST" and gone is not None:
        try:
            moved = organizations.merge(keep, gone, by=actor())
        except Refused as refusal:
            db.session.rollback()
            flash(refusal.message, "error")
            return redirect(url_for("people.desk_merge_organization", id=id), 303)
        db.session.commit()
        flash(
            f"{gone.name} is another name of {keep.name} now; {count(moved, 'person', 'people')} moved.",
            "success",
        )
        return redirect(url_for("people.desk_organization", id=id), 303)
    q = typed() if "q" in request.args else keep.name.partition(" ")[0]
    return render_template(
        "people/desk_merge_organization.html",
        keep=keep,
        gone=gone,
        numbers=[organizations.number_of(each) for each in (keep, gone) if each],
        q=q,
        found=None if gone else paged(organizations.known(q), 20),
        states=STATES,
    )


@blueprint.post("/desk/organizations/<int:id>/unmerge")
@access("organizer")
def desk_unmerge_organization(id: int) -> ResponseReturnValue:
    """Make one organization two again."""
    gone = row_or_404(Organization, id)
    try:
        back = organizations.unmerge(gone, by=actor())
    except Refused as refusal:
        db.session.rollback()
        flash(refusal.message, "error")
    else:
        db.session.commit()
        flash(f"{gone.name} stands by itself again; {count(back, 'person', 'people')} went back.", "success")
    return redirect(url_for("people.desk_organization", id=id), 303)
