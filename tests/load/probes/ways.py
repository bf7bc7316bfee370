"""How to fill in each form that visitors and people on their own page can send, for somebody new each time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select

from jam.attendance import requests
from jam.base.database import db
from jam.base.now import now
from jam.calendars import actions as calendars
from jam.cases.attachments import attach
from jam.cases.rules import State as Brought
from jam.cohorts import faculty
from jam.interest import actions as interest
from jam.mail.kinds import resolve
from jam.mail.models import Letter
from jam.mail.refusing import pause
from jam.people.actions import Details, sign_in_link
from jam.people.models import Account
from jam.people.rules import LINK_BY_MAIL
from jam.proposals import decisions, files, invitations
from jam.proposals.presenters import Other
from jam.proposals.rules import Kind
from jam.proposals.rules import State as Standing
from jam.registration import actions as registrations
from jam.registration import passes
from jam.registration.colleagues import register_colleagues
from jam.registration.models import Registration
from jam.schedule.models import Cohort, Program
from jam.vocabulary.actions import add_first_terms
from jam.vocabulary.queries import terms
from jam.vocabulary.rules import Kind as TermKind
from tests import makers
from tests.cases import brought
from tests.cases.test_reading import docx
from tests.load.visitor import about_work
from tests.outcomes.followed import sent_case
from tests.proposals import offers, slides

#: Tries of one address that the limit lets pass in an hour.
LIMIT = 10

_numbers = count(1)


@dataclass(frozen=True)
class Target:
    """A page with a form, and what somebody types there."""

    page: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    #: A part of the action of the form that is meant.
    action: str = ""
    #: A personal link to open first.
    enter: str = ""


@dataclass(frozen=True)
class Way:
    """How one form is sent, and what more than one effect of it is allowed to be."""

    name: str
    prepare: Callable[[], Target]
    status: int = 303
    #: Tables to which every try may add, and how many rows at most: what is meant to happen each time.
    grows: Mapping[str, int] = field(default_factory=dict)


def _register() -> Target:
    return Target(f"/sessions/{makers.event().slug}/register", _visitor())


def _visitor() -> dict[str, str]:
    number = next(_numbers)
    someone = {"email": f"new{number}@people.example", "name": f"New {number}"}
    return {**about_work(), **someone, "organization": f"Clinic {number}"}


def _take_pass() -> Target:
    return Target(f"/programs/{_series().slug}/register", _visitor())


def _leave_pass() -> Target:
    address = f"pass{next(_numbers)}@people.example"
    held = passes.take(_series(), address, Details(name="Pass Holder"))
    return Target("/me/", action=f"/me/passes/{held.id}/leave", enter=_path("me", held.person_id))


def _series() -> Program:
    """A program of its own with a single session, since a pass is for all sessions of its program."""
    made = makers.program(f"series-{next(_numbers)}")
    makers.event(made)
    return made


def _join() -> Target:
    event = makers.event(starts_at=now(), join_url="https://zoom.example/j/1")
    return Target(_path("join", makers.registration(event).id))


def _ask_to_sign_in() -> Target:
    return Target("/signin", {"email": _account().person.address})


def _sign_in() -> Target:
    return Target(_path("sign-in", sign_in_link(_account(), LINK_BY_MAIL, by=makers.BY).id))


def _account() -> Account:
    return makers.account(address=f"staff{next(_numbers)}@staff.example")


def _details() -> Target:
    number = next(_numbers)
    person = {"name": f"Renamed {number}", "time_zone": "America/Denver"}
    return Target(
        "/me/", person, "/me/details", enter=_path("me", makers.registration(makers.event()).person_id)
    )


def _cancel() -> Target:
    seat = makers.registration(makers.event())
    return Target("/me/", action=f"/me/seats/{seat.id}/cancel", enter=_path("me", seat.person_id))


def _rejoin() -> Target:
    seat = makers.registration(makers.event())
    registrations.cancel(seat, by=makers.BY)
    return Target("/me/", action=f"/me/seats/{seat.id}/rejoin", enter=_path("me", seat.person_id))


def _answers() -> Target:
    seat = makers.registration(makers.event())
    needs = {"accommodation": f"A reader for slides, {next(_numbers)}"}
    return Target(f"/me/seats/{seat.id}/answers", needs, enter=_path("me", seat.person_id))


def _accept() -> Target:
    event = makers.event(capacity=1, waiting_list=True, offer_hours=24)
    first, second = makers.registration(event), makers.registration(event)
    registrations.cancel(first, by=makers.BY)
    return Target("/me/", action=f"/me/seats/{second.id}/accept", enter=_path("me", second.person_id))


def _erase() -> Target:
    person_id = makers.registration(makers.event()).person_id
    return Target("/me/erase", {"word": "ERASE"}, enter=_path("me", person_id))


def _interest() -> Target:
    number = next(_numbers)
    person = {"email": f"wish{number}@people.example", "name": f"Wish {number}", "message": "On call"}
    return Target("/interest", {**person, "present": "y", "news": "y"})


def _confirm_news() -> Target:
    person = makers.person()
    interest.ask_for_news(person, by=makers.BY)
    return Target(_path("news-confirm", person.id))


def _end_news() -> Target:
    person = makers.person()
    interest.ask_for_news(person, by=makers.BY)
    interest.confirm_news(person, by=makers.BY)
    return Target(_path("news-end", person.id))


def _stop_letters() -> Target:
    return Target(_path("reminders-off", makers.person().id))


def _try_address() -> Target:
    person = makers.registration(makers.event()).person
    said = db.session.scalars(select(Letter).where(Letter.recipient_id == person.id)).one()
    pause(said, "The mail server said 550 5.1.1 No such user here")
    return Target("/me/", action="/me/address", enter=_path("me", person.id))


def _letters() -> Target:
    return Target("/me/", {"news": "y"}, "/me/letters", enter=_path("me", makers.person().id))


def _lost() -> Target:
    return Target("/me/lost", {"email": makers.person().address})


def _make_calendar() -> Target:
    return Target("/me/", action="/me/calendar/make", enter=_path("me", makers.person().id))


def _revoke_calendar() -> Target:
    person = makers.person()
    calendars.make_link(person, by=makers.BY)
    return Target("/me/", action="/me/calendar/revoke", enter=_path("me", person.id))


def _colleagues() -> Target:
    number = next(_numbers)
    named = {"colleagues-0-name": f"Named {number}", "colleagues-0-email": f"named{number}@people.example"}
    return Target(f"/sessions/{makers.event().slug}/register/colleagues", {**_visitor(), **named})


def _not_me() -> Target:
    event, number = makers.event(), next(_numbers)
    named = [(f"Named {number}", f"named{number}@people.example")]
    register_colleagues(
        event, f"host{number}@people.example", Details(name=f"Host {number}"), named, by=makers.BY
    )
    [seat] = db.session.scalars(select(Registration).where(Registration.event_id == event.id))
    return Target(_path("not-me", seat.id))


def _leave() -> Target:
    return Target(
        "/me/", action="/me/leave", enter=_path("me", makers.registration(makers.event()).person_id)
    )


def _volunteer() -> Target:
    number = next(_numbers)
    fields = {"email": f"offer{number}@people.example", "name": f"Offer {number}", "title": f"Idea {number}"}
    return Target(
        "/volunteer", {**fields, "story": "It worked.", "format": "talk", "kind": "present", "do": "send"}
    )


def _no_thanks() -> Target:
    asked = invitations.invite_known(makers.person(), "We heard of you.", [], by=makers.BY)
    return Target(_path(invitations.NO_THANKS, asked.id), {})


def _offered(action: str, state: Standing = Standing.RECEIVED, **fields: Any) -> Callable[[], Target]:
    """A form on the page of somebody's proposal in this state."""

    def prepare() -> Target:
        kind = Kind.SHARE if action == "/publishing" else Kind.PRESENT
        made = offers.proposal(state, others=(Other("Cal Roe", makers.person().address or ""),), kind=kind)
        asked = decisions.ask(made, "Since when?", by=makers.BY) if "questions" in action else None
        marks = {"other": made.presenters[1].id, "question": asked.id if asked else 0}
        page = f"/me/proposals/{made.code}"
        named = {name.format_map(marks): value for name, value in fields.items()}
        if action.endswith("portrait/drop"):
            files.keep_portrait(made.lead, files.checked_portrait(slides.png()), by=makers.BY)
        if action.endswith("edit"):
            return Target(page + action, named, enter=_path("me", made.lead.person_id))
        enter = _path("me", made.presenters[1 if "presenting" in action else 0].person_id)
        return Target(page, named, page + action.format_map(marks), enter=enter)

    return prepare


