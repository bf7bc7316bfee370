"""Staff pages for the way to the stage: choosing a slot with what stands against it, and preparing the day."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from jam.base.access import access, actor
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.words import clock
from jam.base.zones import EASTERN, to_utc, wall
from jam.proposals import rules, stage
from jam.proposals.blueprint import blueprint
from jam.proposals.call import coming, could_be_ticked, could_hold, has_room, taken_items
from jam.proposals.forms import PrepareForm, SlotForm
from jam.proposals.letters import starts_at
from jam.proposals.models import Proposal
from jam.proposals.queries import by_code, organizations_of, talks_near
from jam.proposals.rules import State
from jam.schedule.models import AgendaItem, Event
from jam.schedule.rules import ITEM_WORDS, ItemKind

#: The choice that makes another slot.
NEW = "new"


@blueprint.route("/desk/proposals/<code>/schedule", methods=["GET", "POST"])
@access("organizer")
def desk_schedule(code: str) -> ResponseReturnValue:
    """Choose a session, then a slot in it. What stands against either is shown, and decides nothing."""
    proposal = _proposal(code)
    reason = rules.why_not(rules.STEPS["schedule"], State(proposal.state), rules.Kind(proposal.kind))
    if reason and proposal.state != State.SCHEDULED:
        flash(reason, "error")
        return redirect(url_for("proposals.desk_proposal", code=code), 303)
    events = coming()
    event = next((each for each in events if each.slug == request.args.get("event")), None)
    if event is None:
        taken = taken_items(events)
        rows = [(each, has_room(each, taken), each in proposal.dates) for each in events]
        return render_template("proposals/desk_schedule.html", proposal=proposal, rows=rows)
    taken = taken_items([event]) - {proposal.agenda_item_id}
    slots = [item for item in event.agenda if item.id not in taken and _fits(item, proposal)]
    form = SlotForm(minutes=proposal.minutes or 15)
    form.slot.choices = {str(item.id): slot_line(item) for item in slots} | {
        NEW: "A new slot, after the talks that are there"
    }
    if form.validate_on_submit():
        item = next((each for each in slots if str(each.id) == form.slot.data), None)
        try:
            stage.put_on(proposal, event, item, form.minutes.data or 15, by=actor())
            db.session.commit()
            flash(f"“{proposal.title}” has a slot. The presenters get a letter.", "success")
            if request.form.get("back") == "plan":
                return redirect(url_for("proposals.desk_plan"), 303)
            return redirect(url_for("proposals.desk_proposal", code=code), 303)
        except Refused as error:
            db.session.rollback()
            form.form_errors.append(error.message)
            proposal = _proposal(code)
    minutes = {str(item.id): item.minutes for item in slots}
    page = render_template(
        "proposals/desk_slot.html",
        proposal=proposal,
        event=event,
        form=form,
        clashes=clashes_on(proposal, event, minutes),
        left=event.minutes - sum(item.minutes for item in event.agenda),
    )
    return page, 400 if form.errors else 200


def _fits(item: AgendaItem, proposal: Proposal) -> bool:
    """Whether it is a slot for a talk on which nobody else speaks; staff may have written this very talk there by hand."""
    if not could_hold(item) or item.id == proposal.agenda_item_id:
        return False
    theirs = item.title == proposal.title or any(each.name in item.speakers for each in proposal.present)
    return theirs or not item.speakers.strip()


def slot_line(item: AgendaItem) -> str:
    """A slot in a line, for choosing it."""
    at = clock(starts_at(item), item.event.time_zone)
    free = "" if not item.speakers.strip() else f"; {item.speakers} stands there now"
    return f"{at}, {item.minutes} minutes: {item.title} ({ITEM_WORDS[ItemKind(item.kind)].lower()}{free})"


def clashes_on(proposal: Proposal, event: Event, slots: dict[str, int]) -> list[tuple[str, list[str]]]:
    """What stands against the day, and then what stands against each slot alone."""
    day = wall(event.starts_at, event.time_zone).date()
    could = [wall(each.starts_at, each.time_zone).date() for each in proposal.dates if could_be_ticked(each)]
    people = [each.person_id for each in proposal.present]
    near, homes = talks_near(proposal, event), organizations_of(proposal)

    def against(wanted: int | None, slot: int) -> list[str]:
        return rules.clashes(wanted, slot, day, could, people, homes, near)

    whole = against(None, 0)
    found = [("This session", whole)] if whole else []
    for item in event.agenda:
        if str(item.id) in slots:
            alone = [words for words in against(proposal.minutes, item.minutes) if words not in whole]
            found += [(slot_line(item), alone)] if alone else []
    return found


@blueprint.route("/desk/proposals/<code>/prepare", methods=["GET", "POST"])
@access("organizer")
def desk_prepare(code: str) -> ResponseReturnValue:
    """Set the rehearsal and the presenters' link."""
    proposal = _proposal(code)
    if proposal.state not in (State.SCHEDULED, State.CONFIRMED):
        flash("It has no date now, so there is nothing to rehearse.", "error")
        return redirect(url_for("proposals.desk_proposal", code=code), 303)
    at = wall(proposal.rehearsal_at, EASTERN) if proposal.rehearsal_at else None
    form = PrepareForm(
        day=at.date() if at else None, clock=at.time() if at else None, panelist_url=proposal.panelist_url
    )
    if form.validate_on_submit():
        when = form.when()
        try:
            rehearsal = to_utc(*when, EASTERN) if when else None
            stage.prepare(proposal, rehearsal, (form.panelist_url.data or "").strip() or None, by=actor())
            db.session.commit()
            flash("Saved. It stands on the presenters' page.", "success")
            return redirect(url_for("proposals.desk_proposal", code=code), 303)
        except Refused as error:
            db.session.rollback()
            form.form_errors.append(error.message)
    page = render_template("proposals/desk_prepare.html", proposal=proposal, form=form)
    return page, 400 if form.errors else 200


def _proposal(code: str) -> Proposal:
    proposal = by_code(code)
    if proposal is None or proposal.state == State.DRAFT:
        abort(404)
    return proposal
