"""What invented people shared for the library, something kept that fits a gap, and something sent twice."""

from __future__ import annotations

from datetime import timedelta

from jam.base.now import frozen, now
from jam.demo import topics
from jam.demo.crowd import Namesakes
from jam.demo.offers import Pitch, named_terms, settle_letters, write
from jam.demo.sessions import BY
from jam.library.actions import publish
from jam.proposals.rules import Credit, Format, Kind, State

_T, _E, _SHARE = topics, State, Kind.SHARE
#: Published, but for the last one, which staff can publish.
SHARED = (
    Pitch(_E.ACCEPTED, "An exit interview that people answer", "Marguerite Lindqvist", "Saltmarsh Community Care", "ME",
          (_T.CULTURE,), _T.CAREERS, 210,
          "We cut forty questions to **six**, and had a peer ask them by phone two weeks after the last day. Nine of ten"
          " people answered; before it was three.\n\n- What did you look forward to?\n- What made you look for"
          " something else?\n- What would have kept you?",
          Format.RESOURCE, None, _SHARE, credit=Credit.NAME,
          takeaways="Take the six questions. Let somebody ask who was not their supervisor.",
          evidence="54 of 60 people answered in a year. Two teams changed their rota because of it."),
    Pitch(_E.ACCEPTED, "Paying peers while they train", "Desmond Akintola", "Great Lakes Peer Council", "MI",
          (_T.PAYMENT, _T.EXPANSION), _T.CAREERS, 180,
          "Training took eleven weeks without pay, and half of those who began had to stop. A county fund paid them from the"
          " first day; of 42, all but three finished.",
          Format.STORY, None, _SHARE, credit=Credit.ORGANIZATION,
          evidence="39 of 42 finished, 35 work as peers a year later."),
    Pitch(_E.ACCEPTED, "A no-show dashboard in a spreadsheet", "Philippa Nordstrom", "Cornfield Counseling", "IA",
          (_T.TECHNOLOGY, _T.QUALITY), _T.EFFICIENCY, 150,
          "No vendor, one spreadsheet: each clinician sees their own week. We look at it together on Mondays, for ten"
          " minutes, and move what can be moved.",
          Format.RESOURCE, None, _SHARE, credit=Credit.NAME,
          takeaways="Copy the sheet. Show people their own numbers first, and the team's only with their consent."),
    Pitch(_E.ACCEPTED, "How a county pooled its licensing supervisors", "Thaddeus Winterbourne", "Two Rivers County", "MN",
          (_T.POLICY, _T.EXPANSION), _T.COMMUNITY, 120,
          "Five small agencies had one supervisor each, and none when that one was away. Now they share five. One agreement,"
          " two pages.",
          Format.POLICY, None, _SHARE, credit=Credit.NOBODY),
    Pitch(_E.ACCEPTED, "Ninety days of onboarding, week by week", "Seraphina Holloway", "Piedmont Behavioral Partners", "NC",
          (_T.CULTURE, _T.CLINICAL), _T.CAREERS, 75,
          "A plan for the first thirteen weeks of a new clinician: whom they meet, what they watch, when they first work"
          " alone. Turnover in the first year went from 38 % to 21 %.",
          Format.RESOURCE, None, _SHARE, credit=Credit.NAME),
    Pitch(_E.ACCEPTED, "Scripts for the first call", "Benedict Oyelaran", "Harborview Crisis Line", "WA",
          (_T.CLINICAL,), _T.EFFICIENCY, 45, "Four ways to begin, tried by twelve people on the phones.",
          Format.RESOURCE, None, _SHARE, credit=Credit.NAME),
)  # fmt: skip
#: Kept, and wanted: its lever is one of those taken up least. And the same thing sent twice.
FURTHER = (
    Pitch(_E.NOT_NOW, "A rate that counts supervision", "Cordelia Stanhope", "Badlands Health Plan", "SD", (_T.PAYMENT,),
          _T.CAREERS, 130, "We raised the rate by four dollars an hour where a supervisor sat in. It paid for itself."),
    Pitch(_E.RECEIVED, "Intake by text messages", "Odalys Bramante", "Prairie Health Plan", "NE", (_T.TECHNOLOGY,),
          _T.INTEGRATION, 8, "Half of the calls to our front desk were about forms. Now the form comes by text.",
          Format.TALK, 12),
)  # fmt: skip


def make_library(namesakes: Namesakes) -> None:
    """Write all of them, each step at its time, and publish what can be but the last."""
    named = named_terms()
    for pitch in FURTHER:
        write(namesakes, pitch, named, [], None)
    for pitch in SHARED:
        made = write(namesakes, pitch, named, [], None)
        if pitch is not SHARED[-1]:
            with frozen(now() - timedelta(days=pitch.days - 25)):
                publish(made, by=BY)
    settle_letters()
