"""Source lines of incoming documents, shown when a figure is opened."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.documents.sources import document_lines
from doanso.incoming import policy
from doanso.incoming.models import Arrival
from doanso.ledger.ports import SourceLine
from doanso.lib import formats


def paper_lines(*, actor: User, ids: Iterable[UUID]) -> Mapping[UUID, SourceLine]:
    """Return a line per document: issued ones as `document_lines` shows them, incoming ones under the policy of the book."""
    paper_ids = set(ids)
    arrivals = Arrival.objects.filter(pk__in=paper_ids)
    readable_ids = set(policy.KEEP_BOOK.filter(actor, arrivals).values_list("pk", flat=True))
    lines = {}
    for arrival in arrivals:
        if arrival.pk not in readable_ids:
            lines[arrival.pk] = SourceLine(title=_("A document you may not open"), detail="", url="")
            continue
        lines[arrival.pk] = SourceLine(
            title=f"{arrival.notation or arrival.issuer}: {arrival.summary}",
            detail=_("came on %(day)s") % {"day": formats.day(arrival.arrived_on)},
            url=reverse("incoming:arrival", args=[arrival.pk]),
        )
    return {**document_lines(actor=actor, ids=paper_ids - set(lines)), **lines}
