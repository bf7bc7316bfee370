"""A large import with its progress: it runs in a thread of its own while the page says how far it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from queue import Queue
from threading import Thread

from flask import Flask
from markupsafe import Markup

from jam.attendance.keeping import COUNTING, KEEPING, MATCHING, READING, Progress
from jam.base.database import db
from jam.base.errors import Refused

#: Where the steps stand in the page.
MARK = "<!-- steps -->"
#: The name of the thread that works.
THREAD = "import"
_STEP = Markup('<div><p class="numbers">{}</p><progress max="100" value="{}">{} %</progress></div>\n')
_END = Markup(
    '<div><div class="alert alert-{}"><p class="notice-heading">{}</p><p>{}</p></div>'
    '<p class="actions"><a class="btn btn-primary" href="{}">{}</a></p></div>\n'
)
#: At which part of the whole, in percent, a step begins and ends.
_PARTS = {READING: (0, 20), MATCHING: (20, 45), KEEPING: (45, 70), COUNTING: (70, 100)}


@dataclass(frozen=True)
class Step:
    """How far it is; in the end, what came of it, in words, and whether that is good."""

    doing: str = ""
    done: int = 0
    total: int = 0
    words: str = ""
    good: bool = False

    @property
    def percent(self) -> int:
        """How far the whole is."""
        begins, ends = _PARTS[self.doing]
        return begins + (ends - begins) * self.done // self.total if self.total else begins

    @property
    def said(self) -> str:
        """What is being done, in words."""
        return f"{self.doing}: {self.done:,} of {self.total:,}" if self.total else f"{self.doing} …"


def page(
    app: Flask, around: str, work: Callable[[Progress], str], *, onward: str, back: str
) -> Iterator[str]:
    """A page in pieces: what stands around the mark, and in its place how far the work is; in the end, where to go on
    or, when nothing came of it, back.

    Whoever leaves the page does not stop the work, which begins before the first piece. It needs no request: that is over
    when the pieces are asked for.
    """
    before, after = around.split(MARK)
    doing = steps(app, work)
    yield before
    for step in doing:
        if step.words:
            end = ("success", "Done", step.words, onward, "Who came")
            broken = ("danger", "Nothing was kept", step.words, back, "Back to the preview")
            yield _END.format(*(end if step.good else broken))
        else:
            yield _STEP.format(step.said, step.percent, step.percent)
    yield after


def steps(app: Flask, work: Callable[[Progress], str]) -> Iterator[Step]:
    """Begin the work, which commits; the steps, as they come, say how far it is, and the last has its words.

    The caller's transaction must have ended: it would keep the thread's waiting.
    """
    told: Queue[Step] = Queue()

    def run() -> None:
        with app.app_context():
            end = Step(words="The import broke off, and nothing of it was kept. Try it once more.")
            try:
                words = work(lambda doing, done, total: told.put(Step(doing, done, total)))
                end = Step(words=words, good=True)
            except Refused as refusal:
                db.session.rollback()
                end = Step(words=refusal.message)
            except Exception:
                db.session.rollback()
                app.logger.exception("an import broke off")
            finally:  # whatever came of it: the page waits for a last word
                told.put(end)

    thread = Thread(target=run, name=THREAD)
    thread.start()
    return _told(told, thread)


def _told(told: Queue[Step], thread: Thread) -> Iterator[Step]:
    while True:
        step = told.get()
        yield step
        if step.words:
            break
    thread.join()
