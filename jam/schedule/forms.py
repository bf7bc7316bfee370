"""What staff type about programs and sessions, and the sentences for what cannot be."""

from __future__ import annotations

from dataclasses import fields as columns
from datetime import date, datetime, time, timedelta
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Optional

from jam.base.errors import Refused
from jam.base.now import now
from jam.base.zones import EASTERN, to_utc, wall, zone
from jam.schedule.fields import (
    Checks,
    Day,
    WallTime,
    Whole,
    approval_field,
    between,
    dates_in,
    line,
    link_field,
    offer_field,
    seats_field,
    text,
    waiting_list_field,
    zone_choices,
)
from jam.schedule.given import EventFields, ProgramFields
from jam.schedule.models import Event, Program
from jam.schedule.recurrence import WEEKDAYS, Recurrence
from jam.schedule.rules import COLORS, VISIBILITY_WORDS, Visibility
from jam.vocabulary.models import Term
from jam.vocabulary.queries import terms
from jam.vocabulary.rules import Kind

_NTH_WORDS = {"1": "First", "2": "Second", "3": "Third", "4": "Fourth", "5": "Fifth", "-1": "Last"}

REPEATS = {
    "none": "By hand: sessions are made one by one",
    "monthly": "Every month, on the same weekday",
    "weekly": "Every few weeks, from a first date",
    "dates": "On dates from a list",
}


# --- the pattern of dates ---------------------------------------------------------------------------------------------


class PatternForm(FlaskForm):
    """How dates repeat."""

    repeats = RadioField("How the dates repeat", choices=REPEATS, default="none")
    nth = SelectField("Which one", coerce=int, choices=_NTH_WORDS, default=3)
    weekday = SelectField(
        "Weekday", coerce=int, choices={str(number): name for number, name in enumerate(WEEKDAYS)}, default=1
    )
    every = Whole(
        "Weeks between two sessions", default=2, validators=[Optional()], render_kw={"inputmode": "numeric"}
    )
    first_on = Day("First date", description="The weeks are counted from it.", validators=[Optional()])
    dates = TextAreaField("Dates", description="One per line, like 2026-12-15.", validators=[Optional()])
    exclusions = TextAreaField(
        "Dates to leave out",
        description="One per line, like 2026-12-15. For any pattern.",
        validators=[Optional()],
    )

    def validate_dates(self, field: Field) -> None:
        """Readable, where dates are asked for."""
        if self.repeats.data == "dates":
            dates_in(field.data, "dates")

    def validate_exclusions(self, field: Field) -> None:
        """Readable."""
        dates_in(field.data, "dates to leave out")

    def pattern(self) -> Recurrence | None:
        """The pattern that was chosen; None for none. Refused for one that cannot be."""
        left_out = dates_in(self.exclusions.data, "dates to leave out")
        if self.repeats.data == "monthly":
            return Recurrence(
                kind="monthly", nth=self.nth.data, weekday=self.weekday.data, exclusions=left_out
            )
        if self.repeats.data == "weekly":
            first_on = self.first_on.data
            return Recurrence(
                kind="weekly",
                every=self.every.data,
                first_on=first_on,
                weekday=first_on.weekday() if first_on else 0,
                exclusions=left_out,
            )
        if self.repeats.data == "dates":
            return Recurrence(kind="dates", dates=dates_in(self.dates.data, "dates"), exclusions=left_out)
        return None


def pattern_data(pattern: dict[str, Any] | None) -> dict[str, Any]:
    """What a pattern that stands puts into the fields of a `PatternForm`."""
    pattern = pattern or {}
    lists = {key: "\n".join(pattern.get(key, [])) for key in ("dates", "exclusions")}
    single: dict[str, Any] = {key: pattern[key] for key in ("nth", "weekday", "every") if key in pattern}
    first_on = date.fromisoformat(pattern["first_on"]) if "first_on" in pattern else None
    return {"repeats": pattern.get("kind", "none"), "first_on": first_on, **single, **lists}


# --- programs ---------------------------------------------------------------------------------------------------------


