"""The two programs and their dates: what was held, what is planned, what is still open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import cycle, islice

from jam.base.now import frozen, now
from jam.base.zones import EASTERN
from jam.demo import topics
from jam.demo.topics import EchoTopic, Topic
from jam.schedule import actions, agendas, programs
from jam.schedule.given import EventFields, ProgramFields, Slot
from jam.schedule.models import Cohort, Event, Program
from jam.schedule.recurrence import Recurrence, occurrences
from jam.schedule.rules import ItemKind, Visibility
from jam.schedule.signals import event_changed
from jam.schedule.slots import slots_of
from jam.vocabulary.models import Term
from jam.vocabulary.queries import terms
from jam.vocabulary.rules import Kind

BY = "command"

_THIRD_TUESDAY = Recurrence(kind="monthly", nth=3, weekday=1)
_SECOND_THURSDAY = Recurrence(kind="monthly", nth=2, weekday=3)
_FOURTH_THURSDAY = Recurrence(kind="monthly", nth=4, weekday=3)
_BEFORE_FIRST_JAM = date(2024, 4, 30)

#: Sessions ahead that are planned whole, then those whose date alone is announced; the rest of a year are drafts.
PLANNED = 3
_ANNOUNCED = 3

#: Sessions of a cohort.
ECHO_SESSIONS = 12


@dataclass(frozen=True)
class Sessions:
    """What was made: Jams held and planned, oldest first, and the ECHO's sessions by cohort."""

    held: list[Event]
    planned: list[Event]
    others: list[Event]
    cohorts: list[tuple[Cohort, list[Event]]]

    @property
    def all(self) -> list[Event]:
        return [*self.held, *self.planned, *self.others, *(each for _, row in self.cohorts for each in row)]


def make_sessions() -> Sessions:
    """Write both programs. Nobody hears of it: calendars are built once, at the end of loading."""
    with event_changed.muted():
        jam, echo = _jam(), _echo()
        held, planned, others = _jams(jam)
        cohorts = [
            _cohort(
                echo, "cohort-1", "Cohort 1, November 2023 to July 2024", date(2023, 11, 1), date(2024, 7, 31)
            ),
            _cohort(
                echo, "cohort-2", "Cohort 2, fall 2024 to spring 2025", date(2024, 9, 1), date(2025, 5, 31)
            ),
            _running_cohort(echo),
        ]
        _templates(jam, echo, planned[0])
    return Sessions(held, planned, others, cohorts)


def _templates(jam: Program, echo: Program, example: Event) -> None:
    """A template of staff's own, and what new drafts begin with."""
    agendas.choose(jam, agendas.OURS[0], by=BY)
    agendas.choose(echo, agendas.OURS[1], by=BY)
    agendas.keep(jam, "Jam with two talks", slots_of(example), with_speakers=False, instead=False, by=BY)


def _jam() -> Program:
    with frozen(datetime(2024, 4, 2, 15, tzinfo=UTC)):
        return programs.make_program(
            "jam",
            ProgramFields(
                name="Workforce Solutions Jam",
                summary=(
                    "A monthly national webinar on the behavioral health workforce, open to all. Each Jam brings the "
                    "latest on workforce efforts and legislation, people who tried something, what it took, and one "
                    "thing you can do before the next one."
                ),
                time_zone=EASTERN,
                start_time=time(13),
                minutes=60,
                join_url="https://meet.example.org/j/workforce-solutions-jam",
                recurrence=_THIRD_TUESDAY.to_json(),
            ),
            by=BY,
        )


def _echo() -> Program:
    with frozen(datetime(2023, 10, 3, 15, tzinfo=UTC)):
        return programs.make_program(
            "echo",
            ProgramFields(
                name="Workforce ECHO",
                summary=(
                    "Case-based learning and mentorship for provider organizations and state associations. Each month "
                    "a cohort hears a short presentation, takes up one member's workforce challenge, and works out "
                    "what they would try."
                ),
                color="slateblue",
                time_zone=EASTERN,
                visibility=Visibility.LISTED,
                start_time=time(14),
                minutes=90,
                join_url="https://meet.example.org/j/workforce-echo",
                recurrence=_SECOND_THURSDAY.to_json(),
            ),
            by=BY,
        )


