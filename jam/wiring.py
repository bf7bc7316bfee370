"""When something happens in one room, who is told in another: the only file that knows both ends of a signal.

Receivers run inside the sender's transaction: the change, its letters and its calendars are committed together or not
at all.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from jam.attendance import actions as attendance
from jam.attendance.models import Attendance
from jam.base.words import long_date
from jam.calendars import actions as calendars
from jam.calendars import personal
from jam.cases import dashboard as case_dashboard
from jam.cases import fields as case_fields
from jam.cases import merging as cases
from jam.cases import pieces as case_pieces
from jam.cases import planning as case_plan
from jam.cases import plans as case_plans
from jam.cases import retention as case_retention
from jam.cases import sections as case_sections
from jam.cases.models import EchoCase
from jam.cases.signals import handed, originals_going
from jam.cohorts import members
from jam.cohorts import merging as cohorts
from jam.cohorts import sections as cohort_sections
from jam.cohorts.queries import answered as answered_in_applications
from jam.cohorts.queries import led_events, may_sit, seats_missing
from jam.cohorts.rules import ROLE_WORDS, Role
from jam.cohorts.signals import belonging_changed, faculty_added
from jam.interest import actions as interest
from jam.interest.queries import names_of
from jam.mail import homes, subjects
from jam.mail.actions import Recipient
from jam.mail.models import Letter
from jam.mail.subjects import Subject
from jam.outcomes import asking_letters, following, following_home, following_shown
from jam.outcomes import figures as outcome_figures
from jam.outcomes import merging as outcomes
from jam.outcomes import shown as outcomes_shown
from jam.people.login import account
from jam.people.models import Person
from jam.people.signals import person_merged, person_unmerged
from jam.proposals import merging as proposals
from jam.proposals import pieces, stage
from jam.proposals.letters import slot_words
from jam.proposals.queries import stages_of
from jam.proposals.signals import presenting_changed
from jam.registration import actions as registration
from jam.registration import admission, passes, questions, roster
from jam.registration.models import Registration
from jam.registration.seats import promote
from jam.registration.signals import seat_letter
from jam.registration.telling import tell_of_change
from jam.reminders import actions as reminders
from jam.review import desk as review
from jam.schedule.models import Cohort, Event, Program
from jam.schedule.queries import all_cohorts, latest_events, programs
from jam.schedule.signals import (
    Before,
    Change,
    event_changed,
    event_going,
    past_added,
    program_changed,
    program_made,
)
from jam.solutions import home as solutions_home
from jam.vocabulary.models import Term
from jam.vocabulary.signals import term_renamed

_TOLD = {Change.MOVED, Change.CANCELLED, Change.REINSTATED}


def connect() -> None:
    """Connect every receiver. They are functions of this module, so connecting twice connects once."""
    roster.hand_in(attended)
    homes.hand_in("program", programs_by_name)
    homes.names_actors(names_of)
    homes.finds_oneself(own_mailbox)
    subjects.hand_in(letters_are_about)
    subjects.contains("program", "event", sessions_of)
    subjects.contains("program", "cohort", cohorts_in)
    event_changed.connect(event_changed_calendars)
    event_changed.connect(event_changed_seats)
    event_changed.connect(event_changed_members)
    event_changed.connect(event_changed_reminders)
    event_changed.connect(event_changed_proposals)
    event_going.connect(event_going_proposals)
    program_changed.connect(program_changed_calendars)
    term_renamed.connect(term_renamed_calendars)
    program_made.connect(program_made_reminders)
    past_added.connect(past_added_calendars)
    seat_letter.connect(seat_letter_invites)
    person_merged.connect(person_merged_interest)
    person_merged.connect(person_merged_seats)
    person_merged.connect(person_merged_attendance)
    person_merged.connect(person_merged_proposals)
    person_merged.connect(person_merged_reminders)
    pieces.hand_in("review", review.PIECE)
    person_merged.connect(person_merged_cohorts)
    person_merged.connect(person_merged_cases)
    person_merged.connect(person_merged_outcomes)
    event_changed.connect(event_changed_cases)
    event_going.connect(event_going_cases)
    questions.hand_in("cohorts", answered_in_applications)
    questions.hand_in("cases", case_fields.answered)
    cohort_sections.hand_in("follow-ups", following_home.on_home)
    case_pieces.hand_in("outcomes", outcomes_shown.PIECE)
    case_pieces.hand_in("follow-ups", following_shown.PIECE)
    cohort_sections.hand_in_notices("follow-ups", following_shown.notices)
    cohort_sections.hand_in_notices("outcomes", outcomes_shown.notices)
    cohort_sections.hand_in("cases", case_sections.on_home)
    cohort_sections.hand_in_charges("cases", case_sections.in_hand)
    cohort_sections.hand_in("solutions", solutions_home.on_home)
    originals_going.connect(originals_going_outcomes)
    handed.connect(handed_outcomes)
    case_retention.hand_in("outcomes", following.BESIDE)
    cohort_sections.hand_in_tab("cases", "Cases", "cases.desk_cohort")
    case_plan.hand_in("outcomes", outcome_figures.due)
    case_dashboard.hand_in("outcomes", outcome_figures.by_lever)
    cohort_sections.hand_in_tab("plan", "Plan", "cases.desk_plan")
    cohort_sections.hand_in_tab("follow-ups", "Follow-ups", "outcomes.desk_follow_ups")
    cohort_sections.hand_in_tab("dashboard", "Dashboard", "cases.desk_dashboard")
    personal.hand_in("proposals", presenting)
    presenting_changed.connect(presenting_changed_calendars)
    personal.hand_in("cohorts", leading)
    belonging_changed.connect(belonging_changed_calendars)
    faculty_added.connect(faculty_added_reminders)
    admission.hand_in("cohorts", may_sit)
    person_unmerged.connect(person_unmerged_everywhere)


def attended() -> Select[int, int]:
    """Who came to which session: what the roster of a program counts."""
    return select(Attendance.person_id, Attendance.event_id)


def programs_by_name() -> list[tuple[int, str]]:
    """Who may have wordings of their own: every program."""
    return [(program.id, program.name) for program in programs()]


def letters_are_about(chosen: tuple[str, int] | None) -> list[Subject]:
    """What staff look for letters by: every program, and sessions from the latest back."""
    kind, id = chosen or ("", 0)
    return [
        *(Subject("program", program.id, program.name, "Programs") for program in programs()),
        *(Subject("cohort", cohort.id, cohort.name, "Cohorts") for cohort in all_cohorts()),
        *(
            Subject(
                "event", event.id, f"{long_date(event.starts_at, event.time_zone)}: {event.title}", "Sessions"
            )
            for event in latest_events(100, id if kind == "event" else None)
        ),
    ]


def sessions_of(program_id: int) -> Select[int]:
    """The sessions of a program, by their ids."""
    return select(Event.id).where(Event.program_id == program_id)


def cohorts_in(program_id: int) -> Select[int]:
    """The cohorts of a program, by their ids."""
    return select(Cohort.id).where(Cohort.program_id == program_id)


def own_mailbox() -> Recipient | None:
    """Where a test goes that staff send to themselves."""
    person = account().person
    return Recipient(person.address, person.name, "person", person.id) if person.address else None


def event_changed_calendars(sender: Any, *, event: Event, **_: Any) -> None:
    """A session changed: feeds show it."""
    calendars.store(event)


def program_changed_calendars(sender: Any, *, program: Program) -> None:
    """A program got another name, summary or color: its feed shows it."""
    calendars.store_program(program)


def term_renamed_calendars(sender: Any, *, term: Term) -> None:
    """A lever of change got another name: its feed carries it."""
    calendars.store_term(term)


def past_added_calendars(sender: Any, *, events: list[Event]) -> None:
    """Sessions of earlier years were added: each feed they stand in is built once."""
    calendars.store_all(events, of_the_past=True)


def event_changed_seats(
    sender: Any, *, event: Event, change: Change, before: Before, by: str, batch: str, message: str
) -> None:
    """A session changed: who hopes to come is told of another time or status, and new seats go to those who wait."""
    if change in _TOLD:
        tell_of_change(event, before, by=by, batch=batch, message=message)
    promote(event, by=by)


def event_changed_members(sender: Any, *, event: Event, change: Change, by: str, **_: Any) -> None:
    """A session of a cohort was published or reinstated: its members are registered for it."""
    if event.cohort_id is not None and change in (Change.PUBLISHED, Change.REINSTATED):
        members.catch_up(seats_missing(event_id=event.id), by=by)


def event_changed_reminders(sender: Any, *, event: Event, change: Change, by: str, **_: Any) -> None:
    """A session was published, moved, cancelled or reinstated: its reminders follow."""
    reminders.session_changed(event, change, by=by)


def program_made_reminders(sender: Any, *, program: Program, by: str) -> None:
    """A program was made: it begins with the reminders that every program has."""
    reminders.add_defaults(program, by=by)


def event_changed_proposals(
    sender: Any, *, event: Event, change: Change, before: Before, by: str, batch: str, message: str
) -> None:
    """A session changed: who presents there is told, and waits for another date where the slot is gone."""
    stage.session_changed(event, change, before, by=by, batch=batch)


def event_going_proposals(sender: Any, *, event: Event, by: str) -> None:
    """A draft is about to be deleted: who was to present there waits for another date."""
    stage.session_going(event, by=by)


def presenting(person_id: int) -> list[personal.Part]:
    """Where somebody presents, for their own calendar: the slot stands in the session's entry."""
    return [
        personal.Part(
            event=each.event,
            sentence=f"You present “{each.proposal.title}” here, {slot_words(each.item, each.event.time_zone)}.",
            changed_at=each.proposal.state_at,
        )
        for each in stages_of(person_id)
    ]


