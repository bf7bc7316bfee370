"""What staff decide about a rule."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Optional

from jam.mail.kinds import kinds
from jam.reminders.actions import RuleFields
from jam.reminders.audiences import audiences
from jam.reminders.models import ReminderRule
from jam.reminders.rules import Anchor, Side, Unit
from jam.schedule.fields import WallTime, Whole, between, line

_PLACES = {
    "before-start": "before the start",
    "after-start": "after the start",
    "after-end": "after the end",
}


class RuleForm(FlaskForm):
    """A rule: who gets which letter, and when."""

    name = StringField(
        "Name",
        description="Staff see it in the plan of each session. The letter itself has its own words.",
        validators=[DataRequired("Give the rule a name, such as “One day before”."), line(80, "The name")],
    )
    to = RadioField("Who gets which letter", validators=[DataRequired("Choose who gets which letter.")])
    amount = Whole(
        "How long",
        default=1,
        validators=[
            InputRequired("Enter how long before or after, such as 1."),
            between(0, 9_999, "Enter a number that makes at most a year."),
        ],
        render_kw={"inputmode": "numeric"},
    )
    unit = SelectField("Counted in", choices={each.value: each.value for each in Unit}, default=Unit.DAYS)
    place = SelectField("From where", choices=_PLACES, default="before-start")
    at = WallTime(
        "At what time of that day",
        description="On the wall clock of the session's zone, for days and weeks. Empty for the time of the session itself.",
        validators=[Optional()],
    )
    with_link = BooleanField(
        "With each person's own join link",
        description="People on the waiting list never get one.",
        default=True,
    )
    with_invite = BooleanField(
        "With the invitation once more",
        description="For people whose calendar lost it. Where it stands already, nothing changes.",
    )

    @classmethod
    def of(cls, rule: ReminderRule | None = None) -> RuleForm:
        """The form with what a rule says."""
        if rule is None:
            form = cls()
        else:
            form = cls(obj=rule, to=f"{rule.audience}:{rule.kind}", place=f"{rule.side}-{rule.anchor}")
        form.to.choices = {
            f"{group.name}:{kind}": f"{kinds[kind].title}: to {group.words}"
            for group in audiences()
            for kind in group.kinds
        }
        return form

    def fields(self) -> RuleFields:
        """What was decided, after validation."""
        group, _, kind = self.to.data.partition(":")
        side, _, anchor = self.place.data.partition("-")
        return RuleFields(
            name=self.name.data or "",
            kind=kind,
            audience=group,
            amount=self.amount.data or 0,
            unit=Unit(self.unit.data),
            side=Side(side),
            anchor=Anchor(anchor),
            at=self.at.data,
            with_link=self.with_link.data,
            with_invite=self.with_invite.data,
        )
