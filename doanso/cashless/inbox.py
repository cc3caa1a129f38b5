"""What waits in the inbox: alarms about codes, changes to approve, and shops to check again."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import ngettext_lazy, pgettext_lazy

from doanso.access.inbox import InboxAddress, InboxKind, InboxOwner, InboxRows, inspected_rows
from doanso.cashless import policy
from doanso.cashless.models import ChangeState, CodeAlarm, CodeAlarmState, CodeChange, Shop
from doanso.cashless.queries import shops as queries


def _alarms(owner: InboxOwner) -> InboxRows:
    if not policy.MANAGE.allows_anywhere(owner.actor):
        return None
    return policy.MANAGE.filter(owner.actor, CodeAlarm.objects.filter(state=CodeAlarmState.OPEN))


def _undecided_alarms(owner: InboxOwner) -> InboxRows:
    return inspected_rows(owner, policy.VIEW, CodeAlarm.objects.filter(state=CodeAlarmState.OPEN))


def _changes(owner: InboxOwner) -> InboxRows:
    if not policy.APPROVE.allows_anywhere(owner.actor):
        return None
    waiting = CodeChange.objects.filter(~Q(requested_by=owner.actor.pk), state=ChangeState.REQUESTED)
    return policy.APPROVE.filter(owner.actor, waiting)


def _due(owner: InboxOwner) -> InboxRows:
    # The unit's own work: officers above see it in the list.
    if not policy.MANAGE.allows_anywhere(owner.actor):
        return None
    own = policy.MANAGE.filter(owner.actor, Shop.objects.filter(unit=owner.role_assignment.unit_id))
    return own.filter(queries.due_condition())


def _list(show: str) -> InboxAddress:
    return lambda owner, since: f"{reverse('cashless:shops')}?show={show}"


KINDS = (
    InboxKind(
        "cashless.alarms",
        order=3,
        page="cashless:shops",
        rows=_alarms,
        label=ngettext_lazy("alarm about a payment code", "alarms about payment codes"),
        button=pgettext_lazy("inbox", "Look into it"),
        icon="alert-triangle",
        address=_list(queries.ALARM),
        since="raised_on",
    ),
    InboxKind(
        "cashless.undecided",
        order=4,
        page="cashless:shops",
        rows=_undecided_alarms,
        label=ngettext_lazy(
            "alarm about a payment code that no unit has settled", "alarms about payment codes that no unit has settled"
        ),
        button=pgettext_lazy("inbox", "See them"),
        icon="alert-triangle",
        address=_list(queries.ALARM),
        since="raised_on",
    ),
    InboxKind(
        "cashless.changes",
        order=28,
        page="cashless:shops",
        rows=_changes,
        label=ngettext_lazy("change of a payment code to approve", "changes of payment codes to approve"),
        button=pgettext_lazy("inbox", "Look at it"),
        icon="qrcode",
        address=_list(queries.CHANGING),
        since="requested_on",
    ),
    InboxKind(
        "cashless.due",
        order=70,
        page="cashless:shops",
        rows=_due,
        label=ngettext_lazy("shop not checked for thirty days", "shops not checked for thirty days"),
        button=pgettext_lazy("inbox", "Check"),
        icon="building-store",
        address=_list(queries.DUE),
        since="checked_on",
    ),
)