def _cohort() -> Cohort:
    """A cohort of its own, with a session to come."""
    made = makers.cohort(f"cohort-{next(_numbers)}")
    makers.cohort_event(made)
    return made


def _apply_to_cohort() -> Target:
    number = next(_numbers)
    team = {"others-0-name": f"Mate {number}", "others-0-email": f"mate{number}@people.example"}
    said = {"setting": "cmhc", "size": "1-25", "state": "OH", "zip": "43004", "challenge": "Nobody stays."}
    contact = {"name": f"Contact {number}", "email": f"contact{number}@people.example"}
    committed = {"attends": "y", "brings_case": "y", "do": "send", "organization": f"Clinic {number}"}
    return Target(f"/cohorts/{_cohort().slug}/apply", {**said, **team, **contact, **committed})


def _of_cohort(action: str, *, whose: int = 0, decided: bool = True, **fields: Any) -> Callable[[], Target]:
    """A form on the page of somebody of a team; `decided`: the organization is admitted and the others are members."""

    def prepare() -> Target:
        cohort, home = _cohort(), f"Home {next(_numbers)}"
        if decided:
            made = makers.admitted(cohort, home, says_yes=action != "/answer")
        else:
            made = makers.application(cohort, home)
        member = made.team[whose]
        named = {name: value.format(next(_numbers)) for name, value in fields.items()}
        page = f"/me/cohorts/{member.id}"
        if action == "/edit":
            return Target(page + action, named, enter=_path("me", member.person_id))
        return Target(page, named, page + action.format(made.team[1].id), enter=_path("me", member.person_id))

    return prepare


