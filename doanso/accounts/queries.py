"""Find accounts by user input."""

import re

from django.conf import settings
from django.core.signing import BadSignature
from django.db.models import QuerySet
from django.http import HttpRequest

from doanso.accounts.models import ResetCode, User
from doanso.accounts.rules import CODE_TRIES, clean_username, format_code
from doanso.lib import clock, encryption, phone
from doanso.lib.problems import Refused

PHONE = "accounts.phone"
"""The context under which an account's phone is encrypted and looked up."""


def phone_lookup(text: str) -> str | None:
    """Return the keyed hash of a phone number as typed; None for anything else."""
    try:
        return encryption.look_up(phone.normalise(text).value, context=PHONE)
    except Refused:
        return None


def user_by_username(username: str) -> User | None:
    """Return the account of a user name, ignoring case; also a closed one."""
    return User.objects.filter(username=clean_username(username)).first()


def user_by_login(text: str) -> User | None:
    """Return the account of a user name or phone as typed at sign-in; also a closed one.

    Both are always looked up, so that names and phones, known or not, take the same time.
    """
    named = user_by_username(text)
    hashed = phone_lookup(text)
    called = User.objects.filter(phone_lookup=hashed or "").first()
    return named or called


def open_codes(user: User) -> QuerySet[ResetCode]:
    """Return the account's codes that can still be used, newest first."""
    tried = ResetCode.objects.filter(user=user, used_at=None, failed_tries__lt=CODE_TRIES)
    return tried.filter(expires_at__gt=clock.now()).order_by("-issued_at")


def open_codes_issued_by(user: User) -> QuerySet[ResetCode]:
    """Return the codes that this user issued to others and that can still be used."""
    return ResetCode.objects.filter(issued_by=user, used_at=None, expires_at__gt=clock.now())


def phone_of(user: User) -> str:
    """Return the account's phone number, decrypted; empty without one."""
    return encryption.decrypt(user.phone_encrypted, context=PHONE) if user.phone_encrypted else ""


def shown_phone(user: User) -> str:
    """Return the account's phone number, masked, for its owner to recognise."""
    return phone.mask_phone(phone_of(user))


def shown_code(code: str) -> str:
    """Return a reset code in the form in which it is read aloud."""
    return format_code(code)


def account_identity(text: str) -> tuple[User | None, str]:
    """Return the account of a login as typed, and the text under which tries at it are counted.

    The text is the same for every spelling of the name or phone, and, for an account, for both of them.
    """
    user = user_by_login(text)
    if user is not None:
        return user, f"user:{user.pk}"
    return None, f"unknown:{phone_lookup(text) or clean_username(text)}"


SIGNED_IN_COOKIE = f"{settings.COOKIE_PREFIX}signed-in-here"
"""A signed cookie; its value identifies the browser, not a person. Older ones contain only "1"."""
_BROWSER_NAME = re.compile(r"[A-Za-z0-9_-]{22}")


def browser_name(request: HttpRequest) -> str:
    """Return the name given to this browser at the first sign-in with it; empty without one."""
    try:
        name = str(request.get_signed_cookie(SIGNED_IN_COOKIE, default=""))
    except BadSignature:
        return ""
    return name if _BROWSER_NAME.fullmatch(name) else ""


def has_ever_signed_in(request: HttpRequest) -> bool:
    """Return whether this browser is, or ever was, used to sign in."""
    if request.user.is_authenticated:
        return True
    try:
        return bool(request.get_signed_cookie(SIGNED_IN_COOKIE, default=""))
    except BadSignature:
        # A changed signature shows that the cookie was set.
        return True
