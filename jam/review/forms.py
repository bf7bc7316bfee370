"""What reviewers say, and what staff set: reviewers, criteria, a scale."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Optional

from jam.proposals.rules import LONGEST_SHORT
from jam.review import rules
from jam.review.models import Review
from jam.review.rules import Asked, Sheet
from jam.schedule.fields import Checks, Whole, between, line, text


class SayForm(FlaskForm):
    """A reviewer's scores, with a comment to colleagues and a question to the presenter. `say_form` adds the scores."""

    #: Which words of the presenter's were read.
    seen = HiddenField()
    comment = TextAreaField(
        "Comment to your colleagues",
        validators=[text(rules.LONGEST_COMMENT, "The comment")],
        description="Staff read it, and reviewers who have given their own scores. The presenter does not.",
        render_kw={"rows": 4},
    )
    question = TextAreaField(
        "Question to the presenter",
        validators=[text(LONGEST_SHORT, "The question")],
        description="It goes to staff first, who send it in one voice for all reviewers. The answer will stand here.",
        render_kw={"rows": 2},
    )

    def fields(self) -> dict[int, RadioField]:
        """The fields of the scores, by criterion."""
        return {int(each.name[1:]): each for each in self if isinstance(each, RadioField)}

    def points(self) -> dict[int, int]:
        """The scores that were chosen."""
        given = {id: field.data for id, field in self.fields().items()}
        return {
            id: int(value) for id, value in given.items() if value and value.isascii() and value.isdigit()
        }

    def whole(self) -> bool:
        """Whether everything is scored; says at the fields what is missing."""
        missing = [field for id, field in self.fields().items() if id not in self.points()]
        for field in missing:
            field.errors = [f"Choose a score for {field.label.text}."]
        return not missing


def say_form(sheet: Sheet, review: Review | None, seen: str, sent: bool = True) -> SayForm:
    """The form for a program's criteria, with what was said so far; with what this request `sent`, unless that was another
    form."""
    choices = {str(n): f"{n} {words}" for n, words in enumerate(sheet.scale, 1)}
    scores = {
        f"c{each.id}": RadioField(
            each.name, description=each.hint, choices=choices, validate_choice=False, default=""
        )
        for each in sheet.criteria
        if each.id is not None
    }
    given: dict[str, Any] = {"comment": review.comment if review else ""}
    for id, (points, steps) in (review.marks if review else {}).items():
        # A score on another scale is shown as what it comes to here.
        given[f"c{id}"] = str(round(rules.converted((points, steps), sheet.steps)))
    kind: type[SayForm] = type("ScoresForm", (SayForm,), scores)
    form = kind(**given) if sent else kind(None, **given)
    form.seen.data = form.seen.data or seen
    for field in form.fields().values():
        field.flags.required = True
    return form


class StepBackForm(FlaskForm):
    """Why somebody takes no part in judging a proposal."""

    reason = TextAreaField(
        "Why",
        validators=[
            InputRequired("Say in a few words why; only staff read it."),
            text(rules.LONGEST_REASON, "The reason"),
        ],
        description="Only staff read it: “I work with them”, for instance.",
        render_kw={"rows": 2},
    )


class ReviewerForm(FlaskForm):
    """Somebody who is to review."""

    account = SelectField("Who", coerce=int, validators=[InputRequired("Choose somebody.")],
                          invalid_choice_message="Choose somebody in the list.")  # fmt: skip


class AssignForm(FlaskForm):
    """Who is to read one proposal."""

    reviewers = Checks("Reviewers", coerce=int, validate_choice=False)


class SettleForm(FlaskForm):
    """A suggested question, in the words in which it is sent."""

    words = TextAreaField(
        "The question, as it is sent", validators=[text(LONGEST_SHORT, "The question")], render_kw={"rows": 3}
    )


class CriterionRow(Form):
    """One criterion; a new row without a name is none."""

    key = IntegerField(validators=[Optional()])
    name = StringField("Name", validators=[line(80, "A criterion's name")], render_kw={"maxlength": 80})
    hint = StringField(
        "What to look at", validators=[line(300, "What to look at")], render_kw={"maxlength": 300}
    )
    weight = Whole(
        "Weight",
        default=1,
        validators=[Optional(), between(1, rules.MOST_WEIGHT, f"A weight is from 1 to {rules.MOST_WEIGHT}.")],
        render_kw={"inputmode": "numeric"},
    )
    gone = BooleanField("Score this no longer")


class SheetForm(FlaskForm):
    """Criteria and scale of a program."""

    criteria = FieldList(FormField(CriterionRow))
    scale = TextAreaField(
        "The scale",
        validators=[text(600, "The scale")],
        description="A word or two for each step, one a line, the lowest first.",
        render_kw={"rows": 6},
    )
    #: What changing it does, as it was shown and agreed to.
    agreed = HiddenField()

    def asked(self) -> tuple[list[Asked], list[str]]:
        """The criteria that stay or are new, and the steps of the scale, after validation."""
        rows = [each.form for each in self.criteria]
        criteria = [
            Asked(row.name.data or "", row.hint.data or "", row.weight.data or 1, row.key.data)
            for row in rows
            if not row.gone.data and (row.key.data is not None or (row.name.data or "").strip())
        ]
        return criteria, (self.scale.data or "").splitlines()


def sheet_form(sheet: Sheet) -> SheetForm:
    """The form with what stands there now."""
    rows = [
        {"key": each.id, "name": each.name, "hint": each.hint, "weight": each.weight}
        for each in sheet.criteria
    ]
    return SheetForm(criteria=rows, scale="\n".join(sheet.scale))
