"""What invented people offer to present or to share: a lively pipeline with something in every state."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select, update

from jam.base.database import db
from jam.base.now import frozen, now
from jam.demo import topics
from jam.demo.crowd import Namesakes
from jam.demo.sessions import BY, Sessions
from jam.mail.models import Letter
from jam.mail.rules import State as LetterState
from jam.people.actions import Details
from jam.proposals import actions, decisions, presenters, stage
from jam.proposals.actions import Offer
from jam.proposals.call import TALKS
from jam.proposals.letters import SCOPE
from jam.proposals.models import Proposal
from jam.proposals.presenters import Other, Said
from jam.proposals.rules import Credit, Format, Kind, Saying, State
from jam.schedule.models import AgendaItem, Event
from jam.schedule.signals import event_changed
from jam.vocabulary.queries import terms
from jam.vocabulary.rules import Kind as TermKind


@dataclass(frozen=True)
class Pitch:
    """A proposal to be: who offers what, how many days ago, and where it stands by now."""

    state: State
    title: str
    who: str
    organization: str
    place: str
    levers: tuple[str, ...]
    focus: str
    days: int
    story: str
    format: Format = Format.STORY
    minutes: int | None = 15
    kind: Kind = Kind.PRESENT
    others: tuple[tuple[str, str], ...] = ()
    question: str = ""
    answer: str = ""
    #: Decided, and not told yet.
    decision: State | None = None
    #: Whom the library may name.
    credit: Credit | None = None
    takeaways: str = "Begin small: one team, one month, one number to watch."
    evidence: str = field(default="We counted before and after, and asked the people concerned.")


_T, _E = topics, State
PITCHES = (
    Pitch(_E.DRAFT, "Half a thought on exit interviews", "Wilhelmina Osgood", "Larkspur Family Services", "VT",
          (_T.CULTURE,), _T.CAREERS, 3, ""),
    Pitch(_E.RECEIVED, "A break room that is not a closet", "Tobias Fennimore", "Cedar Ridge Behavioral Health", "OR",
          (_T.CULTURE,), _T.EFFICIENCY, 2,
          "We asked the night staff what would make them stay. **They asked for a window.** Three months and $4,000 later,"
          " two people took their notice back."),
    Pitch(_E.RECEIVED, "Intake by text message", "Odalys Bramante", "Prairie Health Plan", "NE",
          (_T.TECHNOLOGY,), _T.INTEGRATION, 9,
          "Half of the calls to our front desk were about forms. Now the form comes by text, and the desk talks to people.",
          Format.TALK, 12),
    Pitch(_E.RECEIVED, "Our supervision workbook, free to copy", "Linnea Abercrombie", "Harbor Light Recovery", "ME",
          (_T.EXPANSION, _T.QUALITY), _T.CAREERS, 16, "Forty pages, tried by nine supervisors over two years.",
          Format.RESOURCE, None, Kind.SHARE),
    Pitch(_E.IN_REVIEW, "Interpreters in the team, not on the phone", "Beatriz Quillfeather", "Border Clinics Together", "TX",
          (_T.CLINICAL,), _T.COMMUNITY, 24,
          "Two interpreters joined the team for a year. No-shows went from 31 % to 18 %.", Format.STORY, 15,
          question="What did the two positions cost, and who paid for them?"),
    Pitch(_E.IN_REVIEW, "What a licensing board learned from its own backlog", "Cornelius Vandersloot",
          "State Board of Behavioral Health", "NM", (_T.POLICY,), _T.EFFICIENCY, 31,
          "Applications took 140 days. We published the queue every week, and that alone took 40 days off.",
          Format.POLICY, 10, question="May other boards see the weekly table?",
          answer="Yes, it is public, and the template can be copied."),
    Pitch(_E.IN_REVIEW, "Rural residents who come back", "Josephine Tallgrass", "High Plains Residency", "WY",
          (_T.EXPANSION,), _T.CAREERS, 40, "Of eleven residents, seven practice within fifty miles.", Format.PANEL, 25,
          others=(("Mateo Birdsong", "High Plains Residency"), ("Ines Kettleworth", "Platte River Clinic")),
          decision=State.ACCEPTED),
    Pitch(_E.IN_REVIEW, "Forty slides about our vendor", "Percival Strand", "Brightline Scheduling", "CA",
          (_T.TECHNOLOGY,), _T.INTEGRATION, 28, "A product for every clinic.", Format.TALK, 45, decision=State.NOT_NOW),
    Pitch(_E.ACCEPTED, "Paying for the hour after the session", "Augustina Merriweather", "Three Rivers Workforce Table",
          "PA", (_T.PAYMENT,), _T.CAREERS, 55,
          "Notes, calls and driving are work. We paid for them for six months and counted what changed.",
          others=(("Solomon Hathersage", "Prairie Health Plan"),)),
    Pitch(_E.ACCEPTED, "A glossary that payers and providers share", "Hollis Peverell", "Common Words Project", "MN",
          (_T.PAYMENT, _T.QUALITY), _T.COMMUNITY, 70, "Sixty terms, one meaning each.", Format.RESOURCE, None, Kind.SHARE),
    Pitch(_E.NOT_NOW, "Mindfulness for everybody", "Ottoline Graves", "Calm Works", "FL",
          (_T.CULTURE, _T.TECHNOLOGY), _T.CAREERS, 90, "Ten minutes a day, by an app that we wrote ourselves.", Format.TALK, 30),
    Pitch(_E.SCHEDULED, "One credential for three states", "Lucinda Farthingale", "Interstate Peer Council", "KS",
          (_T.POLICY, _T.EXPANSION), _T.CAREERS, 85,
          "Peers cross the river every day; their credential stopped at the bridge. It took two years and one form.",
          Format.STORY, 18, others=(("Barnaby Whitlock", "Interstate Peer Council"),)),
    Pitch(_E.CONFIRMED, "When the dashboard was wrong", "Evander Thistlewood", "Lakeshore County", "WI",
          (_T.QUALITY, _T.TECHNOLOGY), _T.INTEGRATION, 95,
          "We staffed by a number for a year. Then a peer asked where it came from.", Format.TALK, 15),
    Pitch(_E.WITHDRAWN, "Our new building", "Clementine Ashgrove", "Larkspur Family Services", "VT", (_T.CULTURE,),
          _T.EFFICIENCY, 60, "It is not finished yet.", Format.TALK, 15),
)  # fmt: skip

#: Where presenters work, by a word in the organization's name; the others work at providers.
_SECTORS = {
    "Board": "State government",
    "County": "Local government",
    "Health Plan": "Health plan",
    "University": "Academic institution",
    "Council": "Professional association",
    "Scheduling": "Technology company",
    "Foundation": "Philanthropy",
}

#: How many of the talks of the last Jams came by the call.
_PRESENTED = 3


def make_offers(namesakes: Namesakes, made: Sessions) -> None:
    """Write all of them, each step at its time. Their letters count as sent, but those about decisions not told yet."""
    named = named_terms()
    ahead = [event for event in made.others if event.starts_at > now()]
    free = iter(ahead)
    with event_changed.muted():
        for event in made.held[-_PRESENTED:]:
            _presented(namesakes, event, named)
        for event in made.planned[:1]:  # whose slides are still missing
            _by_the_call(namesakes, event, named, released=False)
        for number, pitch in enumerate(PITCHES):
            dates = [event.id for event in ahead[number % 3 : number % 3 + 4]]
            at = next(free, None) if pitch.state in (State.SCHEDULED, State.CONFIRMED) else None
            write(namesakes, pitch, named, dates, at)
    settle_letters()


def named_terms() -> dict[str, int]:
    """Levers, focus areas and sectors by name."""
    kinds = (TermKind.LEVER, TermKind.FOCUS_AREA, TermKind.SECTOR)
    return {term.name: term.id for kind in kinds for term in terms(kind)}


def settle_letters() -> None:
    """Let letters about proposals count as sent, but those about decisions not told yet."""
    written = update(Letter).where(Letter.scope_kind == SCOPE, Letter.state == LetterState.DUE)
    db.session.execute(written.values(state=LetterState.SENT, sent_at=Letter.created_at))


def write(
    namesakes: Namesakes, pitch: Pitch, named: dict[str, int], dates: list[int], at: Event | None
) -> Proposal:  # fmt: skip
    """Write one, each step at its time."""
    begun = now() - timedelta(days=pitch.days)
    with frozen(begun):
        proposal = _send(namesakes, pitch, named, dates)
    for other in proposal.presenters[1:2]:
        with frozen(begun + timedelta(hours=20)):
            presenters.answer_invitation(other, Saying.CONFIRMED, by=f"person:{other.person_id}")
            said = Said(other.name, other.organization, "Has worked on this from the first day.")
            presenters.describe(other, said, by=f"person:{other.person_id}")
    _decide(proposal, pitch, begun)
    if at is not None:
        with frozen(begun + timedelta(days=30)):
            slot = next((each for each in at.agenda if each.is_open and each.kind == TALKS[0]), None)
            stage.put_on(proposal, at, slot, pitch.minutes or 15, by=BY)
        if pitch.state is State.CONFIRMED:
            with frozen(begun + timedelta(days=32)):
                stage.confirm(proposal, by=f"person:{proposal.lead.person_id}")
                presenters.allow_recording(proposal.lead, True, by=f"person:{proposal.lead.person_id}")
                stage.prepare(
                    proposal, at.starts_at - timedelta(days=5), "https://meet.example.org/j/panelists", by=BY
                )
    return proposal


def _send(namesakes: Namesakes, pitch: Pitch, named: dict[str, int], dates: list[int]) -> Proposal:
    others = [Other(name, namesakes.address(name, home), organization=home) for name, home in pitch.others]
    given = Offer(
        title=pitch.title,
        kind=pitch.kind,
        story=pitch.story,
        takeaways=pitch.takeaways if pitch.story else "",
        evidence=pitch.evidence if pitch.story else "",
        format=pitch.format,
        minutes=pitch.minutes,
        term_ids=[named[name] for name in (*pitch.levers, pitch.focus) if name in named],
        event_ids=dates if pitch.kind is Kind.PRESENT else (),
        credit=pitch.credit,
    )
    sector = next(
        (name for word, name in _SECTORS.items() if word in pitch.organization), "Provider organization"
    )
    details = Details(
        pitch.who, organization=pitch.organization, sector_id=named.get(sector), state=pitch.place
    )
    return actions.offer(
        namesakes.address(pitch.who, pitch.organization),
        details,
        given,
        others,
        bio=f"{pitch.who} works at {pitch.organization} and would rather show than tell.",
        send=pitch.state is not State.DRAFT,
    )


def _decide(proposal: Proposal, pitch: Pitch, begun: datetime) -> None:
    if pitch.state in (State.DRAFT, State.RECEIVED):
        return
    if pitch.state is State.WITHDRAWN:
        with frozen(begun + timedelta(days=4)):
            stage.withdraw(proposal, by=f"person:{proposal.lead.person_id}")
        return
    with frozen(begun + timedelta(days=6)):
        decisions.start_review(proposal, by=BY)
        if pitch.question:
            asked = decisions.ask(proposal, pitch.question, by=BY)
            if pitch.answer:
                actions.answer_question(asked, pitch.answer, by=f"person:{proposal.lead.person_id}")
    decision = pitch.decision or (State.NOT_NOW if pitch.state is State.NOT_NOW else State.ACCEPTED)
    if pitch.decision is None and pitch.state is State.IN_REVIEW:
        return
    with frozen(begun + timedelta(days=20)):
        message = (
            "We had this topic twice this year." if decision is State.NOT_NOW else "People ask for this."
        )
        decisions.decide(proposal, decision, message, by=BY)
        if pitch.decision is None:
            decisions.release([proposal], by=BY)


def _presented(namesakes: Namesakes, event: Event, named: dict[str, int]) -> None:
    proposal = _by_the_call(namesakes, event, named, released=True)
    if proposal is not None:
        with frozen(min(now(), event.ends_at + timedelta(days=2))):
            stage.mark_presented(proposal, by=BY)


def _by_the_call(
    namesakes: Namesakes, event: Event, named: dict[str, int], *, released: bool
) -> Proposal | None:
    """The first talk of a session, as if it had come by the call."""
    item = db.session.scalars(
        select(AgendaItem)
        .where(AgendaItem.event_id == event.id, AgendaItem.kind.in_(TALKS[:1]))
        .order_by(AgendaItem.position)
    ).first()
    if item is None:
        return None
    who, _, post = item.speakers.partition(", ")
    levers = tuple(term.name for term in event.terms if term.kind == TermKind.LEVER)
    focus = next((term.name for term in event.terms if term.kind == TermKind.FOCUS_AREA), "")
    pitch = Pitch(State.ACCEPTED, item.title, who, post, "OH", levers, focus, 0, "We tried it, and it held for a year.",
                  Format.TALK, item.minutes)  # fmt: skip
    begun = event.starts_at - timedelta(days=90)
    with frozen(begun):
        proposal = _send(namesakes, pitch, named, [event.id])
    _decide(proposal, pitch, begun)
    by = f"person:{proposal.lead.person_id}"
    with frozen(event.starts_at - timedelta(days=50)):
        stage.put_on(proposal, event, item, item.minutes, by=BY)
        stage.confirm(proposal, by=by)
        if released:
            presenters.allow_recording(proposal.lead, True, by=by)
    return proposal
