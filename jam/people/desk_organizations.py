"""Staff pages about organizations: finding, describing and merging them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import selectinload

from jam.base.access import access
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.lookup import row_or_404, typed
from jam.base.paging import paged
from jam.base.words import count
from jam.people import domains, organizations
from jam.people.blueprint import blueprint
from jam.people.fields import OrganizationForm, OtherNameForm
from jam.people.login import actor
from jam.people.models import Organization, Person
from jam.vocabulary.rules import STATES

T = TypeVar("T")


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
    if not found.merged_into_id and form.validate_on_submit():
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
        without_organization=domains.number_without(found),
        given=domains.last_giving(found),
        name_form=OtherNameForm(formdata=None),
        added=domains.is_added_name(found),
        states=STATES,
    )
    return page, 400 if form.errors else 200


@blueprint.post("/desk/organizations/<int:id>/state")
@access("organizer")
def desk_fill_state(id: int) -> ResponseReturnValue:
    """Give the organization's state to its people who have none, or take that back."""
    found = row_or_404(Organization, id)
    if request.form.get("undo"):
        return _done(
            id,
            lambda: organizations.unfill_state(found, by=actor()),
            lambda back: f"Taken back: {count(back, 'person has', 'people have')} no state again.",
        )
    return _done(
        id,
        lambda: organizations.fill_state(found, by=actor()),
        lambda done: f"{count(done, 'person has', 'people have')} a state now.",
    )


@blueprint.get("/desk/organizations/<int:id>/domain")
@access("organizer")
def desk_at_domain(id: int) -> ResponseReturnValue:
    """Who has an address at an organization's domain and no organization."""
    found = row_or_404(Organization, id)
    people = domains.without_organization(found).options(selectinload(Person.addresses))
    return render_template("people/desk_at_domain.html", organization=found, people=paged(people))


@blueprint.post("/desk/organizations/<int:id>/domain")
@access("organizer")
def desk_give_organization(id: int) -> ResponseReturnValue:
    """Give the organization to them, or take that back."""
    found = row_or_404(Organization, id)
    if request.form.get("undo"):
        return _done(
            id,
            lambda: domains.take_back(found, by=actor()),
            lambda back: f"Taken back: {count(back, 'person has', 'people have')} no organization again.",
        )
    return _done(
        id,
        lambda: domains.give(found, by=actor()),
        lambda done: f"{count(done, 'person belongs', 'people belong')} to {found.name} now.",
    )


@blueprint.post("/desk/organizations/<int:id>/names")
@access("organizer")
def desk_add_name(id: int) -> ResponseReturnValue:
    """Write another name of an organization down."""
    found = row_or_404(Organization, id)
    return _done(
        id,
        lambda: domains.add_name(found, request.form.get("name", ""), by=actor()),
        lambda made: f"Whoever gives “{made.name}” belongs to {found.name} from now on.",
    )


@blueprint.post("/desk/organizations/<int:id>/forget")
@access("organizer")
def desk_remove_name(id: int) -> ResponseReturnValue:
    """Forget a name that was written down."""
    other = row_or_404(Organization, id)
    name, leads_to = other.name, other.merged_into_id or id
    return _done(
        leads_to,
        lambda: domains.remove_name(other, by=actor()),
        lambda _: f"“{name}” is no name of it any more.",
    )


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
    return _done(
        id,
        lambda: organizations.unmerge(gone, by=actor()),
        lambda back: f"{gone.name} stands by itself again; {count(back, 'person', 'people')} went back.",
    )


def _done(id: int, act: Callable[[], T], words: Callable[[T], str]) -> ResponseReturnValue:
    """Do it and say what came of it, or why it could not be; back to an organization's page."""
    try:
        sentence = words(act())
        db.session.commit()
        flash(sentence, "success")
    except Refused as refusal:
        db.session.rollback()
        flash(refusal.message, "error")
    return redirect(url_for("people.desk_organization", id=id), 303)
