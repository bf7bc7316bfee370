"""The staff's pages for the questions of a program or a session, and for the sum of what people answered."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from jam.base.access import access
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.lookup import row_or_404
from jam.people.login import actor
from jam.registration import questions
from jam.registration.asking import event_or_404
from jam.registration.blueprint import blueprint
from jam.registration.forms import RegistrationForm
from jam.registration.models import Question
from jam.registration.question_forms import QuestionForm, asking, with_questions
from jam.registration.question_rules import KIND_WORDS
from jam.registration.questions import CasesOf, Where
from jam.registration.rules import ALIVE
from jam.schedule.models import Cohort, Event, Program
from jam.schedule.queries import cohort_by_slug, program_by_slug
from jam.schedule.workspace import workspace

#: How the pages of each kind are called.
_KINDS: dict[type[Where], str] = {Event: "event", Program: "program", Cohort: "cohort", CasesOf: "cases"}

#: What the list says of each kind: its heading, whom it asks, and what stands around them on the form.
_SAID = {
    "event": (
        "Questions of the form",
        "The form asks what the program asks, then what stands here.",
        "Before these come e-mail, name and work.",
    ),
    "program": (
        "Questions of every session",
        "The form of each session of this program asks them, and so does the series pass.",
        "Before these come e-mail, name and work.",
    ),
    "cohort": (
        "Questions of the application",
        "Who applies to this cohort is asked them beside what every application asks.",
        "Around these stands what every application asks.",
    ),
    "cases": (
        "Fields of the case form",
        "Who brings a case is asked them, too. Their answers are read, signed and released like the other words of a case.",
        "Before these stands what every case form asks.",
    ),
}


@blueprint.get("/desk/programs/<slug>/questions")
@access("organizer")
def desk_program_questions(slug: str) -> ResponseReturnValue:
    """What the form of every session of a program asks."""
    return _list(_program(slug))


@blueprint.get("/desk/sessions/<slug>/questions")
@access("organizer")
def desk_event_questions(slug: str) -> ResponseReturnValue:
    """What the form of a session asks beside the questions of its program."""
    return _list(event_or_404(slug))


@blueprint.route("/desk/programs/<slug>/questions/add", methods=["GET", "POST"])
@access("organizer")
def desk_program_question_add(slug: str) -> ResponseReturnValue:
    """Ask another question at every session of a program."""
    return _add(_program(slug))


@blueprint.route("/desk/sessions/<slug>/questions/add", methods=["GET", "POST"])
@access("organizer")
def desk_event_question_add(slug: str) -> ResponseReturnValue:
    """Ask another question at one session."""
    return _add(event_or_404(slug))


@blueprint.post("/desk/programs/<slug>/questions/order")
@access("organizer")
def desk_program_questions_order(slug: str) -> ResponseReturnValue:
    """Put the questions of a program in another order."""
    return _arrange(_program(slug))


@blueprint.post("/desk/sessions/<slug>/questions/order")
@access("organizer")
def desk_event_questions_order(slug: str) -> ResponseReturnValue:
    """Put a session's own questions in another order."""
    return _arrange(event_or_404(slug))


@blueprint.get("/desk/programs/<slug>/questions/preview")
@access("organizer")
def desk_program_questions_preview(slug: str) -> ResponseReturnValue:
    """The form of a program's sessions as people see it."""
    return _preview(_program(slug))


@blueprint.get("/desk/sessions/<slug>/questions/preview")
@access("organizer")
def desk_event_questions_preview(slug: str) -> ResponseReturnValue:
    """The form of a session as people see it."""
    return _preview(event_or_404(slug))


@blueprint.get("/desk/cohorts/<slug>/questions")
@access("organizer")
def desk_cohort_questions(slug: str) -> ResponseReturnValue:
    """What the application to a cohort asks beside what every application asks."""
    return _list(_cohort(slug))


@blueprint.route("/desk/cohorts/<slug>/questions/add", methods=["GET", "POST"])
@access("organizer")
def desk_cohort_question_add(slug: str) -> ResponseReturnValue:
    """Ask another question of who applies to a cohort."""
    return _add(_cohort(slug))


@blueprint.post("/desk/cohorts/<slug>/questions/order")
@access("organizer")
def desk_cohort_questions_order(slug: str) -> ResponseReturnValue:
    """Put the questions of an application in another order."""
    return _arrange(_cohort(slug))


@blueprint.get("/desk/cohorts/<slug>/questions/preview")
@access("organizer")
def desk_cohort_questions_preview(slug: str) -> ResponseReturnValue:
    """The questions of an application as people see them."""
    return _preview(_cohort(slug))


@blueprint.get("/desk/cohorts/<slug>/case-fields")
@access("organizer")
def desk_cases_questions(slug: str) -> ResponseReturnValue:
    """What the case form of a cohort asks beside what every case form asks."""
    return _list(CasesOf(_cohort(slug)))


@blueprint.route("/desk/cohorts/<slug>/case-fields/add", methods=["GET", "POST"])
@access("organizer")
def desk_cases_question_add(slug: str) -> ResponseReturnValue:
    """Add another field to the case form of a cohort."""
    return _add(CasesOf(_cohort(slug)))


@blueprint.post("/desk/cohorts/<slug>/case-fields/order")
@access("organizer")
def desk_cases_questions_order(slug: str) -> ResponseReturnValue:
    """Put the fields of a case form in another order."""
    return _arrange(CasesOf(_cohort(slug)))


@blueprint.get("/desk/cohorts/<slug>/case-fields/preview")
@access("organizer")
def desk_cases_questions_preview(slug: str) -> ResponseReturnValue:
    """The fields of a case form as presenters see them."""
    return _preview(CasesOf(_cohort(slug)))


