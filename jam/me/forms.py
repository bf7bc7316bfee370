"""What people may say about themselves on their own page."""

from __future__ import annotations

from zoneinfo import available_timezones

from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired

from jam.base.zones import US_ZONES
from jam.people.fields import passes
from jam.people.rules import checked_name

_REGIONS = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


def zone_choices() -> dict[str, dict[str, str]]:
    """Time zones in two groups: those of the United States by their common names, then every other place."""
    ours = dict(US_ZONES)
    others = sorted(
        name for name in available_timezones() if name.partition("/")[0] in _REGIONS and name not in ours
    )
    return {
        "United States": ours,
        "Elsewhere": {name: name.replace("_", " ").replace("/", ": ", 1) for name in others},
    }


class DetailsForm(FlaskForm):
    """Name and time zone."""

    name = StringField(
        "Name",
        validators=[DataRequired("Enter your name as it should appear on letters."), passes(checked_name)],
        render_kw={"autocomplete": "name"},
    )
    time_zone = SelectField(
        "Time zone",
        description="Times here and in our mails are told in it.",
        choices=zone_choices,
        invalid_choice_message="Choose a time zone of the list.",
    )
