"""What staff type about a word of a vocabulary."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, Length


class TermForm(FlaskForm):
    """A word's name."""

    name = StringField(
        "Name",
        [
            DataRequired("Please type a name."),
            Length(max=80, message="80 characters are the most. Please shorten the name."),
        ],
        render_kw={"maxlength": 80, "autocomplete": "off"},
    )
