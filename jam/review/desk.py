"""Staff pages: who reviews a program and by what, and what the desk's pages of proposals show of the reviews."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy import Select, func, select

from jam.base.access import access, actor
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.lookup import row_or_404
from jam.base.words import count
from jam.people.login import account
from jam.people.models import Account
from jam.proposals.models import Proposal
from jam.proposals.pieces import Options, Piece
from jam.proposals.queries import by_code
from jam.proposals.rules import State
from jam.review import actions, queries, rules, sheets
from jam.review.blueprint import blueprint
from jam.review.forms import AssignForm, ReviewerForm, SettleForm, SheetForm, sheet_form
from jam.review.models import Review, ReviewAssignment, Reviewer, ReviewQuestion
from jam.review.queries import Hidden
from jam.review.rules import Stand
from jam.schedule.models import Program
from jam.schedule.queries import program_by_slug


@blueprint.get("/desk/programs/<slug>/review")
@access("organizer")
def desk_program(slug: str) -> ResponseReturnValue:
    """Who reviews a program, by what, and whether they know whose it is."""
    return _program_page(_program(slug), ReviewerForm(None))


@blueprint.post("/desk/programs/<slug>/review")
@access("organizer")
def desk_add(slug: str) -> ResponseReturnValue:
    """Let somebody review a program."""
    program, form = _program(slug), ReviewerForm()
    form.account.choices = _choices(program)
    if not form.validate():
        return _program_page(program, form), 400
    made = actions.add_reviewer(program, row_or_404(Account, form.account.data), by=actor())
    db.session.commit()
    flash(f"{made.account.person.name} reviews {program.name} from now on.", "success")
    return redirect(url_for("review.desk_program", slug=slug), 303)


@blueprint.post("/desk/programs/<slug>/review/<int:id>/remove")
@access("organizer")
def desk_remove(slug: str, id: int) -> ResponseReturnValue:
    """Ask somebody to review a program no longer."""
    reviewer = row_or_404(Reviewer, id)
    if reviewer.program.slug != slug:
        abort(404)
    name = reviewer.account.person.name
    actions.remove_reviewer(reviewer, by=actor())
    db.session.commit()
    flash(f"{name} reviews this program no longer. What they scored stays.", "success")
    return redirect(url_for("review.desk_program", slug=slug), 303)


@blueprint.post("/desk/programs/<slug>/review/anonymous")
@access("organizer")
def desk_anonymous(slug: str) -> ResponseReturnValue:
    """Let reviewers read without names, or with them."""
    program = _program(slug)
    anonymous = request.form.get("do") == "on"
    sheets.choose_anonymous(program, anonymous, by=actor())
    db.session.commit()
    flash(
        "Reviewers read without names from now on." if anonymous else "Reviewers see names from now on.",
        "success",
    )
    return redirect(url_for("review.desk_program", slug=slug), 303)


def _program(slug: str) -> Program:
    program = program_by_slug(slug)
    if program is None:
        abort(404)
    return program


def _choices(program: Program) -> dict[int, str]:
    there = {each.account_id for each in queries.reviewers_of(program.id)}
    words = {True: "organizer", False: "reviewer"}
    return {
        each.id: f"{each.person.name} ({words[each.role != 'reviewer']})"
        for each in queries.candidates()
        if each.id not in there
    }


def _program_page(program: Program, form: ReviewerForm) -> str:
    form.account.choices = _choices(program)
    return render_template(
        "review/desk_program.html",
        program=program,
        form=form,
        reviewers=queries.reviewers_of(program.id),
        numbers=queries.numbers_by_reviewer(program.id),
        sheet=sheets.sheet_of(program.id),
        retired=sheets.retired_of(program.id),
        reviews=actions.reviews_in(program),
    )


@blueprint.route("/desk/programs/<slug>/review/criteria", methods=["GET", "POST"])
@access("organizer")
def desk_criteria(slug: str) -> ResponseReturnValue:
    """Set criteria and scale. What that does to scores that are there is said first, and nothing of it loses one."""
    program = _program(slug)
    form, effects = sheet_form(sheets.sheet_of(program.id)), list[str]()
    if request.method == "GET":
        form.criteria.append_entry({"weight": 1})
        return _criteria_page(program, form, effects)
    if request.form.get("do") == "add":
        form.criteria.append_entry({"weight": 1})
        return _criteria_page(program, form, effects)
    if form.validate():
        try:
            after = sheets.checked(*form.asked())
            effects = rules.effects(sheets.sheet_of(program.id), after, *sheets.given(program.id))
            if not effects or form.agreed.data == _digest(effects):
                sheets.change(program, after, by=actor())
                db.session.commit()
                flash("Saved. Reviewers score by this from now on.", "success")
                return redirect(url_for("review.desk_program", slug=slug), 303)
            form.agreed.data = _digest(effects)
            return _criteria_page(program, form, effects)
        except Refused as error:
            db.session.rollback()
            form.form_errors.append(error.message)
    return _criteria_page(program, form, effects), 400


def _digest(effects: list[str]) -> str:
    return sha256("\n".join(effects).encode()).hexdigest()[:16]


def _criteria_page(program: Program, form: SheetForm, effects: list[str]) -> str:
    if not effects:
        form.agreed.data = ""
    return render_template("review/desk_criteria.html", program=program, form=form, effects=effects,
                           most=rules.MOST_CRITERIA)  # fmt: skip


@blueprint.post("/desk/proposals/<code>/reviewers")
@access("organizer")
def desk_assign(code: str) -> ResponseReturnValue:
    """Give a proposal to certain reviewers, or to all of its program."""
    proposal, form = _proposal(code), AssignForm()
    form.reviewers.choices = {each.account_id: each.account.person.name for each in _reviewers(proposal)}
    chosen = form.reviewers.data if form.validate() else []
    try:
        actions.assign(proposal, chosen or [], by=actor())
        db.session.commit()
        words = "those you chose" if chosen else "all reviewers of its program"
        flash(f"“{proposal.title}” is with {words}.", "success")
    except Refused as error:
        db.session.rollback()
        flash(error.message, "error")
    return _back(code)


@blueprint.post("/desk/proposals/<code>/reviewers/<int:id>")
@access("organizer")
def desk_ask_back(code: str, id: int) -> ResponseReturnValue:
    """Let somebody who stepped back read it after all."""
    proposal, review = _proposal(code), row_or_404(Review, id)
    if review.proposal_id != proposal.id or review.account_id == account().id:
        abort(404)
    actions.ask_back(review, by=actor())
    db.session.commit()
    flash(f"{review.account.person.name} can read it again. Tell them that you asked.", "success")
    return _back(code)


@blueprint.route("/desk/proposals/<code>/suggested/<int:id>", methods=["GET", "POST"])
@access("organizer")
def desk_settle(code: str, id: int) -> ResponseReturnValue:
    """A question that a reviewer suggests: read it, word it, send it or put it aside."""
    proposal, question = _proposal(code), row_or_404(ReviewQuestion, id)
    if question.proposal_id != proposal.id or queries.hidden_from(account(), proposal) in (
        Hidden.OWN,
        Hidden.RECUSED,
    ):
        abort(404)
    form = SettleForm(words=question.words)
    if request.method == "POST" and form.validate():
        send = request.form.get("do") == "send"
        try:
            actions.settle(question, send, form.words.data or "", by=actor())
            db.session.commit()
            flash(
                "The question is on its way. The answer will stand here."
                if send
                else "It was put aside. The reviewer sees that.",
                "success",
            )
            return _back(code)
        except Refused as error:
            db.session.rollback()
            form.form_errors.append(error.message)
    page = render_template("review/desk_settle.html", proposal=_proposal(code), question=question, form=form)
    return page, 400 if form.errors else 200


def _proposal(code: str) -> Proposal:
    proposal = by_code(code)
    if proposal is None or proposal.state == State.DRAFT:
        abort(404)
    return proposal


def _back(code: str) -> ResponseReturnValue:
    return redirect(url_for("proposals.desk_proposal", code=code), 303)


def _reviewers(proposal: Proposal) -> list[Reviewer]:
    return queries.reviewers_of(proposal.program_id) if proposal.program_id is not None else []


#: Filters of the board by one reviewer: what each finds, and how its heading reads.
_WAITING, _SCORED, _GIVEN = "waiting", "scored", "given"
_HEADINGS = {_WAITING: "Waits for", _SCORED: "Scored by", _GIVEN: "Given to"}
_NONE, _SOME, _COMPLETE, _QUESTIONS = "no-review", "reviewed", "complete", "suggested"


def options() -> Options:
    """The board's filter: by number of reviews, and by each reviewer."""
    accounts = queries.all_reviewers()
    if not accounts:
        return []
    return [
        (
            "All reviewers",
            [
                (_NONE, "No review yet"),
                (_SOME, "At least one review"),
                (_COMPLETE, "Scored by everybody, not decided"),
                (_QUESTIONS, "With a suggested question"),
            ],
        ),
        *(
            (heading, [(f"{key}-{each.id}", each.person.name) for each in accounts])
            for key, heading in _HEADINGS.items()
        ),
    ]


