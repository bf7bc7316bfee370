"""Several who act on one case in the same moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Flask

from jam.base.database import db
from jam.base.errors import Refused
from jam.cases.models import EchoCase
from tests.together import together


def at_once(app: Flask, id: int, acts: Sequence[Callable[[EchoCase], object]]) -> list[str]:
    """What each of them says, in their order: "done", or why it was refused."""

    def one(number: int, ready: Callable[[], object]) -> str:
        with app.app_context():
            made = db.session.get_one(EchoCase, id)
            db.session.rollback()
            ready()
            try:
                acts[number](made)
                db.session.commit()
            except Refused as error:
                db.session.rollback()
                return error.message
            return "done"

    return together(len(acts), one)
