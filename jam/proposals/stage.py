"""From accepted to the stage: a slot, the presenters' yes, what happens when the session changes, and the thanks. The caller
commits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import datetime

from sqlalchemy import select

from jam.attendance.queries import attended_counts
from jam.audit.actions import record
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.base.words import count, when
from jam.mail.actions import withdraw as take_back
from jam.mail.queries import unsent
from jam.mail.rules import GRACE
from jam.proposals import presenters, rules
from jam.proposals.letters import SCOPE, tell, tell_all, zone_of
from jam.proposals.models import Presenter, Proposal
from jam.proposals.presenters import Said
from jam.proposals.queries import on_event
from jam.proposals.rules import Format, Saying, State
from jam.proposals.signals import presenting_changed
from jam.proposals.steps import lock, take
from jam.schedule import actions as schedule
from jam.schedule.given import NEW, EventFields, Slot
from jam.schedule.models import AgendaItem, Event
from jam.schedule.rules import ItemKind, Visibility
from jam.schedule.rules import State as EventState
from jam.schedule.signals import Before, Change
from jam.schedule.slots import slots_of

#: What stands in the agenda where a talk was taken off again.
FREE = "Talk to come"

_KINDS = {Format.POLICY: ItemKind.POLICY_UPDATE}
#: A new slot goes before these.
_CLOSING = (ItemKind.DISCUSSION, ItemKind.CALL_TO_ACTION, ItemKind.WRAP_UP, ItemKind.EVALUATION)


def put_on(proposal: Proposal, event: Event, item: AgendaItem | None, minutes: int, *, by: str) -> None:
    """Give an accepted proposal a slot: an item of the session that holds no other, or a new one of so many minutes.

    Title and presenters go into the agenda, everybody who presents gets a letter, and each is asked to say that they will
    be there. Refused for a session that is over or cancelled, a slot that is taken, and an agenda longer than the session.
    """
    was_on = proposal.event
    for each in sorted({event, was_on or event}, key=lambda one: one.id):
        schedule.lock(each)
    lock(proposal)
    if proposal.event is not None and proposal.event not in (event, was_on):
        raise Refused("It was moved meanwhile. Look at it again.", 409)
    if event.state == EventState.CANCELLED or event.ends_at <= now():
        raise Refused("This session is over or cancelled. Choose another one.")
    earlier = proposal.agenda_item
    if earlier is not None and earlier is item:
        raise Refused("It stands in this slot already.")
    if item is not None and (item not in event.agenda or _holds_another(item, proposal)):
        raise Refused("Something else stands in this slot. Choose another one.", 409)
    reason = rules.why_not(rules.STEPS["schedule"], State(proposal.state), rules.Kind(proposal.kind))
    if reason and proposal.state != State.SCHEDULED:
        raise Refused(reason, 409)
    if earlier is not None:
        if earlier.event_id != event.id:  # they were the other session's
            proposal.rehearsal_at = proposal.panelist_url = None
        _clear(proposal, earlier, by=by)
    position = _write_slot(proposal, event, item, minutes, by=by)
    proposal.agenda_item = next(each for each in event.agenda if each.position == position)
    proposal.scheduled_at = now()
    if proposal.state == State.SCHEDULED:
        entry = record("proposals.schedule", SCOPE, proposal.id, by=by, changes={"event": (None, event.id)})
    else:
        entry = take(proposal, "schedule", by=by)
    db.session.flush()
    tell_calendars([proposal])
    take_back(unsent((SCOPE, proposal.id), kinds=("proposal-scheduled",)), "It got another slot.", by=by)
    tell_all("proposal-scheduled", proposal, entry.id, batch=entry.batch)


def _holds_another(item: AgendaItem, proposal: Proposal) -> bool:
    other = select(Proposal.id).where(Proposal.agenda_item_id == item.id, Proposal.id != proposal.id)
    return db.session.scalar(other) is not None


def _write_slot(proposal: Proposal, event: Event, item: AgendaItem | None, minutes: int, *, by: str) -> int:
    """Write the talk into the agenda; returns its position."""
    slots = slots_of(event)
    if item is not None:
        place = event.agenda.index(item)
        was = slots[place]
        slots[place] = replace(was, title=proposal.title, speakers=speakers(proposal), is_open=False)
    else:
        kind = _KINDS.get(Format(proposal.format or Format.TALK), ItemKind.TALK)
        closing = (n for n, each in enumerate(slots) if each.kind in _CLOSING)
        place = next(closing, len(slots))
        slots.insert(place, Slot(kind, proposal.title, speakers(proposal), minutes, id=NEW))
    schedule.edit_event(event, _given(event), event.terms, slots, by=by)
    return place + 1


def _clear(proposal: Proposal, item: AgendaItem, *, by: str) -> None:
    """Leave the slot free in the agenda, where it still says what the proposal says."""
    event = item.event
    place = event.agenda.index(item)
    slots = slots_of(event)
    proposal.agenda_item = None
    db.session.flush()
    if slots[place].title == proposal.title:
        slots[place] = replace(slots[place], title=FREE, speakers="", is_open=True)
        schedule.edit_event(event, _given(event), event.terms, slots, by=by)


def _given(event: Event) -> EventFields:
    values = {each.name: getattr(event, each.name) for each in fields(EventFields)}
    return EventFields(**{**values, "visibility": Visibility(event.visibility)})


def speakers(proposal: Proposal) -> str:
    """Who speaks, as the agenda says it to everybody: those alone who said so for themselves."""
    sure = [each for each in proposal.presenters if each.saying == Saying.CONFIRMED]
    who = [", ".join(part for part in (each.name, each.organization) if part) for each in sure]
    return "; ".join(who)[:300]


def answer_invitation(presenter: Presenter, saying: Saying, *, by: str) -> None:
    """Say for oneself that one is a presenter, or not. The agenda names them from then on, or no more."""
    proposal = presenter.proposal
    hold(proposal)
    was = speakers(proposal)
    presenters.answer_invitation(presenter, saying, by=by)
    item = proposal.agenda_item
    # What staff wrote there by hand stays as it is.
    if item is not None and item.speakers == was:
        _say_who(item, speakers(proposal), by)


def describe(presenter: Presenter, said: Said, *, by: str) -> bool:
    """Change what a presenter says of themself; the agenda of a session that is not over says it too. Returns whether
    anything is other than before."""
    proposal = presenter.proposal
    hold(proposal)
    db.session.refresh(presenter)
    was = speakers(proposal)
    changed = presenters.describe(presenter, said, by=by)
    item = proposal.agenda_item
    # What staff wrote there by hand stays as it is.
    if changed and item is not None and item.speakers == was and item.event.ends_at > now():
        _say_who(item, speakers(proposal), by)
    return changed


def unname(presenter: Presenter, *, by: str) -> None:
    """Take a presenter's name out of the agenda, also of a session that is over."""
    item = presenter.proposal.agenda_item
    if item is not None and presenter.name:
        left = [part for part in item.speakers.split("; ") if not part.startswith(presenter.name)]
        _say_who(item, "; ".join(left), by)


