"""One session's life on a running Jam: each feed and each invitation is read after every step."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from jam.base.database import db
from jam.base.now import now
from jam.calendars.actions import make_link
from jam.calendars.pages import personal_address
from jam.mail.actions import hasten
from jam.mail.kinds import resolve
from jam.mail.models import Letter
from jam.people.actions import Details
from jam.registration import actions as registrations
from jam.registration.colleagues import register_colleagues
from jam.registration.models import Registration
from jam.schedule import actions as schedule
from jam.schedule.models import Event
from jam.schedule.programs import make_cohort
from jam.vocabulary.actions import add_first_terms
from jam.vocabulary.queries import terms
from jam.vocabulary.rules import Kind
from tests import makers
from tests.load.browser import Browser, quiet_session
from tests.load.probe import Probe, Sizes
from tests.load.probes.ics_reading import Outside, outside, press, read, read_mail, staff
from tests.load.report import Report
from tests.load.stage import Stage
from tests.load.visitor import about_work

ANA = "ana@clinic.example"
TITLE = "Peers, pay; and a “ladder” — what worked: 40,000 people"
#: Zoom's, which nobody but the join page may lead to.
JOIN_URL = "https://zoom.example/j/9?pwd=secret"

#: Step -> what the session's public entry says: status, SEQUENCE.
PUBLIC = {
    "created": ("CONFIRMED", 0), "retitled": ("CONFIRMED", 0), "moved": ("CONFIRMED", 1), "cancelled": ("CANCELLED", 2),
    "reinstated": ("CONFIRMED", 3), "given-up": ("CONFIRMED", 3), "taken-again": ("CONFIRMED", 3),
}  # fmt: skip
#: Step -> what Ana's mail says: method, SEQUENCE. Of a retitle nobody is told.
MAILED = {
    "created": ("REQUEST", 0), "moved": ("REQUEST", 1), "cancelled": ("CANCEL", 2), "reinstated": ("REQUEST", 3),
    "given-up": ("CANCEL", 4), "taken-again": ("REQUEST", 5),
}  # fmt: skip
#: Step -> what her own feed says.
OWN = {**PUBLIC, "given-up": ("CANCELLED", 4), "taken-again": ("CONFIRMED", 5)}


@dataclass
class Life:
    """The session, who looks at it, and what was collected."""

    stage: Stage
    report: Report
    folder: Path
    checker: Outside
    slug: str = ""
    uid: str = ""
    feeds: dict[str, str] = field(default_factory=dict)
    before: Path | None = None
    last_mail: Path | None = None
    taken: int = 0
    files: int = 0


def run(stage: Stage, sizes: Sizes) -> Report:
    """Create, retitle, move, cancel, reinstate, give the seat up, take it again; then every other kind of invitation."""
    report = Report(n=len(PUBLIC))
    with _folder() as folder:
        life = Life(stage, report, folder, outside())
        _create(life)
        with staff(stage) as desk, stage.browser() as ana:
            for step, act in _steps(life, desk, ana).items():
                time.sleep(1.1)  # calendars know no fractions of a second: what follows must be newer
                status = act()
                report.demand(status == 303, f"{step}: the form answered {status}")
                _collect(life, step)
        kinds = _other_kinds(life)
        _served(life)
        report.figures |= {
            "files": life.files,
            "kinds": kinds,
            "checker": life.checker.program is not None,
            "checked": life.checker.runs,
            "readings": life.checker.readings,
            "meant": life.checker.retitles,
        }
    return report


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="jam-ics-life-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _create(life: Life) -> None:
    with life.stage.preparing():
        add_first_terms(by=makers.BY)
        program = makers.program(name="Workforce Solutions Jam; “national”, monthly")
        today = now().date()
        cohort = make_cohort(program, "fall", "Fall, 2026", today, today + timedelta(days=90), by=makers.BY)
        lever = terms(Kind.LEVER)[1]
        makers.event(program, title="One of the past", starts_at=_noon() - timedelta(days=30))
        event = makers.event(program, title=TITLE, join_url=JOIN_URL)
        event.cohort = cohort
        schedule.edit_event(
            event, schedule.EventFields(title=TITLE, join_url=JOIN_URL), [lever], [], by=makers.BY
        )
        life.slug, life.uid = event.slug, event.uid
        person = makers.person(ANA, "Ana “Annie” Lee, PhD; of 4")
        make_link(person, by=makers.BY)
        own = personal_address(person)
        assert own
        base = life.stage.base_url
        life.feeds = {
            "all": f"{base}/calendar/all.ics",
            "program": f"{base}/calendar/program/{program.slug}.ics",
            "cohort": f"{base}/calendar/cohort/{cohort.slug}.ics",
            "lever": f"{base}/calendar/lever/{lever.slug}.ics",
            "single": f"{base}/sessions/{event.slug}.ics",
            "personal": own,
        }


def _noon() -> datetime:
    # Sessions begin on whole minutes; not every reader knows seconds.
    return now().replace(hour=12, minute=0, second=0)


def _steps(life: Life, desk: Browser, ana: Browser) -> dict[str, Callable[[], int]]:
    page = f"/desk/sessions/{life.slug}"
    with life.stage.preparing():
        event = db.session.scalars(select(Event).where(Event.slug == life.slug)).one()
        day = (event.starts_at + timedelta(days=7)).date().isoformat()
        work = about_work()
        me = resolve("me", makers.person(ANA).id).removeprefix(life.stage.base_url)
    details = {"email": ANA, "name": "Ana “Annie” Lee, PhD; of 4", **work}

    def on_own_page(action: str) -> int:
        ana.open(me)
        return press(ana, "/me/", {}, f"/{action}")

    return {
        "created": lambda: press(ana, f"/sessions/{life.slug}/register", details),
        "retitled": lambda: press(desk, f"{page}/", {"title": f"{TITLE}, again"}),
        "moved": lambda: press(desk, f"{page}/move?day={day}&starts=14:30&ends=15:30", {}, "/move"),
        "cancelled": lambda: press(desk, f"{page}/cancel", {"message": "Ben is ill; sorry, all."}),
        "reinstated": lambda: press(desk, f"{page}/reinstate", {"message": ""}),
        "given-up": lambda: on_own_page("cancel"),
        "taken-again": lambda: on_own_page("rejoin"),
    }


def _collect(life: Life, step: str) -> None:
    """Feeds and mails after a step, read, compared with what they should say, and with the step before."""
    _deliver(life.stage)
    here = life.folder / f"{list(PUBLIC).index(step)}-{step}"
    here.mkdir()
    with quiet_session() as session:
        for name, address in life.feeds.items():
            content = session.get(address, timeout=60).content
            file = here / f"{name}.ics"
            file.write_bytes(content)
            life.files += 1
            _compare(life, step, name, content)
            old = life.before / file.name if life.before else None
            life.checker.check(life.report, file, before=old, retitled=step == "retitled")
    mails = life.stage.sink.received[life.taken :]
    life.taken += len(mails)
    mine = [mail for mail in mails if mail.to == [ANA]]
    wanted = MAILED.get(step)
    life.report.demand(len(mine) == (wanted is not None), f"{step}: Ana got {len(mine)} mails")
    for mail in mine[:1] if wanted else []:
        _mail(life, here, step, mail.content, wanted or ("", 0))
    life.before = here


def _compare(life: Life, step: str, name: str, content: bytes) -> None:
    status, sequence = (OWN if name == "personal" else PUBLIC)[step]
    seen = [event for event in read(life.report, f"{step}/{name}", content) if event.uid == life.uid]
    said = [(event.status, event.sequence) for event in seen]
    life.report.demand(said == [(status, sequence)], f"{step}/{name}: {said}, not {status} {sequence}")
    text = content.decode().replace("\r\n ", "")
    for secret in ("zoom.example", "secret", ANA, "ATTENDEE", *(["/join/"] if name != "personal" else [])):
        life.report.demand(secret not in text, f"{step}/{name} holds {secret}")


def _mail(life: Life, here: Path, step: str, content: bytes, wanted: tuple[str, int]) -> None:
    (here / "mail.eml").write_bytes(content)
    life.checker.check(life.report, here / "mail.eml")
    invitation = read_mail(life.report, f"{step}/mail", content)
    if invitation is None:
        return
    file = here / "mail.ics"
    file.write_bytes(invitation.content)
    life.files += 2
    seen = read(life.report, f"{step}/mail", invitation.content)
    said = [(invitation.method, event.sequence) for event in seen]
    life.report.demand(said == [wanted], f"{step}/mail: {said}, not {wanted}")
    life.report.demand([event.uid for event in seen] == [life.uid], f"{step}/mail is about another session")
    life.report.demand(b"zoom.example" not in content, f"{step}/mail holds the platform's own link")
    life.checker.check(life.report, file, before=life.last_mail, read_in_mail=True)
    life.last_mail = file


def _other_kinds(life: Life) -> list[str]:
    """Every other kind of letter that carries an invitation, once; the kinds that arrived with one."""
    stage = life.stage
    with stage.preparing():
        asks = makers.registration(makers.event(approval=True))
        full = makers.event(capacity=1, waiting_list=True)
        first, _waits = makers.registration(full), makers.registration(full)
        host = makers.person().address or ""
        register_colleagues(makers.event(), host, Details(name="Ana Lee"), [("Cal Roe", "cal@clinic.example")],
                            by=makers.BY)  # fmt: skip
        registrations.approve(asks, by=makers.BY)
        asks_id, first_id = asks.id, first.id
    _deliver(stage)
    with stage.preparing():
        registrations.decline(db.session.get_one(Registration, asks_id), by=makers.BY)
        registrations.cancel(db.session.get_one(Registration, first_id), by=makers.BY)
    _deliver(stage)
    here = life.folder / "others"
    here.mkdir()
    for number, mail in enumerate(stage.sink.received[life.taken :]):
        if b"text/calendar" not in mail.content:
            continue
        file = here / f"{number}.eml"
        file.write_bytes(mail.content)
        life.files += 1
        life.checker.check(life.report, file)
        invitation = read_mail(life.report, f"others/{number}", mail.content)
        if invitation is not None:
            read(life.report, f"others/{number}", invitation.content)
    rows = stage.tables.rows(
        "SELECT DISTINCT letter.kind FROM letter JOIN letter_part ON letter_part.letter_id = letter.id"
        " WHERE letter.state = 'sent' ORDER BY letter.kind"
    )
    kinds = [str(row["kind"]) for row in rows]
    missing = {
        "registered", "moved", "cancelled", "reinstated", "seat-cancelled", "approved", "declined", "promoted",
        "registered-by",
    } - set(kinds)  # fmt: skip
    life.report.demand(not missing, f"no invitation came with {sorted(missing)}")
    return kinds


def _served(life: Life) -> None:
    """The answers themselves: type, conditions, caching."""
    with quiet_session() as session:
        for name, address in life.feeds.items():
            answer = session.get(address, timeout=60)
            again = session.get(address, headers={"If-None-Match": answer.headers["ETag"]}, timeout=60)
            private = "private" in answer.headers["Cache-Control"]
            life.report.demand(
                again.status_code == 304, f"{name}: an unchanged feed answered {again.status_code}"
            )
            life.report.demand(private == (name == "personal"), f"{name}: {answer.headers['Cache-Control']}")
            life.report.demand("Set-Cookie" not in answer.headers, f"{name} sets a cookie")


def _deliver(stage: Stage) -> None:
    with stage.preparing():
        hasten(db.session.scalars(select(Letter).where(Letter.state == "due")).all(), by=makers.BY)
    stage.await_letters()


PROBE = Probe(
    "ics-life",
    "create, retitle, move, cancel, reinstate: feeds and mails after each step",
    run,
    sizes={"rounds": 1},
    web=2,
    sabotages=("meek", "unescaped"),
)
