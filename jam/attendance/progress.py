"""A large import with its progress: it runs in a thread of its own while the page says how far it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from queue import Queue
from threading import Thread

from flask import Flask
from markupsafe import Markup

from jam.attendance.keeping import Progress
from jam.base.database import db
from jam.base.errors import Refused

#: Where the steps stand in the page.
MARK = "<!-- steps -->"
_STEP = Markup('<p class="numbers">{} of {} lines</p>\n')
_END = Markup('<div class="alert alert-{}"><p class="notice-heading">{}</p><p>{}</p></div>\n')


@dataclass(frozen=True)
class Step:
    """How far it is; in the end, what came of it, in words, and whether that is good."""

    done: int = 0
    total: int = 0
    words: str = ""
    good: bool = False


def page(app: Flask, around: str, work: Callable[[Progress], str]) -> Iterator[str]:
    """A page in pieces: what stands around the mark, and in its place how far the work is.

    It needs no request: that is over when the pieces are asked for.
    """
    before, after = around.split(MARK)
    yield before
    for step in steps(app, work):
        if step.words:
            tone, heading = ("success", "Done") if step.good else ("danger", "Nothing was kept")
            yield _END.format(tone, heading, step.words)
        else:
            yield _STEP.format(f"{step.done:,}", f"{step.total:,}")
    yield after


def steps(app: Flask, work: Callable[[Progress], str]) -> Iterator[Step]:
    """Do the work, which commits, and say how far it is; the last step has its words.

    The caller's transaction must have ended: it would keep the thread's waiting.
    """
    told: Queue[Step] = Queue()

    def run() -> None:
        with app.app_context():
            try:
                told.put(Step(words=work(lambda done, total: told.put(Step(done, total))), good=True))
            except Refused as refusal:
                db.session.rollback()
                told.put(Step(words=refusal.message))
            except Exception:
                db.session.rollback()
                app.logger.exception("an import broke off")
                told.put(Step(words="The import broke off, and nothing of it was kept. Try it once more."))

    thread = Thread(target=run)
    thread.start()
    while True:
        step = told.get()
        yield step
        if step.words:
            break
    thread.join()
