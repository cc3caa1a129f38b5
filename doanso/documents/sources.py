"""How a document looks behind a figure that is opened."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.documents import policy
from doanso.documents.models import Arrival
from doanso.ledger.ports import SourceLine
from doanso.lib import formats


def document_lines(*, actor: User, ids: Iterable[UUID]) -> Mapping[UUID, SourceLine]:
    """Number, day and what it is about, under the policy of the document's own page."""
    wanted_ids = list(ids)
    documents = {item.pk: item for item in policy.readable(actor).filter(pk__in=wanted_ids)}
    lines = {}
    for item in wanted_ids:
        document = documents.get(item)
        if document is None or document.dated is None:
            lines[item] = SourceLine(title=_("A document you may not open"), detail="", url="")
            continue
        lines[item] = SourceLine(
            title=f"{document.notation}: {document.summary}",
            detail=_("of %(day)s") % {"day": formats.day(document.dated)},
            url=reverse("documents:document", args=[item]),
        )
    return lines


def paper_lines(*, actor: User, ids: Iterable[UUID]) -> Mapping[UUID, SourceLine]:
    """Of issued documents the same; of what came from outside its issuer and its day, under the policy of the book."""
    wanted_ids = set(ids)
    arrivals = Arrival.objects.filter(pk__in=wanted_ids)
    readable_ids = set(policy.KEEP_BOOK.filter(actor, arrivals).values_list("pk", flat=True))
    lines = {}
    for arrival in arrivals:
        if arrival.pk not in readable_ids:
            lines[arrival.pk] = SourceLine(title=_("A document you may not open"), detail="", url="")
            continue
        lines[arrival.pk] = SourceLine(
            title=f"{arrival.notation or arrival.issuer}: {arrival.summary}",
            detail=_("came on %(day)s") % {"day": formats.day(arrival.arrived_on)},
            url=reverse("documents:arrival", args=[arrival.pk]),
        )
    return {**document_lines(actor=actor, ids=wanted_ids - set(lines)), **lines}