@blueprint.get("/desk/sessions/<slug>/answers")
@access("organizer")
def desk_answers(slug: str) -> ResponseReturnValue:
    """The sum over what people answered who hope to come to a session."""
    event = event_or_404(slug)
    return render_template(
        "registration/desk_answers.html", sums=questions.sums(event, ALIVE), **workspace(event, "people")
    )


@blueprint.route("/desk/questions/<int:id>", methods=["GET", "POST"])
@access("organizer")
def desk_question(id: int) -> ResponseReturnValue:
    """Change a question. What was answered keeps the words it was answered to."""
    question = row_or_404(Question, id)
    form = QuestionForm.of(question)
    if form.validate_on_submit():
        try:
            changed = questions.edit(question, form.fields(), by=actor())
            db.session.commit()
            flash(
                "Saved. The form asks it like that from now on." if changed else "Nothing was changed.",
                "success",
            )
            return _back(questions.where_of(question))
        except Refused as error:
            _say(form, error)
            question = row_or_404(Question, id)
    answered = questions.answer_counts([question]).get(id, 0)
    page = _render(
        "registration/desk_question.html",
        questions.where_of(question),
        form=form,
        question=question,
        answered=answered,
    )
    return page, 400 if form.errors else 200


@blueprint.post("/desk/questions/<int:id>/move")
@access("organizer")
def desk_question_move(id: int) -> ResponseReturnValue:
    """Move a question one place up or down."""
    question = row_or_404(Question, id)
    questions.move(question, -1 if request.form.get("way") == "up" else 1, by=actor())
    db.session.commit()
    return _back(questions.where_of(question))


@blueprint.post("/desk/questions/<int:id>/retire")
@access("organizer")
def desk_question_retire(id: int) -> ResponseReturnValue:
    """Ask a question no longer, or ask it again."""
    question = row_or_404(Question, id)
    retired = request.form.get("retired") == "yes"
    questions.retire(question, by=actor(), retired=retired)
    db.session.commit()
    flash(
        f"“{question.label}” is not asked any more. Its answers stay." if retired
        else f"“{question.label}” is asked again.",
        "success",
    )  # fmt: skip
    return _back(questions.where_of(question))


@blueprint.post("/desk/questions/<int:id>/delete")
@access("organizer")
def desk_question_delete(id: int) -> ResponseReturnValue:
    """Remove a question that nobody answered."""
    question = row_or_404(Question, id)
    where, label = questions.where_of(question), question.label
    try:
        questions.delete(question, by=actor())
        db.session.commit()
        flash(f"“{label}” is deleted.", "success")
    except Refused as error:
        db.session.rollback()
        flash(error.message, "error")
    return _back(where)


def _list(where: Where) -> ResponseReturnValue:
    mine = questions.own(where)
    inherited = questions.asked_at(where.program) if isinstance(where, Event) else []
    return _render(
        "registration/desk_questions.html",
        where,
        asked=[each for each in mine if not each.retired],
        retired=[each for each in mine if each.retired],
        inherited=inherited,
        answered=questions.answer_counts(mine),
        kinds=KIND_WORDS,
    )


def _add(where: Where) -> ResponseReturnValue:
    form = QuestionForm()
    if form.validate_on_submit():
        try:
            made = questions.add(where, form.fields(), by=actor())
            db.session.commit()
            flash(f"“{made.label}” is asked from now on.", "success")
            return _back(where)
        except Refused as error:
            _say(form, error)
    page = _render("registration/desk_question.html", where, form=form, question=None, answered=0)
    return page, 400 if form.errors else 200


def _arrange(where: Where) -> ResponseReturnValue:
    sent = request.form.get("ids", "").split(",")
    try:
        questions.arrange(
            where, [int(id) for id in sent if id.isascii() and id.isdigit() and len(id) < 11], by=actor()
        )
        db.session.commit()
    except Refused as error:
        db.session.rollback()
        flash(error.message, "error")
    return _back(where)


def _preview(where: Where) -> ResponseReturnValue:
    if isinstance(where, (Cohort, CasesOf)):
        form = with_questions(FlaskForm, where)(formdata=None)
    else:
        form = asking(RegistrationForm, where)(formdata=None)
    return _render("registration/desk_questions_preview.html", where, form=form)


def _render(template: str, where: Where, **values: Any) -> str:
    """A page in the frame of a session, of a program, or of a cohort."""
    if isinstance(where, Event):
        frame = {
            "frame": "schedule/workspace.html",
            "program": None,
            "said": _SAID["event"],
            **workspace(where, "plan"),
        }
    else:
        frame = {
            "frame": f"registration/desk_{_kind(where)}_frame.html",
            "program": where,
            "said": _SAID[_kind(where)],
        }
    return render_template(template, kind=_kind(where), slug=where.slug, **frame, **values)


def _kind(where: Where) -> str:
    return next(words for kind, words in _KINDS.items() if isinstance(where, kind))


def _back(where: Where) -> ResponseReturnValue:
    return redirect(url_for(f"registration.desk_{_kind(where)}_questions", slug=where.slug), 303)


def _cohort(slug: str) -> Cohort:
    found = cohort_by_slug(slug)
    if found is None:
        abort(404)
    return found


def _program(slug: str) -> Program:
    found = None if "\x00" in slug else program_by_slug(slug)
    if found is None:
        abort(404)
    return found


def _say(form: QuestionForm, error: Refused) -> None:
    db.session.rollback()
    form.form_errors.append(error.message)
