"""How a document looks behind a figure that is opened."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.documents import policy
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
