"""What staff decide about applications: to be told together, later, and never beyond the capacity by accident.

The caller commits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from jam.audit.actions import one_batch, record
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.links import url
from jam.base.now import now
from jam.base.text import clean_text
from jam.cohorts import rules
from jam.cohorts.actions import lock
from jam.cohorts.letters import tell
from jam.cohorts.members import ask, check_places, dates
from jam.cohorts.models import CohortApplication
from jam.cohorts.queries import plan_of
from jam.cohorts.rules import PLACES, SETTING_WORDS, Setting, Standing, State
from jam.mail.queries import current
from jam.mail.wording import Written, fill, write
from jam.vocabulary.areas import AREA_WORDS, Area
from jam.vocabulary.rules import STATES, Kind

LETTERS = {
    State.ADMITTED: "cohort-admitted",
    State.WAITING: "cohort-waiting",
    State.DECLINED: "cohort-declined",
}


def decide(
    application: CohortApplication, decision: State, message: str = "", *, over: bool = False, by: str
) -> None:
    """Admit, wait-list or decline an application, to be told later; nobody hears of it yet.

    Refused for one that is admitted or taken back, for what it is already, and for admitting beyond the capacity unless
    `over` says that it is meant.
    """
    message = clean_text(message, rules.LONGEST_SHORT, "The message")
    lock(application)
    if application.state not in rules.OPEN:
        words = rules.STATE_WORDS[State(application.state)].lower()
        raise Refused(f"This application is {words}, so there is nothing to decide.", 409)
    if decision == application.state:
        raise Refused("That is where it stands already.", 409)
    if (application.decision, application.decision_message) == (decision, message):
        return
    if decision is State.ADMITTED and application.decision != State.ADMITTED:
        plan = plan_of(application.cohort)
        if plan is not None:
            team = sum(each.standing in PLACES for each in application.team)
            check_places(plan, organizations=1, people=team, over=over)
    record("cohorts.decide", "cohort_application", application.id, by=by,
           changes={"decision": (application.decision, decision)})  # fmt: skip
    application.decision, application.decision_message, application.decided_at = decision, message, now()
    db.session.flush()


def undecide(application: CohortApplication, *, by: str) -> None:
    """Take a decision back that nobody was told. Done twice, it is done once."""
    lock(application)
    if application.decision is None:
        return
    record("cohorts.undecide", "cohort_application", application.id, by=by,
           changes={"decision": (application.decision, None)})  # fmt: skip
    application.decision = application.decided_at = None
    application.decision_message = ""


def release(applications: Iterable[CohortApplication], *, by: str) -> int:
    """Tell decisions, all as one action; everybody of an admitted team is asked to say yes for themself.

    Returns how many were still to be told.
    """
    told = 0
    with one_batch():
        for application in sorted(applications, key=lambda each: each.id):
            lock(application)
            if application.decision is None:
                continue
            _tell(application, State(application.decision), by)
            told += 1
    return told


def _tell(application: CohortApplication, decision: State, by: str) -> None:
    was, message = application.state, application.decision_message
    application.state, application.state_at = decision, now()
    application.decision, application.decided_at, application.decision_message = None, None, ""
    db.session.flush()
    entry = record(f"cohorts.{decision}", "cohort_application", application.id, by=by,
                   changes={"state": (was, decision)})  # fmt: skip
    contact = application.contact
    if decision is State.ADMITTED:
        for member in application.team:
            if member.standing == Standing.NAMED:
                ask(member, entry.id, batch=entry.batch, write=member is not contact)
    tell(LETTERS[decision], contact, entry.id, values={"message": message, "dates": dates(contact)})


def preview(application: CohortApplication) -> Written:
    """The letter that a decision would bring to the contact, as it reads now."""
    kind = LETTERS[State(application.decision or "")]
    contact = application.contact
    values = {
        "name": contact.name,
        "organization": application.organization,
        "cohort": application.cohort.name,
        "program": application.cohort.program.name,
        "message": application.decision_message,
        "dates": dates(contact),
    }
    wording = current(kind, ("program", application.cohort.program_id))
    found = write(wording, values, {"my_page": None})
    return Written(found.subject, fill(found.text, {"my_page": url("me.lost")}), found.html)


# --- spread --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Side:
    """One way to look at how an intake is spread: its heading, and for each value how many are admitted and how many
    have applied."""

    heading: str
    rows: list[tuple[str, int, int]]


def _places(application: CohortApplication) -> list[str]:
    return [STATES.get(application.place or "", "State not known")]


def _areas(application: CohortApplication) -> list[str]:
    return [AREA_WORDS[Area(application.area)]]


def _settings(application: CohortApplication) -> list[str]:
    return [SETTING_WORDS[Setting(application.setting)]] if application.setting else ["Setting not known"]


def _levers(application: CohortApplication) -> list[str]:
    return [term.name for term in application.terms if term.kind == Kind.LEVER]


_SIDES: dict[str, Callable[[CohortApplication], list[str]]] = {
    "States": _places,
    "Rural or urban": _areas,
    "Settings": _settings,
    "Levers of change": _levers,
}


def is_in(application: CohortApplication) -> bool:
    """Whether an application is admitted, or decided to be."""
    return State.ADMITTED in (application.state, application.decision)


def spread(applications: Iterable[CohortApplication]) -> list[Side]:
    """How those admitted, and all who applied and stand, are spread."""
    standing = [each for each in applications if each.state != State.WITHDRAWN]
    found = []
    for heading, values in _SIDES.items():
        every = Counter(value for each in standing for value in values(each))
        taken = Counter(value for each in standing if is_in(each) for value in values(each))
        rows = [(value, taken[value], number) for value, number in every.items()]
        found.append(Side(heading, sorted(rows, key=lambda row: (-row[1], -row[2], row[0]))))
    return found


def adds(application: CohortApplication, applications: Iterable[CohortApplication]) -> list[str]:
    """What admitting this one would bring that nobody admitted brings: “first from Ohio”, “first rural”."""
    taken = [each for each in applications if is_in(each) and each is not application]
    found = []
    for heading, values in _SIDES.items():
        known = {value for each in taken for value in values(each)}
        new = [
            value for value in values(application) if value not in known and "not known" not in value.lower()
        ]
        words = {"States": "first from {}", "Rural or urban": "first {}", "Settings": "first {}"}
        template = words.get(heading, "first with {}")
        found += [
            template.format(value if heading == "States" else value[:1].lower() + value[1:]) for value in new
        ]
    return found


def undecided(every: Iterable[CohortApplication], *, after: int = 0) -> list[CohortApplication]:
    """Applications that nobody has decided about, oldest first, but for the one with the id `after`: from there on, and then
    from the start."""
    left = [
        each for each in every if each.state == State.RECEIVED and each.decision is None and each.id != after
    ]
    return sorted(left, key=lambda each: (each.id < after, each.id))
