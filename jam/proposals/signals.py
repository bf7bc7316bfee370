"""What happens to presenters that higher rooms must hear of, inside the transaction of the change."""

from __future__ import annotations

from jam.base.signals import signal

#: Where or whether people present is other than before. Sent with `people: set[int]`, ids of persons.
presenting_changed = signal("presenting-changed")