def _say_who(item: AgendaItem, words: str, by: str) -> None:
    if item.speakers == words:
        return
    event = item.event
    slots, place = slots_of(event), event.agenda.index(item)
    slots[place] = replace(slots[place], speakers=words)
    schedule.edit_event(event, _given(event), event.terms, slots, by=by)


def hold(proposal: Proposal) -> None:
    """Hold its session, then itself, in the order of whoever changes the session; both are read anew."""
    if proposal.event is not None:
        schedule.lock(proposal.event)
    lock(proposal)


def take_off(proposal: Proposal, *, by: str) -> None:
    """Take a proposal off its slot: it is accepted and waits for another date; the presenters are told."""
    hold(proposal)
    _off(proposal, by=by, clear=True)


def _off(proposal: Proposal, *, by: str, clear: bool, was: dict[int, str] | None = None) -> None:
    item = proposal.agenda_item
    if was is None:
        was = {each.id: _when(each.proposal.event, zone_of(each)) for each in proposal.presenters}
    entry = take(proposal, "unschedule", by=by)
    if item is not None and clear:
        _clear(proposal, item, by=by)
    proposal.agenda_item = proposal.scheduled_at = proposal.rehearsal_at = proposal.panelist_url = None
    db.session.flush()
    tell_calendars([proposal])
    take_back(unsent((SCOPE, proposal.id)), "Its date does not stand any more.", by=by)
    for presenter in proposal.presenters:
        if presenter.saying == Saying.CONFIRMED:
            values = {"was": was.get(presenter.id, "")}
            tell("proposal-unscheduled", presenter, entry.id, values=values, batch=entry.batch)


def _when(event: Event | None, zone: str) -> str:
    return when(event.starts_at, event.ends_at, zone) if event else "The date that you were told"


def withdraw(proposal: Proposal, *, by: str) -> None:
    """Take a proposal back, at any time before it is presented. Its slot is free again; letters that wait do not leave.

    Done twice, it is done once.
    """
    hold(proposal)
    if proposal.state == State.WITHDRAWN:
        return
    was_draft, item = proposal.state == State.DRAFT, proposal.agenda_item
    proposal.decision = proposal.decided_at = None
    entry = take(proposal, "withdraw", by=by)
    take_back(unsent((SCOPE, proposal.id)), "The proposal was withdrawn.", by=by)
    if item is not None and item.event.ends_at > now():
        _clear(proposal, item, by=by)
    proposal.agenda_item = proposal.scheduled_at = proposal.rehearsal_at = proposal.panelist_url = None
    db.session.flush()
    if item is not None:
        tell_calendars([proposal])
    if not was_draft:
        tell_all("proposal-withdrawn", proposal, entry.id, batch=entry.batch)


