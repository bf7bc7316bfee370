"""Signing in: Flask-Login over accounts, and what the desk's access rules mean."""

from __future__ import annotations

from flask import Flask, abort, redirect, request, session, url_for
from flask_login import AnonymousUserMixin, LoginManager, UserMixin, current_user, login_user, logout_user
from werkzeug.wrappers import Response

from jam.base.access import names_actor, rule
from jam.base.database import db
from jam.people.models import Account
from jam.people.rules import FACULTY, ORGANIZERS, REVIEWERS, AccountRole


class Manager(LoginManager):
    """Flask-Login without its "remember me" cookie, which would open the session of every visitor to look for it."""

    def _update_remember_cookie(self, response: Response) -> Response:
        return response


manager = Manager()


class SignedIn(UserMixin):
    """The account of this request, as Flask-Login wants it."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.role = AccountRole(account.role)
        self.organizer = self.role in ORGANIZERS
        self.admin = self.role is AccountRole.ADMIN
        self.reviewer = self.role in REVIEWERS
        #: Whether the menu of the desk leads to cohorts; which of them may be seen, the rooms say.
        self.sees_cohorts = self.organizer or self.role in FACULTY

    def get_id(self) -> str:
        # The version makes every earlier session end when it is raised.
        return f"{self.account.id}.{self.account.session_version}"


class SignedOut(AnonymousUserMixin):
    """Nobody in particular."""

    account = None
    organizer = admin = reviewer = sees_cohorts = False


def init_app(app: Flask) -> None:
    """Attach Flask-Login."""
    manager.anonymous_user = SignedOut
    # The library's context processor would load the account for every page, also where the page never asks.
    manager.init_app(app, add_context_processor=False)
    app.jinja_env.globals["current_user"] = current_user


@manager.user_loader
def _load(text: str) -> SignedIn | None:
    id, _, version = text.partition(".")
    account = db.session.get(Account, int(id)) if id.isdigit() else None
    if account is None or not account.active or str(account.session_version) != version:
        return None
    return SignedIn(account)


def begin_session(account: Account) -> None:
    """Sign in; the session starts from nothing."""
    session.clear()
    session.permanent = True
    login_user(SignedIn(account))


def end_session() -> None:
    """Sign out on this device."""
    logout_user()
    session.clear()


def account() -> Account:
    """The account of this request; only behind a rule that demands one."""
    found: Account | None = current_user.account
    assert found is not None
    return found


@names_actor
def actor() -> str:
    """How the audit log names whoever makes this request."""
    return account().actor


def sign_in_first() -> Response | None:
    """The way to sign in, for who is nobody yet; None for whoever is signed in."""
    if current_user.is_authenticated:
        return None
    target = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("people.signin", next=target))


@rule("desk")
def _desk() -> Response | None:
    return sign_in_first()


@rule("organizer")
def _organizer() -> Response | None:
    answer = sign_in_first()
    if answer is None and not current_user.organizer:
        abort(403)
    return answer


@rule("reviewer")
def _reviewer() -> Response | None:
    answer = sign_in_first()
    if answer is None and not current_user.reviewer:
        abort(403)
    return answer


@rule("admin")
def _admin() -> Response | None:
    answer = sign_in_first()
    if answer is None and not current_user.admin:
        abort(403)
    return answer
