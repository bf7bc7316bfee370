"""The form of a run of show: its rows, and what a button beside a row does to them before anything is saved."""

from __future__ import annotations

import re
from typing import Any

from flask_wtf import FlaskForm
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from wtforms import (
    BooleanField,
    Field,
    FieldList,
    Form,
    FormField,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, Optional

from jam.base.lookup import LARGEST_ID
from jam.schedule.fields import Whole, between, line, text
from jam.schedule.given import NEW, Slot
from jam.schedule.models import Event
from jam.schedule.rules import ITEM_WORDS, ItemKind
from jam.schedule.slots import fingerprint, slots_of

_MOST_ROWS = 60
_CELL = re.compile(r"agenda-(\d{1,4})-([a-z_]+)")
_DEED = re.compile(r"(up|down|insert|remove)-(\d{1,4})")

#: A row as it was typed: values by field.
Typed = dict[str, list[str]]


class AgendaRow(Form):
    """An item; one of which nothing was said is none."""

    id = HiddenField()
    place = HiddenField()
    kind = SelectField("Kind", choices={str(each): words for each, words in ITEM_WORDS.items()}, default="talk")  # fmt: skip
    title = StringField("Title", validators=[line(200, "The title of an item")])
    minutes = Whole(
        "Minutes",
        validators=[Optional(), between(1, 600, "An item lasts from 1 to 600 minutes.")],
        render_kw={"inputmode": "numeric"},
    )
    speakers = StringField("Who speaks", validators=[line(300, "Who speaks")])
    is_open = BooleanField("Open: waits for a speaker")
    crew = StringField("Behind the scenes", validators=[line(300, "Who does what behind the scenes")])
    notes = TextAreaField(
        "Notes for staff", validators=[text(2000, "The notes of an item")], render_kw={"rows": 2}
    )

    @property
    def words(self) -> str:
        """What to call it, as far as it has a name."""
        return (self.title.data or self.speakers.data or ITEM_WORDS.get(self.kind.data) or "this item")[:60]

    def is_empty(self) -> bool:
        """Whether nothing was said of it."""
        typed = (self.title, self.speakers, self.minutes, self.crew, self.notes, self.is_open)
        return not any(field.data or getattr(field, "raw_data", None) not in (None, [], [""]) for field in typed)  # fmt: skip

    def validate(self, extra_validators: Any = None) -> bool:
        """An item that is one needs its minutes as well."""
        good = super().validate(extra_validators)
        if not self.is_empty() and self.minutes.data is None and not self.minutes.errors:
            self.minutes.errors = [f"Enter how many minutes “{self.words}” takes."]
            return False
        return bool(good)

    def validate_title(self, field: Field) -> None:
        """Needed, but for an open slot, which is named after its kind."""
        if self.is_empty() or field.data:
            return
        if self.is_open.data and not self.speakers.data:
            field.data = ITEM_WORDS.get(self.kind.data, "")
        else:
            whose = f"the item of {self.speakers.data[:60]}" if self.speakers.data else "each item"
            raise ValidationError(f"Give {whose} a title.")

    def slot(self) -> Slot:
        """The item to be. A slot somebody speaks in is not open, whatever was ticked."""
        id = self.id.data or ""
        return Slot(
            ItemKind(self.kind.data),
            self.title.data,
            self.speakers.data,
            self.minutes.data,
            self.crew.data,
            self.notes.data,
            self.is_open.data and not self.speakers.data,
            int(id) if id.isascii() and id.isdigit() and int(id[:12]) <= LARGEST_ID else NEW,
        )


class ShowForm(FlaskForm):
    """A run of show, in the order of its rows."""

    #: What the agenda was when the page was opened.
    seen = HiddenField()
    agenda = FieldList(FormField(AgendaRow), max_entries=_MOST_ROWS)

    @classmethod
    def of(cls, event: Event) -> ShowForm:
        """The form with what stands, and a row to begin with where nothing does."""
        rows = [
            {**{name: getattr(slot, name) for name in AgendaRow()._fields if name != "place"}, "place": place}
            for place, slot in enumerate(slots_of(event), start=1)
        ]
        return cls(formdata=None, data={"seen": fingerprint(event), "agenda": rows or [{}]})

    @classmethod
    def typed(cls, sent: MultiDict[str, str]) -> ShowForm:
        """The form with what was sent, its rows in the order of their places, after what a button did to them."""
        return cls(formdata=ImmutableMultiDict(_with_rows(sent, _done(_rows(sent), sent.get("do", "")))))

    def slots(self) -> list[Slot]:
        """The items; rows of which nothing was said are left out."""
        return [row.form.slot() for row in self.agenda if not row.form.is_empty()]


def saves(sent: MultiDict[str, str]) -> bool:
    """Whether the button that was pressed saves, and does not only move rows about."""
    return sent.get("do", "save") == "save"


def _rows(sent: MultiDict[str, str]) -> list[Typed]:
    rows: dict[int, Typed] = {}
    for key, values in sent.lists():
        cell = _CELL.fullmatch(key)
        if cell:
            rows.setdefault(int(cell[1]), {})[cell[2]] = values
    return [rows[number] for number in sorted(rows, key=lambda number: (_place(rows[number]), number))]


def _place(row: Typed) -> int:
    place = row.get("place", [""])[0]
    return int(place) if place.isascii() and place.isdigit() and len(place) < 6 else 10**6


def _done(rows: list[Typed], do: str) -> list[Typed]:
    deed = _DEED.fullmatch(do)
    if do == "add":
        return [*rows, {}]
    if deed is None or int(deed[2]) >= len(rows):
        return rows
    at = int(deed[2])
    if deed[1] == "insert":
        rows.insert(at + 1, {})
    elif deed[1] == "remove":
        del rows[at]
    else:
        to = at - 1 if deed[1] == "up" else at + 1
        if 0 <= to < len(rows):
            rows[at], rows[to] = rows[to], rows[at]
    return rows


def _with_rows(sent: MultiDict[str, str], rows: list[Typed]) -> list[tuple[str, str]]:
    rest = [(key, value) for key, value in sent.items(multi=True) if not _CELL.fullmatch(key)]
    for number, row in enumerate(rows):
        cells = {"id": [""], "kind": [str(ItemKind.TALK)], "title": [""], **row, "place": [str(number + 1)]}
        rest += [(f"agenda-{number}-{name}", value) for name, values in cells.items() for value in values]
    return rest


class LayForm(FlaskForm):
    """The word to lay a template over a run of show, as it was when it was shown."""

    template = HiddenField()
    seen = HiddenField()


class KeepForm(FlaskForm):
    """A run of show to be kept as a template."""

    name = StringField(
        "Name of the template",
        validators=[
            DataRequired("Give the template a name, such as Jam with two talks."),
            line(80, "The name"),
        ],
    )
    with_speakers = BooleanField(
        "Keep titles and speakers as they are",
        description="Otherwise every item that somebody speaks in becomes an open slot named after its kind.",
    )
    instead = BooleanField(
        "It may take the place of a template that has this name",
    )
