"""What the desk sends about attendance."""

from __future__ import annotations

from collections.abc import Sequence

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, FieldList, HiddenField, SelectField
from wtforms.validators import InputRequired

from jam.attendance.reading.cells import names_somebody
from jam.attendance.reading.columns import meaning
from jam.base.zones import US_ZONES

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


class DecideForm(FlaskForm):
    """Whose an entry is: the id of a person, `unknown`, or `open` to take a decision back."""

    who = HiddenField(validators=[InputRequired("Choose somebody from the list.")])


def zones(session_zone: str) -> list[tuple[str, str]]:
    """The zones to choose from, by name and label."""
    known = [*US_ZONES, ("UTC", "UTC")]
    return known if session_zone in dict(known) else [(session_zone, session_zone), *known]