def _jams(jam: Program) -> tuple[list[Event], list[Event], list[Event]]:
    slots = occurrences(_THIRD_TUESDAY, jam.start_time, jam.minutes, EASTERN, _BEFORE_FIRST_JAM, 600)
    past = [slot for slot in slots if slot[1] <= now()]
    ahead = slots[len(past) : len(past) + 12]
    named = _named_terms()
    subjects = iter(_subjects(len(past) + PLANNED))
    held = [_whole(jam, n, slot, next(subjects), named) for n, slot in enumerate(past)]
    planned = [
        _whole(jam, n, slot, next(subjects), named) for n, slot in enumerate(ahead[:PLANNED], len(past))
    ]
    others = [_open(jam, slot, n < _ANNOUNCED) for n, slot in enumerate(ahead[PLANNED:])]
    return held, planned, others


def _subjects(count: int) -> list[Topic]:
    """As many topics as sessions; once all have had their turn, the early ones are looked at again."""
    again = (
        Topic(f"{each.title}: a second look", each.summary, each.levers, each.focus, each.talks)
        for each in topics.TOPICS
    )
    return list(islice((topic for row in (topics.TOPICS, cycle(again)) for topic in row), count))


def _whole(
    jam: Program, number: int, slot: tuple[datetime, datetime], topic: Topic, named: dict[str, Term]
) -> Event:
    start, end = slot
    agenda = _agenda(number, topic)
    tags = [named[name] for name in (*topic.levers, topic.focus) if name in named]
    given = EventFields(title=topic.title, summary=_summary(topic), join_url=jam.join_url)
    with frozen(min(now(), start - timedelta(days=120))):
        event = actions.make_event(jam, topic.title, start, end, by=BY)
    with frozen(min(now(), start - timedelta(days=42))):
        actions.edit_event(event, given, tags, agenda, by=BY)
        actions.publish(event, by=BY)
    if end <= now():
        page = f"https://media.example.org/jam/{start:%Y-%m}"
        with frozen(min(now(), end + timedelta(days=3))):
            # Once it is over nobody joins; the link that was used is kept with the session.
            shown = EventFields(
                title=given.title, summary=given.summary, join_url=given.join_url,
                recording_url=f"{page}/recording", slides_url=f"{page}/slides.pdf",
            )  # fmt: skip
            actions.edit_event(event, shown, tags, agenda, by=BY)
    return event


def _open(jam: Program, slot: tuple[datetime, datetime], announced: bool) -> Event:
    with frozen(min(now(), slot[0] - timedelta(days=120))):
        event = actions.make_event(jam, "Topic to come", *slot, by=BY)
        agendas.begin(event, agendas.OURS[0])
        if announced:
            actions.publish(event, by=BY)
    return event


def _cohort(echo: Program, slug: str, name: str, first: date, last: date) -> tuple[Cohort, list[Event]]:
    """A cohort with a session each month, and further ones on fourth Thursdays until there are twelve."""
    today = now()
    with frozen(datetime.combine(first, time(15), tzinfo=UTC) - timedelta(days=30)):
        cohort = programs.make_cohort(echo, slug, name, first, last, by=BY)
        slots = [
            slot
            for pattern in (_SECOND_THURSDAY, _FOURTH_THURSDAY)
            for slot in occurrences(pattern, echo.start_time, echo.minutes, EASTERN, first, ECHO_SESSIONS)
            if slot[0].date() <= last
        ]
        named = _named_terms()
        events = [
            _echo_session(echo, cohort, slot, row, named[row.lever], today)
            for slot, row in zip(sorted(slots[:ECHO_SESSIONS]), topics.ECHO, strict=True)
        ]
    return cohort, events


