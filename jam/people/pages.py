"""Signing in by a one-time link, and out."""

from __future__ import annotations

from time import monotonic, sleep

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from jam.base.access import access, safe_path
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.limits import per_address, public_form
from jam.base.tokens import read
from jam.base.web import private
from jam.people import stopping  # noqa: F401 - its page stands on the same blueprint
from jam.people.actions import mail_sign_in_link, sign_out, use_sign_in_link
from jam.people.blueprint import blueprint
from jam.people.forms import SignInForm
from jam.people.login import account, begin_session, end_session
from jam.people.queries import is_usable
from jam.people.rules import SIGN_IN

#: Seconds that every answer to a typed address takes at least, so that its time does not tell who has an account.
ANSWER_AFTER = 0.25

#: Where to go on to is kept in the browser's own session; longer paths are not worth a cookie.
_LONGEST_PATH = 500


@blueprint.route("/signin", methods=["GET", "POST"])
@access("public")
@public_form
@per_address
def signin() -> ResponseReturnValue:
    """Ask for a link. The answer is the same for every address, whether it has an account or not."""
    began = monotonic()
    form = SignInForm(next=request.args.get("next", ""))
    if current_user.is_authenticated:
        return redirect(_go_on(form.next.data), 303)
    if not form.validate_on_submit():
        return render_template("people/signin.html", form=form), 400 if form.errors else 200
    mail_sign_in_link(form.email.data)
    db.session.commit()
    session["next"] = _go_on(form.next.data)
    sleep(max(0.0, ANSWER_AFTER - (monotonic() - began)))
    return redirect(url_for("people.signin_sent"), 303)


@blueprint.get("/signin/sent")
@access("public")
def signin_sent() -> ResponseReturnValue:
    """What to do after asking for a link."""
    return render_template("people/signin_sent.html")


@blueprint.route("/signin/<token>", methods=["GET", "POST"])
@access("public")
@public_form
def signin_link(token: str) -> ResponseReturnValue:
    """Show the button that signs in; pressing it uses the link up. Mail scanners open links, so opening does nothing."""
    private()
    found = read(token, SIGN_IN)
    if found is None or not found.is_for(0):
        return render_template("people/signin_link.html", usable=False), 410
    if request.method != "POST":
        usable = is_usable(found.id)
        return render_template("people/signin_link.html", usable=usable), 200 if usable else 410
    try:
        signed_in = use_sign_in_link(found.id)
    except Refused:
        db.session.rollback()
        return render_template("people/signin_link.html", usable=False), 410
    target = _go_on(session.get("next"))
    begin_session(signed_in)
    db.session.commit()
    return redirect(target, 303)


@blueprint.post("/signout")
@access("desk")
def signout() -> ResponseReturnValue:
    """End every session of the account, on all its devices."""
    sign_out(account())
    db.session.commit()
    end_session()
    flash("You are signed out.", "success")
    return redirect("/", 303)


def _go_on(target: str | None) -> str:
    desk = url_for("desk.today")
    return safe_path(target, desk) if len(target or "") <= _LONGEST_PATH else desk
