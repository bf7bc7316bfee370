"""What the desk sends about attendance."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    EmailField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import DataRequired, InputRequired, Optional

from jam.attendance.hand import LONGEST_REASON, Said
from jam.attendance.reading.cells import names_somebody
from jam.attendance.reading.columns import meaning
from jam.attendance.rules import Interval
from jam.base.errors import Refused
from jam.base.zones import US_ZONES, to_utc, wall
from jam.people.fields import passes
from jam.people.rules import checked_name, normal_address
from jam.schedule.fields import Whole
from jam.schedule.models import Event

#: What can be said of somebody by hand.
CAME, MINUTES, STRETCHES, ABSENT = "came", "minutes", "stretches", "absent"
#: Stretches that a form takes.
MOST_STRETCHES = 40

#: What a column of a table can hold, in words.
COLUMN_WORDS = {
    "name": "The whole name",
    "first": "The first name",
    "last": "The last name",
    "email": "The e-mail address",
    "join": "When somebody joined",
    "leave": "When somebody left",
    "duration": "How long, in minutes or words",
    "seconds": "How long, in seconds",
    "hours": "How long, in hours",
    "attended": "Whether somebody came: yes or no",
}


class UploadForm(FlaskForm):
    """A report and the zone of its times."""

    file = FileField(
        "Attendance report",
        [InputRequired("Choose the attendance report that the platform saved, a CSV or XLSX file.")],
        description="A report of Zoom, Microsoft Teams or GoToWebinar, or any table with names or addresses and minutes or times: CSV or XLSX, up to 20 MB.",
    )
    zone = SelectField(
        "Time zone of the report",
        description="Reports name no zone: their times are those of the account that saved them.",
    )

    def offer(self, session_zone: str) -> UploadForm:
        """Offer the zones of the United States, UTC, and the session's own."""
        self.zone.choices = zones(session_zone)
        return self


class ImportForm(FlaskForm):
    """The confirmation after the preview."""

    upload = HiddenField(validators=[InputRequired("The uploaded file is missing. Choose it again.")])
    zone = HiddenField(validators=[InputRequired("The time zone is missing. Choose the file again.")])
    order = HiddenField()
    sure = BooleanField("Yes, this report belongs to this session")


class ColumnsForm(FlaskForm):
    """What each column of a table holds: a list of choices for every one, by its name."""

    upload = HiddenField(validators=[InputRequired("The uploaded file is missing. Choose it again.")])
    zone = HiddenField()
    columns = FieldList(SelectField())

    def of(self, names: Sequence[str], below: Sequence[Sequence[str]] = ()) -> ColumnsForm:
        """Ask about these columns, with what their names and the lines below them let one guess."""
        while len(self.columns) < len(names):
            at = len(self.columns)
            addresses = any(names_somebody(cells[at : at + 1]) for cells in below)
            self.columns.append_entry(meaning(names[at]) or ("email" if addresses else ""))
        while len(self.columns) > len(names):
            self.columns.pop_entry()
        for field, name in zip(self.columns, names, strict=True):
            field.choices = [("", "Nothing of these"), *COLUMN_WORDS.items()]
            field.label.text = name or "The column without a name"
        return self

    def places(self) -> dict[str, int]:
        """Where each thing stands, by the first column said to hold it."""
        found: dict[str, int] = {}
        for at, field in enumerate(self.columns):
            if field.data:
                found.setdefault(field.data, at)
        return found


class StretchForm(Form):
    """A time of joining and one of leaving, by the session's clock."""

    joined = TimeField("Joined", [Optional()], format=["%H:%M:%S", "%H:%M"], render_kw={"step": 1})
    left = TimeField("Left", [Optional()], format=["%H:%M:%S", "%H:%M"], render_kw={"step": 1})


