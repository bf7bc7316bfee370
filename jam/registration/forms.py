"""What somebody says of themself when they register."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from wtforms import (
    BooleanField,
    Field,
    FieldList,
    Form,
    FormField,
    HiddenField,
    StringField,
    ValidationError,
)
from wtforms.validators import Optional, StopValidation

from jam.people.actions import Details
from jam.people.fields import WhoForm, address_field, in_a_line, name_field, typeable
from jam.people.rules import normal_address
from jam.registration.queries import known_organizations
from jam.registration.slips import likely_address

_ZIP = re.compile(r"\d{5}(-\d{4})?")

#: Characters of the answer to how somebody heard of the program.
LONGEST_HEARD = 200


def _zip(form: Form, field: Field) -> None:
    if not _ZIP.fullmatch(field.data.strip()):
        raise ValidationError(
            "A ZIP code has 5 digits, or 5 and 4, like 43004 or 43004-1234. You may also leave it empty."
        )


class Asked:
    """Validator: a field that the page shows must not be left empty.

    A program that sends only address and name, as the contract allows, is taken as it is; so is a list that staff left
    without anything to choose.
    """

    def __init__(self, words: str) -> None:
        self.words = words

    def __call__(self, form: Form, field: Any) -> None:
        if (field.data or "").strip():
            return
        nothing_to_choose = hasattr(field, "iter_choices") and len(list(field.iter_choices())) < 2
        raise StopValidation(self.words if field.raw_data and not nothing_to_choose else "")


class RegistrationForm(WhoForm):
    """Address and name; the rest helps the program and may stay empty, as for staff who add somebody."""

    zip = StringField(
        "ZIP code", validators=[Optional(), typeable, _zip], render_kw={"autocomplete": "postal-code"}
    )

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.email.description = "Your personal link to the session goes here, and nowhere else."

    def details(self) -> Details:
        """What was said, after validation."""
        return replace(super().details(), zip=(self.zip.data or "").strip() or None)


class ShortForm(RegistrationForm):
    """What visitors fill in: for one session, for the series pass, and when they register colleagues."""

    heard = StringField("How did you hear of us?", validators=in_a_line(LONGEST_HEARD, "How you heard of us"))
    news = BooleanField(
        "Send me news of the Partnership",
        description="About one mail a month. First you get a mail to confirm it; you can stop at any time.",
    )
    #: The address that was asked about already, so that nobody is asked twice.
    asked = HiddenField()
    #: The answer: the button that was pressed says which address is meant.
    meant = StringField()

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.organization.description = "If you work for yourself, write “self-employed”."
        self.organization.render_kw = {**self.organization.render_kw, "list": "known-organizations"}
        for field, words in (
            (self.organization, "Enter the name of your organization, or “self-employed”."),
            (self.job_role, "Choose the job role that comes closest to yours."),
            (self.sector, "Choose the sector you work in."),
            (self.state, "Choose your state or territory, or the last one if you live elsewhere."),
        ):
            kept = [each for each in field.validators if not isinstance(each, Optional)]
            field.validators = [Asked(words), *kept]
            field.flags.optional, field.flags.required = None, True

    def at_domain(self) -> list[str]:
        """Organizations to suggest by the address that was typed, also where no script runs."""
        return known_organizations("", (self.email.data or "").strip().rpartition("@")[2])

    def slip(self, usual: list[str]) -> str | None:
        """The address to ask about, once: what was most likely meant. None when there is nothing to ask, or the answer has
        come; then `email` holds the address that is meant. `usual` are the domains that many people here have."""
        typed = self.email.data.strip()
        likely = likely_address(typed, usual)
        if likely is None:
            return None
        if self.asked.data != typed:
            self.asked.data = typed
            return likely
        if self.meant.data == likely:
            self.email.data = likely
        return None


#: Colleagues that one form takes.
MOST_COLLEAGUES = 10


class ColleagueRow(Form):
    """One colleague; a row without anything in it is none."""

    name = name_field(required=False)
    email = address_field(required=False)


class ColleaguesForm(ShortForm):
    """Who registers, and whom."""

    colleagues = FieldList(FormField(ColleagueRow), min_entries=MOST_COLLEAGUES, max_entries=MOST_COLLEAGUES)

    def named(self) -> list[tuple[str, str]]:
        """Name and address of each colleague, after validation."""
        rows = [(row.form.name.data or "", row.form.email.data or "") for row in self.colleagues]
        return [(name.strip(), email.strip()) for name, email in rows if name.strip() or email.strip()]

    def validate(self, extra_validators: Any = None) -> bool:
        """Each row needs both or nothing, at least one is named, and nobody is named twice."""
        good = bool(super().validate(extra_validators))
        if not good:
            return self._whole(good)
        return self._whole(good) and self._different()

    def _whole(self, good: bool) -> bool:
        for row in self.colleagues:
            name, email = (row.form.name.data or "").strip(), (row.form.email.data or "").strip()
            if email and not name:
                self._fault(row.form.name, "Enter the name that belongs to this address.")
                good = False
            elif name and not email:
                self._fault(row.form.email, f"Enter the e-mail address of {name[:80]}.")
                good = False
        if not self.named():
            self._fault(self.colleagues[0].form.name, "Name at least one colleague.")
            return False
        return good

    def _fault(self, field: Field, words: str) -> None:
        field.errors = [words]
        self.colleagues.errors = [*self.colleagues.errors, words]

    def _different(self) -> bool:
        seen = {normal_address(self.email.data)}
        for row in self.colleagues:
            typed = (row.form.email.data or "").strip()
            if typed and normal_address(typed) in seen:
                self._fault(
                    row.form.email, "This address stands here twice. Each person needs one of their own."
                )
                return False
            if typed:
                seen.add(normal_address(typed))
        return True
