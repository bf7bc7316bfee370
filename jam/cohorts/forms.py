"""What organizations write when they apply, what members say of themselves, and what staff decide and set."""

from __future__ import annotations

from dataclasses import fields as columns
from datetime import date
from typing import Any, cast

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    FieldList,
    Form,
    FormField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Optional

from jam.base.errors import Refused
from jam.base.text import clean_line, clean_text
from jam.cohorts import rules
from jam.cohorts.actions import Given, TeamMate
from jam.cohorts.faculty import PlanFields
from jam.cohorts.models import CohortApplication, CohortPlan
from jam.cohorts.queries import newest_program
from jam.cohorts.rules import (
    CERTIFICATE_GOAL,
    GOAL,
    RECOMMENDATION_DAYS,
    ROLE_WORDS,
    SETTING_WORDS,
    SIZE_WORDS,
    Role,
    Setting,
    Size,
    State,
)
from jam.people.fields import address_field, in_a_line, name_field, passes, typeable
from jam.people.rules import checked_name, normal_address
from jam.registration.question_forms import Questions, typed, with_questions
from jam.schedule import agendas
from jam.schedule.cohorts import CohortFields
from jam.schedule.fields import Checks, Day, WallTime, Whole, between, line, text
from jam.schedule.forms import PatternForm, pattern_data
from jam.schedule.models import Cohort, Event, Program
from jam.schedule.queries import programs
from jam.vocabulary.queries import terms
from jam.vocabulary.rules import STATES, Kind


def _area(label: str, limit: int, rows: int, what: str, description: str = "") -> TextAreaField:
    return TextAreaField(
        label,
        validators=[passes(lambda typed: clean_text(typed or "", limit, what))],
        description=description,
        render_kw={"rows": rows},
    )


# --- the application -----------------------------------------------------------------------------------------------------


class TeamRow(Form):
    """Another person of the team; a row without anything in it is none."""

    name = StringField("Name", validators=[Optional(), typeable, passes(checked_name)])
    email = EmailField(
        "E-mail",
        validators=[Optional(), typeable, passes(normal_address)],
        render_kw={"spellcheck": "false", "autocapitalize": "none"},
    )


class AboutForm(FlaskForm):
    """What an organization says of itself."""

    setting = SelectField(
        "Setting",
        choices={"": "Choose one", **{each.value: words for each, words in SETTING_WORDS.items()}},
        validators=[DataRequired("Choose what comes closest to your organization.")],
    )
    size = RadioField(
        "How many people work there?",
        choices={each.value: words for each, words in SIZE_WORDS.items()},
        validators=[InputRequired("Choose how many people work there; a guess is fine.")],
    )
    state = SelectField(
        "State or territory",
        validators=[DataRequired("Choose the state or territory you work in.")],
        render_kw={"autocomplete": "address-level1"},
    )
    zip = StringField(
        "ZIP code of your main site",
        description="It tells whether the place is rural. Leave it empty outside the United States.",
        validators=[passes(lambda typed: checked_zip(typed or ""))],
        render_kw={"autocomplete": "postal-code", "inputmode": "numeric", "maxlength": 10},
    )
    challenge = TextAreaField(
        "Which workforce challenge do you bring?",
        description="Two or three sentences: what is hard, and what you would like to be different.",
        validators=[
            DataRequired("Tell us in a few sentences which challenge you bring."),
            passes(lambda typed: clean_text(typed or "", rules.LONGEST_TEXT, "The challenge")),
        ],
        render_kw={"rows": 6},
    )
    levers = Checks("What it has to do with", coerce=int)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.state.choices = {"": "Choose one", **STATES}
        self.levers.choices = {term.id: term.name for term in terms(Kind.LEVER)}
        self.levers.description = f"Tick up to {rules.MOST_LEVERS}."

    def ready(self) -> bool:
        """Whether it can be sent. Every fault is told at its field."""
        good = bool(self.validate_on_submit())
        if len(self.levers.data or []) > rules.MOST_LEVERS:
            self.levers.errors, good = [f"Tick {rules.MOST_LEVERS} at most."], False
        return good

    def about(self, organization: str, *, committed: bool) -> Given:
        """What was said of the organization, after validation."""
        assert isinstance(self, Questions)
        return Given(
            organization=organization,
            setting=Setting(self.setting.data),
            size=Size(self.size.data),
            place=self.state.data,
            zip=checked_zip(self.zip.data or "") or None,
            challenge=self.challenge.data or "",
            term_ids=self.levers.data or [],
            answers=self.answered(),
            committed=committed,
        )


