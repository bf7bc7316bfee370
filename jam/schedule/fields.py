"""The kinds of field that forms about sessions are made of, and what cleans what is typed into them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from urllib.parse import urlsplit

from wtforms import (
    BooleanField,
    DateField,
    Field,
    Form,
    IntegerField,
    SelectMultipleField,
    StringField,
    TimeField,
    ValidationError,
)
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget

from jam.base.errors import Refused
from jam.base.text import clean_line, clean_text
from jam.base.zones import US_ZONES, all_names

#: More seats than this no platform has.
MOST_SEATS = 100_000

Validator = Callable[[Form, Field], None]


class Whole(IntegerField):
    """A whole number, with our own words for what is none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata([value.strip().replace(",", "") for value in valuelist])
        except ValueError:
            raise ValueError("Enter a whole number, such as 60.") from None


class Day(DateField):
    """A date of this century."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("Enter a date like 2026-12-15.") from None
        if self.data is not None:
            _of_this_century(self.data)


class WallTime(TimeField):
    """A time on the wall clock."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("Enter a time like 13:00.") from None


class Checks(SelectMultipleField):
    """Boxes to tick, any number of them."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def line(limit: int, what: str) -> Validator:
    """A validator: one line of clean text of at most `limit` characters."""
    return _cleaned(lambda typed: clean_line(typed, limit, what))


def text(limit: int, what: str) -> Validator:
    """A validator: several lines of clean text of at most `limit` characters."""
    return _cleaned(lambda typed: clean_text(typed, limit, what))


def _cleaned(clean: Callable[[str], str]) -> Validator:
    def validate(form: Form, field: Field) -> None:
        try:
            field.data = clean(field.data or "")
        except Refused as error:
            raise ValidationError(error.message) from None

    return validate


def between(least: int, most: int, words: str) -> Validator:
    """A validator: a number in these bounds, where there is one."""

    def validate(form: Form, field: Field) -> None:
        if field.data is not None and not least <= field.data <= most:
            raise ValidationError(words)

    return validate


def web_address(form: Form, field: Field) -> None:
    """A validator: a link that a browser opens as a page, or nothing."""
    typed = (field.data or "").strip()
    field.data = typed or None
    if not typed:
        return
    if len(typed) > 1000:
        raise ValidationError("This link is longer than 1,000 characters. Use a shorter one.")
    try:
        parts = urlsplit(typed)
        good = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        good = False
    if not good or any(each.isspace() or ord(each) < 33 or "\ue000" <= each <= "\uf8ff" for each in typed):
        raise ValidationError(
            "This is not a link. It begins with https://, like https://zoom.us/j/123456789."
        )


def _of_this_century(day: date) -> None:
    if not 2000 <= day.year < 2100:
        raise ValueError("Enter a date between 2000 and 2099.")


def dates_in(typed: str | None, what: str) -> tuple[date, ...]:
    """Dates, one per line; ValidationError names the first line that is none."""
    found = []
    for part in (typed or "").replace(",", "\n").split("\n"):
        if not part.strip():
            continue
        try:
            day = date.fromisoformat(part.strip())
            _of_this_century(day)
        except ValueError:
            raise ValidationError(
                f"“{part.strip()[:40]}” among the {what} is not a date of this century. Write it as 2026-12-15."
            ) from None
        found.append(day)
    if len(found) > 500:
        raise ValidationError(f"There are {len(found)} {what}; 500 is the most.")
    return tuple(found)


@cache
def zone_choices() -> dict[str, dict[str, str]]:
    """Zones to choose from: those of the United States first, then every other."""
    ours = {name for name, _ in US_ZONES}
    others = [*sorted(name for name in all_names() if "/" in name and name not in ours), "UTC"]
    return {
        "United States": {name: f"{label} ({name})" for name, label in US_ZONES},
        "Everywhere": {name: name.replace("_", " ") for name in others},
    }


def seats_field() -> Whole:
    """How many seats; None for as many as come."""
    return Whole(
        "Seats",
        description="Leave it empty for as many as come.",
        validators=[
            Optional(),
            between(1, MOST_SEATS, "Enter at least 1 seat, or leave it empty for as many as come."),
        ],
        render_kw={"inputmode": "numeric"},
    )


def waiting_list_field() -> BooleanField:
    """Whether people beyond the last seat wait."""
    return BooleanField(
        "Keep a waiting list",
        description="When all seats are taken, people wait instead of being turned away.",
    )


def offer_field() -> Whole:
    """For how many hours a freed seat is kept for who is next; None to give it at once."""
    return Whole(
        "Hours that an offered seat is kept",
        description="A freed seat is offered to the next who waits. Leave it empty to give it at once.",
        validators=[Optional(), between(1, 336, "Enter 1 to 336 hours (two weeks), or leave it empty.")],
        render_kw={"inputmode": "numeric"},
    )


def approval_field() -> BooleanField:
    """Whether staff decide about each registration."""
    return BooleanField("Staff approve each registration")


def link_field(label: str, description: str = "") -> StringField:
    """A link to a page elsewhere; None when empty."""
    return StringField(
        label,
        description=description,
        validators=[web_address],
        render_kw={"inputmode": "url", "spellcheck": "false", "autocomplete": "off"},
    )
