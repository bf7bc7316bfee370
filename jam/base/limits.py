"""Rate limits that all processes share: the counts stand in the database, not in each process's memory."""

from __future__ import annotations

import time
from hashlib import sha256
from typing import Any

from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits.storage import Storage
from sqlalchemy import BigInteger, String, case, delete, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, mapped_column

from jam.base.database import Model, db
from jam.base.text import bare


class RateCount(Model):
    """How often one key was used within its window."""

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)
    #: Seconds since 1970 at which the window ends.
    expires: Mapped[int] = mapped_column(BigInteger, index=True)


class DatabaseStorage(Storage):
    """Counts in the table `rate_count`, each step a transaction of its own."""

    STORAGE_SCHEME = ["jam-database"]  # noqa: RUF012 - the base class declares it so

    @property
    def base_exceptions(self) -> type[Exception]:
        return Exception

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count one use and return the count so far in this window of `expiry` seconds."""
        present = int(time.time())
        insert = postgresql_insert if db.engine.dialect.name == "postgresql" else sqlite_insert
        start = insert(RateCount).values(key=key[:200], count=amount, expires=present + expiry)
        over = RateCount.expires <= present
        step = start.on_conflict_do_update(
            index_elements=["key"],
            set_={
                "count": case((over, amount), else_=RateCount.count + amount),
                "expires": case((over, present + expiry), else_=RateCount.expires),
            },
        ).returning(RateCount.count)
        with db.engine.begin() as connection:
            return int(connection.execute(step).scalar_one())

    def get(self, key: str) -> int:
        with db.engine.begin() as connection:
            found = connection.execute(
                select(RateCount.count).where(
                    RateCount.key == key[:200], RateCount.expires > int(time.time())
                )
            )
            return int(found.scalar() or 0)

    def get_expiry(self, key: str) -> float:
        with db.engine.begin() as connection:
            found = connection.execute(select(RateCount.expires).where(RateCount.key == key[:200]))
            return float(found.scalar() or time.time())

    def check(self) -> bool:
        return True

    def reset(self) -> int | None:
        with db.engine.begin() as connection:
            return connection.execute(delete(RateCount)).rowcount

    def clear(self, key: str) -> None:
        with db.engine.begin() as connection:
            connection.execute(update(RateCount).where(RateCount.key == key[:200]).values(count=0))


def forget_old_counts() -> int:
    """Drop counts whose window is over; returns how many. The caller commits."""
    gone: Any = db.session.execute(delete(RateCount).where(RateCount.expires <= int(time.time())))
    return int(gone.rowcount)


def typed_address() -> str:
    """The address in the form, so that one address cannot be flooded from many places; without one, the place."""
    typed = bare(request.form.get("email", ""))
    # Hashed: what somebody typed may hold anything, and need not be kept in the open to be counted.
    mark = sha256(typed.encode(errors="replace")).hexdigest()[:32]
    return f"address:{mark}" if typed else f"place:{get_remote_address()}"


limiter = Limiter(get_remote_address, strategy="fixed-window", headers_enabled=False)

#: Public forms that make a row or a letter: per place and per typed address. Only POST counts; a GET writes nothing.
public_form = limiter.limit("60 per minute", methods=["POST"])
per_address = limiter.limit("10 per hour", key_func=typed_address, methods=["POST"])


def init_app(app: Flask) -> None:
    """Count in the database."""
    app.config.setdefault("RATELIMIT_STORAGE_URI", "jam-database://")
    limiter.init_app(app)