def _running_cohort(echo: Program) -> tuple[Cohort, list[Event]]:
    """A cohort that began five months ago and meets monthly for a year."""
    month = now().year * 12 + now().month - 1 - 5
    first = date(month // 12, month % 12 + 1, 1)
    last = date((month + 12) // 12, (month + 12) % 12 + 1, 1) - timedelta(days=1)
    return _cohort(echo, "cohort-3", f"Cohort 3, {first:%B %Y} to {last:%B %Y}", first, last)


def _echo_session(
    echo: Program,
    cohort: Cohort,
    slot: tuple[datetime, datetime],
    row: EchoTopic,
    lever: Term,
    today: datetime,
) -> Event:
    subject, lesson, case = row.subject, row.didactic, row.case
    event = actions.make_event(echo, subject, *slot, by=BY, cohort=cohort)
    page = f"https://media.example.org/echo/{slot[0]:%Y-%m-%d}" if slot[1] <= today else None
    agenda = [
        Slot(
            ItemKind.WELCOME,
            "Welcome and roll call",
            "",
            10,
            "Host: Otis; tech: Rena",
            "Rena renames whoever came in by phone.",
        ),
        Slot(ItemKind.DIDACTIC, lesson, "", 20, "Tech: Rena"),
        Slot(
            ItemKind.CASE, case, "", 20, "Facilitator: Ada; note taker: Rena", "Nobody names their employer."
        ),
        Slot(
            ItemKind.DISCUSSION,
            "What would you try?",
            "",
            25,
            "Facilitator: Ada; note taker: Rena",
            "Questions first, recommendations after. Sum up and ask: did I get that right?",
        ),
        Slot(ItemKind.WRAP_UP, "One thing before next month", "", 10, "Facilitator: Ada"),
        Slot(ItemKind.EVALUATION, "Three questions about today", "", 5, "Tech: Rena, link in the chat"),
    ]
    given = EventFields(
        title=subject,
        summary=f"A short presentation, *{lesson}*, then a member's challenge: {case[0].lower()}{case[1:]}.",
        visibility=Visibility.LISTED,
        join_url=echo.join_url,
        recording_url=f"{page}/recording" if page else None,
        slides_url=f"{page}/slides.pdf" if page else None,
    )
    actions.edit_event(event, given, [lever], agenda, by=BY)
    actions.publish(event, by=BY)
    return event


def _agenda(number: int, topic: Topic) -> list[Slot]:
    first, second = topic.talks
    return [
        Slot(
            ItemKind.WELCOME,
            "Welcome",
            "",
            4,
            "Host: Otis; tech: Rena starts the recording",
            "Say where the captions are, and that the chat is for everybody.",
        ),
        Slot(
            ItemKind.POLICY_UPDATE, topics.POLICY_UPDATES[number % 6], "Salome Hartigan, policy associate", 8
        ),
        Slot(ItemKind.TALK, first.title, f"{first.speaker}, {first.post}", 18),
        Slot(ItemKind.TALK, second.title, f"{second.speaker}, {second.post}", 12),
        Slot(
            ItemKind.DISCUSSION,
            "Your questions",
            "",
            13,
            "Host: Otis; note taker: Ada",
            "Ada picks from the chat. Keep two minutes for a question by phone.",
        ),
        Slot(
            ItemKind.CALL_TO_ACTION,
            "One thing to do before the next Jam",
            "",
            5,
            "Host: Otis",
            "Name the next date.",
        ),
    ]


def _summary(topic: Topic) -> str:
    talks = "\n".join(f"- **{talk.title}**, {talk.speaker}" for talk in topic.talks)
    return f"{topic.summary}\n\nYou will hear:\n\n{talks}"


def _named_terms() -> dict[str, Term]:
    return {term.name: term for kind in (Kind.LEVER, Kind.FOCUS_AREA) for term in terms(kind)}
