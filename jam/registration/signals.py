"""What happens to seats that higher rooms must hear of, inside the transaction of the change."""

from __future__ import annotations

from jam.base.signals import signal

#: A letter about a seat was written; the receiver may add the calendar part.
#: Sent with `letter: Letter`, `registration: Registration`, `method: str` (REQUEST or CANCEL).
seat_letter = signal("seat-letter")
