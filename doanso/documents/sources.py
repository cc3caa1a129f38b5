"""How a document looks behind a figure that is opened."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.documents import policy
from doanso.documents.models import Arrival
from doanso.lib import formats
from doanso.tally.ports import SourceLine


def document_lines(*, actor: User, ids: Iterable[UUID]) -> Mapping[UUID, SourceLine]:
    """Number, day and what it is about, under the policy of the document's own page."""
    wanted = list(ids)
    found = {one.pk: one for one in policy.readable(actor).filter(pk__in=wanted)}
    lines = {}
    for one in wanted:
        document = found.get(one)
        if document is None or document.dated is None:
            lines[one] = SourceLine(title=_("A document you may not open"), detail="", url="")
            continue
        lines[one] = SourceLine(
            title=f"{document.notation}: {document.summary}",
            detail=_("of %(day)s") % {"day": formats.day(document.dated)},
            url=reverse("documents:document", args=[one]),
        )
    return lines


def paper_lines(*, actor: User, ids: Iterable[UUID]) -> Mapping[UUID, SourceLine]:
    """Of issued documents the same; of what came from outside its issuer and its day, under the policy of the book."""
    wanted = set(ids)
    arrivals = Arrival.objects.filter(pk__in=wanted)
    seen = set(policy.KEEP_BOOK.filter(actor, arrivals).values_list("pk", flat=True))
    came = {}
    for one in arrivals:
        if one.pk not in seen:
            came[one.pk] = SourceLine(title=_("A document you may not open"), detail="", url="")
            continue
        came[one.pk] = SourceLine(
            title=f"{one.notation or one.issuer}: {one.summary}",
            detail=_("came on %(day)s") % {"day": formats.day(one.arrived_on)},
            url=reverse("documents:arrival", args=[one.pk]),
        )
    return {**document_lines(actor=actor, ids=wanted - set(came)), **came}
