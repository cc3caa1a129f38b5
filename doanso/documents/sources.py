"""Source lines of documents, shown when a figure is opened."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.documents import policy
from doanso.ledger.ports import SourceLine
from doanso.lib import formats


def document_lines(*, actor: User, ids: Iterable[UUID]) -> Mapping[UUID, SourceLine]:
    """Return a line per document, under the policy of its own page."""
    wanted_ids = list(ids)
    documents = policy.readable_documents(actor).in_bulk(wanted_ids)
    lines = {}
    for document_id in wanted_ids:
        document = documents.get(document_id)
        if document is None or document.dated is None:
            lines[document_id] = SourceLine(title=_("A document you may not open"), detail="", url="")
            continue
        lines[document_id] = SourceLine(
            title=f"{document.notation}: {document.summary}",
            detail=_("of %(day)s") % {"day": formats.day(document.dated)},
            url=reverse("documents:document", args=[document_id]),
        )
    return lines
