"""The questions as fields of a form that people fill in, and the form in which staff write a question."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar, TypeVar, cast

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    Form,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired
from wtforms.widgets import DateInput

from jam.base.errors import Refused
from jam.registration.accommodations import Offer, offer
from jam.registration.models import Question, Registration
from jam.registration.question_rules import (
    CHOICES,
    KIND_WORDS,
    LINE_LIMIT,
    OTHER,
    TEXT_LIMIT,
    Kind,
    answer,
    words,
)
from jam.registration.questions import NEEDS_LIMIT, QuestionFields, Said, Where, answers_of, asked_at
from jam.registration.rules import Need
from jam.schedule.fields import Checks, line, text
from jam.schedule.models import Event, Program

F = TypeVar("F", bound=FlaskForm)

#: What the form says to staff who fill it in for somebody.
_FOR_STAFF = Offer("", "As far as you know it. It then stands on the list of what people need.")


def _needs(label: str) -> TextAreaField:
    return TextAreaField(label, validators=[text(NEEDS_LIMIT, "What is needed")], render_kw={"rows": 3})


class Questions(FlaskForm):
    """The questions of staff; `with_questions` adds their fields."""

    questions: ClassVar[list[Question]] = []

    def answered(self) -> list[tuple[int, str, Any]]:
        """What was answered, after validation: id of the question, its words, the answer."""
        found = [(each.id, each.label, self[f"q{each.id}"].kept) for each in self.questions]
        return [(id, label, value) for id, label, value in found if value is not None]


class Asking(Questions):
    """What is asked beside who somebody is; `asking` adds the fields of the questions."""

    offer: ClassVar[Offer]

    accommodation = _needs("What you need to take part")


def asking(form: type[F], where: Event | Program, *, by_staff: bool = False) -> type[F]:
    """A form that also asks the questions of a session or program, as fields `q<id>`. `said` reads it.

    Staff who fill it in for somebody (`by_staff`) need not answer anything.
    """
    fields = _fields(asked_at(where), by_staff)
    fields["offer"] = _FOR_STAFF if by_staff else offer(where)
    if by_staff:
        fields["accommodation"] = _needs("What they need to take part")
    return cast("type[F]", type("AskingForm", (Asking, form), fields))


def with_questions(form: type[F], where: Where, *, optional: bool = False) -> type[F]:
    """A form that also asks these questions, as fields `q<id>`, and nothing about what people need.

    `optional`: nothing need be answered for the form to be good, because what it holds is only kept so far.
    """
    bases = (form,) if issubclass(form, Questions) else (Questions, form)
    return cast("type[F]", type("QuestionsForm", bases, _fields(asked_at(where), optional)))


def _fields(questions: list[Question], optional: bool) -> dict[str, Any]:
    fields: dict[str, Any] = {"questions": questions}
    for each in questions:
        fields[f"q{each.id}"] = _field(each, required=each.required and not optional)
        if each.other:
            fields[f"q{each.id}_other"] = StringField(
                f"Other, for “{each.label}”", render_kw={"maxlength": LINE_LIMIT, "autocomplete": "off"}
            )
    return fields


def said(form: FlaskForm) -> Said:
    """What was answered on a form made by `asking`, after validation."""
    assert isinstance(form, Asking)
    return Said(form.answered(), form.accommodation.data or "")


def filled(seat: Registration) -> FlaskForm:
    """A form of the questions and needs alone, with what a registration says, or with what was sent. `said` reads it."""
    form = asking(FlaskForm, seat.event)
    held = {each.question_id: each.value for each in answers_of([seat.id])}
    found: dict[str, Any] = {"accommodation": seat.accommodation or ""}
    for each in form.questions:
        found |= typed(each, held.get(each.id))
    return form(**found)


def typed(question: Question, value: Any) -> dict[str, Any]:
    """A kept answer as the form's fields hold it."""
    name = f"q{question.id}"
    if value is None:
        return {}
    if question.kind not in CHOICES:
        return {name: words(value).lower() if question.kind == Kind.YES_NO else words(value)}
    chosen = [*value["chosen"], *([OTHER] if value["other"] and question.other else [])]
    one = question.kind == Kind.ONE
    found = {name: (chosen[0] if chosen else None) if one else chosen}
    return found | ({f"{name}_other": value["other"]} if question.other else {})


