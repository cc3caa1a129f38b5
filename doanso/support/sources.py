"""Source lines of support records, shown when a figure is opened."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from doanso.access import policy as access
from doanso.accounts.models import User
from doanso.ledger.ports import SourceLine
from doanso.lib import formats
from doanso.support import queries

_ANY_ID = UUID(int=0)


def help_lines(*, actor: User, ids: Iterable[UUID]) -> Mapping[UUID, SourceLine]:
    """Return receiver, service and day, under the policy of the support record's own page.

    Only the columns that a line shows are read: a page has fifty of them.
    """
    support_record_ids = list(ids)
    shown = access.personal(actor)
    rows = queries.visible_records(actor).filter(pk__in=support_record_ids)
    visible_lines: dict[UUID, SourceLine] = {}
    detail, erased, unnamed = (
        _("%(service)s, on %(day)s"),
        _("Data erased at the person's wish"),
        _("Does not want to be named"),
    )
    address = reverse("support:support_record", args=[_ANY_ID])
    for pk, unit_id, named, day, service, contact_name, business_name in rows.values_list(
        "pk", "unit_id", "named", "happened_on", "service__short_name", "contact__name", "business__name"
    ):
        # A shop's sign often is its owner's name.
        name = contact_name if contact_name is not None else business_name
        visible_lines[pk] = SourceLine(
            title=(shown.name(name, unit_id) if name else "") or (erased if named else unnamed),
            detail=detail % {"service": service, "day": formats.day(day)},
            url=address.replace(str(_ANY_ID), str(pk)),
        )
    hidden = SourceLine(title=_("A help you may not open"), detail="", url="")
    return {support_record_id: visible_lines.get(support_record_id, hidden) for support_record_id in support_record_ids}
