"""Reading feeds and invitations in a probe: by four calendar libraries, by a strict reader, and by a checker from outside
where the environment variable JAM_ICS_CHECK names one."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from jam.mail.kinds import resolve
from jam.people.actions import sign_in_link
from jam.people.rules import LINK_BY_MAIL
from tests import makers
from tests.calendars import rawlines
from tests.calendars.mails import Invitation, opened
from tests.calendars.readers import Seen, agreed
from tests.load.browser import Browser
from tests.load.report import Report
from tests.load.stage import Stage

#: A retitle is cosmetic: SEQUENCE stays, so that nobody's answer is reset. The checker warns of it.
MEANT = "prev.seqminor"


@dataclass
class Outside:
    """The checker from outside: `$JAM_ICS_CHECK --strict --require-all --json [--prev EARLIER] FILE`."""

    program: str | None
    runs: int = 0
    readings: int = 0
    retitles: int = 0

    #: What all parsers have read already.
    known: set[bytes] = field(default_factory=set)

    def check(
        self,
        report: Report,
        file: Path,
        *,
        before: Path | None = None,
        retitled: bool = False,
        read_in_mail: bool = False,
    ) -> None:
        """Keep its errors and warnings as violations; nothing happens without a checker. The parsers read the same bytes
        once; `read_in_mail` says that they did so in the mail."""
        if self.program is None:
            return
        content = file.read_bytes()
        again = ["--no-parsers"] if content in self.known or read_in_mail else []
        self.known.add(content)
        prev = ["--prev", str(before)] if before else []
        command = [self.program, "--strict", "--require-all", "--json", *again, *prev, str(file)]
        ended = subprocess.run(command, check=False, capture_output=True, text=True, timeout=300)
        self.runs += 1
        if ended.returncode not in (0, 1):
            report.demand(False, f"{file.name}: the checker could not run: {ended.stderr.strip()[-300:]}")
            return
        [found] = json.loads(ended.stdout)
        self.readings += sum(each["status"] == "ok" for each in found["parsers"].values())
        for level, code, message in found["findings"]:
            if level == "INFO":
                continue
            if retitled and code == MEANT and "['SUMMARY'] changed" in message:
                self.retitles += 1
                continue
            report.demand(False, f"{file.parent.name}/{file.name}: {level} {code} {message}")


def outside() -> Outside:
    """The checker that the environment names."""
    return Outside(os.environ.get("JAM_ICS_CHECK"))


def read(report: Report, name: str, content: bytes) -> list[Seen]:
    """The events in a file as four libraries see them; what they cannot read, or see differently, is a violation."""
    try:
        lines = rawlines.read(content)
        count = len(rawlines.blocks(lines, "VEVENT"))
        seen = agreed(content)
    except Exception as error:  # whatever a reader stumbles over is what the probe is there to find
        report.demand(False, f"{name}: {type(error).__name__}: {str(error)[:200]}")
        return []
    report.demand(len(seen) == count, f"{name}: {count} events stand there, {len(seen)} are read")
    return seen


def read_mail(report: Report, name: str, content: bytes) -> Invitation | None:
    """The invitation of a mail, when its parts are as RFC 6047 wants them."""
    try:
        return opened(content)
    except Exception as error:
        report.demand(False, f"{name}: {type(error).__name__}: {str(error)[:200]}")
        return None


def staff(stage: Stage) -> Browser:
    """An organizer who has signed in."""
    with stage.preparing():
        link = resolve("sign-in", sign_in_link(makers.account(), LINK_BY_MAIL, by=makers.BY).id)
    browser = stage.browser()
    press(browser, link.removeprefix(stage.base_url), {})
    return browser


def press(browser: Browser, path: str, fields: dict[str, str], action: str = "") -> int:
    """Fill in a form and send it as this visitor; the status."""
    filled = browser.fill(path, fields, action)
    return browser.session.post(filled.url, data=filled.body, allow_redirects=False, timeout=60).status_code
