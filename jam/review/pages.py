"""A reviewer's own pages: what waits, reading one proposal and scoring it, stepping back. They lead to nothing that tells more."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import selectinload

from jam.base.access import access, actor
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.paging import paged
from jam.people.choices import choose, wants
from jam.people.login import account
from jam.people.rules import Stop
from jam.proposals.models import Proposal
from jam.proposals.rules import FORMAT_WORDS, TONES, WORDS, Format, State
from jam.review import actions, queries, rules
from jam.review.blueprint import blueprint
from jam.review.forms import SayForm, StepBackForm, say_form
from jam.review.models import Review
from jam.review.queries import Listed
from jam.review.reading import reading_of, readings_of
from jam.review.rules import Sheet, Stand
from jam.review.sheets import retired_of, sheet_of, sheets_of


@blueprint.get("/desk/review/")
@access("reviewer")
def home() -> ResponseReturnValue:
    """What waits for me, what I have scored, and from what I stepped back."""
    mine, shows = account(), (selectinload(Proposal.terms), selectinload(Proposal.presenters))
    lists = {
        Listed.WAITING: queries.waiting(mine).options(*shows),
        Listed.DONE: queries.scored(mine).options(*shows),
        Listed.RECUSED: queries.stepped_back(mine),
    }
    asked = request.args.get("list", "")
    shown = Listed(asked) if asked in set(Listed) else Listed.WAITING
    found = paged(lists[shown])
    proposals = [] if shown is Listed.RECUSED else list(found.items)
    sheets = sheets_of(each.program_id for each in proposals if each.program_id is not None)
    said = queries.reviews_by(mine, proposals)
    means = {
        id: rules.overall(said[id].marks, sheet.criteria, sheet.steps)
        for id, sheet in ((each.id, sheets[each.program_id or 0]) for each in proposals if each.id in said)
    }
    return render_template(
        "review/home.html",
        shown=shown,
        found=found,
        numbers={each: queries.how_many(query) for each, query in lists.items()},
        readings=readings_of(proposals),
        said=said,
        means={id: rules.figure(mean) for id, mean in means.items() if mean is not None},
        scale={id: sheet.steps for id, sheet in sheets.items()},
        programs=queries.programs_of(mine),
        letters=wants(mine.person, Stop.REVIEWS),
        formats=FORMAT_WORDS,
        words=WORDS,
        tones=TONES,
        Listed=Listed,
        Stand=Stand,
    )


@blueprint.post("/desk/review/letters")
@access("reviewer")
def letters() -> ResponseReturnValue:
    """Whether Jam writes to me when something new waits."""
    wanted = request.form.get("do") == "write"
    choose(account().person, Stop.REVIEWS, wanted, by=actor())
    db.session.commit()
    words = (
        "Jam writes to you when something new waits."
        if wanted
        else "Jam does not write to you about reviews."
    )
    flash(words, "success")
    return redirect(url_for("review.home"), 303)


@blueprint.route("/desk/review/<int:id>", methods=["GET", "POST"])
@access("reviewer")
def read(id: int) -> ResponseReturnValue:
    """One proposal to read, and what I say of it."""
    proposal, review = _mine(id)
    if review is not None and review.stand == Stand.RECUSED:
        return render_template("review/stepped_back.html", review=review)
    sheet = sheet_of(proposal.program_id or 0)
    form = say_form(sheet, review, actions.as_read(proposal))
    if request.method == "GET":
        return _page(proposal, review, sheet, form)
    do, valid = request.form.get("do", "save"), form.validate()
    whole = do == "save" or (review is not None and review.stand == Stand.DONE)
    if not (form.whole() if whole else True) or not valid:
        return _page(proposal, review, sheet, form), 400
    try:
        actions.keep(
            proposal,
            account(),
            form.points(),
            form.comment.data or "",
            seen=form.seen.data or "",
            whole=whole,
            by=actor(),
        )
        asked = actions.suggest(proposal, account(), form.question.data or "", by=actor())
        db.session.commit()
    except Refused as error:
        db.session.rollback()
        proposal, review = _mine(id)
        form.form_errors.append(error.message)
        form.seen.data = actions.as_read(proposal)
        return _page(proposal, review, sheet, form), error.status
    also = " Your question is with staff." if asked is not None and asked.outcome is None else ""
    if whole:
        flash(f"Saved. You can change it until staff decide.{also}", "success")
    else:
        flash(f"Kept for you alone. It counts once you save your review.{also}", "success")
    return redirect(url_for("review.read", id=id), 303)


@blueprint.post("/desk/review/<int:id>/step-back")
@access("reviewer")
def step_back(id: int) -> ResponseReturnValue:
    """Take no part in judging this one."""
    proposal, review = _mine(id)
    form = StepBackForm()
    sheet = sheet_of(proposal.program_id or 0)
    if form.validate():
        try:
            actions.step_back(proposal, account(), form.reason.data, by=actor())
            db.session.commit()
            flash("You stepped back from it. Staff know, and it is closed to you.", "success")
            return redirect(url_for("review.home"), 303)
        except Refused as error:
            db.session.rollback()
            proposal, review = _mine(id)
            form.form_errors.append(error.message)
    if review is not None and review.stand == Stand.RECUSED:
        return redirect(url_for("review.read", id=id), 303)
    again = say_form(sheet, review, actions.as_read(proposal), sent=False)
    return _page(proposal, review, sheet, again, back=form), 400


def _mine(id: int) -> tuple[Proposal, Review | None]:
    """What is mine to read; 404 for everything else, as for what is not there at all."""
    found = queries.to_read(account(), id) if id < 2**31 else None
    if found is None:
        abort(404)
    return found


def _page(
    proposal: Proposal, review: Review | None, sheet: Sheet, form: SayForm, back: StepBackForm | None = None
) -> str:
    mine, reading = account(), reading_of(proposal)
    done = review is not None and review.stand == Stand.DONE
    reviews = queries.done_reviews(proposal.id) if done else []
    return render_template(
        "review/read.html",
        proposal_terms=[each for each in proposal.terms],
        kind=proposal.kind,
        format=FORMAT_WORDS[Format(proposal.format)] if proposal.format else None,
        minutes=proposal.minutes,
        sent_at=proposal.sent_at,
        reading=reading,
        questions=[(reading.words(each.question), reading.words(each.answer or "")) for each in proposal.questions],
        mine=review,
        done=done,
        open=queries.still_open(proposal),
        taken_back=proposal.state == State.WITHDRAWN,
        state=WORDS[State(proposal.state)],
        tone=TONES[State(proposal.state)],
        form=form,
        back=back or StepBackForm(None),
        sheet=sheet,
        suggested=[(each, reading.words(each.question.answer or "") if each.question else "")
                   for each in queries.suggested(proposal.id, mine)],
        colleagues=[(each, reading.words(each.comment)) for each in reviews if each.account_id != mine.id],
        figures=rules.figures([each.marks for each in reviews], sheet) if done else None,
        retired=[each for each in retired_of(proposal.program_id or 0) if review and each.id in review.marks],
        overall=rules.overall,
        converted=rules.converted,
        figure=rules.figure,
        spread_words=rules.spread_words,
    )  # fmt: skip
