"""What waits in the inbox: places to assess, to decide on, and to re-check."""

from datetime import date

from django.urls import reverse
from django.utils.translation import ngettext_lazy, pgettext_lazy

from doanso.access.inbox import InboxKind, InboxOwner, InboxRows, inspected_rows
from doanso.lib import clock
from doanso.places import policy, queries
from doanso.places.models import InformationCorrection, PlaceState, PublicPoint
from doanso.places.queries.points import plates_due
from doanso.places.rules.life import RECHECK_AHEAD


def _to_assess(owner: InboxOwner) -> InboxRows:
    return queries.to_assess(owner.actor) if policy.ASSESS.allows_anywhere(owner.actor) else None


def _to_decide(owner: InboxOwner) -> InboxRows:
    return queries.to_decide(owner.actor) if policy.ASSESS.allows_anywhere(owner.actor) else None


def _to_recheck(owner: InboxOwner) -> InboxRows:
    if not policy.ASSESS.allows_anywhere(owner.actor):
        return None
    return queries.recheck_due(owner.actor, clock.today() + RECHECK_AHEAD)


def _corrections(owner: InboxOwner) -> InboxRows:
    if not policy.MANAGE.allows_anywhere(owner.actor):
        return None
    waiting = InformationCorrection.objects.filter(settled_at=None)
    return policy.MANAGE_CORRECTION.filter(owner.actor, waiting)


def _unanswered_corrections(owner: InboxOwner) -> InboxRows:
    return inspected_rows(owner, policy.VIEW_CORRECTION, InformationCorrection.objects.filter(settled_at=None))


def _plates(owner: InboxOwner) -> InboxRows:
    if not policy.RECORD.allows_anywhere(owner.actor):
        return None
    own = PublicPoint.objects.filter(plates_due(clock.today()), place__unit=owner.role_assignment.unit_id)
    return policy.RECORD_POINT.filter(owner.actor, own)


def _list_corrections(_owner: InboxOwner, _since: date | None) -> str:
    return reverse("places:corrections")


def _list_plates(_owner: InboxOwner, _since: date | None) -> str:
    return reverse("places:plates-due")


def _list(state: str) -> str:
    return f"{reverse('places:list')}?state={state}"


def _list_to_assess(_owner: InboxOwner, _since: date | None) -> str:
    return _list(PlaceState.SELF_ASSESSED)


def _list_to_decide(_owner: InboxOwner, _since: date | None) -> str:
    return _list(PlaceState.ASSESSED)


def _list_to_recheck(_owner: InboxOwner, _since: date | None) -> str:
    return _list("recheck")


KINDS = (
    InboxKind(
        "places.to-assess",
        order=47,
        page="places:list",
        rows=_to_assess,
        label=ngettext_lazy(
            "street or market that waits to be assessed", "streets or markets that wait to be assessed"
        ),
        button=pgettext_lazy("inbox", "Assess"),
        icon="clipboard-check",
        address=_list_to_assess,
        since="changed_on",
    ),
    InboxKind(
        "places.to-decide",
        order=48,
        page="places:list",
        rows=_to_decide,
        label=ngettext_lazy(
            "street or market that waits for a decision", "streets or markets that wait for a decision"
        ),
        button=pgettext_lazy("inbox", "Conclude"),
        icon="gavel",
        address=_list_to_decide,
        since="changed_on",
    ),
    InboxKind(
        "places.to-recheck",
        order=49,
        page="places:list",
        rows=_to_recheck,
        label=ngettext_lazy("street or market to re-check", "streets or markets to re-check"),
        button=pgettext_lazy("inbox", "Re-check"),
        icon="refresh",
        address=_list_to_recheck,
        since="changed_on",
    ),
    InboxKind(
        "places.corrections",
        order=50,
        page="places:corrections",
        rows=_corrections,
        label=ngettext_lazy(
            "correction by a resident that waits for an answer", "corrections by residents that wait for an answer"
        ),
        button=pgettext_lazy("inbox", "Answer"),
        icon="message-circle",
        address=_list_corrections,
        since="sent_on",
    ),
    InboxKind(
        "places.unanswered",
        order=52,
        page="places:list",
        rows=_unanswered_corrections,
        label=ngettext_lazy(
            "correction by a resident that no unit has answered", "corrections by residents that no unit has answered"
        ),
        button=pgettext_lazy("inbox", "See them"),
        icon="message-circle",
        address=_list_corrections,
        since="sent_on",
    ),
    InboxKind(
        "places.plates",
        order=51,
        page="places:list",
        rows=_plates,
        label=ngettext_lazy("plate of a public point to check", "plates of public points to check"),
        button=pgettext_lazy("inbox", "Check"),
        icon="qrcode",
        address=_list_plates,
        since="checked_on",
    ),
)
