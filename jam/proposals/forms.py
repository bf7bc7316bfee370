"""What a volunteer writes about their offer, what presenters say of themselves, and what staff decide and set."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
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
from wtforms.validators import InputRequired, Optional

from jam.base.text import clean_line, clean_text
from jam.base.words import day_words
from jam.base.zones import wall
from jam.people.actions import Details
from jam.people.fields import WhoForm, address_field, name_field, organization_field, passes, typeable
from jam.people.rules import checked_name, normal_address
from jam.proposals import rules
from jam.proposals.actions import Offer
from jam.proposals.call import could_be_ticked, open_sessions
from jam.proposals.models import Presenter, Proposal
from jam.proposals.presenters import Other, Said
from jam.proposals.rules import CREDIT_WORDS, FORMAT_WORDS, KIND_WORDS, Credit, Format, Kind
from jam.schedule.fields import Checks, Day, WallTime, Whole, between
from jam.schedule.models import Event
from jam.vocabulary.queries import terms
from jam.vocabulary.rules import Kind as TermKind

#: Dates that a volunteer is asked for.
MOST_DATES = 12


def _words(limit: int, what: str) -> Any:
    return passes(lambda typed: clean_text(typed or "", limit, what))


def _area(label: str, limit: int, rows: int, what: str, description: str = "") -> TextAreaField:
    return TextAreaField(
        label, validators=[_words(limit, what)], description=description, render_kw={"rows": rows}
    )


class Minutes(Whole):
    """Minutes, or nothing."""


def date_choices(ticked: list[Event]) -> dict[int, str]:
    """The Jams to choose from, those that were ticked before among them."""
    events = {each.id: each for each in [*open_sessions()[:MOST_DATES], *filter(could_be_ticked, ticked)]}
    found = sorted(events.values(), key=lambda each: (each.starts_at, each.id))
    return {each.id: day_words(wall(each.starts_at, each.time_zone).date()) for each in found}


class OfferForm(FlaskForm):
    """What is offered. A draft needs a title alone; whatever else is there has to make sense."""

    kind = RadioField(
        "What would you like to do?",
        choices={each.value: words for each, words in KIND_WORDS.items()},
        default=Kind.PRESENT.value,
    )
    title = StringField(
        "Title",
        validators=[InputRequired("Give it a title, so that we can talk about it."), typeable,
                    passes(rules.checked_title)],
        description="As you would tell a colleague. It can change later.",
        render_kw={"maxlength": rules.LONGEST_TITLE},
    )  # fmt: skip
    story = _area(
        "What happened, and what came of it?", rules.LONGEST_TEXT, 9, "The story",
        "What you tried, with whom, for how long, and what was different afterwards. What did not work is welcome too.",
    )  # fmt: skip
    takeaways = _area(
        "What can another organization take home?", rules.LONGEST_SHORT, 4, "What others can take home",
        "What they could do next month with what they have.",
    )  # fmt: skip
    evidence = _area(
        "Evidence or figures", rules.LONGEST_SHORT, 4, "The evidence",
        "Numbers before and after, an evaluation, what people said. A small number honestly told is enough.",
    )  # fmt: skip
    levers = Checks("Levers of change", coerce=int, validate_choice=True)
    focus = Checks("Focus areas", coerce=int, validate_choice=True)
    format = SelectField(
        "Format", choices={"": "Choose one", **{each.value: words for each, words in FORMAT_WORDS.items()}}, default="",
        invalid_choice_message="Choose one of the formats in the list.",
    )  # fmt: skip
    minutes = Minutes(
        "How many minutes would you need?",
        validators=[
            Optional(),
            between(
                rules.SHORTEST_MINUTES,
                rules.LONGEST_MINUTES,
                f"Between {rules.SHORTEST_MINUTES} and {rules.LONGEST_MINUTES} minutes. Most talks take 12 to 18.",
            ),
        ],
        description="Most talks take 12 to 18. A guess is fine.",
        render_kw={"inputmode": "numeric"},
    )
    links = TextAreaField(
        "Links",
        validators=[passes(lambda typed: rules.checked_links(typed or ""))],
        description="Where one can read more, one link a line.",
        render_kw={"rows": 3, "spellcheck": "false", "autocapitalize": "none"},
    )
    #: A date may have been filled while somebody typed; then it is left out, and nothing is lost.
    dates = Checks("Which of these Jams could you make?", coerce=int, validate_choice=False)
    credit = RadioField(
        "May we publish it in the public library?",
        choices={"": "No, or not yet", **{each.value: words for each, words in CREDIT_WORDS.items()}},
        default="",
        description="For what you only share. Staff look at it first, and you can change this at any time.",
    )
    access_needs = _area(
        "What do you need to take part?", rules.LONGEST_SHORT, 2, "What you need",
        "Captions, an interpreter, more time, anything. Only those who plan the session read this.",
    )  # fmt: skip

    def __init__(self, *arguments: Any, ticked: list[Event] | None = None, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.levers.choices = {term.id: term.name for term in terms(TermKind.LEVER)}
        self.focus.choices = {term.id: term.name for term in terms(TermKind.FOCUS_AREA)}
        self.dates.choices = date_choices(ticked or [])
        for name in ("kind", "story", "format"):
            self[name].flags.required = True

    def offer(self) -> Offer:
        """What was written, after validation."""
        return Offer(
            title=self.title.data,
            kind=Kind(self.kind.data),
            story=self.story.data or "",
            takeaways=self.takeaways.data or "",
            evidence=self.evidence.data or "",
            format=Format(self.format.data) if self.format.data else None,
            minutes=self.minutes.data,
            links=rules.checked_links(self.links.data or ""),
            access_needs=self.access_needs.data or "",
            term_ids=[*(self.levers.data or []), *(self.focus.data or [])],
            event_ids=[id for id in self.dates.data or [] if id in self.dates.choices],
            credit=Credit(self.credit.data) if self.credit.data else None,
        )

    def whole(self) -> bool:
        """Whether it can be sent: what a draft may lack is there. Says at the fields what is missing."""
        good = True
        if not (self.story.data or "").strip():
            self.story.errors = ["Tell us what happened and what came of it; a few sentences are enough."]
            good = False
        if self.kind.data == Kind.PRESENT and not self.format.data:
            self.format.errors = ["Choose the format that comes closest."]
            good = False
        return good


class OtherRow(Form):
    """Another presenter; a row without anything in it is none."""

    name = StringField("Name", validators=[Optional(), typeable, passes(checked_name)])
    email = EmailField(
        "E-mail",
        validators=[Optional(), typeable, passes(normal_address)],
        render_kw={"spellcheck": "false", "autocapitalize": "none"},
    )
    organization = StringField(
        "Organization",
        validators=[
            Optional(),
            typeable,
            passes(lambda typed: clean_line(typed, 160, "The organization's name")),
        ],
    )


class OthersForm(FlaskForm):
    """Presenters beside the first one, as many rows as are asked for."""

    others = FieldList(FormField(OtherRow))

    def one_more(self) -> bool:
        """Show another row; False when there are as many as can be."""
        if len(self.others.entries) >= rules.MOST_OTHERS:
            return False
        self.others.append_entry()
        return True

    def named(self) -> list[Other]:
        """Who was named, after validation."""
        rows = [(row.form.name.data, row.form.email.data, row.form.organization.data) for row in self.others]
        return [
            Other(name.strip(), email.strip(), (organization or "").strip())
            for name, email, organization in rows
            if (name or "").strip() and (email or "").strip()
        ]

    def complete(self, own: str = "") -> bool:
        """Whether each row has both a name and an address, and nobody stands there twice; says so at the rows."""
        good, seen = True, {normal_address(own)} if own else set()
        if len(self.others.entries) > rules.MOST_OTHERS:
            self.form_errors.append(
                f"Name at most {rules.MOST_OTHERS} presenters beside you. Others can be mentioned in the text."
            )
            return False
        for row in self.others:
            name, email = ((each.data or "").strip() for each in (row.form.name, row.form.email))
            if bool(name) != bool(email):
                lacking = row.form.email if name else row.form.name
                words = (f"Enter the e-mail address of {name[:80]}; we ask each presenter for themself."
                         if name else "Enter the name that belongs to this address.")  # fmt: skip
                lacking.errors, good = [words], False
            elif email and normal_address(email) in seen:
                row.form.email.errors = [
                    "This address stands here twice. Each presenter needs one of their own."
                ]
                good = False
            elif email:
                seen.add(normal_address(email))
        if not good:
            self.others.errors = [error for row in self.others for each in row.form for error in each.errors]
        return good


class VolunteerForm(OfferForm, OthersForm, WhoForm):
    """The public form: who somebody is, what they offer, and with whom."""

    bio = _area("About you", rules.LONGEST_BIO, 4, "The text about you",
                "Two or three sentences, as the host would introduce you.")  # fmt: skip

    def ready(self, sending: bool) -> bool:
        """Whether it can be kept, or sent. Every fault is told at its field."""
        good = bool(self.validate_on_submit())
        address = self.email.data if not self.email.errors else ""
        good = self._rows_fit(address) and good
        return (self.whole() if sending else True) and good

    def _rows_fit(self, address: str) -> bool:
        faulty = any(row.form.email.errors or row.form.name.errors for row in self.others)
        return not faulty and self.complete(address)


class OwnForm(OfferForm, OthersForm):
    """The same on the volunteer's own page, where we know who they are."""

    def ready(self, sending: bool, own: str) -> bool:
        """Whether it can be kept, or sent. Every fault is told at its field."""
        good = bool(self.validate_on_submit())
        faulty = any(row.form.email.errors or row.form.name.errors for row in self.others)
        good = not faulty and self.complete(own) and good
        return (self.whole() if sending else True) and good


