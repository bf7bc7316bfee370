"""Somebody who has a seat and sends the form once more is confirmed once more, with another letter."""

from __future__ import annotations

from typing import Any

from jam.registration import actions, seats
from jam.registration.models import Registration

_register = actions.register


def _confirm_always(*arguments: Any, **options: Any) -> Registration:
    seat = _register(*arguments, **options)
    seats.confirm(seat, by="visitor")
    return seat


actions.register = _confirm_always