def narrow(value: str) -> Select[int] | None:
    """The proposals that an option stands for."""
    done = select(Review.proposal_id).where(Review.stand == Stand.DONE)
    if value == _SOME:
        return done
    if value == _NONE:
        return select(Proposal.id).where(Proposal.id.not_in(done))
    if value == _COMPLETE:
        return queries.complete_ones()
    if value == _QUESTIONS:
        return queries.with_questions()
    key, _, number = value.partition("-")
    found = (
        db.session.get(Account, int(number))
        if number.isascii() and number.isdigit() and len(number) < 10
        else None
    )
    if found is None or key not in _HEADINGS:
        return None
    if key == _WAITING:
        return queries.waiting(found).with_only_columns(Proposal.id).order_by(None)
    if key == _SCORED:
        return done.where(Review.account_id == found.id)
    return select(ReviewAssignment.proposal_id).where(ReviewAssignment.account_id == found.id)


_SORTS = {"mean": "Highest mean of the reviews", "reviews": "Fewest reviews"}


def sort(query: Select[Proposal], name: str) -> tuple[Select[Proposal], list[Any]]:
    """By mean, those without one last; or by number of reviews."""
    table = queries.means(queries.hidden(account()))
    query = query.outerjoin(table, table.c.proposal_id == Proposal.id)
    if name == "mean":
        return query, [table.c.mean.is_(None), table.c.mean.desc()]
    return query, [func.coalesce(table.c.number, 0)]


