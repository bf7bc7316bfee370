"""Which column of a loaded table means what, and what its cells say of a person. Pure decisions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jam.vocabulary.rules import STATES

#: What a column can mean.
FIELDS = {
    "email": "E-mail",
    "name": "Name",
    "first": "First name",
    "last": "Last name",
    "organization": "Organization",
    "job_role": "Job role",
    "sector": "Sector",
    "state": "State",
    "zip": "ZIP",
    "heard": "How they heard of us",
    "needs": "What they need",
    "join_url": "Join link",
    "registrant": "Registrant ID",
}
PERSON = (
    "email",
    "name",
    "first",
    "last",
    "organization",
    "job_role",
    "sector",
    "state",
    "zip",
    "heard",
    "needs",
)

_MEANS = {
    "email": {"email", "emailaddress", "mail", "address", "useremail", "registrantemail", "workemail"},
    "name": {"name", "fullname", "attendeename", "registrantname", "yourname", "participant"},
    "first": {"firstname", "givenname", "first", "forename"},
    "last": {"lastname", "surname", "familyname", "last"},
    "organization": {
        "organization",
        "organisation",
        "company",
        "agency",
        "employer",
        "org",
        "organizationname",
    },
    "job_role": {"jobrole", "role", "jobtitle", "title", "position"},
    "sector": {"sector", "sectortype", "industry", "organizationtype"},
    "state": {"state", "stateorterritory", "stateprovince", "territory", "province"},
    "zip": {"zip", "zipcode", "postalcode", "zippostalcode"},
    "heard": {"heard", "howheard", "howdidyouhear", "howdidyouhearofus", "howdidyouhearaboutus", "source"},
    "needs": {"asksfor", "needs", "accommodation", "accommodations", "whattheyneed", "whatyouneedtotakepart"},
    "registrant": {"registrantid", "registrantkey"},
    "join_url": {"joinurl", "joinlink", "url", "link", "joininglink", "personallink"},
}
_ZIP = re.compile(r"(\d{3,5})(-\d{4})?")
_BY_NAME = {name.casefold(): code for code, name in STATES.items()}


@dataclass(frozen=True)
class Columns:
    """The column of each field, counted from 0; a field without one is absent."""

    of: Mapping[str, int]

    def cell(self, row: Sequence[str], field: str) -> str:
        """What a row says of a field; empty when it says nothing."""
        index = self.of.get(field)
        return row[index].strip() if index is not None and index < len(row) else ""

    def name(self, row: Sequence[str]) -> str:
        """The whole name, out of one column or two."""
        both = f"{self.cell(row, 'first')} {self.cell(row, 'last')}".strip()
        return self.cell(row, "name") or both


def guess(header: Sequence[str], fields: Sequence[str] = PERSON) -> Columns:
    """The columns by what they are called; the first that fits."""
    plain = [re.sub(r"[^a-z]", "", title.casefold()) for title in header]
    found: dict[str, int] = {}
    for field in fields:
        for index, title in enumerate(plain):
            if title in _MEANS[field] and index not in found.values():
                found[field] = index
                break
    return Columns(found)


def guess_titled(header: Sequence[str], columns: Columns, titles: Mapping[str, str]) -> Columns:
    """The same with the columns that are called exactly like one of these, by field; case does not count."""
    found = dict(columns.of)
    plain = [title.strip().casefold() for title in header]
    for field, title in titles.items():
        if (here := title.strip().casefold()) in plain and plain.index(here) not in found.values():
            found[field] = plain.index(here)
    return Columns(found)


def state_of(cell: str) -> str | None:
    """The abbreviation of a state or territory, from itself or from its name; None for anything else."""
    code = cell.upper()
    return code if code in STATES else _BY_NAME.get(cell.casefold())


def zip_of(cell: str) -> str | None:
    """A ZIP code; zeros in front that a spreadsheet took away come back."""
    found = _ZIP.fullmatch(cell)
    return found[1].zfill(5) + (found[2] or "") if found else None
