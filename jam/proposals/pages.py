"""The public page for volunteers: what is wanted now, and the one form."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from jam.base.access import PUBLIC, access
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.limits import limiter, public_form, typed_address
from jam.base.web import private
from jam.proposals import actions, invited, own
from jam.proposals.blueprint import blueprint
from jam.proposals.call import open_sessions
from jam.proposals.forms import VolunteerForm
from jam.proposals.models import Invitation
from jam.proposals.rules import MOST_OTHERS
from jam.schedule import coverage
from jam.vocabulary.rules import Kind as TermKind

#: Pages of this room that stand in files of their own.
PARTS = (invited, own)

#: How many of the least covered are shown first.
_LEAST = 3


def _only_shows() -> bool:
    """Whether the button pressed only shows the form again: such a press writes nothing and is no try."""
    return request.form.get("do") in ("preview", "add")


@blueprint.route("/volunteer", methods=["GET", "POST"])
@access(PUBLIC)
@public_form
@limiter.limit("10 per hour", key_func=typed_address, methods=["POST"], exempt_when=_only_shows)
def volunteer() -> ResponseReturnValue:
    """The form. The answer is the same for known and unknown addresses; what only shows it again keeps what was typed."""
    invitation = invited.opened()
    if request.method == "GET":
        if invitation is None:
            return _page(VolunteerForm())
        private()
        return _page(VolunteerForm(**invited.filled_in(invitation)), asked=invitation)
    form, preview, done = VolunteerForm(), False, request.form.get("do", "send")
    if done == "add":
        form.one_more()
        return _page(form)
    if done == "preview":
        preview = True
    elif form.ready(done == "send"):
        try:
            actions.offer(
                form.email.data,
                form.details(),
                form.offer(),
                form.named(),
                bio=form.bio.data or "",
                send=done == "send",
                asked=invitation,
            )
            db.session.commit()
            invited.forget()
            return redirect(url_for("proposals.thanks", how=None if done == "send" else "draft"), 303)
        except Refused as error:
            db.session.rollback()
            form.form_errors.append(error.message)
    private()
    return _page(form, preview), 400 if form.errors else 200


def _page(form: VolunteerForm, preview: bool = False, asked: Invitation | None = None) -> str:
    maps = coverage.cover((TermKind.LEVER, TermKind.FOCUS_AREA), coverage.PUBLIC)
    levers, focus = (
        [each for each in coverage.ranked(found.rows) if not each.term.retired] for found in maps.values()
    )
    return render_template(
        "proposals/volunteer.html",
        form=form,
        preview=preview,
        open=open_sessions(),
        levers=levers,
        focus=focus,
        least=_LEAST,
        asked=asked,
        most_others=MOST_OTHERS,
    )


@blueprint.get("/volunteer/thanks")
@access(PUBLIC)
def thanks() -> str:
    """What happens next. It knows nothing of who sent the form, so anybody may open it at any time."""
    return render_template("proposals/thanks.html", draft=request.args.get("how") == "draft")
