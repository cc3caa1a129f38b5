"""Sign an account in, and remember the browser in which it was done."""

import secrets

from django.conf import settings
from django.contrib.auth import login, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from doanso.accounts import queries, throttle
from doanso.accounts.models import User
from doanso.accounts.secret_links import network_of_request
from doanso.lib.problems import Problem, Refused

# As long as browsers keep a cookie; each sign-in begins it anew.
SIGNED_IN_AGE = 400 * 24 * 3600


def sign_in_new_account(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Sign in who has just set the password of this account, under a session of its own."""
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    remember_browser(request, response, user)


def require_own_password(request: HttpRequest, user: User, password: str) -> None:
    """Raise `Refused` unless this is the password of the signed-in user; the try is counted like one to sign in."""
    if not password:
        message = _("Type the password with which you sign in to Đoàn Số, then go on.")
        raise Refused(Problem("password_missing", message, "password"))
    attempt = throttle.begin_sign_in(
        login=user.username, network=network_of_request(request), browser=queries.browser_name(request)
    )
    if not user.check_password(password):
        throttle.record_failure(attempt)
        message = _("This is not the password with which you sign in to Đoàn Số. Look at it once more.")
        raise Refused(Problem("password_wrong", message, "password"))
    throttle.uncount_try(attempt)


def keep_session(request: HttpRequest, user: User) -> None:
    """Keep the session of this request where all sessions of its user were ended."""
    user.refresh_from_db(fields=["sessions_ended"])
    update_session_auth_hash(request, user)


def mark_browser_of_staff(request: HttpRequest, response: HttpResponse) -> None:
    """Mark the browser of somebody who works with the Union without an account: statements made in it come from inside.

    The cookie names no browser, so it makes no difference to signing in.
    """
    if not queries.has_ever_signed_in(request):
        response.set_signed_cookie(
            queries.SIGNED_IN_COOKIE,
            "1",
            max_age=SIGNED_IN_AGE,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure(),
        )


def remember_browser(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Record the sign-in in the audit log, and set the cookie that names this browser.

    It is kept after signing out: a statement made in this browser does not come from outside the Union, and failed tries of
    others do not slow down a sign-in from it.
    """
    browser = queries.browser_name(request) or secrets.token_urlsafe(16)
    throttle.remember_sign_in(user=user, network=network_of_request(request), browser=browser)
    response.set_signed_cookie(
        queries.SIGNED_IN_COOKIE,
        browser,
        max_age=SIGNED_IN_AGE,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )
