"""How a help looks behind a figure that is opened."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.lib import formats
from doanso.support import queries
from doanso.tally.ports import SourceLine


def help_lines(*, actor: User, ids: Iterable[UUID]) -> Mapping[UUID, SourceLine]:
    """Who was helped with what and when, under the policy of the help's own page."""
    wanted = list(ids)
    found = {one.pk: one for one in queries.visible(actor).filter(pk__in=wanted)}
    names = queries.names(actor, found.values())
    lines = {}
    for one in wanted:
        help = found.get(one)  # noqa: A001
        if help is None:
            lines[one] = SourceLine(title=_("A help you may not open"), detail="", url="")
            continue
        nameless = _("Data erased at the person's wish") if help.named else _("Does not want to be named")
        lines[one] = SourceLine(
            title=names[one] or nameless,
            detail=_("%(service)s, on %(day)s")
            % {"service": help.service.short_name, "day": formats.day(help.happened_on)},
            url=reverse("support:help", args=[one]),
        )
    return lines
