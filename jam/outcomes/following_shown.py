"""What follow-ups add to the pages about cases: the way to the buttons, why a case was closed, what waits in a cohort."""

from __future__ import annotations

from flask import render_template, url_for
from markupsafe import Markup

from jam.base.words import count
from jam.cases.models import EchoCase
from jam.cases.pieces import Piece
from jam.cohorts.sections import Notice
from jam.outcomes.following import asked_of, asked_of_all, followed, waiting_words
from jam.schedule.models import Cohort

#: How the entries of follow-ups read in the record of a case.
DONE = {
    "outcomes.ask": "The presenter asked what became of it",
    "outcomes.answer": "The presenter told what became of it",
    "outcomes.stop": "Mails about it stopped or begun again by the presenter",
    "outcomes.release": "Words of an answer released or taken back",
}


def on_own_page(case: EchoCase) -> Markup:
    """For who brought the case: the buttons, or when they come, and why it was closed early."""
    if case.recommendations_sent_at is None and not case.closed_why:
        return Markup()
    asked = asked_of(case)
    if not asked.recommendations and not case.closed_why:
        return Markup()
    html = render_template("outcomes/_own_follow_up.html", case=case, asked=asked)
    return Markup(html)  # noqa: S704 - our own template


def notices(cohort: Cohort, *, reads: bool = True) -> list[Notice]:
    """Overdue answers of a cohort, words to read, unless somebody else reads them, and cases that can be closed."""
    found = asked_of_all(followed([cohort.id]))
    late = sum(each.overdue is not None for each in found)
    to_read = sum(waiting_words([each.case for each in found]).values()) if reads else 0
    done = sum(each.to_close for each in found)
    where = url_for("outcomes.desk_follow_ups", slug=cohort.slug)
    said = (
        (
            late,
            f"{count(late, 'answer is', 'answers are')} overdue about what became of recommendations",
            "See whose",
        ),
        (
            to_read,
            f"{count(to_read, 'answer has', 'answers have')} words that a coordinator has not read yet",
            "Read them",
        ),
        (done, f"{count(done, 'case is', 'cases are')} over and can be closed", "Close them"),
    )
    return [Notice(words, label, where) for number, words, label in said if number]


PIECE = Piece(own=on_own_page, done=DONE)
