"""Source lines of results, shown when a figure is opened."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.ledger.ports import SourceLine
from doanso.lib import formats
from doanso.results import policy
from doanso.results.models import Result, ResultState, ResultVersion
from doanso.results.wording import quantity_words
from doanso.units import queries as units


def result_lines(*, actor: User, ids: Iterable[UUID]) -> Mapping[UUID, SourceLine]:
    """Return a line per version with its quantity, sentence, unit and state; without them if the actor may not see the result."""
    versions = list(ResultVersion.objects.filter(pk__in=list(ids)).select_related("result__indicator"))
    results = Result.objects.filter(pk__in={version.result_id for version in versions})
    readable = set(policy.VIEW.filter(actor, results).values_list("pk", flat=True))
    names = units.named_units_by_id({version.result.unit_id for version in versions})
    lines = {}
    for version in versions:
        result = version.result
        if result.pk not in readable:
            lines[version.pk] = SourceLine(title=_("A result you may not open"), detail="", url="")
            continue
        words = {"unit": names[result.unit_id].name, "day": formats.day(version.happened_on)}
        detail = _("%(unit)s, on %(day)s") % words
        if result.state != ResultState.ATTESTED or not version.is_latest:
            detail += f" · {version.get_outcome_display() or result.get_state_display()}"
        lines[version.pk] = SourceLine(
            title=f"{quantity_words(result.indicator, version.quantity)}: {version.text}",
            detail=detail,
            url=reverse("results:result", args=[result.pk]),
        )
    return lines
