"""The form in which somebody says who they are, as every public form asks it; each adds what is its own."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any

from flask_wtf import FlaskForm
from wtforms import EmailField, Field, Form, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, Optional

from jam.base.errors import Refused
from jam.base.text import clean_line
from jam.people.actions import Details
from jam.people.rules import checked_name, normal_address
from jam.vocabulary.queries import terms
from jam.vocabulary.rules import STATES, Kind


def passes(check: Callable[[str], object]) -> Callable[[Form, Field], None]:
    """A validator out of a rule that refuses: its sentence becomes the field's error."""

    def validate(form: Form, field: Field) -> None:
        try:
            check(field.data)
        except Refused as error:
            raise ValidationError(error.message) from error

    return validate


def typeable(form: Form, field: Field) -> None:
    """Validator: a browser sends no control characters in a line; what does is trying to write into a mail's head."""
    if any(unicodedata.category(each) in ("Cc", "Cs") for each in field.data.strip()):
        raise ValidationError(
            f"{field.label.text} holds characters that no keyboard has. Type it again by hand."
        )


def in_a_line(limit: int, what: str) -> list[Any]:
    """The validators of a line of at most `limit` characters, which may stay empty."""
    return [Optional(), typeable, passes(lambda typed: clean_line(typed, limit, what))]


def address_field(*, required: bool = True, **shown: Any) -> EmailField:
    """An e-mail address; `shown` are attributes beside those that keep a phone from changing what is typed."""
    first = DataRequired("Enter your e-mail address, like name@example.org.") if required else Optional()
    return EmailField(
        "E-mail",
        validators=[first, typeable, passes(normal_address)],
        render_kw={"spellcheck": "false", "autocapitalize": "none", **shown},
    )


def name_field(*, required: bool = True, **shown: Any) -> StringField:
    """A person's name."""
    first = DataRequired("Enter your name as it should appear on letters.") if required else Optional()
    return StringField("Name", validators=[first, typeable, passes(checked_name)], render_kw=shown)


def organization_field() -> StringField:
    """Where somebody works; it may stay empty."""
    return StringField(
        "Organization",
        validators=in_a_line(160, "The organization's name"),
        render_kw={"autocomplete": "organization"},
    )


def choice(label: str, choices: Callable[[], dict[str, str]], **options: Any) -> SelectField:
    """A list to choose from, where nothing chosen is an answer too."""
    return SelectField(
        label,
        default="",
        choices=lambda: {"": "Choose one", **choices()},
        invalid_choice_message=f"Choose one of the list under “{label}”, or none.",
        **options,
    )


def _of(kind: Kind) -> Callable[[], dict[str, str]]:
    return lambda: {str(term.id): term.name for term in terms(kind)}


class WhoForm(FlaskForm):
    """Address and name; organization, job role, sector and state may stay empty."""

    email = address_field(autocomplete="email")
    name = name_field(autocomplete="name")
    organization = organization_field()
    job_role = choice("Job role", _of(Kind.JOB_ROLE))
    sector = choice("Sector", _of(Kind.SECTOR))
    state = choice("State or territory", lambda: STATES, render_kw={"autocomplete": "address-level1"})

    def details(self) -> Details:
        """What was said, after validation."""
        return Details(
            name=self.name.data,
            organization=clean_line(self.organization.data or "", 160),
            job_role_id=int(self.job_role.data) if self.job_role.data else None,
            sector_id=int(self.sector.data) if self.sector.data else None,
            state=self.state.data or None,
        )


class OtherNameForm(FlaskForm):
    """Another name of an organization."""

    name = StringField(
        "Another name",
        description="An abbreviation, an earlier name: whoever gives it belongs here.",
        render_kw={"autocomplete": "off", "maxlength": 160},
    )


class OrganizationForm(FlaskForm):
    """What staff know of an organization."""

    domain = StringField(
        "Web domain",
        validators=[Optional(), typeable],
        description="Like clinic.example. Whoever registers with an address there finds this organization suggested.",
        render_kw={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none", "maxlength": 120},
    )
    state = choice("State or territory", lambda: STATES)
