"""The classes of identifiers that a case is read for, and what a finding is.

The first eighteen are those of 45 CFR 164.514(b)(2)(i), (A) to (R), used as a checklist by analogy; no compliance is claimed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """A class of identifiers; the name is short, `LETTER` says where it stands in the regulation."""

    NAME = "name"
    GEOGRAPHY = "geography"
    DATE = "date"
    PHONE = "phone"
    FAX = "fax"
    EMAIL = "email"
    SSN = "ssn"
    RECORD = "record"
    PLAN = "plan"
    ACCOUNT = "account"
    LICENCE = "licence"
    VEHICLE = "vehicle"
    DEVICE = "device"
    URL = "url"
    IP = "ip"
    BIOMETRIC = "biometric"
    PHOTO = "photo"
    OTHER = "other"
    OWN_ORGANIZATION = "own-organization"
    OWN_TOWN = "own-town"
    OWN_COLLEAGUE = "own-colleague"


#: Of the paragraph (b)(2)(i).
LETTER = {kind: "ABCDEFGHIJKLMNOPQR"[place] for place, kind in enumerate(list(Kind)[:18])}

OWN = (Kind.OWN_ORGANIZATION, Kind.OWN_TOWN, Kind.OWN_COLLEAGUE)

WORDS = {
    Kind.NAME: "Names",
    Kind.GEOGRAPHY: "Places smaller than a state",
    Kind.DATE: "Dates, but for the year, and ages over 89",
    Kind.PHONE: "Telephone numbers",
    Kind.FAX: "Fax numbers",
    Kind.EMAIL: "E-mail addresses",
    Kind.SSN: "Social Security numbers",
    Kind.RECORD: "Medical record numbers",
    Kind.PLAN: "Health plan numbers",
    Kind.ACCOUNT: "Account numbers",
    Kind.LICENCE: "Certificate and license numbers",
    Kind.VEHICLE: "Vehicles and plates",
    Kind.DEVICE: "Devices and serial numbers",
    Kind.URL: "Web addresses",
    Kind.IP: "IP addresses",
    Kind.BIOMETRIC: "Fingerprints, voices and other biometrics",
    Kind.PHOTO: "Photographs",
    Kind.OTHER: "Anything else that only one has",
    Kind.OWN_ORGANIZATION: "Your own organization",
    Kind.OWN_TOWN: "Your own town",
    Kind.OWN_COLLEAGUE: "You and your colleagues",
}

SUGGESTIONS = {
    Kind.NAME: "Say what they do instead, such as “a supervisor” or “one of our clinicians”.",
    Kind.GEOGRAPHY: "Say the state, or what kind of place it is, such as “a rural county”.",
    Kind.DATE: "Keep the year only, or say how long ago it was. For ages over 89, say “90 or older”.",
    Kind.PHONE: "Take the number out.",
    Kind.FAX: "Take the number out.",
    Kind.EMAIL: "Take the address out.",
    Kind.SSN: "Take the number out.",
    Kind.RECORD: "Take the number out; nobody needs it to give advice.",
    Kind.PLAN: "Take the number out; say what kind of plan it is.",
    Kind.ACCOUNT: "Take the number out.",
    Kind.LICENCE: "Take the number out; the kind of license is enough.",
    Kind.VEHICLE: "Take it out; say “one of our vans”.",
    Kind.DEVICE: "Take the number out; say what kind of device it is.",
    Kind.URL: "Take the address out; say what stands there.",
    Kind.IP: "Take the address out.",
    Kind.BIOMETRIC: "Take it out.",
    Kind.PHOTO: "Leave the picture out.",
    Kind.OTHER: "This could point at one organization or person only. Say it more generally.",
    Kind.OWN_ORGANIZATION: "This looks like your own organization. Say “we” or “our organization”.",
    Kind.OWN_TOWN: "This looks like where you are. Say what kind of place it is.",
    Kind.OWN_COLLEAGUE: "This looks like you or somebody you work with. Say what they do.",
}


@dataclass(frozen=True, order=True)
class Finding:
    """A passage that looks like an identifier: from `start` up to `end` of the text, in characters."""

    start: int
    end: int
    kind: Kind

    @property
    def suggestion(self) -> str:
        """What to write instead, in plain words."""
        return SUGGESTIONS[self.kind]


@dataclass(frozen=True)
class Known:
    """What Jam knows of whoever submitted a text; every part may be empty."""

    #: Its name, short names and other names.
    organizations: tuple[str, ...] = ()
    #: Web domains of the organization and of its people's addresses.
    domains: tuple[str, ...] = ()
    towns: tuple[str, ...] = ()
    #: The submitter and the people they work with.
    people: tuple[str, ...] = ()
