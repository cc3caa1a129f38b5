"""Actions that end an issued document: recalled, or replaced by another. Issued documents are never deleted."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.documents import policy
from doanso.documents.models import Document, DocumentState
from doanso.documents.ports import report_end
from doanso.documents.rules import issuing as rules
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused, refuse
from doanso.signing.actions import public

LONGEST_REASON = 300


@transaction.atomic
def recall_document(*, actor: User, document: Document, reason: str) -> Document:
    """Recall an issued document; all receivers and everybody who verifies it see that at once."""
    fresh = _end_document(actor, document, DocumentState.RECALLED, reason)
    if fresh.public is not None:
        public.recall_file(actor=actor, public_file=fresh.public, reason=fresh.ended_reason)
    record(actor=actor, action="documents.recall", obj=fresh, unit=fresh.unit_id, changed=["state"])
    report_end(actor=actor, document=fresh)
    return fresh


@transaction.atomic
def replace_document(*, actor: User, document: Document, by: Document, reason: str) -> Document:
    """Record that another issued document of the same unit and form replaces this one."""
    policy.ISSUE.require(actor, document)
    # Locked in key order, so that two documents that replace each other at once do not deadlock.
    locked_documents = {
        locked_document.pk: locked_document for locked_document in _lock_documents([document.pk, by.pk])
    }
    other = locked_documents[by.pk]
    if other.pk == document.pk or other.unit_id != document.unit_id or other.state != DocumentState.ISSUED:
        message = _("Choose a document of this unit that was issued and still holds.")
        raise Refused(Problem("replacement_unfit", message, "by"))
    if other.replaces_id is not None:
        message = _("That document replaces another one already.")
        raise Refused(Problem("replacement_taken", message, "by"))
    fresh = _end_document(actor, document, DocumentState.REPLACED, reason)
    other.replaces = fresh
    other.save(update_fields=["replaces"])
    if fresh.public is not None and other.public is not None:
        public.replace_file(actor=actor, public_file=fresh.public, by=other.public, reason=fresh.ended_reason)
    elif fresh.public is not None:
        # A paper document has no public page to link to; the replacement is shown all the same.
        public.recall_file(actor=actor, public_file=fresh.public, reason=fresh.ended_reason)
    record(actor=actor, action="documents.replace", obj=fresh, unit=fresh.unit_id, changed=["state"])
    report_end(actor=actor, document=fresh, successor=other)
    return fresh


def _end_document(actor: User, document: Document, state: str, reason: str) -> Document:
    [fresh] = _lock_documents([document.pk])
    policy.ISSUE.require(actor, fresh)
    refuse(rules.end_problem(fresh.state, reason))
    fresh.state, fresh.ended_reason, fresh.changed_at = state, reason.strip()[:LONGEST_REASON], clock.now()
    fresh.save(update_fields=["state", "ended_reason", "changed_at"])
    return fresh


def _lock_documents(ids: Sequence[UUID]) -> list[Document]:
    rows = Document.objects.select_for_update(of=("self",)).select_related("public")
    return list(rows.filter(pk__in=ids).order_by("pk"))
