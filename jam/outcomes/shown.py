"""What this room adds to the pages about cases: the recommendations, and the way to where they are written."""

from __future__ import annotations

from flask import render_template, url_for
from markupsafe import Markup

from jam.base.now import now
from jam.base.words import count, day_words
from jam.base.zones import wall
from jam.cases.models import EchoCase
from jam.cases.pieces import Piece, Way
from jam.cases.queries import late_by, session_day_starts
from jam.cases.rules import HELD, State, day_begun
from jam.cohorts.sections import As, Notice, Viewer
from jam.outcomes.following import told
from jam.outcomes.queries import sent, unsent
from jam.outcomes.rules import ANSWER_TONES, ANSWER_WORDS, overdue
from jam.outcomes.voices import shown_names
from jam.schedule.models import Cohort


def to_read(case: EchoCase, viewer: Viewer) -> Markup:
    """The recommendations below a case, once they were sent."""
    if case.state not in HELD or case.recommendations_sent_at is None:
        return Markup()
    lines = sent(case)
    names = shown_names(lines, viewer.person, all_names=viewer.how is not As.MEMBER)
    return _html(
        case, lines=lines, names=names, may_open=True, summary="", heading="What the group recommends"
    )


def on_own_page(case: EchoCase) -> Markup:
    """The same for who brought the case; before, until when it will be there."""
    if case.state not in HELD:
        return Markup()
    lines = sent(case)
    return _html(
        case,
        lines=lines,
        names=shown_names(lines, case.person),
        summary=case.summary,
        may_open=True,
        heading="What the group recommends",
    )


def _html(case: EchoCase, **values: object) -> Markup:
    done = case.recommendations_sent_at is not None
    today = wall(now(), case.cohort.program.time_zone).date()
    late = overdue(case.recommendations_due_on, done, today)
    html = render_template(
        "outcomes/_read.html",
        why=case.none_why,
        became=told(case) if done else {},
        answers=ANSWER_WORDS,
        tones=ANSWER_TONES,
        due_on=None if done or late else case.recommendations_due_on,
        **values,
    )
    return Markup(html)  # noqa: S704 - our own template


def way(case: EchoCase) -> Way | None:
    """On the day of its session to the screen for it, afterwards to the recommendations."""
    slug, code = case.cohort.slug, case.code
    if case.state == State.SCHEDULED:
        if not day_begun(session_day_starts(case.event), now()):
            return None
        return Way("In the session", url_for("outcomes.desk_capture", slug=slug, code=code))
    if case.state == State.FOLLOWED_UP:
        return Way("What became of it", url_for("outcomes.desk_follow_up", slug=slug, code=code))
    if case.state in HELD:
        return Way("Recommendations", url_for("outcomes.desk_recommendations", slug=slug, code=code))
    return None


def notices(cohort: Cohort) -> list[Notice]:
    """Which recommendations of a cohort are not sent yet."""
    return [
        Notice(
            unsent_words(case),
            "Write them",
            url_for("outcomes.desk_recommendations", slug=cohort.slug, code=case.code),
        )
        for case in unsent([cohort.id])
    ]


def unsent_words(case: EchoCase) -> str:
    """“The recommendations for ECHO-7K3D are 2 days late”."""
    late = late_by(case)
    if late:
        return f"The recommendations for {case.shown} are {count(late, 'day', 'days')} late"
    due = f", by {day_words(case.recommendations_due_on)}" if case.recommendations_due_on else ""
    return f"The recommendations for {case.shown} are to be sent{due}"


#: How the entries of this room read in the record of a case.
DONE = {
    "outcomes.capture": "A recommendation written down",
    "outcomes.edit": "A recommendation changed",
    "outcomes.remove": "A recommendation taken out",
    "outcomes.order": "The recommendations put into another order",
    "outcomes.summary": "The summary of the session written",
}

PIECE = Piece(read=to_read, own=on_own_page, way=way, done=DONE)
