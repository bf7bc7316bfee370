"""One page of a long list, with two queries however long it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import request
from sqlalchemy import Select, func, select

from jam.base.database import db

_MOST = 10_000


@dataclass(frozen=True)
class Paged:
    """A page of a list: its items, its number from 1, how many pages and items there are."""

    items: Sequence[Any]
    page: int
    pages: int
    total: int


def paged(query: Select[*tuple[Any, ...]], per: int = 50) -> Paged:
    """The page that `?page=` of this request asks for; a number beyond the list gives its last page.

    Items are rows, or the objects themselves where the query selects one thing.
    """
    total = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    pages = max(1, -(-total // per))
    asked = request.args.get("page", "")
    page = min(
        max(1, int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 1), pages, _MOST
    )
    rows = db.session.execute(query.limit(per).offset((page - 1) * per)).all()
    single = len(query.column_descriptions) == 1
    return Paged([row[0] for row in rows] if single else rows, page, pages, total)
