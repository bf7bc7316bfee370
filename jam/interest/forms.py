"""What somebody ticks and writes to take part, and what staff note about it."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import BooleanField, TextAreaField

from jam.base.text import clean_text
from jam.interest.actions import LONGEST
from jam.interest.rules import Way
from jam.people.fields import WhoForm, passes


class InterestForm(WhoForm):
    """The Partnership's one form: who somebody is, and what they wish for."""

    join = BooleanField(
        "Join the Jam",
        description="Come to a monthly session and take ideas back. We send you the way to the dates.",
    )
    present = BooleanField(
        "Present at a future Jam",
        description="Show what works where you are. Tell us your topic below; we write to you.",
    )
    working_group = BooleanField(
        "Join a working group",
        description="Work with others between the sessions. We write to you which groups meet.",
    )
    fund = BooleanField(
        "Help fund the work", description="Somebody from the Partnership writes to you to talk about it."
    )
    share = BooleanField(
        "Share an existing initiative",
        description="A program or a strategy that others should know. Tell us below where to read about it.",
    )
    news = BooleanField(
        "Get our news",
        description="About one mail a month. First we send you a mail to confirm; you can stop at any time.",
    )
    message = TextAreaField(
        "Your message",
        description="Anything we should know: your topic, your initiative, a question.",
        validators=[passes(lambda typed: clean_text(typed or "", LONGEST, "Your message"))],
        render_kw={"rows": 6},
    )

    def boxes(self) -> list[BooleanField]:
        """The boxes in the order they are shown."""
        return [self[each.replace("-", "_")] for each in Way if each is not Way.MESSAGE]

    def ways(self) -> set[Way]:
        """What was ticked."""
        return {Way(box.name.replace("_", "-")) for box in self.boxes() if box.data}


class AnswerForm(FlaskForm):
    """What came of a wish."""

    note = TextAreaField(
        "What came of it",
        description="For your colleagues; nobody else sees it. May stay empty.",
        validators=[passes(lambda typed: clean_text(typed or "", LONGEST, "The note"))],
        render_kw={"rows": 4},
    )
