"""What cohorts need from whoever leads them, reads their originals, records, or advises: lines of the front page."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from flask import url_for

from jam.base.now import now
from jam.base.words import count, long_date, until
from jam.base.zones import EASTERN
from jam.cases.models import EchoCase
from jam.cases.queries import abandoned, late_by, on_event, read_by, unopened, waiting
from jam.cases.rules import HELD, State
from jam.cohorts.queries import next_events, to_decide
from jam.desk import rules
from jam.outcomes.following_shown import notices
from jam.outcomes.queries import awaited, unsent
from jam.outcomes.shown import unsent_words
from jam.people.models import Account
from jam.schedule.models import Cohort, Event


@dataclass(frozen=True)
class Need:
    """A line of the front page: what needs somebody, why, how urgently, and where to do it."""

    urgency: str
    text: str
    why: str
    action: str
    href: str


def applications(cohort_ids: Collection[int] | None = None) -> list[Need]:
    """Applications to decide and decisions to tell, of all cohorts or of these."""
    found = []
    for cohort, opened, untold in to_decide():
        if cohort_ids is not None and cohort.id not in cohort_ids:
            continue
        if opened:
            text = f"{count(opened, 'application', 'applications')} to {cohort.name} to decide"
            where = url_for("cohorts.desk_applications", slug=cohort.slug, state="received")
            found.append(Need("soon", text, "Nobody hears of it until you tell them.", "Read", where))
        if untold:
            text = f"{count(untold, 'decision', 'decisions')} about {cohort.name} to tell"
            where = url_for("cohorts.desk_release", slug=cohort.slug)
            found.append(Need("later", text, "Decided, and told to nobody yet.", "Tell", where))
    return found


def recommendations(cohort_ids: set[int] | None) -> list[Need]:
    """Cases of these cohorts, or of all, whose recommendations are not sent."""
    return [
        Need(
            "now" if late_by(case) else "soon",
            unsent_words(case),
            case.cohort.name,
            "Write them",
            url_for("outcomes.desk_recommendations", slug=case.cohort.slug, code=case.code),
        )
        for case in unsent(cohort_ids)
    ]


def cases(account: Account, cohorts: Iterable[Cohort]) -> list[Need]:
    """Cases of these cohorts to read, to say held, and to plan: a line a cohort for each."""
    by_id = {cohort.id: cohort for cohort in cohorts}
    if not by_id:
        return []
    waits = waiting([*by_id])
    reads = read_by(account, by_id)
    found = [
        Need(
            "now" if case.state == State.SCHEDULED else "soon",
            f"Who brings {case.shown} is no member any more",
            f"{case.cohort.name}. " + _without_presenter(case),
            "Hand it on",
            url_for("cases.desk_hand", slug=case.cohort.slug, code=case.code),
        )
        for case in awaited(abandoned(by_id))
    ]
    for cohort in by_id.values():
        here = [case for case in waits if case.cohort_id == cohort.id]
        unread = [case for case in here if case.state in (State.SUBMITTED, State.IN_REVIEW)]
        if unread and cohort.id in reads:
            text = f"{count(len(unread), 'case waits', 'cases wait')} to be read"
            since = min(case.state_at for case in unread)
            why = f"{cohort.name}. The first has waited since {long_date(since, EASTERN)}."
            urgency = rules.urgency_of_wishes(since, now())
            found.append(Need(urgency, text, why, "Read", url_for("cases.desk_queue")))
        for case in (case for case in here if case.state == State.SCHEDULED):
            text = f"Was {case.shown} presented?"
            where = url_for("cases.desk_session", slug=cohort.slug, code=case.code)
            found.append(Need("now", text, f"{cohort.name}. Its session has begun.", "Say so", where))
        if approved := sum(case.state == State.APPROVED for case in here):
            text = f"{count(approved, 'approved case has', 'approved cases have')} no session"
            where = url_for("cases.desk_plan", slug=cohort.slug)
            found.append(Need("soon", text, cohort.name, "Plan", where))
    return found


def _without_presenter(case: EchoCase) -> str:
    """What a case whose presenter has left misses them for."""
    if case.state == State.PRESENTED:
        return "What the group recommends would go to who left."
    if case.state in HELD:
        return "Nobody is asked what became of it."
    return _of_session(case.event) if case.event else "It has no session yet."


def follow_ups(account: Account, cohorts: Collection[Cohort]) -> list[Need]:
    """Answers that are overdue, words to read, cases to close, of cohorts that somebody leads."""
    reads = read_by(account, [cohort.id for cohort in cohorts])
    return [
        Need("later", notice.words, cohort.name, notice.label, notice.href)
        for cohort in cohorts
        for notice in notices(cohort, reads=cohort.id in reads)
    ]


def released(account: Account, cohorts: Iterable[Cohort]) -> list[Need]:
    """Cases that the faculty may read before their session, and this account has not opened yet: a line a cohort."""
    by_id = {cohort.id: cohort for cohort in cohorts}
    for id in read_by(account, by_id):  # whoever reads originals has read it
        del by_id[id]
    found = unopened(account.person_id, [*by_id])
    return [
        Need(
            "soon" if _soonest(here) else "later",
            f"{count(len(here), 'case is', 'cases are')} released to you, and not opened yet",
            _of(cohort, here),
            "Read",
            _where(cohort, here),
        )
        for cohort in by_id.values()
        if (here := [case for case in found if case.cohort_id == cohort.id])
    ]


def _soonest(here: list[EchoCase]) -> Event | None:
    events = [case.event for case in here if case.event is not None]
    return min(events, key=lambda each: each.starts_at, default=None)


def _of(cohort: Cohort, here: list[EchoCase]) -> str:
    event = _soonest(here)
    return f"{cohort.name}. The first comes to its session {_when(event)}." if event else f"{cohort.name}."


def _where(cohort: Cohort, here: list[EchoCase]) -> str:
    if len(here) == 1:
        return url_for("cases.read", slug=cohort.slug, code=here[0].code)
    return url_for("cohorts.home", slug=cohort.slug, _anchor="cases")


def _of_session(event: Event) -> str:
    return f"It is planned for the session {_when(event)}."


def _when(event: Event) -> str:
    return (
        f"on {long_date(event.starts_at, event.time_zone)}, {until(event.starts_at, now(), event.time_zone)}"
    )


def coming(cohorts: Iterable[Cohort]) -> list[tuple[Event, Cohort, str]]:
    """The next session of each of these cohorts, soonest first, with the cases that it has in words."""
    by_id = {cohort.id: cohort for cohort in cohorts}
    return [
        (event, by_id[event.cohort_id], ", ".join(case.shown for case in on_event(event)) or "no case yet")
        for event in next_events([*by_id])
        if event.cohort_id is not None
    ]
