"""Files that wait for the organisation's signature, the person's open signature, and public files beside an attachment."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from doanso.accounts.models import User
from doanso.documents.models import Attachment, Document, Issuing, IssuingState
from doanso.documents.signature_fields import ATTACHMENT, DOCUMENT, PERSON
from doanso.signing.models import Session
from doanso.signing.queries import open_session


@dataclass(frozen=True, slots=True)
class UnsealedFile:
    """One file that waits for the organisation's signature: a document's own or an attachment."""

    document: Document
    attachment: Attachment | None = None

    @property
    def kind(self) -> str:
        """Return the owner kind, as signing knows it."""
        return DOCUMENT if self.attachment is None else ATTACHMENT

    @property
    def id(self) -> UUID:
        """Return the owner's id."""
        return self.document.pk if self.attachment is None else self.attachment.pk

    @property
    def name(self) -> str:
        """Return the name shown to people."""
        return self.document.notation if self.attachment is None else self.attachment.name

    @property
    def size(self) -> int:
        """Return the size in bytes."""
        blob = self.document.signed if self.attachment is None else self.attachment.blob
        return blob.size if blob is not None else 0


def unsealed_files(issuing: Issuing) -> list[UnsealedFile]:
    """Return the files in the order of sealing: the document last, because its seal puts the number into force."""
    document = issuing.document
    beside = document.attachments.filter(signed=None).select_related("blob__key").order_by("added_at", "id")
    waiting = [UnsealedFile(document, attachment) for attachment in beside]
    if issuing.state == IssuingState.NUMBERED:
        waiting.append(UnsealedFile(document))
    return waiting


def open_signing_session(document: Document, user: User) -> Session | None:
    """Return the user's open session for the person's signature of the document."""
    session = open_session(owner_kind=DOCUMENT, owner_id=document.pk, field=PERSON)
    is_own = session is not None and session.user_id == user.pk and session.base_id == document.base_id
    return session if is_own else None


def public_files_of_attachment(sha256: str) -> Iterable[UUID]:
    """Return the public files of the documents that were issued with a sealed attachment of exactly these bytes."""
    attachments = Attachment.objects.filter(signed__sha256=sha256, document__public__issued_at__isnull=False)
    return attachments.values_list("document__public", flat=True)
