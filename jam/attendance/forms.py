"""What the desk sends about attendance."""

from __future__ import annotations

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import HiddenField, SelectField
from wtforms.validators import InputRequired

from jam.base.zones import US_ZONES


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


class DecideForm(FlaskForm):
    """Whose an entry is: the id of a person, `unknown`, or `open` to take a decision back."""

    who = HiddenField(validators=[InputRequired("Choose somebody from the list.")])


def zones(session_zone: str) -> list[tuple[str, str]]:
    """The zones to choose from, by name and label."""
    known = [*US_ZONES, ("UTC", "UTC")]
    return known if session_zone in dict(known) else [(session_zone, session_zone), *known]
