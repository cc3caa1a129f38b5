"""How a help looks behind a figure that is opened."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.ledger.ports import SourceLine
from doanso.lib import formats
from doanso.support import queries


def help_lines(*, actor: User, ids: Iterable[UUID]) -> Mapping[UUID, SourceLine]:
    """Who was helped with what and when, under the policy of the help's own page."""
    help_ids = list(ids)
    visible_records = {item.pk: item for item in queries.visible(actor).filter(pk__in=help_ids)}
    names = queries.names(actor, visible_records.values())
    lines = {}
    for item in help_ids:
        help = visible_records.get(item)  # noqa: A001
        if help is None:
            lines[item] = SourceLine(title=_("A help you may not open"), detail="", url="")
            continue
        nameless = _("Data erased at the person's wish") if help.named else _("Does not want to be named")
        lines[item] = SourceLine(
            title=names[item] or nameless,
            detail=_("%(service)s, on %(day)s")
            % {"service": help.service.short_name, "day": formats.day(help.happened_on)},
            url=reverse("support:help", args=[item]),
        )
    return lines
