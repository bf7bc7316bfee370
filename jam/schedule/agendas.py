"""Templates of a run of show: Jam's own, and those that staff make for a program. The caller commits.

A template has a key: `jam-60` for one of Jam's own, `own-7` for a row of staff's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import select

from jam.audit.actions import record
from jam.base.database import db
from jam.base.errors import Refused
from jam.schedule.given import NEW, Slot
from jam.schedule.models import AgendaTemplate, Event, Program
from jam.schedule.rules import ITEM_WORDS, ItemKind
from jam.schedule.slots import set_slots

_MOST = 40


@dataclass(frozen=True)
class Template:
    """A run of show to begin with."""

    key: str
    name: str
    slots: tuple[Slot, ...]

    @property
    def minutes(self) -> int:
        """How long it is."""
        return sum(slot.minutes for slot in self.slots)

    @property
    def is_own(self) -> bool:
        """Whether staff made it."""
        return self.key.startswith("own-")

    @property
    def id(self) -> int:
        """The row of one that staff made."""
        return int(self.key.removeprefix("own-"))


def _fixed(kind: ItemKind, title: str, minutes: int, crew: str = "") -> Slot:
    return Slot(kind, title, "", minutes, crew, "", False, NEW)


def _open(kind: ItemKind, title: str, minutes: int) -> Slot:
    return Slot(kind, title, "", minutes, "", "", True, NEW)


def _echo(*minutes: int) -> tuple[Slot, ...]:
    welcome, didactic, first, second, wrap_up, evaluation = minutes
    return (
        _fixed(ItemKind.WELCOME, "Welcome and roll call", welcome, "Host; tech: names and sound"),
        _open(ItemKind.DIDACTIC, "Didactic", didactic),
        _open(ItemKind.CASE, "Case 1", first),
        _open(ItemKind.CASE, "Case 2", second),
        _fixed(ItemKind.WRAP_UP, "Wrap-up", wrap_up, "Facilitator; note taker: recommendations"),
        _fixed(ItemKind.EVALUATION, "Evaluation", evaluation, "Tech: link to the survey"),
    )


#: What every program may begin with.
OURS = (
    Template(
        "jam-60",
        "Jam, 60 minutes",
        (
            _fixed(ItemKind.WELCOME, "Welcome", 4, "Host; tech: recording, captions"),
            _open(ItemKind.POLICY_UPDATE, "Policy update", 8),
            _open(ItemKind.TALK, "First talk", 18),
            _open(ItemKind.TALK, "Second talk", 12),
            _fixed(ItemKind.DISCUSSION, "Your questions", 13, "Host; note taker: questions from the chat"),
            _fixed(ItemKind.CALL_TO_ACTION, "One thing to do before the next Jam", 5, "Host"),
        ),
    ),
    Template("echo-90", "ECHO, 90 minutes", _echo(7, 23, 25, 25, 5, 5)),
    Template("echo-60", "ECHO, 60 minutes", _echo(5, 12, 18, 18, 4, 3)),
)


def templates(program: Program) -> list[Template]:
    """All that a session of a program can begin with: the program's own by name, then Jam's."""
    rows = db.session.scalars(
        select(AgendaTemplate).where(AgendaTemplate.program_id == program.id).order_by(AgendaTemplate.name)
    )
    return [*(_from(row) for row in rows), *OURS]


def template(program: Program, key: str | None) -> Template | None:
    """The template of a key, if this program has it."""
    return next((each for each in templates(program) if each.key == key), None)


def _from(row: AgendaTemplate) -> Template:
    slots = (Slot(**{**item, "kind": ItemKind(item["kind"])}, id=NEW) for item in row.items)
    return Template(f"own-{row.id}", row.name, tuple(slots))


def keep(
    program: Program, name: str, slots: Sequence[Slot], *, with_speakers: bool, instead: bool, by: str
) -> Template:
    """Keep a run of show as a template of a program.

    Without speakers, an item that somebody speaks in becomes an open slot named after its kind. `instead`: it may take the
    place of the template that has this name. Refused for nothing to keep, no name, a name that is taken, and too many.
    """
    if not slots:
        raise Refused("There is nothing to keep yet: the run of show is empty.")
    if not name:
        raise Refused("Give the template a name, such as Jam with two talks.")
    if any(each.name.casefold() == name.casefold() for each in OURS):
        raise Refused(f"“{name}” is one of the templates that come with Jam. Choose another name.")
    rows = db.session.scalars(select(AgendaTemplate).where(AgendaTemplate.program_id == program.id)).all()
    row = next((each for each in rows if each.name.casefold() == name.casefold()), None)
    if row is not None and not instead:
        raise Refused(
            f"{program.name} has a template “{row.name}” already. Choose another name, or say that it takes its place."
        )
    if row is None and len(rows) >= _MOST:
        raise Refused(f"{program.name} has {_MOST} templates, which is the most. Delete one first.")
    items = [_plain(each if with_speakers else _bare(each)) for each in slots]
    if row is None:
        row = AgendaTemplate(program_id=program.id, name=name, items=items)
        db.session.add(row)
    else:
        row.items = items
    db.session.flush()
    record("schedule.keep_template", "program", program.id, by=by, changes={"template": (None, row.name)})
    return _from(row)


def _bare(slot: Slot) -> Slot:
    if not (slot.speakers or slot.is_open):
        return slot
    title = slot.title if slot.is_open else ITEM_WORDS[slot.kind]
    return replace(slot, title=title, speakers="", is_open=True)


def _plain(slot: Slot) -> dict[str, Any]:
    return {key: str(value) if key == "kind" else value for key, value in asdict(slot).items() if key != "id"}


def drop(program: Program, kept: Template, *, by: str) -> None:
    """Delete a template that staff made; sessions that began with it stay as they are."""
    row = db.session.get_one(AgendaTemplate, kept.id)
    if program.template == kept.key:
        choose(program, None, by=by)
    db.session.delete(row)
    record("schedule.drop_template", "program", program.id, by=by, changes={"template": (row.name, None)})


def choose(program: Program, first: Template | None, *, by: str) -> bool:
    """Let new drafts of a program begin with a template, or with an empty agenda; returns whether that is news."""
    key = first.key if first else None
    if program.template == key:
        return False
    record("schedule.choose_template", "program", program.id, by=by, changes={"template": (program.template, key)})  # fmt: skip
    program.template = key
    return True


def begin(event: Event, first: Template | None) -> None:
    """Let a draft that was just made begin with a template."""
    if first is not None:
        set_slots(event, first.slots)


@dataclass(frozen=True)
class Laid:
    """A template laid over a run of show: what comes of it, and what of the earlier one finds no place."""

    slots: list[Slot]
    left_out: list[Slot]


def lay(over: Sequence[Slot], under: Template) -> Laid:
    """What a template makes of a run of show that is there.

    Who speaks already goes, in order, onto the template's open slots of the same kind; an item of a kind that stands in
    both keeps its notes and who does what. Pure.
    """
    left, found = list(over), []
    for slot in under.slots:
        match = next((each for each in left if each.kind == slot.kind and _fits(each, slot)), None)
        if match is None:
            found.append(slot)
            continue
        left.remove(match)
        fills = slot.is_open and bool(match.speakers)
        found.append(
            replace(
                slot,
                id=match.id,
                title=match.title if fills else slot.title,
                speakers=match.speakers if fills else slot.speakers,
                is_open=slot.is_open and not fills,
                crew=match.crew or slot.crew,
                notes=match.notes or slot.notes,
            )
        )
    return Laid(found, left)


def _fits(there: Slot, slot: Slot) -> bool:
    # Somebody who speaks never vanishes under a fixed item, and an open slot takes another open one.
    return bool(slot.is_open) if there.speakers else bool(slot.is_open) == bool(there.is_open)