class ApplyForm(AboutForm):
    """An organization and its team. The contact is who fills it in."""

    organization = StringField(
        "Organization",
        validators=[
            DataRequired("Enter the name of your organization."),
            typeable,
            passes(lambda typed: clean_line(typed, 160, "The organization's name")),
        ],
        render_kw={"autocomplete": "organization"},
    )
    name = name_field(autocomplete="name")
    email = address_field(autocomplete="email")
    others = FieldList(FormField(TeamRow), min_entries=2)
    attends = BooleanField(
        "We commit to attend.",
        validators=[InputRequired("Tick that your team commits to attend. The group depends on it.")],
    )
    brings_case = BooleanField(
        "We commit to bring a case of our own.",
        validators=[
            InputRequired("Tick that you commit to bring a case. Cases are what the group works on.")
        ],
    )

    def one_more(self) -> bool:
        """Show another row for the team; False when there are as many as can be."""
        if len(self.others.entries) >= rules.MOST_TEAM - 1:
            return False
        self.others.append_entry()
        return True

    def ready(self) -> bool:
        """Whether it can be sent. Every fault is told at its field."""
        good = super().ready()
        faulty = any(row.form.email.errors or row.form.name.errors for row in self.others)
        return not faulty and self._team_fits() and good

    def _team_fits(self) -> bool:
        own = self.email.data if not self.email.errors and self.email.data else ""
        good, seen = True, {normal_address(own)} if own else set()
        if len(self.others.entries) > rules.MOST_TEAM - 1:
            self.form_errors.append(
                f"A team has {rules.MOST_TEAM} people at most. Name those who will attend."
            )
            return False
        for row in self.others:
            name, email = ((each.data or "").strip() for each in (row.form.name, row.form.email))
            if bool(name) != bool(email):
                lacking = row.form.email if name else row.form.name
                words = (f"Enter the e-mail address of {name[:80]}; each person says yes for themself." if name
                         else "Enter the name that belongs to this address.")  # fmt: skip
                lacking.errors, good = [words], False
            elif email and normal_address(email) in seen:
                row.form.email.errors, good = ["This address stands here twice. Each person needs one of their own."], False  # fmt: skip
            elif email:
                seen.add(normal_address(email))
        if not good:
            self.others.errors = [error for row in self.others for each in row.form for error in each.errors]
        return good

    def contact(self) -> TeamMate:
        """Who fills it in, after validation."""
        return TeamMate(self.name.data, self.email.data)

    def team(self) -> list[TeamMate]:
        """The others, after validation."""
        rows = [
            ((row.form.name.data or "").strip(), (row.form.email.data or "").strip()) for row in self.others
        ]
        return [TeamMate(name, email) for name, email in rows if name and email]

    def given(self) -> Given:
        """What was said of the organization, after validation."""
        committed = bool(self.attends.data and self.brings_case.data)
        return self.about(self.organization.data, committed=committed)


def apply_form(cohort: Cohort) -> ApplyForm:
    """The form with the questions that staff ask of who applies to this cohort."""
    return with_questions(ApplyForm, cohort)()


def about_form(application: CohortApplication) -> AboutForm:
    """The form with what an application says, or with what was sent; what is asked no longer stands in none."""
    form = with_questions(AboutForm, application.cohort)
    said = {id: value for id, _, value in application.answers}
    answers: dict[str, Any] = {}
    for question in form.questions:
        answers |= typed(question, said.get(question.id))
    return form(
        data={
            "setting": application.setting or "",
            "size": application.size,
            "state": application.place or "",
            "zip": application.zip or "",
            "challenge": application.challenge,
            "levers": [term.id for term in application.terms],
            **answers,
        }
    )


def checked_zip(typed: str) -> str:
    """A ZIP code in its usual form, or nothing. Refused for anything else."""
    typed = clean_line(typed, 20, "The ZIP code").replace(" ", "")
    if not typed:
        return ""
    digits = typed.replace("-", "")
    if not digits.isascii() or not digits.isdigit() or len(digits) not in (5, 9):
        raise Refused("A ZIP code has five digits, such as 43004. Leave it empty if you have none.")
    return digits[:5] if len(digits) == 5 else f"{digits[:5]}-{digits[5:]}"


