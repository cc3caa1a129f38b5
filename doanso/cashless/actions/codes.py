"""Register a shop's code with its owner's consent, end it when the owner withdraws, and print it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import AuditEventInput, record, record_many
from doanso.cashless import code_keys, consent, notices, policy
from doanso.cashless.actions.locking import lock_shop
from doanso.cashless.models import ChangeState, CodeChange, Shop, ShopCode
from doanso.cashless.queries.codes import in_force_condition, pending_condition
from doanso.cashless.rules import codes as rules
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused, refuse
from doanso.lib.vietqr import VietQR, decode, encode, shop_code
from doanso.lib.vietqr.problems import VietQRProblem


@dataclass(frozen=True, slots=True)
class CodeInput:
    """A code to keep, the owner's consent, and whether an account that another shop has was looked at."""

    code: VietQR
    consented: bool
    confirmed: bool = False


def read_code(text: str) -> VietQR:
    """Return what a code's text says; raise `Refused` with its named problem."""
    try:
        return decode(text.strip())
    except VietQRProblem as problem:
        raise _refused(problem, "code") from problem


def code_of_account(bank_bin: str, account: str) -> VietQR:
    """Return the code of a bank and a typed number; raise `Refused` where they are none."""
    try:
        return decode(encode(shop_code(bank_bin, account)))
    except VietQRProblem as problem:
        raise _refused(problem, "account") from problem


def _refused(problem: VietQRProblem, field: str) -> Refused:
    return Refused(Problem(f"vietqr_{problem.code}", problem.message, field))


@transaction.atomic
def register_code(*, actor: User, shop: Shop, inputs: CodeInput) -> ShopCode:
    """Register the first code of a shop; it is in force at once.

    Refused where the shop ever had a code: from then on it takes two officers (`request_change`), also after the code was ended,
    so that nobody can replace a code alone by ending it first.
    """
    policy.MANAGE.require(actor, shop)
    require_usable(inputs)
    fresh = lock_shop(shop.pk)
    if ShopCode.objects.filter(shop=fresh).exists():
        message = _("This shop has had a code already. Ask for a change of the code: a second officer approves it.")
        raise Refused(Problem("code_registered", message))
    refuse_elsewhere(actor, fresh, inputs)
    now, today = clock.now(), clock.today()
    code = ShopCode(
        shop=fresh,
        consent_text=consent.CURRENT,
        consent_on=today,
        consent_by=actor,
        since=today,
        since_at=now,
        made_at=now,
        made_by=actor,
    )
    code_keys.put_account(code, inputs.code)
    code.save(force_insert=True)
    record(actor=actor, action="cashless.register_code", obj=fresh, unit=fresh.unit_id)
    return code


def require_usable(inputs: CodeInput) -> None:
    """Refuse a code that no shop can display, or one without the owner's consent."""
    refuse(rules.code_problem(inputs.code, clock.today()))
    refuse(rules.consent_problem(inputs.consented))


def refuse_elsewhere(actor: User, shop: Shop, inputs: CodeInput) -> None:
    """Ask once about an account that another shop has in force; name that shop to an actor who may see it."""
    if inputs.confirmed:
        return
    other = (
        ShopCode.objects.filter(account_lookup=code_keys.account_lookup(inputs.code), until_at=None)
        .exclude(shop=shop)
        .select_related("shop__business")
        .first()
    )
    if other is not None:
        name = other.shop.business.name if policy.VIEW.allows(actor, other.shop) else ""
        raise Refused(rules.elsewhere_problem(name, other.since))


@transaction.atomic
def end_code(*, actor: User, shop: Shop) -> None:
    """Erase the account of a shop whose owner withdraws consent; an announced change of it is withdrawn."""
    policy.MANAGE.require(actor, shop)
    fresh = lock_shop(shop.pk)
    if not ShopCode.objects.filter(shop=fresh, erased_at=None).exists():
        raise Refused(Problem("code_none", _("No code of this shop is kept.")))
    forget_codes([fresh.pk], actor)
    record(actor=actor, action="cashless.end_code", obj=fresh, unit=fresh.unit_id)


def forget_codes(shop_ids: Collection[UUID], actor: User | None) -> None:
    """Empty the accounts of these locked shops for good; a code in force ends today, and an announced change is withdrawn."""
    now, today = clock.now(), clock.today()
    empty = {"bank_bin": "", "account_encrypted": b"", "account_lookup": "", "last_four": "", "erased_at": now}
    changes = CodeChange.objects.filter(shop__in=shop_ids, erased_at=None)
    waiting = list(changes.filter(pending_condition(now)))
    changes.filter(pk__in=[change.pk for change in waiting]).update(
        state=ChangeState.WITHDRAWN, ended_at=now, ended_by=actor
    )
    changes.update(**empty)
    for change in waiting:
        notices.forget_code_change(change)
    codes = ShopCode.objects.filter(shop__in=shop_ids, erased_at=None)
    # One that is not in force yet ends when it would have begun.
    for code in codes.filter(Q(until_at=None) | Q(until_at__gt=now)):
        code.until, code.until_at = max(code.since, today), max(code.since_at, now)
        code.save(update_fields=["until", "until_at"])
    codes.update(**empty)


@transaction.atomic
def print_posters(*, actor: User, shops: Sequence[Shop]) -> list[ShopCode]:
    """Return the codes in force of these shops, to be printed, in their order; each printing is in the history.

    Refused for a shop without a code in force: without the owner's consent there is none.
    """
    for shop in shops:
        policy.MANAGE.require(actor, shop)
    own = ShopCode.objects.filter(in_force_condition(clock.now()), shop__in=shops).select_related("shop__business")
    codes = {code.shop_id: code for code in own}
    for shop in shops:
        if shop.pk not in codes:
            message = _("“%(shop)s” has no code to print: its owner has not agreed to one, or has withdrawn.")
            raise Refused(Problem("code_none", message % {"shop": shop.business.name}))
    record_many(AuditEventInput(actor, "cashless.print_poster", shop, shop.unit_id) for shop in shops)
    return [codes[shop.pk] for shop in shops]
