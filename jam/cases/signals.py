"""What happens to cases that higher rooms must hear of, inside the transaction of the change."""

from __future__ import annotations

from jam.base.signals import signal

#: What its presenter wrote and attached goes, its time being over. Sent with `case: EchoCase`.
originals_going = signal("case-originals-going")
#: A colleague brings it from now on. Sent with `case: EchoCase`, `earlier: Person`, `by: str`.
handed = signal("case-handed")
