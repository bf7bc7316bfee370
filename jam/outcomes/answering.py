"""The presenter's one page of buttons, behind the personal link: what became of each recommendation."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from jam.base.access import access
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.zones import EASTERN
from jam.cases.handing import HandedOn, mine_or_refused
from jam.cases.identifier_kinds import WORDS as KIND_WORDS
from jam.cases.identifiers import look
from jam.cases.known import known_of
from jam.cases.models import EchoCase
from jam.cases.own import actor, me, not_mine
from jam.outcomes import following
from jam.outcomes.blueprint import blueprint
from jam.outcomes.following import Asked, Said, asked_of, said_stamp
from jam.outcomes.models import CaseFollowUp
from jam.outcomes.rules import ANSWER_TONES, ANSWER_WORDS, LONGEST_HAPPENED, Answer


@dataclass
class Typed:
    """What stands in the form: the button and the words by recommendation, what was kept when the page was made, and what was
    wrong."""

    answers: dict[int, str] = field(default_factory=dict)
    words: dict[int, str] = field(default_factory=dict)
    seen: dict[int, str] = field(default_factory=dict)
    #: What was kept from another page meanwhile, where this one holds something else.
    meanwhile: dict[int, tuple[str, str]] = field(default_factory=dict)
    problem: str = ""
    status: int = 200

    @classmethod
    def stored(cls, asked: Asked, row: CaseFollowUp) -> Typed:
        """What was said this time; where nothing was, the button of the time before."""
        found = cls()
        for id, earlier in asked.answers_before(row).items():
            found.answers[id] = earlier[-1][1].answer
        for each in row.outcomes:
            found.answers[each.recommendation_id] = each.answer
            found.words[each.recommendation_id] = each.words
        found.seen = {id: said_stamp(*said) for id, said in _kept(asked, row).items()}
        return found

    @classmethod
    def posted(cls, asked: Asked) -> Typed:
        """What was sent."""
        ids = [each.id for each in asked.recommendations]
        return cls(
            {id: request.form.get(f"answer-{id}", "") for id in ids},
            {id: request.form.get(f"words-{id}", "") for id in ids},
            {id: request.form[f"seen-{id}"] for id in ids if f"seen-{id}" in request.form},
        )

    def beside(self, asked: Asked, row: CaseFollowUp) -> None:
        """Show what was kept meanwhile: where nothing was typed, in the form, and otherwise beside it."""
        for id, kept in _kept(asked, row).items():
            typed = self.answers.get(id, ""), self.words.get(id, "").replace("\r\n", "\n").strip()
            if kept[0] and typed != kept:
                if typed == ("", "") or said_stamp(*typed) == self.seen.get(id):
                    self.answers[id], self.words[id] = kept
                else:
                    self.meanwhile[id] = kept
            self.seen[id] = said_stamp(*kept)

    def said(self) -> dict[int, Said]:
        """The same as the presenter's answers; a button that there is not is none."""
        known = {str(each): each for each in Answer}
        return {
            id: Said(known.get(chosen), self.words.get(id, ""), self.seen.get(id))
            for id, chosen in self.answers.items()
        }


def _kept(asked: Asked, row: CaseFollowUp) -> dict[int, tuple[str, str]]:
    """What is kept of each recommendation for this time; two empty texts where nothing is."""
    said = {each.recommendation_id: (each.answer, each.words) for each in row.outcomes}
    return {each.id: said.get(each.id, ("", "")) for each in asked.recommendations}


def _mine(code: str) -> EchoCase:
    case = mine_or_refused(me(), code, held=request.method == "POST")
    if case.recommendations_sent_at is None:
        abort(404)
    return case


@blueprint.get("/me/cases/<code>/follow-up")
@access("person")
def own_follow_up(code: str) -> ResponseReturnValue:
    """One page of buttons; what was answered before stands beside them."""
    return _page(asked_of(_mine(code)))


def _page(asked: Asked, typed: Typed | None = None) -> ResponseReturnValue:
    row = asked.now
    shown = typed or (Typed.stored(asked, row) if row else Typed())
    known = known_of(asked.case) if any(shown.words.values()) else None
    page = render_template(
        "outcomes/own_follow_up.html",
        case=asked.case,
        asked=asked,
        row=row,
        typed=shown,
        found={id: look(words, known) for id, words in shown.words.items()} if known else {},
        kind_words=KIND_WORDS,
        before=asked.answers_before(row),
        last_day=asked.last_day(row) if row else None,
        answers=ANSWER_WORDS,
        tones=ANSWER_TONES,
        longest=LONGEST_HAPPENED,
        zone=me().time_zone or EASTERN,
    )
    return page, shown.status


@blueprint.post("/me/cases/<code>/follow-up")
@access("person")
def own_answer(code: str) -> ResponseReturnValue:
    """Keep the answers; however often it is sent, they stand once."""
    try:
        case = _mine(code)
    except HandedOn as error:
        words = [each for name, each in request.form.items() if name.startswith("words-")]
        return not_mine(error, [("What happened", each) for each in words])
    asked = asked_of(case)
    typed = Typed.posted(asked)
    days = request.form.get("days", "")
    try:
        number = following.answer(
            case,
            int(days) if days.isascii() and days.isdigit() and len(days) < 4 else 0,
            typed.said(),
            by=actor(),
        )
        db.session.commit()
    except Refused as error:
        db.session.rollback()
        asked = asked_of(_mine(code))
        if asked.now is None:
            flash(error.message, "error")
            return redirect(url_for("outcomes.own_follow_up", code=case.code), 303)
        typed.problem, typed.status = error.message, error.status
        if error.status == 409:
            typed.beside(asked, asked.now)
        return _page(asked, typed)
    left = len(asked.recommendations) - number
    flash(
        f"Thank you. {left} of {len(asked.recommendations)} have no button yet; add them whenever you know."
        if left
        else "Thank you. That is all we wanted to know.",
        "success",
    )
    return redirect(url_for("outcomes.own_follow_up", code=case.code), 303)


@blueprint.post("/me/cases/<code>/follow-up/letters")
@access("person")
def own_letters(code: str) -> ResponseReturnValue:
    """Get no more mails about this case, or get them again."""
    case, stopped = _mine(code), request.form.get("do") == "stop"
    following.stop(case, stopped, by=actor())
    db.session.commit()
    flash(
        "We write no more about this case. This page stays open to you."
        if stopped
        else "We write to you again when it is time.",
        "success",
    )
    return redirect(url_for("outcomes.own_follow_up", code=case.code), 303)