def notes(ids: Iterable[int]) -> Mapping[int, str]:
    """“3 reviews, mean 3.8”; without the mean for who is still to say what they think."""
    found = queries.counted(ids, queries.hidden(account()))
    return {
        id: count(number, "review", "reviews") + (f", mean {rules.figure(mean)}" if mean is not None else "")
        for id, (number, mean) in found.items()
    }


def panel(proposal: Proposal) -> Markup:
    """What the reviews of a proposal say, who is still to give one, and what reviewers would like to ask."""
    reviewers = _reviewers(proposal)
    reviews, back = queries.done_reviews(proposal.id), queries.recusals(proposal.id)
    if not (reviewers or reviews or back):
        return Markup()
    sheet = sheets.sheet_of(proposal.program_id or 0)
    given_to, open_ = queries.assigned(proposal.id), queries.still_open(proposal)
    asked = [each for each in reviewers if not given_to or each.account_id in given_to]
    presents = {each.person_id for each in proposal.presenters}
    settled = {each.account_id for each in (*reviews, *back)}
    form = AssignForm(None, reviewers=sorted(given_to))
    form.reviewers.choices = {each.account_id: each.account.person.name for each in reviewers}
    return Markup(  # noqa: S704 - the template has escaped it
        render_template(
            "review/_panel.html",
            proposal=proposal,
            sheet=sheet,
            reviews=reviews,
            hidden=queries.hidden_from(account(), proposal),
            Hidden=Hidden,
            figures=rules.figures([each.marks for each in reviews], sheet),
            missing=[
                each
                for each in asked
                if each.account_id not in settled and each.account.person_id not in presents and open_
            ],
            back=back,
            suggested=queries.suggested(proposal.id),
            assign=form,
            given_to=given_to,
            open=open_,
            own=account().id,
            retired=[
                each
                for each in sheets.retired_of(proposal.program_id or 0)
                if any(each.id in one.marks for one in reviews)
            ],
            overall=rules.overall,
            converted=rules.converted,
            figure=rules.figure,
            spread_words=rules.spread_words,
        )
    )


def withheld(proposal: Proposal) -> str | None:
    """Who stepped back reads neither its words nor its scores, on no page."""
    if queries.hidden_from(account(), proposal) is Hidden.RECUSED:
        return "You stepped back from this one, so its words and its reviews are not shown to you."
    return None


PIECE = Piece(
    options=options,
    narrow=narrow,
    sorts=_SORTS,
    sort=sort,
    notes=notes,
    panel=panel,
    withheld=withheld,
    done={
        "review.assign": "Reviewers chosen",
        "review.score": "Reviewed",
        "review.score_again": "Review changed",
        "review.suggest": "A reviewer suggested a question",
        "review.settle": "A suggested question settled",
        "review.step_back": "A reviewer stepped back",
        "review.ask_back": "A reviewer was asked back",
    },
)
