"""Finding accounts by what people type."""

import re
from uuid import UUID

from django.core.signing import BadSignature
from django.db.models import QuerySet
from django.http import HttpRequest

from doanso.accounts.models import ResetCode, User
from doanso.accounts.rules import CODE_TRIES, clean_username, spaced
from doanso.lib import clock, phone, sealing
from doanso.lib.problems import Refused

PHONE = "accounts.phone"
"""The context under which an account's phone is sealed and looked up."""


def phone_lookup(text: str) -> str | None:
    """The keyed hash of a phone as typed; None when it is none."""
    try:
        return sealing.look_up(phone.normalise(text).value, context=PHONE)
    except Refused:
        return None


def by_username(username: str) -> User | None:
    """The account of that user name, whatever its case; closed ones too."""
    return User.objects.filter(username=clean_username(username)).first()


def by_login(text: str) -> User | None:
    """The account of a user name or a phone as typed at sign-in; closed ones too.

    Both are always looked up, so that a name and a phone, known or not, take the same time.
    """
    named = by_username(text)
    hashed = phone_lookup(text)
    called = User.objects.filter(phone_lookup=hashed or "").first()
    return named or called


def usernames(usernames: set[str]) -> dict[str, User]:
    """Accounts by user name."""
    return {user.username: user for user in User.objects.filter(username__in=usernames)}


def users(ids: set[UUID]) -> dict[UUID, User]:
    """Accounts by id."""
    return User.objects.in_bulk(ids)


def open_codes(user: User) -> QuerySet[ResetCode]:
    """Codes of the account that could still be used, newest first."""
    tried = ResetCode.objects.filter(user=user, used_at=None, failed_tries__lt=CODE_TRIES)
    return tried.filter(expires_at__gt=clock.now()).order_by("-issued_at")


def phone_of(user: User) -> str:
    """Return the account's phone number, decrypted; empty without one."""
    return sealing.unseal(user.phone_sealed, context=PHONE) if user.phone_sealed else ""


def shown_phone(user: User) -> str:
    """The account's phone for its owner: enough to recognise it."""
    return phone.masked(phone_of(user))


def shown_code(code: str) -> str:
    """A reset code as an officer reads it out."""
    return spaced(code)


def account_identity(text: str) -> tuple[User | None, str]:
    """Return the account of a login as typed, and the text under which tries at it are counted.

    The text is the same for every spelling of the name or phone, and, for an account, for both of them.
    """
    user = by_login(text)
    if user is not None:
        return user, f"user:{user.pk}"
    return None, f"unknown:{phone_lookup(text) or clean_username(text)}"


SIGNED_IN_COOKIE = "signed-in-here"
"""Signed; its value names the browser and nobody. Older ones say just "1"."""
_BROWSER_NAME = re.compile(r"[A-Za-z0-9_-]{22}")


def browser_name(request: HttpRequest) -> str:
    """Return the name that this browser got when somebody first signed in with it; empty without one."""
    try:
        name = str(request.get_signed_cookie(SIGNED_IN_COOKIE, default=""))
    except BadSignature:
        return ""
    return name if _BROWSER_NAME.fullmatch(name) else ""


def ever_signed_in(request: HttpRequest) -> bool:
    """Whether somebody is, or ever was, signed in with this browser."""
    if request.user.is_authenticated:
        return True
    try:
        return bool(request.get_signed_cookie(SIGNED_IN_COOKIE, default=""))
    except BadSignature:
        # Somebody has changed it, so it was here.
        return True
