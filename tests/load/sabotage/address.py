"""Addresses are compared as they were typed."""

from __future__ import annotations

from jam.people import actions


def _as_typed(typed: str) -> str:
    return typed


actions.normal_address = _as_typed
