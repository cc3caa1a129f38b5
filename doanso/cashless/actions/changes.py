"""Change of a shop's code: one officer asks, a second one approves, it is in force a day later, and the owner can stop it."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.cashless import code_keys, consent, notices, policy
from doanso.cashless.actions.alarms import AlarmInput, raise_alarms
from doanso.cashless.actions.codes import CodeInput, refuse_elsewhere, require_usable
from doanso.cashless.actions.locking import lock_shop
from doanso.cashless.models import AlarmCause, ChangeState, CodeAlarm, CodeAlarmState, CodeChange, Shop, ShopCode
from doanso.cashless.queries.codes import in_force_condition, pending_condition
from doanso.cashless.rules import codes as rules
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused, refuse

OWNER = "Chủ cửa hàng, trên trang biên nhận"
"""Who objected, where no account did."""
OWNER_NOTE = "chủ cửa hàng"
"""The same in the history."""


@transaction.atomic
def request_change(*, actor: User, shop: Shop, inputs: CodeInput, why: str) -> CodeChange:
    """Ask that a shop be paid to another account; a second officer approves it. The owner sees it on the receipt's page."""
    policy.MANAGE.require(actor, shop)
    require_usable(inputs)
    refuse(rules.why_problem(why))
    fresh = lock_shop(shop.pk)
    now, today = clock.now(), clock.today()
    current = _current(fresh, now)
    if current is None and not ShopCode.objects.filter(shop=fresh).exists():
        raise Refused(Problem("code_none", _("This shop has no code yet; register its first one.")))
    if current is not None and current.account_lookup == code_keys.account_lookup(inputs.code):
        raise Refused(Problem("code_same", _("This is the account that is registered already."), "code"))
    if CodeChange.objects.filter(pending_condition(now), shop=fresh).exists():
        message = _("A change of this code is waiting already. Withdraw it before you ask for another one.")
        raise Refused(Problem("change_waiting", message))
    refuse_elsewhere(actor, fresh, inputs)
    change = CodeChange(
        shop=fresh,
        unit_id=fresh.unit_id,
        why=why.strip(),
        consent_text=consent.CURRENT,
        consent_on=today,
        requested_at=now,
        requested_on=today,
        requested_by=actor,
    )
    code_keys.put_account(change, inputs.code)
    change.save(force_insert=True)
    record(actor=actor, action="cashless.request_change", obj=change, unit=change.unit_id)
    notices.notify_code_change(change)
    return change


def _current(shop: Shop, now: datetime) -> ShopCode | None:
    """Return the code in force at this moment."""
    return ShopCode.objects.filter(in_force_condition(now), shop=shop).first()


def _lock_change(change: CodeChange) -> tuple[Shop, CodeChange]:
    shop = lock_shop(change.shop_id)
    return shop, CodeChange.objects.select_related("code").get(pk=change.pk)


@transaction.atomic
def approve_change(*, actor: User, change: CodeChange) -> CodeChange:
    """Approve a change as the second officer: the new code is in force 24 hours from now, and the old one until then.

    Refused while an alarm about the shop's code is open: the owner may have objected to this very account, or somebody may have
    put it up over the shop's own.
    """
    policy.APPROVE.require(actor, change)
    shop, fresh = _lock_change(change)
    refuse(rules.waiting_problem(fresh.state))
    refuse(rules.second_officer_problem(actor.pk, fresh.requested_by_id))
    refuse(rules.open_alarm_problem(CodeAlarm.objects.filter(shop=shop, state=CodeAlarmState.OPEN).exists()))
    now, today = clock.now(), clock.today()
    effective_at, first_day = now + rules.WAIT, today + timedelta(days=1)
    current = _current(shop, now)
    if current is not None:
        current.until, current.until_at = max(first_day, current.since), effective_at
        current.save(update_fields=["until", "until_at"])
    code = ShopCode(
        shop=shop,
        consent_text=fresh.consent_text,
        consent_on=fresh.consent_on,
        consent_by_id=fresh.requested_by_id,
        since=first_day,
        since_at=effective_at,
        made_at=now,
        made_by=actor,
    )
    code_keys.copy_account(code, fresh)
    code.save(force_insert=True)
    fresh.state, fresh.code, fresh.effective_at = ChangeState.APPROVED, code, effective_at
    fresh.approved_at, fresh.approved_by = now, actor
    fresh.save(update_fields=["state", "code", "effective_at", "approved_at", "approved_by"])
    record(actor=actor, action="cashless.approve_change", obj=fresh, unit=fresh.unit_id)
    notices.forget_code_change(fresh)
    return fresh