# --- members ---------------------------------------------------------------------------------------------------------------


class ShownForm(FlaskForm):
    """What the other members of a cohort see of one."""

    shows_name = BooleanField("Show my name to the other members of this cohort.")
    shows_address = BooleanField("Show my e-mail address to them as well.")


class ColleagueForm(FlaskForm):
    """A colleague who takes somebody's place, or joins a team."""

    name = name_field(autocomplete="off")
    email = address_field(autocomplete="off")
    over = BooleanField("Go beyond the capacity", description="Only if you mean it.")


class GuestForm(FlaskForm):
    """Somebody to invite to a single session."""

    event = SelectField("Session", coerce=int)
    name = name_field(autocomplete="off")
    email = address_field(autocomplete="off")
    message = _area("A word to them", rules.LONGEST_SHORT, 3, "The message")

    def __init__(self, *arguments: Any, events: list[Event], words: dict[int, str], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.event.choices = {each.id: words[each.id] for each in events}


# --- the desk --------------------------------------------------------------------------------------------------------------


class DecideForm(FlaskForm):
    """What staff decide about an application."""

    decision = RadioField(
        "Decision",
        choices={
            State.ADMITTED.value: "Admit it",
            State.WAITING.value: "Put it on the waiting list",
            State.DECLINED.value: "Decline it",
        },
        validators=[InputRequired("Choose what you decide.")],
    )
    message = _area(
        "A word of yours", rules.LONGEST_SHORT, 4, "The message",
        "It stands in the letter. Nothing is sent yet: decisions are told together when you release them.",
    )  # fmt: skip
    over = BooleanField("Go beyond the capacity", description="Only if you mean it.")


class FacultyForm(FlaskForm):
    """Somebody of the faculty."""

    role = SelectField("What they do", choices={each.value: words for each, words in ROLE_WORDS.items()})
    name = name_field(autocomplete="off")
    email = address_field(autocomplete="off")
    line = StringField(
        "A line about them",
        description="Where they work or what they know. Members read it.",
        validators=in_a_line(200, "The line about them"),
    )

    @property
    def chosen(self) -> Role:
        """The role that was chosen."""
        return Role(self.role.data)


def _percent(label: str, default: int, description: str) -> Whole:
    return Whole(
        label,
        default=default,
        description=description,
        validators=[
            InputRequired("Enter a percentage, such as 60."),
            between(1, 100, "Enter 1 to 100 percent."),
        ],
        render_kw={"inputmode": "numeric"},
    )


def _room(label: str) -> Whole:
    return Whole(
        label,
        description="Leave it empty for as many as come.",
        validators=[Optional(), between(1, 10_000, "Enter at least 1, or leave it empty.")],
        render_kw={"inputmode": "numeric"},
    )


def _markdown(label: str, rows: int, description: str) -> TextAreaField:
    return TextAreaField(
        label,
        description=f"{description} Markdown.",
        validators=[text(10_000, label)],
        render_kw={"rows": rows},
    )


class CohortForm(PatternForm):
    """Everything that staff set about a cohort."""

    program = SelectField(
        "Program", description="It cannot be changed later.", coerce=int, validate_choice=True
    )
    name = StringField("Name", validators=[DataRequired("Enter the cohort's name."), line(120, "The name")])
    slug = StringField(
        "Short name",
        description="It stands in the address, /cohorts/cohort-4, and never changes.",
        validators=[line(60, "The short name")],
        render_kw={"spellcheck": "false", "autocapitalize": "none"},
    )
    starts_on = Day("First day", validators=[InputRequired("Enter the first day.")])
    ends_on = Day("Last day", validators=[InputRequired("Enter the last day.")])
    start_time = WallTime(
        "Start time", description="Leave it empty for the program's.", validators=[Optional()]
    )
    minutes = Whole(
        "Minutes",
        description="Leave it empty for the program's.",
        validators=[Optional(), between(5, 1440, "A session lasts between 5 and 1,440 minutes (24 hours).")],
        render_kw={"inputmode": "numeric"},
    )
    template = SelectField("Agenda template", description="What the drafts of its sessions begin with.")
    published = BooleanField("Show its page to the public")
    about = _markdown("What it is", 6, "It opens the public page.")
    whom = _markdown("Whom it is for", 4, "Public.")
    commitment = _markdown("What members commit to", 4, "Public.")
    opens_on = Day("Applications open on", validators=[Optional()])
    closes_on = Day("Applications close after", validators=[Optional()])
    most_organizations = _room("Organizations")
    most_people = _room("People")
    goal = _percent("Attendance goal, in percent", GOAL, "Of the sessions since somebody joined.")
    certificate_goal = _percent("Goal for a certificate, in percent", CERTIFICATE_GOAL, "")
    recommendation_days = Whole(
        "Working days until recommendations are sent",
        default=RECOMMENDATION_DAYS,
        description="After the session, without weekends and federal holidays.",
        validators=[
            InputRequired("Enter a number of days, such as 3."),
            between(1, 30, "Enter 1 to 30 days."),
        ],
        render_kw={"inputmode": "numeric"},
    )
    norms = _markdown("How the group works together", 5, "For members.")
    standing_texts = _markdown("Standing texts", 5, "For members: what holds for every session and case.")
    materials = _markdown("Materials", 5, "For members: links to what they need.")

    def __init__(self, *arguments: Any, of: Cohort | None = None, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.repeats.choices = {
            **dict(self.repeats.choices.items()),
            "none": "As the program's dates repeat",
        }
        if of is None:
            # A cohort stays with its program, so the likeliest stands first: that of the cohort made last.
            usual = newest_program()
            every = sorted(programs(), key=lambda each: (each.id != usual, each.id))
            self.program.choices = {each.id: each.name for each in every}
            program = None
        else:
            del self.program, self.slug
            program = of.program
        kept = agendas.templates(program) if program else list(agendas.OURS)
        self.template.choices = {
            "": "The program's",
            **{each.key: f"{each.name} ({each.minutes} minutes)" for each in kept},
        }

    @classmethod
    def of_cohort(cls, cohort: Cohort, plan: CohortPlan | None) -> CohortForm:
        """The form with what stands, or with what was sent."""
        data: dict[str, Any] = {
            "name": cohort.name,
            "starts_on": cohort.starts_on,
            "ends_on": cohort.ends_on,
            "start_time": cohort.start_time,
            "minutes": cohort.minutes,
            "template": cohort.template or "",
            **pattern_data(cohort.recurrence),
        }
        if plan is not None:
            data |= {each.name: getattr(plan, each.name) for each in columns(PlanFields)}
        return cls(of=cohort, data=data)

    def chosen_program(self) -> Program:
        """The program of a new cohort."""
        return next(each for each in programs() if each.id == self.program.data)

    def cohort_fields(self) -> CohortFields:
        """What was decided about dates. Refused for a pattern that cannot be."""
        pattern = self.pattern()
        return CohortFields(
            name=self.name.data,
            starts_on=cast("date", self.starts_on.data),
            ends_on=cast("date", self.ends_on.data),
            recurrence=pattern.to_json() if pattern else None,
            start_time=self.start_time.data,
            minutes=self.minutes.data,
            template=self.template.data or None,
        )

    def plan_fields(self) -> PlanFields:
        """What was decided beside the dates."""
        return PlanFields(**{each.name: self[each.name].data for each in columns(PlanFields)})


class CurriculumForm(FlaskForm):
    """A topic and a lever for each session, as fields `topic_<id>` and `lever_<id>`."""


def curriculum_form(events: list[Event]) -> CurriculumForm:
    """The form for these sessions, with what stands."""
    levers = terms(Kind.LEVER, always={term.id for event in events for term in event.terms})
    choices = {0: "None", **{term.id: term.name for term in levers}}
    fields: dict[str, Any] = {}
    data: dict[str, Any] = {}
    for event in events:
        fields[f"topic_{event.id}"] = StringField("Topic", validators=[line(200, "The topic")])
        fields[f"lever_{event.id}"] = SelectField("Lever of change", coerce=int, choices=choices)
        mine = [term.id for term in event.terms if term.kind == Kind.LEVER]
        data |= {f"topic_{event.id}": event.title, f"lever_{event.id}": mine[0] if mine else 0}
    return cast("CurriculumForm", type("Curriculum", (CurriculumForm,), fields)(data=data))
