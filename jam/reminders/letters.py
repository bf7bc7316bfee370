"""The letters of this room: what they are called, what goes into them, and writing one to somebody."""

from __future__ import annotations

from dataclasses import dataclass

from jam.base.database import db
from jam.base.links import url
from jam.base.now import now
from jam.base.words import long_date, when
from jam.base.zones import EASTERN
from jam.calendars.actions import invite
from jam.cases.queries import on_event
from jam.mail.actions import About, Recipient, draft
from jam.mail.kinds import (
    Example,
    because,
    examples,
    heading,
    invented,
    link,
    links_say,
    needs,
    register,
    stoppable,
)
from jam.mail.models import Letter
from jam.mail.queries import current
from jam.mail.rules import GRACE
from jam.people.models import Person
from jam.people.rules import Stop
from jam.registration.examples import newest_seats
from jam.registration.models import Registration
from jam.registration.rules import Status
from jam.reminders import causes  # noqa: F401 - when its letters are of no use is handed in
from jam.reminders.audiences import (
    CAME_LETTER,
    FACULTY_LETTER,
    FOLLOW_UPS,
    MISSED_LETTER,
    REMINDER,
    REMINDERS,
    SOON,
    WAITING_LETTER,
)
from jam.reminders.models import Reminder, ReminderRule
from jam.reminders.rules import soon, without
from jam.schedule.models import Event
from jam.schedule.queries import coming
from jam.schedule.rules import State, Visibility

_COMMON = {
    "name": "the recipient's name",
    "title": "the session's title",
    "program": "the program's name",
    "when": "date and time in the recipient's zone",
    "my_page": "link to the recipient's own page",
    "session_page": "link to the session's page",
}
_BEFORE = {"soon": "how far off it is when the letter leaves: “in 7 days”, “tomorrow”, “in one hour”"}
_JOIN = {
    "join_page": "link to the page that lets the recipient into the session",
    "join_words": "when the join link opens, in a sentence; empty where the rule gives no link",
}
_FACULTY = {
    "cohort": "the cohort's name",
    "cases": "the codes of the cases that are planned, in a sentence; empty when there are none",
    "cohort_page": "link to the cohort on the desk",
}
_AFTER = {
    "materials": "“Recording and slides”, or whichever of them there is",
    "materials_page": "link to the page with recording and slides; its paragraph is left out when there are none",
    "materials_later": "that they come later, in a sentence; empty when there are some",
    "next_session": "the program's next session with its date, in a sentence; empty when there is none",
    "sessions": "link to the sessions to come",
}

register(REMINDER, "A session is coming", **_COMMON, **_BEFORE, **_JOIN)
register(SOON, "A session begins soon", **_COMMON, **_BEFORE, **_JOIN)
register(WAITING_LETTER, "A session is coming, and you wait for a seat", **_COMMON, **_BEFORE)
register(FACULTY_LETTER, "A session of your cohort is coming", **_COMMON, **_BEFORE, **_FACULTY)
register(CAME_LETTER, "Thank you for coming", **_COMMON, **_AFTER)
register(MISSED_LETTER, "You missed the session", **_COMMON, **_AFTER)

heading("Before a session", *REMINDERS)
heading("After a session", *FOLLOW_UPS)
because(
    "You get this mail because you registered for this session with this address.",
    REMINDER,
    SOON,
    MISSED_LETTER,
)
because("You get this mail because you are on the waiting list of this session.", WAITING_LETTER)
because("You get this mail because you belong to the faculty of this cohort.", FACULTY_LETTER)
because("You get this mail because you were at this session.", CAME_LETTER)
links_say(
    session_page="See the session's page",
    materials_page="Recording and slides",
    cohort_page="Open the cohort on the desk",
)
needs(REMINDER, "title", "when", "join_page", "my_page")
needs(SOON, "title", "when", "join_page", "my_page")
needs(WAITING_LETTER, "title", "when", "my_page")
needs(FACULTY_LETTER, "title", "when", "cohort_page")
needs(CAME_LETTER, "title", "materials_page")
needs(MISSED_LETTER, "title", "materials_page")
stoppable(Stop.REMINDERS, *REMINDERS)
stoppable(Stop.FOLLOW_UPS, *FOLLOW_UPS)