def presenting_changed_calendars(sender: Any, *, people: set[int]) -> None:
    """People present elsewhere, or no longer: their own calendars show it."""
    personal.make_stale(people)


def leading(person_id: int) -> list[personal.Part]:
    """Which sessions of cohorts somebody leads or advises, for their own calendar."""
    found: dict[int, personal.Part] = {}
    for one, event in led_events(person_id):
        words = ROLE_WORDS[Role(one.role)].lower()
        sentence = f"You are {'an' if words[0] in 'aeiou' else 'a'} {words} here."
        found.setdefault(event.id, personal.Part(event=event, sentence=sentence, changed_at=one.added_at))
    return list(found.values())


def belonging_changed_calendars(sender: Any, *, people: set[int]) -> None:
    """People belong to a cohort, or no longer: their own calendars show it."""
    personal.make_stale(people)


def faculty_added_reminders(sender: Any, *, program: Program, by: str) -> None:
    """Somebody belongs to a cohort's faculty: the faculty is reminded of its sessions."""
    reminders.add_faculty_default(program, by=by)


def seat_letter_invites(sender: Any, *, letter: Letter, registration: Registration, method: str) -> None:
    """A letter about a seat was written: it carries the invitation, its update or its end."""
    calendars.invite(letter, registration, method)


