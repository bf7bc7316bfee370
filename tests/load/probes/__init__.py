"""All probes, one file each."""

from __future__ import annotations

from tests.load.probe import Probe
from tests.load.probes import (
    attendance,
    downtime,
    dst,
    feed_cache,
    ics_fuzz,
    ics_life,
    letters,
    mail_crash,
    mail_fuzz,
    phi,
    promote,
    reminder,
    replay,
    same_person,
    scale,
    scanner,
    seats,
    series_pass,
    smtp_faults,
    stats,
)

PROBES: dict[str, Probe] = {
    each.name: each
    for each in (
        seats.PROBE,
        same_person.PROBE,
        promote.PROBE,
        series_pass.PROBE,
        replay.PROBE,
        scanner.PROBE,
        letters.PROBE,
        reminder.PROBE,
        downtime.PROBE,
        dst.PROBE,
        mail_crash.PROBE,
        mail_fuzz.PROBE,
        smtp_faults.PROBE,
        ics_fuzz.PROBE,
        ics_life.PROBE,
        feed_cache.PROBE,
        attendance.PROBE,
        phi.PROBE,
        stats.PROBE,
        scale.PROBE,
    )
}
