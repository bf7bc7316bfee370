"""The form that erases somebody: one word to type, so that nobody does it by a slip."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, ValidationError

from jam.privacy.rules import WORD, is_meant

_HOW = f"Type the word {WORD} to go on. Nothing has been erased yet."


def _meant(form: FlaskForm, field: Any) -> None:
    if not is_meant(field.data):
        raise ValidationError(_HOW)


class EraseForm(FlaskForm):
    """The word."""

    word = StringField(
        f"Type {WORD} to confirm",
        validators=[InputRequired(_HOW), _meant],
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )
