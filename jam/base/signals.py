"""Signals between rooms: a low room says what happened, `jam.wiring` tells a higher one, in the same transaction."""

from __future__ import annotations

from blinker import Namespace

_namespace = Namespace()
signal = _namespace.signal
