"""What waits in the inbox: targets to answer, and those for which another number is asked."""

from datetime import date

from django.urls import reverse
from django.utils.translation import ngettext_lazy, pgettext_lazy

from doanso.access.inbox import InboxKind, InboxOwner, InboxRows
from doanso.lib import clock
from doanso.targets import policy, queries
from doanso.targets.models import Programme


def current_programme(owner: InboxOwner) -> Programme | None:
    """Return the programme in which the owner's unit has figures today; read once for all kinds."""
    return owner.read_once(
        "targets.programme", lambda: next(iter(queries.programmes_at(owner.unit, clock.today())), None)
    )


def _to_answer(owner: InboxOwner) -> InboxRows:
    programme = current_programme(owner)
    if programme is None or owner.role_assignment.unit_id not in policy.ANSWER.roots(owner.actor):
        return None
    return queries.awaiting_answer(programme, owner.unit)


def _to_settle(owner: InboxOwner) -> InboxRows:
    programme = current_programme(owner)
    if programme is None or owner.role_assignment.unit_id not in policy.ALLOCATE.roots(owner.actor):
        return None
    return queries.awaiting_settlement(programme, owner.unit)


def _address(owner: InboxOwner, since: date | None) -> str:
    programme = current_programme(owner)
    if programme is None:
        return reverse("home:cascade")
    return f"{reverse('targets:cascade', kwargs={'programme': programme.code})}?unit={owner.unit.code}"


KINDS = (
    InboxKind(
        "targets.to-answer",
        order=120,
        page="home:cascade",
        rows=_to_answer,
        label=ngettext_lazy("target given to you to answer", "targets given to you to answer"),
        button=pgettext_lazy("inbox", "Answer"),
        icon="target-arrow",
        address=_address,
    ),
    InboxKind(
        "targets.to-settle",
        order=130,
        page="home:cascade",
        rows=_to_settle,
        label=ngettext_lazy("target for which another number is asked", "targets for which another number is asked"),
        button=pgettext_lazy("inbox", "Decide"),
        icon="target",
        address=_address,
    ),
)
