"""The one form for everybody who wants to take part, and the two personal links of the news list."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from jam.base.access import PUBLIC, access, csrf_exempt
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.limits import per_address, public_form
from jam.base.tokens import make, read
from jam.base.web import private
from jam.interest import actions
from jam.interest.blueprint import blueprint
from jam.interest.forms import InterestForm
from jam.interest.links import person_of
from jam.interest.queries import subscription_of
from jam.interest.rules import CONFIRM, END, News, Way

#: What a link on another page may tick beforehand. Never the news: whoever wants them ticks that box.
_MAY_BE_TICKED = set(Way) - {Way.NEWS, Way.MESSAGE}


@blueprint.route("/interest", methods=["GET", "POST"])
@access(PUBLIC)
@public_form
@per_address
def interest() -> ResponseReturnValue:
    """The form. The answer is the same for known and unknown addresses."""
    form = InterestForm(**_ticked())
    if form.validate_on_submit():
        try:
            actions.take_part(form.email.data, form.details(), form.ways(), form.message.data or "")
            db.session.commit()
            return redirect(url_for("interest.thanks"), 303)
        except Refused as error:
            db.session.rollback()
            form.form_errors.append(error.message)
    return render_template("interest/interest.html", form=form), 400 if form.errors else 200


def _ticked() -> dict[str, bool]:
    asked = request.args.get("wish", "")
    return {asked.replace("-", "_"): True} if asked in _MAY_BE_TICKED else {}


@blueprint.get("/interest/thanks")
@access(PUBLIC)
def thanks() -> str:
    """What happens next with each wish. It knows nothing of who sent the form, so anybody may open it at any time."""
    return render_template("interest/thanks.html")


@blueprint.route("/news/confirm/<token>", methods=["GET", "POST"])
@access(PUBLIC)
@public_form
def confirm_news(token: str) -> ResponseReturnValue:
    """Show the button that puts somebody on the list; mail scanners open links, so only pressing it does so."""
    private()
    found = read(token, CONFIRM)
    person = person_of(found)
    held = subscription_of(person) if person else None
    if found is None or person is None or held is None or not found.is_for(held.link_version):
        return render_template("interest/news_no_link.html"), 404
    if request.method == "POST":
        actions.confirm_news(person, by=f"person:{person.id}")
        db.session.commit()
        return redirect(url_for("interest.confirm_news", token=token), 303)
    return render_template(
        "interest/news_confirm.html", confirmed=held.state == News.CONFIRMED, end_token=make(END, person.id)
    )


@blueprint.route("/news/end/<token>", methods=["GET", "POST"])
@access(PUBLIC)
@csrf_exempt
def end_news(token: str) -> ResponseReturnValue:
    """Show the button that ends the news; the POST may come from a mail program too (RFC 8058), without a page before it."""
    private()
    found = read(token, END)
    person = person_of(found)
    if found is None or person is None or not found.is_for(0):
        return render_template("interest/news_no_link.html"), 404
    if request.method == "POST":
        actions.end_news(person, by=f"person:{person.id}")
        db.session.commit()
        if request.form.get("List-Unsubscribe") != "One-Click":
            return redirect(url_for("interest.end_news", token=token), 303)
        # RFC 8058 section 3.1: no redirect, which mail programs do not follow.
    held = subscription_of(person)
    return render_template("interest/news_end.html", listed=held is not None and held.state != News.ENDED)