def _field(question: Question, *, required: bool) -> Field:
    common = {
        "label": question.label,
        "description": question.help,
        "validators": [_Check(question, required)],
    }
    options = {each: each for each in question.options} | ({OTHER: "Other"} if question.other else {})
    match Kind(question.kind):
        case Kind.LINE:
            return StringField(**common, render_kw={"autocomplete": "off"})
        case Kind.TEXT:
            return TextAreaField(**common, render_kw={"rows": 4})
        case Kind.ONE:
            return RadioField(**common, choices=options, validate_choice=False)
        case Kind.SEVERAL:
            return Checks(**common, choices=options, validate_choice=False)
        case Kind.NUMBER:
            return StringField(**common, render_kw={"inputmode": "decimal", "autocomplete": "off"})
        case Kind.YES_NO:
            return RadioField(**common, choices={"yes": "Yes", "no": "No"}, validate_choice=False)
        case Kind.DATE:
            return StringField(**common, widget=DateInput(), render_kw={"autocomplete": "off"})


class _Check:
    """A validator: the rules of a question; what they make of the answer is kept with the field."""

    def __init__(self, question: Question, required: bool) -> None:
        self.asked = replace(question.asked, required=required)
        self.other = f"q{question.id}_other" if question.other else None
        self.field_flags = {"required": True} if required else {}

    def __call__(self, form: Form, field: Field) -> None:
        own = (form[self.other].data or "") if self.other else ""
        try:
            field.kept = answer(self.asked, field.raw_data or [], own)
        except Refused as error:
            raise ValidationError(error.message) from None


class QuestionForm(FlaskForm):
    """A question as staff write it."""

    label = StringField(
        "Question", validators=[DataRequired("Write the question."), line(300, "The question")]
    )
    help = StringField(
        "Help text", description="It stands under the question.", validators=[line(500, "The help text")]
    )
    kind = SelectField("Kind of answer", choices={str(each): words for each, words in KIND_WORDS.items()})
    options = TextAreaField(
        "Options",
        description="For one of many and several of many: one per line, in the order in which they are offered.",
        validators=[text(TEXT_LIMIT * 2, "The list of options")],
        render_kw={"rows": 6},
    )
    other = BooleanField(
        "Offer “Other” as well", description="People write an answer of their own beside it."
    )
    required = BooleanField("An answer is required", description="Nobody can send the form without one.")

    @classmethod
    def of(cls, question: Question) -> QuestionForm:
        """The form with what stands, or with what was sent."""
        return cls(
            label=question.label,
            help=question.help,
            kind=question.kind,
            options="\n".join(question.options),
            other=question.other,
            required=question.required,
        )

    def fields(self) -> QuestionFields:
        """What was decided."""
        kind = Kind(self.kind.data)
        return QuestionFields(
            kind=kind,
            label=self.label.data,
            help=self.help.data or "",
            options=(self.options.data or "") if kind in CHOICES else "",
            other=self.other.data,
            required=self.required.data,
        )


class SettleForm(FlaskForm):
    """What became of something that was asked for."""

    state = RadioField(
        "What became of it",
        choices={str(Need.ARRANGED): "It is arranged", str(Need.CANNOT): "It cannot be arranged"},
        validate_choice=False,
    )
    note = TextAreaField("A word to the person", validators=[text(2000, "The note")], render_kw={"rows": 3})

    def validate_state(self, field: Field) -> None:
        """One of the two."""
        if field.data not in (Need.ARRANGED, Need.CANNOT):
            raise ValidationError("Choose whether it is arranged or cannot be.")
