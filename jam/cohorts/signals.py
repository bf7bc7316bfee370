"""What happens in cohorts that higher rooms must hear of, inside the transaction of the change."""

from __future__ import annotations

from jam.base.signals import signal

#: Who belongs to a cohort changed. Sent with `people: set[int]`.
belonging_changed = signal("cohort-belonging-changed")
#: Somebody was added to a faculty. Sent with `program: Program`, `by: str`.
faculty_added = signal("cohort-faculty-added")
