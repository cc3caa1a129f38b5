"""What waits in the inbox: agreements to renew or close, and undertakings whose day is near."""

from datetime import date
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import ngettext_lazy, pgettext_lazy

from doanso.access.inbox import InboxKind, InboxOwner, InboxRows
from doanso.lib import clock
from doanso.partners import policy, rules
from doanso.partners.models import Undertaking, UndertakingState
from doanso.partners.queries import agreements


def _own_units(owner: InboxOwner) -> list[UUID]:
    """Return the units at which the user keeps partners: those of units below are their own offices' work."""
    return sorted(policy.MANAGE.roots(owner.actor))


def _of_units(units: list[UUID]) -> Q:
    return Q(unit__in=units) | Q(unit__keeper__in=units)


def _agreements(owner: InboxOwner) -> InboxRows:
    units = _own_units(owner)
    return agreements.expiring_agreements().filter(_of_units(units)) if units else None


def _undertakings(owner: InboxOwner) -> InboxRows:
    units = _own_units(owner)
    if not units:
        return None
    rows = Undertaking.objects.filter(state=UndertakingState.OPEN, due_on__lte=clock.today() + rules.DUE_SOON)
    return rows.filter(_of_units(units))


def _agreement_list(_owner: InboxOwner, _since: date | None) -> str:
    return f"{reverse('partners:agreements')}?state={agreements.RUNNING_OUT}"


def _undertaking_list(_owner: InboxOwner, _since: date | None) -> str:
    return reverse("partners:undertakings")


KINDS = (
    InboxKind(
        "partners.agreements",
        order=70,
        page="partners:agreements",
        rows=_agreements,
        label=ngettext_lazy("agreement to be renewed or closed", "agreements to be renewed or closed"),
        button=pgettext_lazy("inbox", "See which"),
        icon="file-text",
        address=_agreement_list,
        due="valid_until",
    ),
    InboxKind(
        "partners.undertakings",
        order=71,
        page="partners:undertakings",
        rows=_undertakings,
        label=ngettext_lazy("undertaking of a partner that is due", "undertakings of partners that are due"),
        button=pgettext_lazy("inbox", "See which"),
        icon="flag",
        address=_undertaking_list,
        due="due_on",
    ),
)
