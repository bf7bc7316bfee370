"""What counts as well: how late mail may be, how long a worker may be silent, and the sentences about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum, StrEnum
from urllib.parse import urlsplit

from jam.base.words import count

#: A clock process that left no sign for this long has vanished; with none left, no worker runs.
SILENT_AFTER = timedelta(minutes=5)

#: Signs of vanished processes are kept this long, so that staff can be told since when nothing happens.
FORGOTTEN_AFTER = timedelta(hours=1)

#: Mail that waits longer past its time than this is behind.
LATE_AFTER = timedelta(minutes=10)

#: A mail server may be away for so long before anybody needs to know: it is tried again by itself.
TROUBLE_AFTER = timedelta(minutes=3)

#: A mail server that took a letter this lately takes letters.
LEAVING_WITHIN = timedelta(minutes=5)

#: However many letters leave meanwhile, mail that is so late serves nobody.
TOO_LATE_AFTER = timedelta(hours=1)

#: A letter that was tried so often within half an hour did not meet a passing trouble.
TRIED_IN_VAIN = 4

#: A job that failed so often in a row did not meet a passing trouble either.
FAILED_IN_VAIN = 3

#: Clocks of Jam and of its database may differ by so much.
SKEW = timedelta(seconds=60)

#: A disk with less space than this, or less than this part of it, is nearly full.
LEAST_FREE, LEAST_PART = 500 * 1024 * 1024, 0.03

SHORTEST_KEY = 32

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Level(IntEnum):
    """How bad it is; from DOWN on Jam does not do its work."""

    FINE = 0
    NOTE = 1  #: worth knowing
    FAULT = 2  #: somebody has to do something
    DOWN = 3


class Depth(IntEnum):
    """Who asks, and so how much is looked at: each looks at all that the ones before do."""

    PROBE = 1  #: anybody, often: nothing that tells about people or the machine
    DESK = 2
    OPERATOR = 3


class Outcome(StrEnum):
    """How a job's last round went."""

    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: how it stands in a sentence, and what to do when it is not fine."""

    name: str
    says: str
    do: str = ""
    level: Level = Level.FINE

    @property
    def fine(self) -> bool:
        """Whether nobody needs to know."""
        return self.level == Level.FINE


def span(time: timedelta) -> str:
    """“12 minutes”, “3 hours”, “2 days”."""
    minutes = int(time.total_seconds() // 60)
    if minutes < 120:
        return count(minutes, "minute", "minutes")
    return count(minutes // 60, "hour", "hours") if minutes < 48 * 60 else f"{minutes // (24 * 60)} days"


def worker(silent: timedelta | None) -> Check:
    """How long ago the last sign of life was; None when there was none."""
    do = "Whoever runs Jam starts one by: jam worker. Letters, reminders and waiting lists wait until then."
    if silent is None:
        return Check("worker", "No worker runs.", do, Level.DOWN)
    if silent > SILENT_AFTER:
        return Check("worker", f"No worker has run for {span(silent)}.", do, Level.DOWN)
    return Check("worker", "A worker runs.")


@dataclass(frozen=True)
class Backlog:
    """Letters that should have left."""

    #: How late the latest of them is, and how many there are.
    late: timedelta = timedelta(0)
    waiting: int = 0
    #: How long ago a letter left; None when none ever did.
    last_left: timedelta | None = None
    #: How many were tried again and again, each time in vain.
    in_vain: int = 0
    #: For how long the mail server could not be used; None while it can.
    trouble: timedelta | None = None


def mail(backlog: Backlog, worker_runs: bool) -> Check:
    """Whether mail leaves. Late mail that is leaving is only worth knowing, as after a letter to very many."""
    leaving = backlog.last_left is not None and backlog.last_left <= LEAVING_WITHIN
    if backlog.late > LATE_AFTER:
        says = f"Mail is {span(backlog.late)} behind."
        if not worker_runs:
            return Check("mail", says, "It leaves by itself once a worker runs.", Level.DOWN)
        if leaving:
            level = Level.DOWN if backlog.late > TOO_LATE_AFTER else Level.NOTE
            return Check("mail", says, "Letters are leaving, so it catches up by itself.", level)
        return Check("mail", says, _LOOK, Level.DOWN)
    if backlog.trouble is not None and backlog.trouble > TROUBLE_AFTER:
        return Check(
            "mail", f"The mail server could not be used for {span(backlog.trouble)}.", _LOOK, Level.FAULT
        )
    if backlog.in_vain and not leaving:
        letters = count(backlog.in_vain, "letter was", "letters were")
        return Check(
            "mail", f"The mail server takes no letters: {letters} tried several times.", _LOOK, Level.FAULT
        )
    return Check("mail", "Mail leaves on time.")


_LOOK = "The page of letters says what the mail server answered. Whoever runs Jam checks JAM_MAIL_URL and that server."


def jobs(failing: list[str], late: list[str]) -> Check:
    """Whether each part of the clock's work runs and ends well."""
    if failing:
        names = ", ".join(f"“{name}”" for name in failing)
        return Check(
            "jobs",
            f"Work that Jam does by itself keeps failing: {names}.",
            "It is tried again all the time. The worker's log says why it fails.",
            Level.FAULT,
        )
    if late:
        names = ", ".join(f"“{name}”" for name in late)
        return Check(
            "jobs",
            f"Work that Jam does by itself has not run for long: {names}.",
            "The worker hangs there. Start it anew, and look into its log.",
            Level.FAULT,
        )
    return Check("jobs", "All jobs of the clock run.")


