"""The kinds of vocabulary, and the places of the United States, which are not ours to edit."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """A vocabulary."""

    LEVER = "lever"
    FOCUS_AREA = "focus-area"
    SECTOR = "sector"
    JOB_ROLE = "job-role"


TITLES = {
    Kind.LEVER: ("Lever of change", "Levers of change"),
    Kind.FOCUS_AREA: ("Focus area", "Focus areas"),
    Kind.SECTOR: ("Sector", "Sectors"),
    Kind.JOB_ROLE: ("Job role", "Job roles"),
}

#: What a new installation begins with (the Partnership's own lists; staff change them freely).
FIRST_TERMS: dict[Kind, list[str]] = {
    Kind.LEVER: [
        "Regulation and policy",
        "Payment",
        "Clinical model",
        "Workforce expansion",
        "Organizational culture",
        "Quality and accountability",
        "Technology",
    ],
    Kind.FOCUS_AREA: [
        "Community alignment",
        "Creation of efficiencies",
        "Technology integration",
        "Career pathways and compensation",
    ],
    Kind.SECTOR: [
        "Provider organization",
        "Federal government",
        "State government",
        "Local government",
        "Health plan",
        "Academic institution",
        "Professional association",
        "Philanthropy",
        "Technology company",
        "Community member or person with lived experience",
        "Other",
    ],
    Kind.JOB_ROLE: [
        "Executive leader",
        "Clinical leader or supervisor",
        "Clinician",
        "Peer specialist or community health worker",
        "Human resources or workforce development",
        "Policy or government affairs",
        "Researcher or educator",
        "Student or trainee",
        "Consultant",
        "Other",
    ],
}

OUTSIDE = "XX"

#: USPS abbreviations: the states, the District of Columbia, the territories and the freely associated states.
STATES: dict[str, str] = dict(
    pair.split(":", 1)
    for pair in (
        "AL:Alabama|AK:Alaska|AZ:Arizona|AR:Arkansas|CA:California|CO:Colorado|CT:Connecticut|DE:Delaware|"
        "DC:District of Columbia|FL:Florida|GA:Georgia|HI:Hawaii|ID:Idaho|IL:Illinois|IN:Indiana|IA:Iowa|KS:Kansas|"
        "KY:Kentucky|LA:Louisiana|ME:Maine|MD:Maryland|MA:Massachusetts|MI:Michigan|MN:Minnesota|MS:Mississippi|"
        "MO:Missouri|MT:Montana|NE:Nebraska|NV:Nevada|NH:New Hampshire|NJ:New Jersey|NM:New Mexico|NY:New York|"
        "NC:North Carolina|ND:North Dakota|OH:Ohio|OK:Oklahoma|OR:Oregon|PA:Pennsylvania|RI:Rhode Island|"
        "SC:South Carolina|SD:South Dakota|TN:Tennessee|TX:Texas|UT:Utah|VT:Vermont|VA:Virginia|WA:Washington|"
        "WV:West Virginia|WI:Wisconsin|WY:Wyoming|AS:American Samoa|GU:Guam|MP:Northern Mariana Islands|"
        "PR:Puerto Rico|VI:U.S. Virgin Islands|FM:Federated States of Micronesia|MH:Marshall Islands|PW:Palau|"
        f"{OUTSIDE}:Outside the United States"
    ).split("|")
)
