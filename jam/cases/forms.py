"""What a presenter writes, and what who reads originals edits, signs and decides."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from secrets import token_hex
from typing import Any, ClassVar, cast

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired

from jam.base.words import long_date
from jam.base.zones import EASTERN
from jam.cases import rules
from jam.cases.actions import Given
from jam.cases.fields import held, name_of, texts_of
from jam.cases.identifier_kinds import Kind
from jam.cases.models import Copy, EchoCase
from jam.cases.queries import earlier_of
from jam.cases.rules import NEWNESS_WORDS, TEXTS, Newness
from jam.cohorts.models import CohortMember
from jam.cohorts.rules import SETTING_WORDS, SIZE_WORDS
from jam.registration.question_forms import Questions, typed, with_questions
from jam.registration.question_rules import Kind as QuestionKind
from jam.registration.questions import CasesOf
from jam.schedule.fields import Checks, line, text
from jam.vocabulary.areas import AREA_WORDS, Area
from jam.vocabulary.queries import terms
from jam.vocabulary.rules import Kind as TermKind

_HINTS = {
    "situation": "For example: “Half of our new supervisors leave within a year.”",
    "background": "What somebody from elsewhere needs to know. Say “our organization”, “a supervisor”, “a rural county”.",
    "tried": "What did not work is as useful as what did.",
    "constraints": "What you cannot change, or not soon.",
    "question1": "The more specific, the better the answers.",
    "question2": "",
    "question3": "",
    "success": "What would be different, and how you would notice.",
}
_ROWS = {"situation": 2, "background": 9, "tried": 7, "constraints": 3, "success": 3}


def _band(label: str, bands: dict[str, str]) -> SelectField:
    return SelectField(label, choices={"": "Choose one", **bands}, default="", validate_choice=True)


def _area(name: str, heading: str, limit: int) -> TextAreaField:
    return TextAreaField(
        heading, validators=[text(limit, f"“{heading}”")], description=_HINTS.get(name, ""),
        render_kw={"rows": _ROWS.get(name, 2), "data-look": name},
    )  # fmt: skip


class TextsForm(FlaskForm):
    """The texts of a case."""


for _name, _heading, _needed, _limit in TEXTS:
    setattr(TextsForm, _name, _area(_name, _heading, _limit))


class CaseForm(Questions, TextsForm):
    """A case as its presenter writes it, with the fields that staff added. A draft may lack anything; what is there has to
    make sense."""

    newness = RadioField(
        "Is it new?",
        choices={each.value: words for each, words in NEWNESS_WORDS.items()},
        default=Newness.NEW.value,
    )
    earlier = SelectField("Which case does it follow up?", coerce=str, default="", validate_choice=True)
    setting = _band(
        "What kind of organization is it?", {each.value: words for each, words in SETTING_WORDS.items()}
    )
    size = _band("How many people work there?", {each.value: words for each, words in SIZE_WORDS.items()})
    area = RadioField(
        "Rural or urban",
        choices={each.value: words for each, words in AREA_WORDS.items()},
        default=Area.UNKNOWN.value,
    )
    turnover = _band("Turnover", rules.TURNOVER)
    vacancy = _band("Vacancy", rules.VACANCY)
    time_to_hire = _band("Time to hire", rules.TIME_TO_HIRE)
    limits = Checks("Kinds of limits", choices=rules.LIMITS, validate_choice=True)
    levers = Checks("Levers of change", coerce=int, validate_choice=True, description="One to three.")
    towns = TextAreaField(
        "Places you are known by",
        validators=[text(rules.LONGEST_KNOWN_AS, "The list of places")],
        description="Your town, your county: one a line. Only used to look for them in what you write.",
        render_kw={"rows": 2},
    )
    known_as = TextAreaField(
        "Other names of your organization",
        validators=[text(rules.LONGEST_KNOWN_AS, "The list of names")],
        description="Short names, initials, names of programs: one a line. Only used to look for them in what you write.",
        render_kw={"rows": 2},
    )
    consent = BooleanField(
        "The group may discuss this case",
        description="The released words stay in the group's library. You can take the case back until it is presented.",
    )
    attested = BooleanField(
        "Nothing in it tells who it is about",
        description="You looked for names, places, dates, numbers, and for anything that only one organization has.",
    )
    #: Tells what was stored when this page was made, so that another device's words are not written over unseen.
    seen = HiddenField()
    #: Drawn by lot for each page that is shown.
    page = HiddenField()

    def __init__(self, case: EchoCase, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.levers.choices = {term.id: term.name for term in terms(TermKind.LEVER)}
        self.earlier.choices = {
            "": "Choose one",
            # What it follows up stays so, though it be no choice any more: taken back, or who brought both handed this one on.
            **({str(case.earlier.id): _known_as(case.earlier)} if case.earlier else {}),
            **{str(each.id): _known_as(each) for each in earlier_of(case.person, case)},
        }
        for name, _, needed, _ in TEXTS:
            self[name].flags.required = needed
        for name in ("levers", "consent", "attested", "newness", "area"):
            self[name].flags.required = True
        for question in self.questions:
            field = self[name_of(question.id)]
            field.flags.required = question.required
            if question.kind in (QuestionKind.LINE, QuestionKind.TEXT):
                field.render_kw = {**(field.render_kw or {}), "data-look": field.name}

    @classmethod
    def of(cls, case: EchoCase) -> CaseForm:
        """The form with what is stored; what was posted goes first."""
        answers: dict[str, Any] = {}
        for question in cls.questions:
            answers |= typed(question, held(case).get(question.id))
        return cls(
            case,
            data={
                **case.words(Copy.ORIGINAL),
                **{name_of(each.id): None for each in cls.questions},
                **answers,
                "newness": case.newness,
                "earlier": str(case.earlier_id or ""),
                "setting": case.setting or "",
                "size": case.size or "",
                "area": case.area,
                "turnover": case.turnover or "",
                "vacancy": case.vacancy or "",
                "time_to_hire": case.time_to_hire or "",
                "limits": case.limits,
                "levers": [each.id for each in case.terms],
                "towns": case.towns,
                "known_as": case.known_as,
                "consent": case.consent_at is not None,
                "attested": case.attested_at is not None,
                "seen": fingerprint(case),
                "page": token_hex(8),
            },
        )

    def given(self) -> Given:
        """What was written, after validation."""
        return Given(
            texts={name: self[name].data or "" for name in rules.TEXT_NAMES},
            term_ids=self.levers.data or [],
            newness=self.newness.data,
            earlier_id=int(self.earlier.data) if self.earlier.data else None,
            setting=self.setting.data or None,
            size=self.size.data or None,
            area=self.area.data,
            turnover=self.turnover.data or None,
            vacancy=self.vacancy.data or None,
            time_to_hire=self.time_to_hire.data or None,
            limits=self.limits.data or [],
            towns=self.towns.data or "",
            known_as=self.known_as.data or "",
            consent=bool(self.consent.data),
            attested=bool(self.attested.data),
            asked=[each.id for each in self.questions],
            answers=self.answered(),
        )


def _known_as(case: EchoCase) -> str:
    """“ECHO-7K3D, brought on Thursday, November 12, 2026”: a code alone says nothing to who looks for a case."""
    if case.presented_at is None:
        return f"{case.shown}, begun on {long_date(case.created_at, EASTERN)}"
    at, zone = (case.event.starts_at, case.event.time_zone) if case.event else (case.presented_at, EASTERN)
    return f"{case.shown}, brought on {long_date(at, zone)}"


def case_form(case: EchoCase) -> CaseForm:
    """The form of a case with the fields that staff added in its cohort."""
    return with_questions(CaseForm, CasesOf(case.cohort), optional=True).of(case)


def fingerprint(case: EchoCase) -> str:
    """Tells what a presenter has stored from every other state of it."""
    whole = (
        sorted(case.words(Copy.ORIGINAL).items()), case.newness, case.earlier_id, case.setting, case.size, case.area,
        case.turnover, case.vacancy, case.time_to_hire, case.limits, [each.id for each in case.terms], case.towns,
        case.known_as, case.consent_at is not None, case.attested_at is not None,
    )  # fmt: skip
    return sha256(repr(whole).encode()).hexdigest()[:16]


class FileForm(FlaskForm):
    """An attachment."""

    file = FileField("File")


class ReleasedForm(TextsForm):
    """The words that others may read."""

    #: The texts that a case has, as `texts_of` tells them.
    all: ClassVar[list[tuple[str, str, bool, int]]] = []

    def texts(self) -> dict[str, str]:
        """What was written, after validation."""
        return {name: self[name].data or "" for name, *_ in self.all}


def released_form(case: EchoCase) -> ReleasedForm:
    """The form of the words that others may read, with what is stored; what was posted goes first."""
    every = texts_of(case)
    added = {
        name: _area(name, heading, limit) for name, heading, _, limit in every if name not in rules.TEXT_NAMES
    }
    form = cast("type[ReleasedForm]", type("ReleasedForm", (ReleasedForm,), {**added, "all": every}))
    return form(data=case.words(Copy.RELEASED))


class SignForm(FlaskForm):
    """A tick for each class, and a reason where something of it stays."""

    classes = Checks("Classes", choices=[each.value for each in Kind], validate_choice=True)


for _kind in Kind:
    setattr(
        SignForm,
        f"note_{_kind.name.lower()}",
        StringField("Why something stays", validators=[line(300, "The reason")]),
    )


def said(form: SignForm) -> dict[Kind, str]:
    """The classes that were signed, with the reasons."""
    ticked, why = set(form.classes.data or []), reasons(form)
    return {kind: why.get(kind, "") for kind in Kind if kind in ticked}


def reasons(form: SignForm) -> dict[Kind, str]:
    """Every reason that was typed, also beside a class that is not ticked."""
    typed = {kind: form[f"note_{kind.name.lower()}"].data for kind in Kind}
    return {kind: words for kind, words in typed.items() if words}


class AskForm(FlaskForm):
    """What the presenter is asked to change."""

    words = TextAreaField(
        "What should be changed?",
        validators=[text(rules.LONGEST_SHORT, "What you ask for")],
        description="A letter says that there is something; your words stand on the case’s page alone.",
        render_kw={"rows": 3},
    )


class HandForm(FlaskForm):
    """A colleague who brings a case from now on."""

    to = RadioField(
        "Who brings it from now on?",
        coerce=int,
        validators=[InputRequired("Choose who brings it from now on.")],
    )

    @classmethod
    def of(cls, among: Sequence[CohortMember], likeliest: CohortMember | None) -> HandForm:
        """The form for these members, one of them chosen; what was posted goes first."""
        form = cls(data={"to": likeliest.id if likeliest else None})
        form.to.choices = {each.id: each.name for each in among}
        return form


class SessionForm(FlaskForm):
    """A session of the cohort."""

    event = SelectField("Session", coerce=int, validate_choice=True)