def person_merged_interest(sender: Any, *, keep: Person, gone: Person, by: str, batch: str) -> None:
    """Two people are one: their wishes and their place on the news list are too."""
    interest.merge(keep, gone, by=by, batch=batch)


def person_merged_seats(sender: Any, *, keep: Person, gone: Person, by: str, batch: str) -> None:
    """Two people are one: their seats and passes are too."""
    registration.merge(keep, gone, by=by, batch=batch)
    passes.merge(keep, gone, by=by, batch=batch)


def person_merged_attendance(sender: Any, *, keep: Person, gone: Person, by: str, batch: str) -> None:
    """Two people are one: what each was there for is too."""
    attendance.merge(keep, gone, by=by, batch=batch)


def person_merged_proposals(sender: Any, *, keep: Person, gone: Person, by: str, batch: str) -> None:
    """Two people are one: what they present is too."""
    proposals.merge(keep, gone, by=by, batch=batch)


def person_merged_reminders(sender: Any, *, keep: Person, gone: Person, by: str, batch: str) -> None:
    """Two people are one: of reminders to both that have not left, one does."""
    reminders.merge(keep, gone, by=by, batch=batch)


def person_merged_cases(sender: Any, *, keep: Person, gone: Person, by: str, batch: str) -> None:
    """Two people are one: the cases they bring are too."""
    cases.merge(keep, gone, by=by, batch=batch)


def person_merged_outcomes(sender: Any, *, keep: Person, gone: Person, by: str, batch: str) -> None:
    """Two people are one: what they suggested is too."""
    outcomes.merge(keep, gone, by=by, batch=batch)


def event_changed_cases(sender: Any, *, event: Event, change: Change, by: str, batch: str, **_: Any) -> None:
    """A session was cancelled: its cases wait for another one."""
    case_plans.session_changed(event, change, by=by, batch=batch)


def originals_going_outcomes(sender: Any, *, case: EchoCase) -> None:
    """A case loses its presenter's own words: what they wrote of its outcomes goes, too."""
    following.forget(case)


def handed_outcomes(sender: Any, *, case: EchoCase, earlier: Person, by: str) -> None:
    """A colleague brings a case: they are asked what became of it."""
    asking_letters.handed(case, earlier, by=by)


def event_going_cases(sender: Any, *, event: Event, by: str) -> None:
    """A draft is about to be deleted: cases planned for it wait for another one."""
    case_plans.session_going(event, by=by)


def person_merged_cohorts(sender: Any, *, keep: Person, gone: Person, by: str, batch: str) -> None:
    """Two people are one: their places in teams, faculties and as guests are too."""
    cohorts.merge(keep, gone, by=by, batch=batch)


def person_unmerged_everywhere(sender: Any, *, keep: Person, gone: Person, by: str, batch: str) -> list[str]:
    """Two people are two after all: each room puts back what it moved, and says what stays because it changed since."""
    rooms = (registration, passes, attendance, interest, proposals, cohorts, cases, outcomes, reminders)
    return [sentence for room in rooms for sentence in room.unmerge(keep, gone, by=by, batch=batch)]
