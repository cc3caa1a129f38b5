"""What waits in the inbox: results to attest, and those that were sent back."""

from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import ngettext_lazy, pgettext_lazy

from doanso.access.inbox import InboxKind, InboxOwner, InboxRows
from doanso.results import policy, queries
from doanso.results.models import Result, ResultState


def _to_attest(owner: InboxOwner) -> InboxRows:
    return queries.results_to_attest(owner.actor) if policy.ATTEST.allows_anywhere(owner.actor) else None


def _returned(owner: InboxOwner) -> InboxRows:
    if not policy.RECORD.allows_anywhere(owner.actor):
        return None
    mine = Q(made_by=owner.actor.pk) | Q(unit=owner.role_assignment.unit_id)
    return policy.RECORD.filter(owner.actor, Result.objects.filter(mine, state=ResultState.RETURNED))


def _address(view: str, state: str = "") -> str:
    return f"{reverse('results:list')}?view={view}" + (f"&state={state}" if state else "")


def _list_to_attest(_owner: InboxOwner, _since: date | None) -> str:
    return _address(queries.TO_ATTEST)


def _list_returned(_owner: InboxOwner, _since: date | None) -> str:
    return _address(queries.ALL, ResultState.RETURNED)


KINDS = (
    InboxKind(
        "results.to-attest",
        order=45,
        page="results:list",
        rows=_to_attest,
        label=ngettext_lazy("result that waits for your confirmation", "results that wait for your confirmation"),
        button=pgettext_lazy("inbox", "Confirm"),
        icon="clipboard-check",
        address=_list_to_attest,
        since="changed_on",
    ),
    InboxKind(
        "results.returned",
        order=46,
        page="results:list",
        rows=_returned,
        label=ngettext_lazy("result sent back to be corrected", "results sent back to be corrected"),
        button=pgettext_lazy("inbox", "Correct"),
        icon="pencil",
        address=_list_returned,
        since="changed_on",
    ),
)
