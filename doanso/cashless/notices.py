"""What this app tells people about; each kind of notification has one function, and nothing else notifies."""

from collections.abc import Collection, Mapping
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from doanso.cashless import policy
from doanso.cashless.models import AlarmCause, CodeAlarm, CodeChange
from doanso.notices import actions as notices
from doanso.notices.models import Notice
from doanso.notices.ports import register_notice_kind

if TYPE_CHECKING:
    from doanso.accounts.models import User

CODE_ALARM, CODE_CHANGE = "cashless.code-alarm", "cashless.code-change"


def notify_code_alarm(alarm: CodeAlarm) -> None:
    """Tell the shop's unit that a displayed code names another account, or that an owner objects."""
    notices.notify(CODE_ALARM, unit=alarm.unit_id, source_id=alarm.pk, parameters={"cause": alarm.cause})


def forget_code_alarm(alarm: CodeAlarm) -> None:
    """Take the notice back: the alarm is settled."""
    notices.clear_notices(CODE_ALARM, alarm.pk)


def notify_code_change(change: CodeChange) -> None:
    """Tell the shop's unit that a change of a code waits for a second officer."""
    parameters = {"shop": str(change.shop.business_id)}
    notices.notify(CODE_CHANGE, unit=change.unit_id, source_id=change.pk, parameters=parameters)


def forget_code_change(change: CodeChange) -> None:
    """Take the notice back: the change is decided."""
    notices.clear_notices(CODE_CHANGE, change.pk)


def _alarm_sentence(notice: Notice) -> str:
    if notice.parameters.get("cause") == AlarmCause.OBJECTION:
        return gettext("An owner says that they did not ask for a change of their code.")
    return gettext("The code that hangs in a shop pays into another account.")


def _change_sentence(_notice: Notice) -> str:
    return gettext("A change of a shop's code waits for a second officer.")


def _shop_names(
    model: type[CodeAlarm] | type[CodeChange], actor: "User", rows: Collection[Notice]
) -> Mapping[UUID, str]:
    """Return the name of the shop that each notice is about, where the reader may see it."""
    sources = model._default_manager.filter(pk__in=[row.source_id for row in rows])
    names = dict(policy.VIEW.filter(actor, sources).values_list("pk", "shop__business__name"))
    return {row.pk: names[row.source_id] for row in rows if row.source_id in names}


def register() -> None:
    """Register the kinds; called once at start-up."""
    register_notice_kind(
        CODE_ALARM,
        _("Alarms about payment codes"),
        sentence=_alarm_sentence,
        url=lambda notice: reverse("cashless:alarm", args=[notice.source_id]),
        permission=policy.MANAGE,
        icon="alert-triangle",
        is_alarm=True,
        details=partial(_shop_names, CodeAlarm),
    )
    register_notice_kind(
        CODE_CHANGE,
        _("Changes of payment codes"),
        sentence=_change_sentence,
        url=lambda notice: reverse("cashless:shop", args=[notice.parameters["shop"]]),
        permission=policy.APPROVE,
        icon="qrcode",
        details=partial(_shop_names, CodeChange),
    )
