"""What happens to people that higher rooms must hear of."""

from __future__ import annotations

from jam.base.signals import signal

#: Two rows were one person. Sent with `keep: Person`, `gone: Person`, `by: str`, `batch: str`.
person_merged = signal("person-merged")
