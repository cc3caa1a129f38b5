"""Raise and settle alarms about codes. The caller of `raise_alarms` has locked the shops."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import AuditEventInput, record, record_many
from doanso.cashless import notices, policy
from doanso.cashless.actions.locking import lock_shop
from doanso.cashless.models import AlarmCause, CodeAlarm, CodeAlarmState, CodeChange, Shop
from doanso.cashless.rules import codes as rules
from doanso.lib import clock, database
from doanso.lib.problems import Problem, Refused, refuse


@dataclass(frozen=True, slots=True)
class AlarmInput:
    """What was seen: at which shop, bank and last four digits of the foreign account, when, by whom."""

    shop: Shop
    cause: AlarmCause
    seen_at: datetime
    seen_on: date
    seen_by: User | None
    seen_by_words: str = ""
    bank_bin: str = ""
    last_four: str = ""
    change: CodeChange | None = None


def raise_alarms(inputs: Sequence[AlarmInput]) -> list[CodeAlarm]:
    """Return the open alarm of each sighting; where none is open for that account a new one, which is announced at once."""
    if not inputs:
        return []
    open_alarms = {
        _key(alarm): alarm
        for alarm in CodeAlarm.objects.filter(shop__in={entry.shop.pk for entry in inputs}, state=CodeAlarmState.OPEN)
    }
    now, today = clock.now(), clock.today()
    fresh: list[CodeAlarm] = []
    alarms = []
    for entry in inputs:
        key = (entry.shop.pk, entry.cause.value, entry.bank_bin, entry.last_four)
        if key not in open_alarms:
            open_alarms[key] = CodeAlarm(
                shop=entry.shop,
                unit_id=entry.shop.unit_id,
                cause=entry.cause.value,
                change=entry.change,
                bank_bin=entry.bank_bin,
                last_four=entry.last_four,
                seen_at=entry.seen_at,
                seen_on=entry.seen_on,
                seen_by=entry.seen_by,
                seen_by_words=entry.seen_by_words,
                raised_at=now,
                raised_on=today,
            )
            fresh.append(open_alarms[key])
        alarms.append(open_alarms[key])
    database.insert_objects(fresh)
    record_many(AuditEventInput(alarm.seen_by, "cashless.raise_alarm", alarm, alarm.unit_id) for alarm in fresh)
    for alarm in fresh:
        notices.notify_code_alarm(alarm)
    return alarms


def _key(alarm: CodeAlarm) -> tuple[object, ...]:
    return (alarm.shop_id, alarm.cause, alarm.bank_bin, alarm.last_four)


@transaction.atomic
def resolve_alarm(*, actor: User, alarm: CodeAlarm, outcome: str, words: str) -> CodeAlarm:
    """Settle an alarm with its outcome and a sentence about what was found and done.

    Refused for whoever asked for the change that the owner objects to.
    """
    policy.MANAGE.require(actor, alarm)
    refuse(rules.outcome_problem(outcome, words))
    lock_shop(alarm.shop_id)
    fresh = CodeAlarm.objects.select_related("change").get(pk=alarm.pk)
    refuse(rules.own_change_problem(actor.pk, fresh.change.requested_by_id if fresh.change is not None else None))
    if fresh.state != CodeAlarmState.OPEN:
        raise Refused(Problem("alarm_settled", _("Somebody settled this alarm just now; look at what they wrote.")))
    fresh.state, fresh.outcome, fresh.words = CodeAlarmState.SETTLED, outcome, words.strip()
    fresh.settled_at, fresh.settled_by = clock.now(), actor
    fresh.save(update_fields=["state", "outcome", "words", "settled_at", "settled_by"])
    record(actor=actor, action="cashless.settle_alarm", obj=fresh, unit=fresh.unit_id, changed=("outcome",))
    notices.forget_code_alarm(fresh)
    return fresh