def own_form(proposal: Proposal) -> OwnForm:
    """The form with what stands there now."""
    return OwnForm(
        ticked=list(proposal.dates),
        kind=proposal.kind,
        title=proposal.title,
        story=proposal.story,
        takeaways=proposal.takeaways,
        evidence=proposal.evidence,
        levers=[term.id for term in proposal.terms if term.kind == TermKind.LEVER],
        focus=[term.id for term in proposal.terms if term.kind == TermKind.FOCUS_AREA],
        format=proposal.format or "",
        minutes=proposal.minutes,
        links="\n".join(proposal.links),
        dates=[event.id for event in proposal.dates],
        access_needs=proposal.access_needs,
        credit=proposal.credit or "",
    )


class AboutForm(FlaskForm):
    """What a presenter says of themself for this proposal."""

    name = StringField(
        "Name",
        validators=[InputRequired("Enter your name as it should be read."), typeable, passes(checked_name)],
        render_kw={"autocomplete": "name"},
    )
    organization = StringField(
        "Organization, as it is shown",
        validators=[
            Optional(),
            typeable,
            passes(lambda typed: clean_line(typed, 160, "The organization's name")),
        ],
        render_kw={"autocomplete": "organization"},
    )
    bio = _area("About you", rules.LONGEST_BIO, 5, "The text about you",
                "Two or three sentences, as the host would introduce you.")  # fmt: skip

    def said(self) -> Said:
        """What was said, after validation."""
        return Said(self.name.data, self.organization.data or "", self.bio.data or "")