class ProgramForm(PatternForm):
    """A program and the pattern of its dates."""

    name = StringField("Name", validators=[DataRequired("Enter the program's name."), line(120, "The name")])
    slug = StringField(
        "Short name",
        description="It stands in the address, /programs/jam, and never changes. Lower-case letters, digits, hyphens.",
        validators=[line(60, "The short name")],
        render_kw={"spellcheck": "false", "autocapitalize": "none"},
    )
    summary = TextAreaField(
        "Summary",
        description="Markdown. It opens the program's page.",
        validators=[text(5000, "The summary")],
    )
    color = SelectField(
        "Color in calendars", choices={each: each.capitalize() for each in COLORS}, default="teal"
    )
    time_zone = SelectField(
        "Time zone",
        description="Sessions keep this wall clock when the clocks change.",
        default=EASTERN,
        validate_choice=False,
    )
    visibility = RadioField("Who sees its sessions", default=Visibility.PUBLIC)
    start_time = WallTime(
        "Start time", default=time(13), validators=[InputRequired("Enter a start time like 13:00.")]
    )
    minutes = Whole(
        "Minutes",
        validators=[
            InputRequired("Enter how many minutes a session lasts."),
            between(5, 1440, "A session lasts between 5 and 1,440 minutes (24 hours)."),
        ],
        render_kw={"inputmode": "numeric"},
    )
    capacity = seats_field()
    waiting_list = waiting_list_field()
    offer_hours = offer_field()
    approval = approval_field()
    join_url = link_field(
        "Join link", "New sessions begin with it. People get a page of their own, not this link."
    )
    provided = TextAreaField(
        "What is always provided",
        description="Markdown, for example live captions and ASL. The form and the session's page show it.",
        validators=[text(3000, "What is always provided")],
    )
    needs_days = Whole(
        "Days before a session until which further needs can be asked for",
        default=10,
        validators=[
            InputRequired("Enter how many days before a session, such as 10."),
            between(0, 90, "Enter 0 to 90 days."),
        ],
        render_kw={"inputmode": "numeric"},
    )
    enough_percent = Whole(
        "Percent of a session that somebody has to stay to have attended enough of it",
        default=75,
        description="For the share of people who stayed long enough, and for certificates.",
        validators=[
            InputRequired("Enter a number of percent, such as 75."),
            between(1, 100, "Enter 1 to 100 percent."),
        ],
        render_kw={"inputmode": "numeric"},
    )

    def __init__(self, *arguments: Any, new: bool = True, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.time_zone.choices = zone_choices()
        self.visibility.choices = {str(each): words for each, words in VISIBILITY_WORDS.items()}
        if not new:
            del self.slug

    @classmethod
    def of(cls, program: Program) -> ProgramForm:
        """The form, filled with what stands, or with what was sent."""
        return cls(new=False, obj=program, data=pattern_data(program.recurrence))

    def validate_slug(self, field: Field) -> None:
        """`new` is the address of the form itself."""
        if field.data == "new":
            raise ValidationError("“new” cannot be a short name. Choose another one, such as jam.")

    def validate_time_zone(self, field: Field) -> None:
        """Any zone that exists."""
        try:
            zone(field.data or "")
        except Refused as error:
            raise ValidationError(error.message) from None

    def fields(self) -> ProgramFields:
        """What was decided. Refused for a pattern that cannot be."""
        pattern = self.pattern()
        decided = {each.name: self[each.name].data for each in columns(ProgramFields) if each.name in self}
        decided["visibility"] = Visibility(self.visibility.data)
        return ProgramFields(**decided, recurrence=pattern.to_json() if pattern else None)


# --- sessions ---------------------------------------------------------------------------------------------------------


class TimeForm(FlaskForm):
    """A day and two times on a wall clock."""

    day = Day("Date", validators=[InputRequired("Choose a date.")])
    starts = WallTime("Starts", validators=[InputRequired("Enter when it starts, like 13:00.")])
    ends = WallTime("Ends", validators=[InputRequired("Enter when it ends, like 14:00.")])

    def validate_ends(self, field: Field) -> None:
        """After the start."""
        if self.starts.data is not None and field.data is not None and field.data <= self.starts.data:
            raise ValidationError("The session would end before it starts. Check both times.")

    def span(self, zone_name: str) -> tuple[datetime, datetime]:
        """Start and end in UTC; Refused for a start that has passed."""
        start = to_utc(self.day.data, self.starts.data, zone_name)
        end = to_utc(self.day.data, self.ends.data, zone_name)
        if start <= now():
            raise Refused("That time has passed. Choose a day to come.")
        return start, end


class NewEventForm(TimeForm):
    """A session that the pattern does not give."""

    title = StringField("Title", default="Topic to come", validators=[line(200, "The title")])

    @classmethod
    def of(cls, program: Program) -> NewEventForm:
        """The form with the program's usual times."""
        start = datetime.combine(now().date(), program.start_time)
        return cls(
            data={"starts": program.start_time, "ends": (start + timedelta(minutes=program.minutes)).time()}
        )


class MoveForm(TimeForm):
    """Another time for a session, and a word to its people."""

    message = TextAreaField("A word to the people", validators=[text(1000, "The word to the people")])

    @classmethod
    def of(cls, event: Event, **options: Any) -> MoveForm:
        """The form with the time the session has."""
        start, end = wall(event.starts_at, event.time_zone), wall(event.ends_at, event.time_zone)
        return cls(data={"day": start.date(), "starts": start.time(), "ends": end.time()}, **options)


class ActForm(FlaskForm):
    """A word to the people a change is told to."""

    message = TextAreaField(
        "A word to the people",
        description="It stands in the letter. 1,000 characters at most.",
        validators=[text(1000, "The word to the people")],
    )


class EventForm(FlaskForm):
    """What is written about a session, its date apart."""

    title = StringField(
        "Title", validators=[DataRequired("Give the session a title."), line(200, "The title")]
    )
    summary = TextAreaField(
        "What people will learn",
        description="Markdown. It opens the session's page and goes into calendars.",
        validators=[text(5000, "The summary")],
        render_kw={"rows": 8},
    )
    visibility = RadioField("Who sees it")
    closed = BooleanField("Registration is closed", description="Staff can still add people by hand.")
    capacity = seats_field()
    waiting_list = waiting_list_field()
    offer_hours = offer_field()
    approval = approval_field()
    provided = TextAreaField(
        "What is always provided",
        description="Markdown, for example live captions and ASL. Leave it empty to show what the program says.",
        validators=[text(3000, "What is always provided")],
    )
    levers = Checks("Levers of change", coerce=int)
    focus_areas = Checks("Focus areas", coerce=int)
    join_url = link_field("Join link", "People get a page of their own that leads to it.")
    recording_url = link_field("Recording", "Shown on the session's page once it is over.")
    slides_url = link_field("Slides")

    def __init__(self, *arguments: Any, of: Event, **options: Any) -> None:
        tagged = {term.id for term in of.terms}
        self._choices = {
            "levers": terms(Kind.LEVER, always=tagged),
            "focus_areas": terms(Kind.FOCUS_AREA, always=tagged),
        }
        data: dict[str, Any] = {
            key: [term.id for term in choices if term.id in tagged] for key, choices in self._choices.items()
        }
        data |= {each.name: getattr(of, each.name) for each in columns(EventFields)}
        super().__init__(*arguments, data=data, **options)
        self.visibility.choices = {str(each): words for each, words in VISIBILITY_WORDS.items()}
        for key, choices in self._choices.items():
            self[key].choices = {str(term.id): term.name for term in choices}

    def fields(self) -> EventFields:
        """What was decided."""
        decided = {each.name: self[each.name].data for each in columns(EventFields)}
        return EventFields(**{**decided, "visibility": Visibility(self.visibility.data)})

    def terms(self) -> list[Term]:
        """The terms that were ticked."""
        ticked = {*self.levers.data, *self.focus_areas.data}
        return [term for choices in self._choices.values() for term in choices if term.id in ticked]
