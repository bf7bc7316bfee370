"""What happens to people that higher rooms must hear of."""

from __future__ import annotations

from jam.base.signals import signal

#: Two rows were one person. Sent with `keep: Person`, `gone: Person`, `by: str`, `batch: str`.
person_merged = signal("person-merged")

#: Two rows are two people after all. Sent with `keep`, `gone`, `by` and `batch` of the merge that is undone. Receivers put
#: back what they moved in that batch and return a sentence for each thing that was changed since and so stays with `keep`.
person_unmerged = signal("person-unmerged")
