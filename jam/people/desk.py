"""Staff pages: who may sign in, and the people Jam knows."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from jam.base.access import access
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.lookup import row_or_404, typed
from jam.base.paging import paged
from jam.people import desk_organizations
from jam.people.actions import add_account, change_account, mail_sign_in_link
from jam.people.blueprint import blueprint
from jam.people.forms import AccountForm, RoleForm
from jam.people.login import account as own_account
from jam.people.login import actor
from jam.people.models import Account
from jam.people.queries import accounts, people
from jam.people.rules import ROLE_WORDS, AccountRole

#: Pages of this room that stand in files of their own.
PARTS = (desk_organizations,)


@blueprint.get("/desk/people/")
@access("organizer")
def desk_people() -> ResponseReturnValue:
    """Find somebody by name, address or organization."""
    q = typed()
    return render_template("people/desk_people.html", found=paged(people(q)), q=q)


@blueprint.get("/desk/accounts/")
@access("admin")
def desk_accounts() -> ResponseReturnValue:
    """Who may sign in, and the form for one more."""
    return _accounts(AccountForm())


@blueprint.post("/desk/accounts/")
@access("admin")
def desk_add_account() -> ResponseReturnValue:
    """Give somebody an account, and send them their first link."""
    form = AccountForm()
    if not form.validate():
        return _accounts(form), 400
    try:
        made = add_account(form.email.data, form.name.data, AccountRole(form.role.data), by=actor())
    except Refused as refusal:
        db.session.rollback()
        form.email.errors = [refusal.message]
        return _accounts(form), 400
    mail_sign_in_link(form.email.data)
    db.session.commit()
    flash(f"{made.person.name} can sign in now. A link is on its way to {made.person.address}.", "success")
    return redirect(url_for("people.desk_accounts"), 303)


@blueprint.route("/desk/accounts/<int:id>", methods=["GET", "POST"])
@access("admin")
def desk_account(id: int) -> ResponseReturnValue:
    """Change what an account may do."""
    account = row_or_404(Account, id)
    form = RoleForm(role=account.role)
    if not form.validate_on_submit():
        return _account(account, form), 400 if form.errors else 200
    return _change(account, AccountRole(form.role.data), account.active, form)


@blueprint.post("/desk/accounts/<int:id>/close")
@access("admin")
def desk_close_account(id: int) -> ResponseReturnValue:
    """Let somebody sign in no longer."""
    account = row_or_404(Account, id)
    return _change(account, AccountRole(account.role), False, RoleForm(role=account.role))


@blueprint.post("/desk/accounts/<int:id>/open")
@access("admin")
def desk_open_account(id: int) -> ResponseReturnValue:
    """Let somebody sign in again."""
    account = row_or_404(Account, id)
    return _change(account, AccountRole(account.role), True, RoleForm(role=account.role))


@blueprint.post("/desk/accounts/<int:id>/link")
@access("admin")
def desk_send_link(id: int) -> ResponseReturnValue:
    """Send somebody another link to sign in."""
    account = row_or_404(Account, id)
    if not account.active or account.person.address is None:
        raise Refused("This account is closed, or has no address. Open it first.")
    mail_sign_in_link(account.person.address)
    db.session.commit()
    flash(f"A link to sign in is on its way to {account.person.address}.", "success")
    return redirect(url_for("people.desk_account", id=id), 303)


def _change(account: Account, role: AccountRole, active: bool, form: RoleForm) -> ResponseReturnValue:
    try:
        change_account(account, role, active, by=actor())
    except Refused as refusal:
        db.session.rollback()
        form.form_errors.append(refusal.message)
        return _account(account, form), 400
    own = account.id == own_account().id
    db.session.commit()
    if own:
        flash("Your account has changed, so you are signed out. Sign in again to go on.", "success")
        return redirect(url_for("people.signin"), 303)
    sentence = (
        f"{account.person.name} is now: {ROLE_WORDS[role]}."
        if active
        else f"{account.person.name} can no longer sign in."
    )
    flash(sentence, "success")
    return redirect(url_for("people.desk_accounts"), 303)


def _accounts(form: AccountForm) -> str:
    return render_template("people/desk_accounts.html", accounts=accounts(), form=form, words=ROLE_WORDS)


def _account(account: Account, form: RoleForm) -> str:
    own = account.id == own_account().id
    return render_template("people/desk_account.html", account=account, form=form, own=own)
