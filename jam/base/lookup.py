"""Finding rows for a page: by the id in its address, and by words that somebody typed."""

from __future__ import annotations

from typing import Any, TypeVar

from flask import abort, request
from sqlalchemy import ColumnElement, func

from jam.base.database import Model, db
from jam.base.text import clean_line

Row = TypeVar("Row", bound=Model)

#: The largest id that both engines hold in a column of ours.
LARGEST_ID = 2**31 - 1


def row_or_404(model: type[Row], id: int) -> Row:
    """The row of an id; 404 when there is none."""
    row = db.session.get(model, id) if 0 < id <= LARGEST_ID else None
    if row is None:
        abort(404)
    return row


def typed(name: str = "q") -> str:
    """The words in a parameter of this request's address, cleaned and cut to a length that makes sense to look for."""
    return clean_line(request.args.get(name, "")[:100])


def holds(column: Any, words: str) -> ColumnElement[bool]:
    """Whether a column holds the words as they are, in either case; `%` and `_` mean themselves."""
    for special in "\\%_":
        words = words.replace(special, "\\" + special)
    return func.lower(column).like(f"%{words.lower()}%", escape="\\")