_JOIN_WORDS = "The link is yours alone, and it opens 20 minutes before the start."
_NEXT = "The next one is “{}”, {}."
_NEXT_INVENTED = _NEXT.format("Nights on call", "Tuesday, January 19, 2027, 1:00 to 2:00 p.m. Eastern")
_CASES = "The cases: {}."
_LATER = "The recording is not ready yet. As soon as it is, it stands on the session's page."

invented(
    soon="tomorrow",
    join_words=_JOIN_WORDS,
    cases=_CASES.format("ECHO-7K3D and ECHO-9QXM"),
    materials="Recording and slides",
    materials_later="",
    next_session=_NEXT_INVENTED,
)


@link("session-page")
def session_page(id: int) -> str:
    """A session's public page; the list of sessions where it has none."""
    event = db.session.get_one(Event, id)
    shown = event.state != State.DRAFT and event.visibility != Visibility.MEMBERS
    return url("site.session", slug=event.slug) if shown else url("site.sessions")


@link("faculty-page")
def faculty_page(id: int) -> str:
    """A session's cohort on the desk, for whoever belongs to its faculty and is signed in."""
    event = db.session.get_one(Event, id)
    return url("cohorts.desk_cohort", slug=event.cohort.slug) if event.cohort else url("cohorts.desk_cohorts")


@dataclass(frozen=True)
class To:
    """Somebody to write to about a session; without a seat there is no way in."""

    person: Person
    seat: Registration | None

    @property
    def name(self) -> str:
        """As they gave it for this session."""
        return self.seat.name if self.seat else self.person.name

    @property
    def time_zone(self) -> str:
        """The zone in which to tell them the time."""
        return self.person.time_zone or EASTERN


class Writer:
    """Writes the letters of one rule at one session: what is the same for all of them is looked up once."""

    def __init__(self, event: Event, rule: ReminderRule, following: Event | None = None) -> None:
        self.event, self.rule = event, rule
        self.home = ("program", event.program_id)
        self.wording = current(rule.kind, self.home)
        self.follow_up = rule.kind in FOLLOW_UPS
        self.join_words = _JOIN_WORDS if rule.with_link else ""
        #: The program's next session, where the letter tells of it.
        self.following = following
        self.to_faculty = _to_faculty(event) if rule.kind == FACULTY_LETTER else {}

    def values(self, to: To) -> dict[str, str]:
        """What stands in the placeholders for somebody."""
        event = self.event
        found = {
            "name": to.name,
            "title": event.title,
            "program": event.program.name,
            "when": when(event.starts_at, event.ends_at, to.time_zone),
        }
        if self.rule.kind == FACULTY_LETTER:
            return found | {"soon": soon(event.starts_at, now(), to.time_zone), **self.to_faculty}
        if not self.follow_up:
            has_link = "join_page" in self.links(to)
            return found | {
                "soon": soon(event.starts_at, now(), to.time_zone),
                "join_words": self.join_words if has_link else "",
            }
        materials = _materials(event)
        return found | {
            "materials": materials,
            "materials_later": "" if materials else _LATER,
            "next_session": _next_words(self.following, to.time_zone),
        }

    def links(self, to: To) -> dict[str, tuple[str, int]]:
        """Where its links lead."""
        event, own = self.event, ("me", to.person.id)
        # The public page shows recording and slides of public sessions; the own page shows those of all.
        page = ("session-page", event.id) if event.visibility == Visibility.PUBLIC else own
        found = {"my_page": own, "session_page": page}
        if self.rule.kind == FACULTY_LETTER:
            found["cohort_page"] = ("faculty-page", event.id)
        elif self.follow_up:
            found["sessions"] = ("sessions", 0)
            if _materials(event):
                found["materials_page"] = page
        elif self.rule.with_link and to.seat is not None and to.seat.status == Status.CONFIRMED:
            found["join_page"] = ("join", to.seat.id)
        return found

    def words(self, links: dict[str, tuple[str, int]]) -> str:
        """The wording, without the paragraphs whose links this letter does not have."""
        return without(self.wording, {"join_page", "materials_page"} - links.keys())

    def write(self, reminder: Reminder, to: To) -> Letter | None:
        """Write it to somebody, with the invitation where the rule says so; None when they have it already."""
        address = to.person.address
        assert address is not None
        links = self.links(to)
        letter = draft(
            self.rule.kind,
            Recipient(address, to.name, "person", to.person.id),
            About(
                scope=("event", self.event.id),
                values=self.values(to),
                links=links,
                data={"reminder": reminder.id, "occurrence": reminder.occurrence},
                home=self.home,
            ),
            key=key(reminder, to.person.id),
            # A wrong report, which tells people that they missed what they were at, can be called back; a reminder cannot wait.
            due_at=now() + GRACE if self.follow_up else None,
            batch=reminder.batch,
            wording=self.words(links),
        )
        if letter is not None and self.rule.with_invite and _can_be_invited(to.seat):
            assert to.seat is not None
            if to.seat.invite_sequence is None:
                to.seat.invite_sequence = self.event.sequence
            # The SEQUENCE they know already: calendars see the same entry once more, and answers stay.
            invite(letter, to.seat, "REQUEST")
        return letter