def skew(off: timedelta) -> Check:
    """Whether Jam's clock and the database's are one."""
    if abs(off) <= SKEW:
        return Check("clock", "The clocks of Jam and of the database agree.")
    return Check(
        "clock",
        f"The clocks of Jam and of the database are {abs(off).total_seconds():.0f} seconds apart.",
        "Let both machines take the time from the network (NTP).",
        Level.FAULT,
    )


def disk(name: str, free: int, total: int) -> Check:
    """Whether there is room left on a disk."""
    if free >= LEAST_FREE and free >= LEAST_PART * total:
        return Check(f"disk of the {name}", f"{free / 2**30:.1f} GB are free.")
    return Check(
        f"disk of the {name}",
        f"Only {free / 2**20:,.0f} MB are free.",
        "Make room on it: a full disk stops registrations.",
        Level.FAULT,
    )


def settings(
    base_url: str, key: str, kept_key: bool, mail_from: str, mail_folder: bool, sqlite: bool, proxies: int
) -> list[Check]:
    """What is missing in the settings, or dangerous in real use.

    While the base URL is a loopback address Jam is only tried out: then the same is only worth knowing.
    """
    parts = urlsplit(base_url)
    trial = parts.hostname in _LOOPBACK
    found = []

    def demand(holds: bool, name: str, says: str, do: str, level: Level = Level.FAULT) -> None:
        if not holds:
            found.append(Check(name, says, do, min(level, Level.NOTE) if trial else level))

    demand(
        not trial, "JAM_BASE_URL", f"It is {base_url}: links in mail work on this machine only.",
        "Set it to the address people reach Jam at, like https://jam.example.org.",
    )  # fmt: skip
    demand(
        parts.scheme == "https" or trial, "JAM_BASE_URL", "It does not begin with https: what people send can be read on the way.",
        "Put a proxy with a certificate in front, and set it to that address.",
    )  # fmt: skip
    demand(
        not kept_key, "JAM_SECRET_KEY", "It is not set; the one kept beside the database is used.",
        "Set a long random text that stays the same: openssl rand -hex 32.",
    )  # fmt: skip
    demand(
        kept_key or (len(key) >= SHORTEST_KEY and len(set(key)) > 8), "JAM_SECRET_KEY", "It can be guessed.",
        f"Set a random text of at least {SHORTEST_KEY} characters: openssl rand -hex 32. Links in earlier mails "
        "end then, unless the old one goes into JAM_SECRET_KEY_FALLBACKS.",
    )  # fmt: skip
    demand(
        not mail_folder, "JAM_MAIL_URL", "Letters become files in a folder; nobody gets them.",
        "Set it to your mail server: smtp://user:password@mail.example.org:587.",
    )  # fmt: skip
    demand(
        mail_folder or not mail_from.rstrip("> ").endswith("@localhost"), "JAM_MAIL_FROM", "Letters come from an address at localhost, which mail servers refuse.",
        "Set it to an address of your own: Workforce Solutions Jam <jam@example.org>.",
    )  # fmt: skip
    demand(
        trial or proxies > 0 or parts.scheme != "https", "JAM_TRUSTED_PROXIES", "It is 0, so behind a proxy all visitors count as one, and their limits are shared.",
        "Set it to the number of proxies in front, mostly 1.", Level.NOTE,
    )  # fmt: skip
    demand(
        not sqlite, "JAM_DATABASE_URL", "SQLite lets one transaction write at a time, and lies on this machine only.",
        "That is enough for a monthly webinar; a larger program runs on PostgreSQL.", Level.NOTE,
    )  # fmt: skip
    return found or [Check("settings", "Nothing in the settings is missing or dangerous.")]
