"""What people and staff type about people and accounts."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, RadioField, StringField
from wtforms.validators import DataRequired, InputRequired

from jam.people.fields import passes
from jam.people.rules import ROLE_WORDS, AccountRole, checked_name, normal_address


class SignInForm(FlaskForm):
    """Ask for a link to sign in."""

    email = EmailField(
        "E-mail address",
        [DataRequired("Enter your e-mail address, like name@example.org."), passes(normal_address)],
        render_kw={"autocomplete": "email", "maxlength": 254},
    )
    next = HiddenField()


class AccountForm(FlaskForm):
    """Let somebody sign in."""

    name = StringField(
        "Name",
        [DataRequired("Enter the person's name as it should appear on letters."), passes(checked_name)],
        render_kw={"autocomplete": "off", "maxlength": 120},
    )
    email = EmailField(
        "E-mail address",
        [DataRequired("Enter the person's e-mail address, like name@example.org."), passes(normal_address)],
        description="The sign-in link goes there. There are no passwords.",
        render_kw={"autocomplete": "off", "maxlength": 254},
    )
    role = RadioField(
        "What they may do",
        [InputRequired("Choose what this person may do.")],
        choices={role.value: words for role, words in ROLE_WORDS.items()},
    )


class RoleForm(FlaskForm):
    """Change what an account may do."""

    role = RadioField(
        "What they may do",
        [InputRequired("Choose what this person may do.")],
        choices={role.value: words for role, words in ROLE_WORDS.items()},
        default=AccountRole.ORGANIZER.value,
    )