def _of_case(action: str, state: Brought = Brought.DRAFT, **fields: Any) -> Callable[[], Target]:
    """A form on the page of a presenter's case in this state; with an attachment where one is taken away."""

    def prepare() -> Target:
        if not terms(TermKind.LEVER):
            add_first_terms(by=makers.BY)
        member = makers.admitted(_cohort(), f"Home {next(_numbers)}").contact
        made = brought.case(member, state)
        if "drop" in action:
            attach(made, "plan.docx", docx("<w:p/>"), by=makers.BY)
        page, enter = f"/me/cases/{made.code}", _path("me", member.person_id)
        marks = action.format(file=made.files[-1].id if made.files else 0)
        if action == "/edit":
            return Target(page + action, fields, enter=enter)
        return Target(page, fields, page + marks, enter=enter)

    return prepare


def _handed() -> Target:
    """The form by which a presenter hands a case to a colleague."""
    if not terms(TermKind.LEVER):
        add_first_terms(by=makers.BY)
    member = brought.member(_cohort(), f"Home {next(_numbers)}")
    page = f"/me/cases/{brought.case(member).code}/hand"
    colleague = str(member.application.team[1].id)
    return Target(page, {"to": colleague}, enter=_path("me", member.person_id))


def _follow_up(end: str, **fields: Any) -> Callable[[], Target]:
    """A form on the presenter's page of buttons; each recommendation gets the same button."""

    def prepare() -> Target:
        if not terms(TermKind.LEVER):
            add_first_terms(by=makers.BY)
        member = makers.admitted(_cohort(), f"Home {next(_numbers)}").contact
        made, said = sent_case(member)
        given = {f"answer-{each.id}": "tried" for each in said} if not end else {}
        page = f"/me/cases/{made.code}/follow-up"
        return Target(page, {**given, **fields}, page + end, enter=_path("me", member.person_id))

    return prepare


