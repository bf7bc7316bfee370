"""What people may say about themselves on their own page."""

from __future__ import annotations

from functools import cache
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField

from jam.base.zones import US_ZONES, all_names
from jam.people.fields import address_field, name_field, organization_field

_REGIONS = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


@cache
def zone_choices() -> dict[str, dict[str, str]]:
    """Time zones in two groups: those of the United States by their common names, then every other place."""
    ours = dict(US_ZONES)
    others = sorted(name for name in all_names() if name.partition("/")[0] in _REGIONS and name not in ours)
    return {
        "United States": ours,
        "Elsewhere": {name: name.replace("_", " ").replace("/", ": ", 1) for name in others},
    }


class DetailsForm(FlaskForm):
    """Name, organization and time zone."""

    name = name_field(autocomplete="name")
    organization = organization_field()
    time_zone = SelectField(
        "Time zone",
        description="Times here and in our mails are told in it.",
        choices=zone_choices,
        invalid_choice_message="Choose a time zone of the list.",
    )


class LettersForm(FlaskForm):
    """Which letters somebody wants beside those about their own seats."""

    reminders = BooleanField(
        "Remind me of my sessions",
        description="Before each session you have a seat at. Changes and cancellations we tell you in any case.",
    )
    follow_ups = BooleanField(
        "Send me recordings and follow-ups",
        description="After a session: the recording, the slides, and what the organizers write to people without a seat.",
    )
    news = BooleanField(
        "Send me news of the Partnership",
        description="About one mail a month. First you get a mail to confirm it; you can stop at any time.",
    )


class LostForm(FlaskForm):
    """Where the link to one's own page is to go."""

    email = address_field(autocomplete="email")

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.email.description = "The address you registered with."
