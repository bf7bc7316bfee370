"""A day before is 24 hours before, whatever the clocks on the wall did meanwhile."""

from __future__ import annotations

from jam.reminders import rules

rules._BY_CALENDAR = ()