def _begin_case() -> Target:
    cohort = _cohort()
    member = makers.admitted(cohort, f"Home {next(_numbers)}").contact
    return Target(
        f"/cohorts/{cohort.slug}/home",
        {},
        f"/me/cohorts/{member.id}/cases",
        enter=_path("me", member.person_id),
    )


def _guest() -> Target:
    event, number = makers.cohort_event(_cohort()), next(_numbers)
    guest = faculty.invite_guest(event, f"Guest {number}", f"guest-of{number}@people.example", by=makers.BY)
    page = f"/me/guests/{guest.id}"
    return Target(page, {"do": "yes"}, f"{page}/answer", enter=_path("me", guest.person_id))


def _attended(action: str) -> Callable[[], Target]:
    """A form on somebody's page of a session that is over; with a request where one is taken back."""

    def prepare() -> Target:
        event = makers.event(starts_at=now() - timedelta(days=3))
        seat = makers.registration(event)
        page = f"/me/attendance/{event.slug}"
        if action == "/withdraw":
            requests.ask(event, seat.person, "I was there.", by=makers.BY)
        fields = {"words": "I was there to the end."} if action == "/ask" else {}
        return Target(page, fields, page + action, enter=_path("me", seat.person_id))

    return prepare


def _path(kind: str, id: int) -> str:
    return urlsplit(resolve(kind, id)).path


