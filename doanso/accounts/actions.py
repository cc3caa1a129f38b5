"""Actions on accounts. The permissions of officers are checked in `access`, which is above and calls these."""

import hmac
from datetime import datetime
from functools import partial
from uuid import UUID

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from doanso.accounts import queries, rules
from doanso.accounts.models import ResetCode, User
from doanso.audit.actions import record
from doanso.lib import clock, encryption, phone
from doanso.lib.form_keys import save_once
from doanso.lib.problems import Problem, Refused

MOST_PINS = 5
THEMES = ("auto", "light", "dark")


def create_user(
    *,
    actor: User | None,
    username: str,
    display_name: str,
    phone_number: str = "",
    password: str | None = None,
    unit_id: UUID | None = None,
    note: str = "",
) -> User:
    """Create an account. Without a password it can be opened only with a code issued by an officer.

    `unit_id`, in this and the following functions, is the unit in whose history the action is recorded.
    """
    username = rules.clean_username(username)
    if problem := rules.username_problem(username) or rules.display_name_problem(display_name.strip()):
        raise Refused(problem)
    with transaction.atomic():
        user = User(username=username, display_name=display_name.strip(), created_at=clock.now())
        if phone_number.strip():
            _set_phone(user, phone_number)
        _refuse_taken(user)
        # Takes None as "no password opens this account".
        user.set_password(password)
        save_once(save=partial(user.save, force_insert=True), known=partial(_refuse_taken, user))
        record(actor=actor, action="accounts.create", obj=user, unit=unit_id, note="" if actor else note)
        return user


def _set_phone(user: User, number: str) -> None:
    plain = phone.normalise(number).value
    user.phone_lookup = encryption.look_up(plain, context=queries.PHONE)
    user.phone_encrypted = encryption.encrypt(plain, context=queries.PHONE)


def _refuse_taken(user: User) -> None:
    """Refuse a user name or a phone that another account has."""
    if User.objects.filter(username=user.username).exists():
        raise Refused(Problem("username_taken", _("This user name is taken; choose another."), "username"))
    if user.phone_lookup is not None and User.objects.filter(phone_lookup=user.phone_lookup).exists():
        message = _("Another account signs in with this phone number; leave it empty here.")
        raise Refused(Problem("phone_taken", message, "phone_number"))


def set_password(*, actor: User | None, user: User, password: str, note: str = "") -> None:
    """Set an account's password, end every session but the caller's and void open codes."""
    require_good_password(user, password)
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user.pk)
        _store_password(actor, user, password, note)


def _store_password(actor: User | None, user: User, password: str, note: str = "") -> None:
    user.set_password(password)
    user.save(update_fields=["password"])
    void_codes(user)
    record(actor=actor, action="accounts.set_password", obj=user, changed=["password"], note="" if actor else note)


def end_sessions(user: User) -> None:
    """End every session of the account. The caller records why, and keeps its own request's session if it has to go on."""
    User.objects.filter(pk=user.pk).update(sessions_ended=F("sessions_ended") + 1)


def void_codes(user: User) -> None:
    """Void the account's open codes by using up their tries."""
    queries.open_codes(user).update(failed_tries=rules.CODE_TRIES)


def require_good_password(user: User | None, password: str) -> None:
    """Raise `Refused` for a password that is too short, common, or similar to the user's name."""
    try:
        validate_password(password, user)
    except ValidationError as fault:
        raise Refused(Problem("password_weak", " ".join(fault.messages), "password")) from fault


def set_active(*, actor: User, user: User, active: bool, unit_id: UUID | None = None) -> None:
    """Close an account, or open it again. Closing ends its sessions for good, and voids its open codes and those it issued."""
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user.pk)
        if user.is_active == active:
            return
        user.is_active = active
        user.save(update_fields=["is_active"])
        if not active:
            end_sessions(user)
            void_codes(user)
            queries.open_codes_issued_by(user).update(failed_tries=rules.CODE_TRIES)
        action = "accounts.open" if active else "accounts.close"
        record(actor=actor, action=action, obj=user, unit=unit_id, changed=["is_active"])