def about_form(presenter: Presenter, sent: bool = True) -> AboutForm:
    """The form with what stands there now; with what this request sent, unless that was another form."""
    held = {"name": presenter.name, "organization": presenter.organization, "bio": presenter.bio}
    return AboutForm(**held) if sent else AboutForm(None, **held)


class RecordingForm(FlaskForm):
    """Whether the recording may be published."""

    allowed = BooleanField("The recording of my part may be published, with my slides.")


class CreditForm(FlaskForm):
    """Whether, and with whose name, the library may show it."""

    credit = RadioField(
        "May we publish it?",
        choices={"": "No, or not any more", **{each.value: words for each, words in CREDIT_WORDS.items()}},
        default="",
    )

    def chosen(self) -> Credit | None:
        """What was chosen, after validation."""
        return Credit(self.credit.data) if self.credit.data else None


class AnswerForm(FlaskForm):
    """An answer to a question."""

    answer = _area("Your answer", rules.LONGEST_SHORT, 4, "Your answer")


class UploadForm(FlaskForm):
    """A file."""

    file = FileField("File")


class AskForm(FlaskForm):
    """A question of staff."""

    question = _area(
        "Your question", rules.LONGEST_SHORT, 3, "The question", "It goes to the first presenter by mail."
    )


class DecideForm(FlaskForm):
    """What staff decide."""

    decision = RadioField(
        "Decision",
        choices={"accepted": "Accept it", "not-now": "Not now: keep it for later"},
        validators=[InputRequired("Choose what you decide.")],
    )
    message = _area(
        "A word of yours", rules.LONGEST_SHORT, 4, "The message",
        "It stands in the letter. Nothing is sent yet: decisions are told when you release them.",
    )  # fmt: skip