def key(reminder: Reminder, person_id: int) -> str:
    """One letter per reminder, occurrence and person."""
    return f"reminder:{reminder.id}:{reminder.occurrence}:{person_id}"


def writer_of(event: Event, rule: ReminderRule) -> Writer:
    """A writer that knows the program's next public session, where its letters tell of it."""
    return Writer(event, rule, _following(event) if rule.kind in FOLLOW_UPS else None)


def _following(event: Event) -> Event | None:
    found = [each for each in coming(3, event.program) if each.visibility == Visibility.PUBLIC]
    return next((each for each in found if each.id != event.id), None)


def _to_faculty(event: Event) -> dict[str, str]:
    codes = [each.shown for each in on_event(event)]
    said = _CASES.format(" and ".join(filter(None, (", ".join(codes[:-1]), codes[-1])))) if codes else ""
    return {"cohort": event.cohort.name if event.cohort else "", "cases": said}


def _next_words(event: Event | None, time_zone: str) -> str:
    if event is None:
        return ""
    return _NEXT.format(event.title, when(event.starts_at, event.ends_at, time_zone))


def _materials(event: Event) -> str:
    if event.recording_url and event.slides_url:
        return "Recording and slides"
    return "The recording" if event.recording_url else "The slides" if event.slides_url else ""


def _can_be_invited(seat: Registration | None) -> bool:
    return seat is not None and seat.status == Status.CONFIRMED


@examples(*REMINDERS, *FOLLOW_UPS)
def _seats(home: tuple[str, int] | None) -> list[Example]:
    """The latest seats of people who have an address, those at sessions to come first."""
    return [_example(seat) for seat in newest_seats(home, Registration.status == Status.CONFIRMED)]


def _example(seat: Registration) -> Example:
    event, to = seat.event, To(seat.person, seat)
    values: dict[str, str] = {}
    links: dict[str, tuple[str, int]] = {}
    for kind in (REMINDER, FACULTY_LETTER, CAME_LETTER):
        writer = Writer(event, ReminderRule(kind=kind, with_link=True))
        values |= writer.values(to)
        links |= writer.links(to)
    values["next_session"] = _NEXT_INVENTED
    values |= {
        "cohort": values["cohort"] or "Cohort 4, spring 2027",
        "cases": values["cases"] or _CASES.format("ECHO-7K3D and ECHO-9QXM"),
    }
    if "materials_page" not in links:  # it will have some, and the wording is what staff want to see
        values |= {"materials": "Recording and slides", "materials_later": ""}
        links["materials_page"] = links["session_page"]
    return Example(
        f"registration:{seat.id}",
        f"{seat.name}: {event.title}, {long_date(event.starts_at, event.time_zone)}",
        values,
        links,
    )