def forget_user(*, actor: User | None, user: User) -> None:
    """Remove the person's data from an account and close it permanently. The row stays, because the audit log refers to it."""
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user.pk)
        user.username = f"erased-{user.pk.hex}"
        user.display_name = ""
        user.phone_lookup, user.phone_encrypted = None, b""
        user.is_active = False
        user.pins = []
        user.set_unusable_password()
        names = ["pins", "username", "display_name", "folded", "sort_key"]
        user.save(update_fields=[*names, "phone_lookup", "phone_encrypted", "is_active", "password"])
        EmailAddress.objects.filter(user=user).delete()
        user.known_origins.all().delete()
        void_codes(user)
        record(actor=actor, action="accounts.erase", obj=user, changed=["username", "display_name", "phone"])


def choose_theme(*, actor: User, theme: str) -> None:
    """Store the user's choice of light or dark; it is not recorded in the audit log."""
    if theme not in THEMES:
        raise Refused(Problem("theme_unknown", _("Choose one of the looks on offer."), "theme"))
    User.objects.filter(pk=actor.pk).update(theme=theme)


@transaction.atomic
def pin_page(*, actor: User, path: str) -> None:
    """Add a page's address to the user's pins; it is not recorded in the audit log. A pinned page stays where it is."""
    pins = User.objects.select_for_update().values_list("pins", flat=True).get(pk=actor.pk)
    if path in pins:
        return
    if len(pins) >= MOST_PINS:
        raise Refused(Problem("pins_full", _("Five pages are pinned already. Unpin one of them first."), "path"))
    User.objects.filter(pk=actor.pk).update(pins=[*pins, path])


@transaction.atomic
def unpin_page(*, actor: User, path: str) -> None:
    """Remove a page's address from the user's pins."""
    pins = User.objects.select_for_update().values_list("pins", flat=True).get(pk=actor.pk)
    User.objects.filter(pk=actor.pk).update(pins=[pin for pin in pins if pin != path])


def issue_code(*, actor: User | None, user: User, unit_id: UUID | None = None, note: str = "") -> str:
    """Create and return a reset code, shown only now; earlier ones become void.

    The caller has opened a transaction and checked the permission.
    """
    now = clock.now()
    void_codes(user)
    code = rules.new_code()
    ResetCode.objects.create(
        user=user,
        issued_by=actor,
        code_hash=_code_hash(user, code),
        issued_at=now,
        expires_at=now + rules.CODE_LIVES,
    )
    record(actor=actor, action="accounts.issue_code", obj=user, unit=unit_id, note="" if actor else note)
    return code


def _code_hash(user: User, code: str) -> str:
    return encryption.look_up(f"{user.pk}:{code}", context="accounts.reset_code")


def _wrong_code() -> Refused:
    message = _("This code does not fit the name, is used up or is over. Ask your officer for a new one.")
    return Refused(Problem("reset_code_wrong", message, "code"))


def use_code(*, login: str, code: str, password: str) -> User:
    """Set a new password with an officer's code.

    Every failure gives the same answer at the same cost of one password hash. A wrong try is counted on the account's open code
    before the answer, in a transaction of its own; after five the code is void.
    """
    require_good_password(None, password)
    user = queries.user_by_login(login)
    if user is None or not user.is_active:
        make_password(password)
        raise _wrong_code()
    typed = _code_hash(user, rules.clean_code(code))
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user.pk)
        reset_code = queries.open_codes(user).first()
        fits = reset_code is not None and hmac.compare_digest(reset_code.code_hash, typed)
        if reset_code is not None and fits:
            # Checked last, or a refusal would reveal that the account exists. It leaves the code unchanged.
            require_good_password(user, password)
            reset_code.used_at = clock.now()
            reset_code.save(update_fields=["used_at"])
            _store_password(user, user, password)
            return user
        if reset_code is not None:
            ResetCode.objects.filter(pk=reset_code.pk).update(failed_tries=F("failed_tries") + 1)
    make_password(password)
    raise _wrong_code()


def take_code_news(*, user: User) -> list[tuple[datetime, str]]:
    """Return when and by whom reset codes were issued since the last sign-in, and mark them as reported."""
    with transaction.atomic():
        fresh = ResetCode.objects.filter(user=user, notified_at=None).exclude(issued_by=None)
        news = list(fresh.order_by("issued_at").values_list("issued_at", "issued_by__display_name"))
        if news:
            fresh.update(notified_at=clock.now())
        return news


def forget_expired_sessions() -> int:
    """Delete sign-ins whose time is over and return how many. Part of the worker's maintenance."""
    return Session.objects.filter(expire_date__lt=clock.now()).delete()[0]