class CorrectForm(FlaskForm):
    """What is true of somebody at a session, and why."""

    what = RadioField(
        "What is true",
        [InputRequired("Choose what is true.")],
        choices={
            CAME: "They came; how long the reports say, or nobody knows",
            MINUTES: "They came, for this many minutes",
            STRETCHES: "They came, at these times",
            ABSENT: "They did not come",
        },
        validate_choice=True,
    )
    minutes = Whole("Minutes", [Optional()], description="All together, for “this many minutes”.")
    stretches = FieldList(FormField(StretchForm))
    reason = TextAreaField(
        "Reason",
        [
            InputRequired(
                "Say why: the reason stands beside the correction, for colleagues and for the person."
            )
        ],
        description="Colleagues and the person read it.",
        render_kw={"rows": 3, "maxlength": LONGEST_REASON},
    )
    answer = TextAreaField(
        "A word to the person",
        [Optional()],
        description="It goes into the letter that says that the attendance was corrected.",
        render_kw={"rows": 3, "maxlength": 2000},
    )

    def of(self, event: Event, stretches: Sequence[Interval]) -> CorrectForm:
        """Show these stretches and two lines for more."""
        while len(self.stretches) < min(len(stretches) + 2, MOST_STRETCHES):
            at = len(self.stretches)
            known = stretches[at] if at < len(stretches) else None
            joined, left = (wall(each, event.time_zone).time() for each in known) if known else (None, None)
            self.stretches.append_entry({"joined": joined, "left": left})
        return self

    def said(self, event: Event) -> Said:
        """What was filled in, for the session's day. Refused for a time of joining without one of leaving."""
        if self.what.data == ABSENT:
            return Said(came=False)
        if self.what.data == MINUTES:
            if self.minutes.data is None:
                raise Refused("Say how many minutes.")
            return Said(came=True, minutes=self.minutes.data)
        if self.what.data == STRETCHES:
            return Said(came=True, stretches=[_pair(event, each.joined.data, each.left.data) for each in self.stretches
                                              if each.joined.data or each.left.data])  # fmt: skip
        return Said(came=True)


def _pair(event: Event, joined: time | None, left: time | None) -> Interval:
    if joined is None or left is None:
        raise Refused("Give both times of each stretch: when they joined, and when they left.")
    return _near(event, joined), _near(event, left)


def _near(event: Event, at: time) -> datetime:
    """The instant of a clock time that lies nearest to the session, which may go past midnight."""
    day = wall(event.starts_at, event.time_zone).date()
    found = [to_utc(day + timedelta(days=apart), at, event.time_zone) for apart in (0, 1, -1)]
    middle = event.starts_at + (event.ends_at - event.starts_at) / 2
    return min(found, key=lambda each: abs(each - middle))


class MoveForm(FlaskForm):
    """Whose some lines are in truth, and why."""

    who = HiddenField(validators=[InputRequired("Choose somebody from the list.")])
    reason = TextAreaField(
        "Reason",
        [InputRequired("Say why these lines are somebody else’s.")],
        render_kw={"rows": 2, "maxlength": LONGEST_REASON},
    )


class AnswerForm(FlaskForm):
    """Why a request is declined."""

    answer = TextAreaField(
        "Your answer",
        [InputRequired("Say why it stays as it is: the person gets your words in a letter.")],
        render_kw={"rows": 4, "maxlength": 2000},
    )


class AskForm(FlaskForm):
    """What somebody says is not so."""

    words = TextAreaField(
        "What is not right?",
        [InputRequired("Write what is not so, in a sentence or two.")],
        description="For example: “I was there to the end, but joined by phone.”",
        render_kw={"rows": 4, "maxlength": 2000},
    )


class DecideForm(FlaskForm):
    """Whose an entry is: the id of a person, `new` (see `NewcomerForm`), `head`, `unknown`, or `open` to take a decision back."""

    who = HiddenField(validators=[InputRequired("Choose somebody from the list.")])


class NewcomerForm(FlaskForm):
    """Somebody whom Jam does not know yet."""

    who = HiddenField(default="new")
    name = StringField(
        "Name",
        [DataRequired("Enter the person's name."), passes(checked_name)],
        render_kw={"autocomplete": "off", "maxlength": 120},
    )
    email = EmailField(
        "E-mail address",
        [Optional(), passes(normal_address)],
        description="If you know it. No letter is sent.",
        render_kw={"autocomplete": "off", "maxlength": 254},
    )


def zones(session_zone: str) -> list[tuple[str, str]]:
    """The zones to choose from, by name and label."""
    known = [*US_ZONES, ("UTC", "UTC")]
    return known if session_zone in dict(known) else [(session_zone, session_zone), *known]