def confirm(proposal: Proposal, *, by: str) -> None:
    """Say that the presenters will be there. Done twice, it is done once."""
    lock(proposal)
    if proposal.state == State.CONFIRMED:
        return
    entry = take(proposal, "confirm", by=by)
    tell_all("proposal-confirmed", proposal, entry.id, batch=entry.batch)


def prepare(proposal: Proposal, rehearsal_at: datetime | None, panelist_url: str | None, *, by: str) -> bool:
    """Set when the rehearsal is and how presenters get in; both stand on their page. Returns whether that was news."""
    lock(proposal)
    if proposal.state not in (State.SCHEDULED, State.CONFIRMED):
        raise Refused("It has no date now, so there is nothing to rehearse.")
    if panelist_url is not None and not rules.is_web_address(panelist_url):
        raise Refused("This is not a link. It begins with https://, like https://zoom.us/w/123456789.")
    changes: dict[str, tuple[object, object]] = {}
    if rehearsal_at != proposal.rehearsal_at:
        changes["rehearsal_at"] = (proposal.rehearsal_at, rehearsal_at)
    if panelist_url != proposal.panelist_url:
        changes["panelist_url"] = (None, "changed")
    proposal.rehearsal_at, proposal.panelist_url = rehearsal_at, panelist_url
    if changes:
        record("proposals.prepare", SCOPE, proposal.id, by=by, changes=changes)
    return bool(changes)


def mark_presented(proposal: Proposal, *, by: str) -> None:
    """Say that it was presented, and thank everybody who did, with the number of people who came where it is known.

    Refused before the session has begun.
    """
    lock(proposal)
    event = proposal.event
    if event is not None and event.starts_at > now():
        raise Refused("The session has not begun yet. Mark it as presented once it has taken place.")
    entry = take(proposal, "present", by=by)
    came = attended_counts([event.id]).get(event.id) if event else None
    words = f"{count(came, 'person', 'people')} came." if came else ""
    tell_all("proposal-presented", proposal, entry.id, values={"came": words}, batch=entry.batch)


def session_changed(event: Event, change: Change, before: Before, *, by: str, batch: str) -> None:
    """A session changed: its presenters hear of another time, and lose a slot that is gone or cancelled.

    Their letters wait as those to everybody else do, and are called back with them.
    """
    tell_calendars(on_event(event))
    for proposal in _without_slot():
        lock(proposal)
        _off(proposal, by=by, clear=False)
    if change is Change.MOVED:
        for proposal in _scheduled(event):
            _tell_moved(proposal, before, by=by, batch=batch)
    elif change is Change.CANCELLED:
        for proposal in _scheduled(event):
            lock(proposal)
            _off(proposal, by=by, clear=False)


def tell_calendars(proposals: Iterable[Proposal]) -> None:
    """Let whoever keeps calendars know whose day is other than before."""
    people = {each.person_id for proposal in proposals for each in proposal.presenters}
    if people:
        presenting_changed.send(None, people=people)


def session_going(event: Event, *, by: str) -> None:
    """A draft is about to be deleted: what stands in it waits for another date."""
    for proposal in _scheduled(event):
        lock(proposal)
        _off(proposal, by=by, clear=False)


def _scheduled(event: Event) -> Iterable[Proposal]:
    return [each for each in on_event(event) if each.state in (State.SCHEDULED, State.CONFIRMED)]


def _without_slot() -> list[Proposal]:
    query = select(Proposal).where(
        Proposal.state.in_((State.SCHEDULED, State.CONFIRMED)), Proposal.agenda_item_id.is_(None)
    )
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def _tell_moved(proposal: Proposal, before: Before, *, by: str, batch: str) -> None:
    for presenter in proposal.presenters:
        if presenter.saying == Saying.CONFIRMED:
            zone, event = zone_of(presenter), proposal.event
            was = when(before.starts_at, before.ends_at, zone)
            earlier = unsent((SCOPE, proposal.id), ("person", presenter.person_id), ("proposal-moved",))
            if earlier:  # nobody was told yet: what they know is the time before the first of these changes
                was = earlier[0].values["was"]
                take_back(earlier, "The session moved again.", by=by)
            if _when(event, zone) != was:
                tell(
                    "proposal-moved", presenter, batch, values={"was": was}, batch=batch, due_at=now() + GRACE
                )