class SlotForm(FlaskForm):
    """A slot in a session's agenda."""

    slot = RadioField(
        "Slot",
        validators=[InputRequired("Choose a slot.")],
        invalid_choice_message="This slot has been taken meanwhile. Choose another one.",
    )
    minutes = Minutes(
        "Minutes of a new slot",
        default=15,
        validators=[Optional(), between(1, 600, "Between 1 and 600 minutes.")],
        render_kw={"inputmode": "numeric"},
    )


class PrepareForm(FlaskForm):
    """The rehearsal and the presenters' way in."""

    day = Day("Day of the rehearsal", validators=[Optional()])
    clock = WallTime("Time, Eastern", validators=[Optional()])
    panelist_url = StringField(
        "Link to join as a panelist", validators=[Optional()], render_kw={"spellcheck": "false"}
    )

    def when(self) -> tuple[date, time] | None:
        """Day and time, where both are there."""
        return (self.day.data, self.clock.data) if self.day.data and self.clock.data else None

    def validate(self, extra_validators: Any = None) -> bool:
        """Both day and time, or neither."""
        good = bool(super().validate(extra_validators))
        if good and bool(self.day.data) != bool(self.clock.data):
            lacking = self.clock if self.day.data else self.day
            lacking.errors = ["Enter both the day and the time, or neither."]
            return False
        return good


class InviteForm(FlaskForm):
    """Whom staff ask whether they would like to offer something, and with which words."""

    email = address_field(required=False, autocomplete="off")
    name = name_field(required=False, autocomplete="off")
    organization = organization_field()
    levers = Checks("What did you think of them for?", coerce=int, validate_choice=True)
    message = _area(
        "A word of yours", rules.LONGEST_SHORT, 5, "Your note",
        "It stands in the letter: why you ask them, and what you heard of them. Sign it with your name.",
    )  # fmt: skip

    def __init__(self, *arguments: Any, known: bool = False, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.levers.choices = {term.id: term.name for term in terms(TermKind.LEVER)}
        self.known = known
        self.email.flags.required = self.name.flags.required = not known

    def validate(self, extra_validators: Any = None) -> bool:
        """Who is not known yet needs both an address and a name."""
        good = bool(super().validate(extra_validators))
        if not self.known and not self.email.errors and not (self.email.data or "").strip():
            self.email.errors, good = ["Enter the address of whoever you ask, like name@example.org."], False
        if not self.known and not self.name.errors and not (self.name.data or "").strip():
            self.name.errors, good = ["Enter their name as it should stand in the letter."], False
        return good

    def details(self) -> Details:
        """Who they are, after validation."""
        return Details(name=self.name.data, organization=clean_line(self.organization.data or "", 160))
