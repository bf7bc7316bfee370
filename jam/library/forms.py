"""What staff write about an entry."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired

from jam.base.text import clean_text
from jam.library.actions import Words
from jam.people.fields import passes, typeable
from jam.proposals import rules


def _area(label: str, limit: int, rows: int, what: str) -> TextAreaField:
    checks = [passes(lambda typed: clean_text(typed or "", limit, what))]
    return TextAreaField(label, validators=checks, render_kw={"rows": rows})


class EntryForm(FlaskForm):
    """The text of an entry."""

    title = StringField(
        "Title",
        validators=[InputRequired("Give it a title."), typeable, passes(rules.checked_title)],
        render_kw={"maxlength": rules.LONGEST_TITLE},
    )
    story = _area("What happened, and what came of it", rules.LONGEST_TEXT, 12, "The story")
    takeaways = _area("To take home", rules.LONGEST_SHORT, 5, "What others can take home")
    evidence = _area("Evidence or figures", rules.LONGEST_SHORT, 5, "The evidence")
    links = TextAreaField(
        "Links",
        validators=[passes(lambda typed: rules.checked_links(typed or ""))],
        description="One link a line.",
        render_kw={"rows": 3, "spellcheck": "false", "autocapitalize": "none"},
    )

    def words(self) -> Words:
        """What was written, after validation."""
        return Words(
            self.title.data,
            self.story.data or "",
            self.takeaways.data or "",
            self.evidence.data or "",
            rules.checked_links(self.links.data or ""),
        )
