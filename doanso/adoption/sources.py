"""Source lines of attestations, shown when a figure is opened."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.adoption import queries
from doanso.adoption.models import Usage
from doanso.ledger.ports import SourceLine
from doanso.lib import formats
from doanso.members import queries as members


def usage_lines(*, actor: User, ids: Iterable[UUID]) -> Mapping[UUID, SourceLine]:
    """Return persons with stage and day, under the policy of the person's services page."""
    usage_ids = list(ids)
    usages = {entry.pk: entry for entry in Usage.objects.filter(pk__in=usage_ids).select_related("stage__service")}
    stays = queries.newest_stays(actor, {entry.person_id for entry in usages.values()})
    names = members.names_for(actor, stays.values())
    lines = {}
    for entry in usage_ids:
        usage = usages.get(entry)
        stay = stays.get(usage.person_id) if usage is not None else None
        if usage is None or stay is None:
            lines[entry] = SourceLine(title=_("A member you may not open"), detail="", url="")
            continue
        lines[entry] = SourceLine(
            title=names[stay.pk],
            detail=_("%(stage)s, seen on %(day)s") % {"stage": usage.stage.name, "day": formats.day(usage.happened_on)},
            url=reverse("adoption:services", args=[stay.pk]) + f"#{usage.service_id}",
        )
    return lines
