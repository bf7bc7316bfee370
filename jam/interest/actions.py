"""Writing wishes and the news list. The caller commits."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from jam.audit.actions import record
from jam.audit.undo import changes_since, done_in, restore, values_of
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.base.text import clean_text
from jam.interest.letters import ask_to_confirm, tell_what_happens
from jam.interest.models import NewsSubscription, Wish
from jam.interest.queries import same_open_wish, subscription_of, written_lately
from jam.interest.rules import ANSWERED_BY_STAFF, ONE_LETTER_IN, News, Way, for_staff
from jam.people.actions import Details, find_or_add
from jam.people.models import Person
from jam.people.rules import checked_name

#: Characters of a message and of a note; about two pages.
LONGEST = 4_000

#: How the audit log names whoever filled in the form: nobody has shown yet that the address is theirs.
VISITOR = "visitor"


def take_part(address: str, details: Details, wishes: Collection[Way], message: str) -> Person:
    """Take what somebody typed into the public form: each wish goes where it belongs, and a letter says so.

    Sent twice, it makes one row and one letter. Refused when there is neither wish nor message, or when the address or
    name cannot be one.
    """
    message = clean_text(message, LONGEST, "Your message")
    if not wishes and not message:
        raise Refused("Tick at least one way to take part, or write us a message.")
    name = checked_name(details.name)
    person = find_or_add(address, details, by=VISITOR)
    _lock(person)
    waiting = for_staff(wishes, message)
    for wish in waiting:
        if same_open_wish(person, wish, message) is None:
            _add(person, wish, details, message)
    if Way.NEWS in wishes:
        ask_for_news(person, by=VISITOR)
    told = {*wishes, *waiting}
    if told != {Way.NEWS} and not written_lately("interest-received", person):
        tell_what_happens(person, name, told)
    return person


def _add(person: Person, wish: Way, details: Details, message: str) -> None:
    row = Wish(
        person_id=person.id,
        kind=wish,
        name=checked_name(details.name),
        organization=details.organization,
        job_role_id=details.job_role_id,
        sector_id=details.sector_id,
        state=details.state,
        message=message,
        asked_at=now(),
        note="",
    )
    db.session.add(row)
    db.session.flush()
    record("interest.ask", "wish", row.id, by=VISITOR)


def answer(wish: Wish, note: str, *, by: str) -> None:
    """Mark a wish as answered, with what came of it. An answered one stays as it is."""
    note = clean_text(note, LONGEST, "The note")
    db.session.refresh(wish, with_for_update=True)
    if wish.answered_at is not None:
        return
    record("interest.answer", "wish", wish.id, by=by, changes={"note": (wish.note or None, note or None)})
    wish.answered_at, wish.answered_by, wish.note = now(), by, note


def reopen(wish: Wish, *, by: str) -> None:
    """Let an answered wish wait again; its note stays for whoever answers next."""
    db.session.refresh(wish, with_for_update=True)
    if wish.answered_at is None:
        return
    record("interest.reopen", "wish", wish.id, by=by, changes={"answered_at": (wish.answered_at, None)})
    wish.answered_at = wish.answered_by = None


def ask_for_news(person: Person, *, by: str) -> None:
    """Ask a person by mail whether they want the news; only their answer puts them on the list.

    Nothing happens for somebody who gets them already, or who was asked within the hour and has not answered.
    """
    held = _hold(person)
    if held is None:
        held = NewsSubscription(person_id=person.id, state=News.ASKED, asked_at=now(), link_version=0)
        db.session.add(held)
        db.session.flush()
        before = None
    elif held.state == News.CONFIRMED or (held.state == News.ASKED and held.asked_at > now() - ONE_LETTER_IN):
        return
    else:
        before, held.state, held.asked_at = held.state, News.ASKED, now()
    record("interest.news_asked_for", "person", person.id, by=by, changes={"news": (before, News.ASKED)})
    ask_to_confirm(held)


def confirm_news(person: Person, *, by: str) -> None:
    """Put somebody on the list who was asked; nothing happens in any other state."""
    held = _hold(person)
    if held is None or held.state != News.ASKED:
        return
    record(
        "interest.news_confirmed", "person", person.id, by=by, changes={"news": (held.state, News.CONFIRMED)}
    )
    held.state, held.confirmed_at = News.CONFIRMED, now()


def end_news(person: Person, *, by: str) -> None:
    """Take somebody off the list, or drop the question; earlier links to confirm die. Done twice, it is done once."""
    held = _hold(person)
    if held is None or held.state == News.ENDED:
        return
    record("interest.news_ended", "person", person.id, by=by, changes={"news": (held.state, News.ENDED)})
    held.state, held.ended_at = News.ENDED, now()
    held.link_version += 1


#: What a place on the news list says.
_PLACE = ("state", "asked_at", "confirmed_at", "ended_at")


def merge(keep: Person, gone: Person, *, by: str, batch: str) -> None:
    """Two people are one: wishes move; of two places on the news list, the one that was changed last stands."""
    for wish in db.session.scalars(select(Wish).where(Wish.person_id == gone.id)).all():
        before = values_of(wish, "person_id", "answered_at")
        wish.person_id = keep.id
        record("interest.move", "wish", wish.id, by=by, batch=batch, changes=changes_since(wish, before))
    held, other = subscription_of(keep), subscription_of(gone)
    if other is None:
        return
    if held is None:
        before = values_of(other, "person_id", *_PLACE)
        other.person_id = keep.id
        record(
            "interest.move_news", "person", keep.id, by=by, batch=batch, changes=changes_since(other, before)
        )
    else:
        before, whole = values_of(held, *_PLACE), values_of(other, "id", "person_id", *_PLACE, "link_version")
        if _changed_at(other) > _changed_at(held):
            held.state, held.asked_at = other.state, other.asked_at
            held.confirmed_at, held.ended_at = other.confirmed_at, other.ended_at
        held.link_version = max(held.link_version, other.link_version)
        db.session.delete(other)
        record(
            "interest.join_news", "person", keep.id, by=by, batch=batch, changes=changes_since(held, before)
        )
        ended = {field: (value, None) for field, value in whole.items()}
        record("interest.drop_news", "person", gone.id, by=by, batch=batch, changes=ended)
    db.session.flush()


def unmerge(keep: Person, gone: Person, *, by: str, batch: str) -> list[str]:
    """Put back the wishes and the place on the news list that a merge moved; returns a sentence for each that stays.

    A wish stays when it was answered since, the place on the list when anything about it changed: nobody gets news again
    who has since said no.
    """
    stays = []
    for done in done_in(batch, "interest.move"):
        wish = db.session.get(Wish, done.object_id, with_for_update=True, populate_existing=True)
        if wish is None:
            continue
        if not done.stands(wish):
            what = ANSWERED_BY_STAFF[Way(wish.kind)]
            stays.append(f"The wish “{what}” was answered or opened since; it stays with {keep.name}.")
            continue
        restore(done, wish, "interest.put_back", by=by, batch=batch)
    db.session.flush()
    if not _news_back(keep, gone, by, batch):
        stays.append(f"The place on the news list was changed since; it stays with {keep.name}.")
    return stays


def _news_back(keep: Person, gone: Person, by: str, batch: str) -> bool:
    """Whether the place on the news list is as it was before the merge, or never moved."""
    for done in done_in(batch, "interest.move_news", "interest.join_news"):
        held = _hold(keep)
        if held is None or not done.stands(held):
            return False
        before = values_of(held, *done.before)
        done.put_back(held)
        db.session.flush()
        changes = changes_since(held, before)
        record("interest.put_back_news", "person", keep.id, by=by, batch=batch, changes=changes)
    for done in done_in(batch, "interest.drop_news"):
        place = NewsSubscription()
        done.put_back(place)
        if db.session.get(NewsSubscription, place.id) is not None:
            del place.id  # SQLite has given the number to somebody else
        db.session.add(place)
        db.session.flush()
        whole = {field: (None, value) for field, value in values_of(place, *done.before).items()}
        record("interest.put_back_news", "person", gone.id, by=by, batch=batch, changes=whole)
    return True


def _changed_at(held: NewsSubscription) -> datetime:
    return max(at for at in (held.asked_at, held.confirmed_at, held.ended_at) if at is not None)


def _hold(person: Person) -> NewsSubscription | None:
    _lock(person)
    fresh = select(NewsSubscription).where(NewsSubscription.person_id == person.id)
    return db.session.scalar(fresh.execution_options(populate_existing=True))


def _lock(person: Person) -> None:
    # Two posts at once: the second waits here and then finds what the first has written.
    db.session.execute(select(Person.id).where(Person.id == person.id).with_for_update())
