"""The one list of measures: what each is called, means, is taken of, leaves out, and since when Jam counts it so.

Pages, files and `jam statistics` read it; a figure is never shown without its definition.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Unit(StrEnum):
    """What a figure counts."""

    SESSIONS = "sessions"
    REGISTRATIONS = "registrations"
    PEOPLE = "people"
    ATTENDANCES = "attendances"
    SHARE = "share"
    MINUTES = "minutes"
    DAYS = "days"
    PLACES = "states and territories"
    ORGANIZATIONS = "organizations"
    WORDS = "words of a vocabulary"
    SEATS = "seats"
    CASES = "cases"
    RECOMMENDATIONS = "recommendations"
    PROPOSALS = "proposals"


class Topic(StrEnum):
    """Under which heading a measure stands."""

    SEATS = "Registrations"
    CAME = "Attendance"
    BACK = "Coming back"
    REACH = "Who was reached"
    CONTENT = "What it was about"
    COHORTS = "Members of the ECHO"
    CASES = "Cases and recommendations"
    VOLUNTEERS = "Volunteers"


class Told(StrEnum):
    """Of which choices a measure is told."""

    ALWAYS = "of every choice"
    ECHO = "where an ECHO program or a cohort is chosen"
    VOLUNTEERS = "where something was offered to the program"


@dataclass(frozen=True)
class Measure:
    """A figure and what it means.

    - denominator: what a share or an average is taken of; excluded: what does not count, in a sentence.
    - since: the month from which Jam counts it so; a changed definition gets a new month, or a new name.
    - for_part: whether it can be told for one state or sector.
    - told: of which choices it is told; the others do not have it.
    - one: the title beside a figure of 1, where it is another.
    """

    name: str
    title: str
    topic: Topic
    definition: str
    formula: str
    unit: Unit
    denominator: str = ""
    excluded: str = ""
    since: str = "November 2026"
    for_part: bool = True
    told: Told = Told.ALWAYS
    one: str = ""

    def beside(self, figure: str | None) -> str:
        """The title as it stands beside a figure in words: “1 session held”."""
        return self.one if figure == "1" and self.one else self.title


_CANCELLED = "Cancelled sessions, drafts, and seats that were given back."
_NO_REPORT = "Sessions without an attendance report. Hosts and panelists whom the report lists apart from the audience."
_UNKNOWN = (
    "Attendances of which nobody knows how long they lasted, which are never taken for zero. Hosts and panelists whom the "
    "report lists apart from the audience."
)

#: Registrations and attendance are two different measures and never mixed. In the order in which they are shown.
MEASURES: Mapping[str, Measure] = {
    measure.name: measure
    for measure in (
        Measure(
            "sessions_held", "sessions held", Topic.SEATS,
            "Published sessions that are over. Cancelled ones do not count.",
            "number of sessions", Unit.SESSIONS, excluded="Cancelled sessions and drafts.",
            one="session held",
        ),
        Measure(
            "registrations", "registrations", Topic.SEATS,
            "Confirmed seats at the sessions held; somebody with a seat at three sessions counts three times.",
            "number of confirmed seats", Unit.REGISTRATIONS, excluded=_CANCELLED,
            one="registration",
        ),
        Measure(
            "registrations_per_session", "registrations per session", Topic.SEATS,
            "Confirmed seats divided by the sessions held.",
            "registrations ÷ sessions held", Unit.REGISTRATIONS, "sessions held", _CANCELLED,
            one="registration per session",
        ),
        Measure(
            "unique_registrants", "people registered", Topic.SEATS,
            "Different people with a confirmed seat at one of the sessions held; each counts once.",
            "number of different people with a confirmed seat", Unit.PEOPLE, excluded=_CANCELLED,
            one="person registered",
        ),
        Measure(
            "growth", "change in registrations per session", Topic.SEATS,
            "Registrations per session in the latest 12 sessions, against the 12 before them. Known where one program held 24 sessions "
            "or more.",
            "(mean of the latest 12 − mean of the 12 before) ÷ mean of the 12 before", Unit.SHARE,
            "registrations per session in the 12 sessions before",
            "Periods with fewer than 24 sessions, and several programs together, for which it is not known.",
        ),
        Measure(
            "lead_days", "from registering to the start, at the median", Topic.SEATS,
            "Half of all registrations were made earlier before the session, half later.",
            "median of the days from taking a seat to the start", Unit.DAYS, "seats held at the start",
            "Seats taken after the session had begun.",
        ),
        Measure(
            "attendees", "attendances", Topic.CAME,
            "People in the audience, session by session; somebody who came to three counts three times. Hosts and "
            "panelists are left out.",
            "number of attendances", Unit.ATTENDANCES, excluded=_NO_REPORT,
            one="attendance",
        ),
        Measure(
            "unique_attendees", "people who came", Topic.CAME,
            "Different people in the audience of one of the sessions held; each counts once.",
            "number of different people in an audience", Unit.PEOPLE, excluded=_NO_REPORT,
            one="person who came",
        ),
        Measure(
            "show_rate", "of those registered came", Topic.CAME,
            "People who came, out of those who held a seat when the session began. Sessions without an attendance "
            "report, walk-ins and later registrations are left out.",
            "seats held at the start whose holders were there ÷ seats held at the start", Unit.SHARE,
            "seats held at the start",
            "Sessions without an attendance report, walk-ins, seats taken after the start.",
        ),
        Measure(
            "walk_ins", "walk-ins", Topic.CAME,
            "Attendances of people who held no seat at that session. They do not enter the show rate.",
            "number of attendances without a confirmed seat", Unit.ATTENDANCES, excluded=_NO_REPORT, for_part=False,
            one="walk-in",
        ),
        Measure(
            "median_minutes", "median stay", Topic.CAME,
            "Half of all attendances lasted longer, half shorter. One person on two devices counts once; unknown "
            "times are left out.",
            "median of the minutes of all attendances", Unit.MINUTES, "attendances of known length", _UNKNOWN,
        ),
        Measure(
            "person_minutes", "minutes together", Topic.CAME,
            "The time of all attendees added up, as far as it is known.",
            "sum of the minutes of all attendances", Unit.MINUTES, excluded=_UNKNOWN,
            one="minute together",
        ),
        Measure(
            "stayed_enough", "stayed long enough", Topic.CAME,
            "Attendances that lasted at least the part of the session that its program asks for, out of those of known "
            "length.",
            "attendances of at least that length ÷ attendances of known length", Unit.SHARE,
            "attendances of known length", _UNKNOWN,
        ),
        Measure(
            "peak", "at one moment", Topic.CAME,
            "The most attendees there at the same moment of one session, by the times in its reports.",
            "largest number of overlapping attendances", Unit.PEOPLE, excluded=_UNKNOWN, for_part=False,
        ),
        Measure(
            "unknown_heads", "unknown heads", Topic.CAME,
            "Entries of the reports that staff counted as somebody whom nobody knows, mostly telephones, session by session. "
            "They are counted here alone, never as people.",
            "number of different entries counted so", Unit.ATTENDANCES, excluded=_NO_REPORT, for_part=False,
            one="unknown head",
        ),
        Measure(
            "newcomers", "people who came for the first time", Topic.BACK,
            "People in the audience whose first session of the program ever is one of these.",
            "number of different people", Unit.PEOPLE, "people who came", _NO_REPORT,
            one="person who came for the first time",
        ),
        Measure(
            "returning", "people who came back", Topic.BACK,
            "People in the audience who had been in the audience of an earlier session of the same program. Somebody who came for the "
            "first time and then again counts under both.",
            "number of different people", Unit.PEOPLE, "people who came", _NO_REPORT,
            one="person who came back",
        ),
        Measure(
            "came_next", "of the new came to the next session", Topic.BACK,
            "People who came for the first time and then to the very next session of their program or cohort, whatever that was "
            "about.",
            "people who came to a session for the first time and to the next one ÷ people who came to a session for the "
            "first time",
            Unit.SHARE, "people who came for the first time, where the next session is over and has a report",
            "Sessions without an attendance report, and those that none followed up to the last session counted.",
        ),
        Measure(
            "organizations", "organizations", Topic.REACH,
            "Different organizations that people with a confirmed seat gave. Names that differ in case, punctuation or "
            "“Inc.” are one, and so are those that staff merged.",
            "number of different organizations", Unit.ORGANIZATIONS, excluded="Seats without an organization.",
            one="organization",
        ),
        Measure(
            "states", "states and territories", Topic.REACH,
            "Different states and territories, the District of Columbia among them, that people with a confirmed seat gave "
            "when they registered.",
            "number of different states and territories", Unit.PLACES,
            excluded="Seats without a state, and those outside the United States.",
            one="state or territory",
        ),
        Measure(
            "sectors", "sectors", Topic.REACH,
            "Different sectors that people with a confirmed seat gave.",
            "number of different sectors", Unit.WORDS, excluded="Seats without a sector.",
            one="sector",
        ),
        Measure(
            "job_roles", "job roles", Topic.REACH,
            "Different job roles that people with a confirmed seat gave.",
            "number of different job roles", Unit.WORDS, excluded="Seats without a job role.",
            one="job role",
        ),
        Measure(
            "rural_share", "of registrations from rural areas", Topic.REACH,
            "Confirmed seats of people in a rural area, out of those of which the area is known. Rural are the codes 4 to 10 of "
            "the federal Rural-Urban Commuting Areas of 2010, by ZIP code.",
            "seats in a rural area ÷ seats in a known area", Unit.SHARE, "seats with a ZIP code that the federal table knows",
            "Seats without a ZIP code, or with one that the table does not know.",
        ),
        Measure(
            "area_unknown", "of registrations from an area that is not known", Topic.REACH,
            "Confirmed seats without a ZIP code, or with one that the federal table does not know. The higher it is, the less "
            "the rural share says.",
            "seats in an area that is not known ÷ confirmed seats", Unit.SHARE, "confirmed seats", _CANCELLED,
        ),
        Measure(
            "accommodations_asked", "asked for something to take part", Topic.REACH,
            "Confirmed seats whose holders said what they need in order to take part.",
            "number of confirmed seats with such a wish", Unit.SEATS, excluded=_CANCELLED,
        ),
        Measure(
            "accommodations_met", "of these arranged", Topic.REACH,
            "Of those wishes, the ones that staff marked as arranged.",
            "number of wishes that were arranged", Unit.SEATS, "seats with such a wish", _CANCELLED,
        ),
        Measure(
            "levers", "levers of change", Topic.CONTENT,
            "Different levers of change that the sessions held were about.",
            "number of different levers", Unit.WORDS, excluded="Sessions without a lever.",
            one="lever of change",
        ),
        Measure(
            "focus_areas", "focus areas", Topic.CONTENT,
            "Different focus areas that the sessions held were about.",
            "number of different focus areas", Unit.WORDS, excluded="Sessions without a focus area.",
            one="focus area",
        ),
        Measure(
            "echo_members", "members", Topic.COHORTS,
            "Different people who were members of a cohort when one of these sessions began.",
            "number of different people", Unit.PEOPLE,
            denominator="",
            excluded="People who were asked and never confirmed, faculty, and guests.",
            for_part=False, told=Told.ECHO,
            one="member",
        ),
        Measure(
            "echo_organizations", "organizations with members", Topic.COHORTS,
            "Different organizations whose members these are, cohort by cohort.",
            "number of different organizations admitted", Unit.ORGANIZATIONS,
            denominator="",
            excluded="Organizations nobody of which was a member yet.",
            for_part=False, told=Told.ECHO,
            one="organization with members",
        ),
        Measure(
            "echo_attendance", "of expected attendances kept", Topic.COHORTS,
            "Sessions that members came to, out of those held from the day they joined until they left.",
            "sessions attended by members ÷ sessions held while they were members", Unit.SHARE,
            denominator="sessions held while each was a member",
            excluded="Sessions without an attendance report.",
            for_part=False, told=Told.ECHO,
        ),
        Measure(
            "echo_goal", "of members came to 60 % or more", Topic.COHORTS,
            "Members who came to at least 60 % of the sessions held while they were members, as ECHO hubs ask for.",
            "members who came to 60 % or more ÷ members expected at a session with a report", Unit.SHARE,
            denominator="members expected at a session with a report",
            excluded="Sessions without an attendance report.",
            for_part=False, told=Told.ECHO,
        ),
        Measure(
            "echo_drop_out", "of members dropped out", Topic.COHORTS,
            "Members who left before the last day of their cohort and whose place no colleague took.",
            "members who left ÷ members", Unit.SHARE,
            denominator="members",
            excluded="Members replaced by a colleague; people who were erased.",
            for_part=False, told=Told.ECHO,
        ),
        Measure(
            "cases_sent", "cases sent", Topic.CASES,
            "Cases that members sent for the first time in this period.",
            "number of cases", Unit.CASES,
            denominator="",
            excluded="Drafts.",
            for_part=False, told=Told.ECHO,
            one="case sent",
        ),
        Measure(
            "cases_presented", "cases presented", Topic.CASES,
            "Cases that were presented at a session in this period.",
            "number of cases", Unit.CASES,
            denominator="",
            excluded="",
            for_part=False, told=Told.ECHO,
            one="case presented",
        ),
        Measure(
            "organizations_presented", "organizations that presented", Topic.CASES,
            "Different organizations whose members presented a case in this period.",
            "number of different organizations", Unit.ORGANIZATIONS,
            denominator="",
            excluded="",
            for_part=False, told=Told.ECHO,
            one="organization that presented",
        ),
        Measure(
            "cases_recommended", "cases with written recommendations", Topic.CASES,
            "Cases whose written recommendations, or the word that there are none, went to the presenter in this period.",
            "number of cases", Unit.CASES,
            denominator="",
            excluded="",
            for_part=False, told=Told.ECHO,
            one="case with written recommendations",
        ),
        Measure(
            "cases_followed_up", "cases followed up", Topic.CASES,
            "Cases whose presenter said for the first time, in this period, what became of the recommendations.",
            "number of cases", Unit.CASES,
            denominator="",
            excluded="",
            for_part=False, told=Told.ECHO,
            one="case followed up",
        ),
        Measure(
            "cases_closed", "cases closed", Topic.CASES,
            "Cases that were closed in this period.",
            "number of cases", Unit.CASES,
            denominator="",
            excluded="",
            for_part=False, told=Told.ECHO,
            one="case closed",
        ),
        Measure(
            "days_to_present", "from sending a case to presenting it, at the median", Topic.CASES,
            "Half of the cases presented in this period waited longer since they were first sent, half shorter.",
            "median of the days between", Unit.DAYS,
            denominator="cases presented",
            excluded="",
            for_part=False, told=Told.ECHO,
        ),
        Measure(
            "days_to_recommend", "from presenting to written recommendations, at the median", Topic.CASES,
            "Half of the cases whose recommendations were sent in this period waited longer for them, half shorter.",
            "median of the days between", Unit.DAYS,
            denominator="cases with written recommendations",
            excluded="",
            for_part=False, told=Told.ECHO,
        ),
        Measure(
            "days_to_follow_up", "from written recommendations to the first follow-up, at the median", Topic.CASES,
            "Half of the cases followed up in this period waited longer until their presenter first said what became of the "
            "recommendations, half shorter.",
            "median of the days between", Unit.DAYS,
            denominator="cases followed up",
            excluded="",
            for_part=False, told=Told.ECHO,
        ),
        Measure(
            "days_to_close", "from sending a case to closing it, at the median", Topic.CASES,
            "Half of the cases closed in this period were open longer since they were first sent, half shorter.",
            "median of the days between", Unit.DAYS,
            denominator="cases closed",
            excluded="",
            for_part=False, told=Told.ECHO,
        ),
        Measure(
            "recommendations", "recommendations given", Topic.CASES,
            "Recommendations that were sent to presenters in this period.",
            "number of recommendations", Unit.RECOMMENDATIONS,
            denominator="",
            excluded="Recommendations not sent yet, and those taken out.",
            for_part=False, told=Told.ECHO,
            one="recommendation given",
        ),
        Measure(
            "recommendations_answered", "of recommendations answered", Topic.CASES,
            "Recommendations of which the presenter said what became of them. The lower it is, the less the two shares below say.",
            "recommendations with an answer ÷ recommendations given", Unit.SHARE,
            denominator="recommendations given",
            excluded="",
            for_part=False, told=Told.ECHO,
        ),
        Measure(
            "recommendations_tried", "of these tried", Topic.CASES,
            "Recommendations that were tried, adopted or dropped again, by the newest answer.",
            "recommendations tried, adopted or dropped ÷ recommendations with an answer", Unit.SHARE,
            denominator="recommendations with an answer",
            excluded="Recommendations without an answer.",
            for_part=False, told=Told.ECHO,
        ),
        Measure(
            "recommendations_adopted", "of these adopted", Topic.CASES,
            "Recommendations that were adopted, by the newest answer.",
            "recommendations adopted ÷ recommendations with an answer", Unit.SHARE,
            denominator="recommendations with an answer",
            excluded="Recommendations without an answer.",
            for_part=False, told=Told.ECHO,
        ),
        Measure(
            "proposals", "proposals sent", Topic.VOLUNTEERS,
            "What volunteers offered to present or to share in this period.",
            "number of proposals", Unit.PROPOSALS,
            denominator="",
            excluded="Drafts.",
            for_part=False, told=Told.VOLUNTEERS,
            one="proposal sent",
        ),
        Measure(
            "proposals_waiting", "of these wait for a decision", Topic.VOLUNTEERS,
            "Those that are received or in review today.",
            "number of proposals", Unit.PROPOSALS,
            denominator="proposals sent",
            excluded="",
            for_part=False, told=Told.VOLUNTEERS,
            one="of these waits for a decision",
        ),
        Measure(
            "proposals_accepted", "of proposals accepted", Topic.VOLUNTEERS,
            "Those whose presenters were told yes, also where they withdrew later.",
            "proposals accepted ÷ proposals sent", Unit.SHARE,
            denominator="proposals sent",
            excluded="Drafts.",
            for_part=False, told=Told.VOLUNTEERS,
        ),
        Measure(
            "proposals_presented", "of these presented", Topic.VOLUNTEERS,
            "Those that were presented at a session.",
            "number of proposals", Unit.PROPOSALS,
            denominator="proposals sent",
            excluded="",
            for_part=False, told=Told.VOLUNTEERS,
        ),
        Measure(
            "decision_days", "from sending to a decision, at the median", Topic.VOLUNTEERS,
            "Half of the volunteers who have a decision waited longer until they were told, half shorter.",
            "median of the days from sending it to the first decision told", Unit.DAYS,
            denominator="proposals with a decision",
            excluded="Proposals without a decision, which may have waited long.",
            for_part=False, told=Told.VOLUNTEERS,
        ),
    )
}  # fmt: skip