#: Every such route. One that is missing here fails the probe.
WAYS: dict[str, Way] = {
    "/cohorts/<slug>/apply": Way("apply to a cohort", _apply_to_cohort),
    "/me/attendance/<slug>/ask": Way("ask for a correction", _attended("/ask")),
    "/me/attendance/<slug>/withdraw": Way("take a request back", _attended("/withdraw")),
    # No file is sent, which is said.
    "/me/cases/<code>/attachments": Way("attach to a case", _of_case("/attachments", file=""), status=400),
    "/me/cases/<code>/attachments/<int:id>/drop": Way("detach", _of_case("/attachments/{file}/drop")),
    "/me/cases/<code>/edit": Way("write a case", _of_case("/edit", situation="Other words.", do="save")),
    "/me/cases/<code>/follow-up": Way("tell what became of it", _follow_up("")),
    "/me/cases/<code>/follow-up/letters": Way("no more questions", _follow_up("/letters", do="stop")),
    "/me/cases/<code>/hand": Way("hand a case on", _handed),
    "/me/cases/<code>/withdraw": Way("take a case back", _of_case("/withdraw", Brought.SUBMITTED)),
    "/me/cohorts/<int:id>/cases": Way("begin a case", _begin_case),
    "/me/cohorts/<int:id>/answer": Way("be a member", _of_cohort("/answer", whose=1, do="yes")),
    "/me/cohorts/<int:id>/edit": Way(
        "change an application", _of_cohort("/edit", decided=False, challenge="Nobody applies.")
    ),
    "/me/cohorts/<int:id>/leave": Way("leave a cohort", _of_cohort("/leave", whose=1)),
    "/me/cohorts/<int:id>/shown": Way("shown to members", _of_cohort("/shown", shows_address="y")),
    "/me/cohorts/<int:id>/team": Way(
        "name a colleague",
        _of_cohort("/team", decided=False, name="New {}", email="new-mate{}@people.example"),
    ),
    "/me/cohorts/<int:id>/team/<int:other>/drop": Way(
        "take off a team", _of_cohort("/team/{}/drop", decided=False)
    ),
    "/me/cohorts/<int:id>/team/<int:other>/replace": Way(
        "replace a colleague", _of_cohort("/team/{}/replace", name="Nell {}", email="nell{}@people.example")
    ),
    "/me/cohorts/<int:id>/withdraw": Way("withdraw an application", _of_cohort("/withdraw", decided=False)),
    "/me/guests/<int:id>/answer": Way("be a guest", _guest),
    "/interest": Way("interest", _interest),
    # Each press of the button is evidence of attendance.
    "/join/<token>": Way("join", _join, status=200, grows={"join_click": 20}),
    "/me/address": Way("try address", _try_address),
    # Each press makes a link in place of the one before.
    "/me/calendar/make": Way(
        "make calendar",
        _make_calendar,
        grows={"person": 0, "personal_calendar": 1, "audit_entry": 20, "audit_detail": 20},
    ),
    "/me/calendar/revoke": Way("revoke calendar", _revoke_calendar),
    "/me/details": Way("details", _details),
    "/me/erase": Way("erase", _erase),
    "/me/leave": Way("leave", _leave),
    "/letters/stop/<token>": Way("stop letters", _stop_letters),
    "/me/letters": Way("letters", _letters),
    "/me/lost": Way("lost", _lost),
    "/me/passes/<int:id>/leave": Way("leave pass", _leave_pass),
    "/me/proposals/<code>/about": Way("about a presenter", _offered("/about", name="Rosa T.")),
    "/me/proposals/<code>/confirm": Way("confirm a date", _offered("/confirm", Standing.SCHEDULED)),
    "/me/proposals/<code>/edit": Way("change an offer", _offered("/edit", title="Another title", do="save")),
    # No file is sent, which is said.
    "/me/proposals/<code>/portrait": Way("portrait", _offered("/portrait", file=""), status=400),
    "/me/proposals/<code>/portrait/drop": Way("drop portrait", _offered("/portrait/drop")),
    # Who presses again wants another letter, of which there are three a day.
    "/me/proposals/<code>/presenters/<int:id>/ask": Way(
        "ask a presenter", _offered("/presenters/{other}/ask"), grows={"letter": 3, "presenter": 0}
    ),
    "/me/proposals/<code>/presenters/<int:id>/drop": Way(
        "drop a presenter", _offered("/presenters/{other}/drop")
    ),
    "/me/proposals/<code>/presenting": Way("be a presenter", _offered("/presenting", do="yes")),
    "/me/proposals/<code>/publishing": Way(
        "publish what is shared", _offered("/publishing", Standing.ACCEPTED, credit="name")
    ),
    "/me/proposals/<code>/questions/<int:id>": Way(
        "answer a question", _offered("/questions/{question}", **{"q{question}-answer": "Since 2024."})
    ),
    "/me/proposals/<code>/recording": Way(
        "recording", _offered("/recording", Standing.SCHEDULED, allowed="y")
    ),
    "/me/proposals/<code>/slides": Way(
        "slides", _offered("/slides", Standing.SCHEDULED, file=""), status=400
    ),
    "/me/proposals/<code>/withdraw": Way("withdraw an offer", _offered("/withdraw")),
    "/me/seats/<int:id>/accept": Way("accept", _accept),
    "/me/seats/<int:id>/answers": Way("answers", _answers),
    "/me/seats/<int:id>/cancel": Way("cancel", _cancel),
    "/me/seats/<int:id>/rejoin": Way("rejoin", _rejoin),
    "/news/confirm/<token>": Way("confirm news", _confirm_news),
    "/news/end/<token>": Way("end news", _end_news),
    "/not-me/<token>": Way("not me", _not_me),
    "/programs/<slug>/register": Way("take pass", _take_pass),
    "/sessions/<slug>/register": Way("register", _register),
    "/sessions/<slug>/register/colleagues": Way("register colleagues", _colleagues),
    # Who asks again wants another letter; the limit per address bounds them.
    "/signin": Way(
        "ask to sign in",
        _ask_to_sign_in,
        grows={"sign_in_link": LIMIT, "letter": LIMIT, "audit_entry": LIMIT},
    ),
    "/signin/<token>": Way("sign in", _sign_in),
    "/volunteer": Way("volunteer", _volunteer),
    "/volunteer/no-thanks/<token>": Way("no, thank you", _no_thanks),
}
