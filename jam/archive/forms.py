"""What the desk sends about the past."""

from __future__ import annotations

from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, MultipleFileField, SelectField
from wtforms.validators import InputRequired

from jam.schedule.models import Program


class UploadForm(FlaskForm):
    """A ZIP or several files, and the program of sessions that name none."""

    files = MultipleFileField(
        "Files",
        [InputRequired("Choose a ZIP, or one or more CSV files.")],
        description=(
            "One ZIP or several CSV files: sessions.csv, lists of registrants, Zoom attendee reports. "
            "Up to 20 MB, at most 500 files, 200 MB unpacked."
        ),
    )
    program = SelectField("Program", description="For sessions whose line names no program.")

    def offer(self, programs: Sequence[Program]) -> UploadForm:
        """Offer these programs."""
        self.program.choices = [(each.slug, each.name) for each in programs]
        if len(programs) != 1:
            self.program.choices.insert(0, ("", "As each line says"))
        return self


class ImportForm(FlaskForm):
    """The confirmation after the preview; what staff chose for each file stands beside it as `f0`, `f1` …"""

    upload = HiddenField(validators=[InputRequired("The uploaded files are missing. Choose them again.")])
    program = HiddenField()
    ignore_levers = BooleanField("Import these sessions without the levers that Jam does not know")