@transaction.atomic
def refuse_change(*, actor: User, change: CodeChange, reason: str) -> CodeChange:
    """Refuse a change as the second officer, with a reason; the code stays."""
    policy.APPROVE.require(actor, change)
    refuse(rules.why_problem(reason))
    _shop, fresh = _lock_change(change)
    refuse(rules.waiting_problem(fresh.state))
    refuse(rules.second_officer_problem(actor.pk, fresh.requested_by_id))
    _end(fresh, ChangeState.REFUSED, actor, reason)
    record(actor=actor, action="cashless.refuse_change", obj=fresh, unit=fresh.unit_id)
    return fresh


@transaction.atomic
def withdraw_change(*, actor: User, change: CodeChange, reason: str) -> CodeChange:
    """Withdraw a change that is announced, with a reason; the old code stays in force."""
    policy.MANAGE.require(actor, change)
    refuse(rules.why_problem(reason))
    shop, fresh = _lock_change(change)
    refuse(rules.pending_problem(rules.is_pending(fresh.state, fresh.effective_at, clock.now())))
    _undo(shop, fresh)
    _end(fresh, ChangeState.WITHDRAWN, actor, reason)
    record(actor=actor, action="cashless.withdraw_change", obj=fresh, unit=fresh.unit_id)
    return fresh


@transaction.atomic
def object_to_change(*, change: CodeChange) -> CodeAlarm:
    """Stop a change because the owner says on the receipt's page that they did not ask for it; raises an alarm.

    While it is announced, the old code stays. Within thirty days of coming into force the new code ends at once, and the shop has
    no code until two officers have looked into it. A repetition changes nothing.
    """
    shop, fresh = _lock_change(change)
    if fresh.state == ChangeState.STOPPED:
        return CodeAlarm.objects.filter(change=fresh).latest("raised_at")
    refuse(rules.pending_problem(rules.can_object(fresh.state, fresh.effective_at, clock.now())))
    return stop_change(change=fresh, shop=shop, by=None, words=OWNER, seen_at=clock.now(), seen_on=clock.today())


def stop_change(
    *, change: CodeChange, shop: Shop, by: User | None, words: str, seen_at: datetime, seen_on: date
) -> CodeAlarm:
    """Stop a change of a locked shop in the owner's name and raise the alarm; `by` reported what the owner said, if anybody."""
    _undo(shop, change)
    _end(change, ChangeState.STOPPED, by, words)
    record(
        actor=by,
        action="cashless.stop_change",
        obj=change,
        unit=change.unit_id,
        note="" if by is not None else OWNER_NOTE,
    )
    [alarm] = raise_alarms(
        [
            AlarmInput(
                shop=shop,
                cause=AlarmCause.OBJECTION,
                seen_at=seen_at,
                seen_on=seen_on,
                seen_by=by,
                seen_by_words=words,
                bank_bin=change.bank_bin,
                last_four=change.last_four,
                change=change,
            )
        ]
    )
    return alarm


def _undo(shop: Shop, change: CodeChange) -> None:
    """Take the code of an approved change out of force; before its time the former code goes on as if nothing had been asked."""
    code, now = change.code, clock.now()
    if code is None:
        return
    if code.since_at <= now:
        # One that a later change has ended already keeps its days.
        if code.until_at is None or code.until_at > now:
            code.until, code.until_at = max(code.since, clock.today()), now
            code.save(update_fields=["until", "until_at"])
        return
    code.until, code.until_at = code.since, code.since_at
    code.save(update_fields=["until", "until_at"])
    former = ShopCode.objects.filter(shop=shop, until_at=code.since_at, erased_at=None).exclude(pk=code.pk)
    former.update(until=None, until_at=None)


def _end(change: CodeChange, state: ChangeState, by: User | None, reason: str) -> None:
    change.state, change.ended_at, change.ended_by = state, clock.now(), by
    change.ended_reason = reason.strip()[: rules.LONGEST_WHY]
    change.save(update_fields=["state", "ended_at", "ended_by", "ended_reason"])
    notices.forget_code_change(change)
