"""What still waits for a signature: of the organisation, before a document goes out, the files beside it, then the document; of
its person what was begun. And, once it is out, beside which public file such a one went."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from doanso.accounts.models import User
from doanso.documents.models import Attachment, Document, Issuing, IssuingState
from doanso.documents.signature_fields import ATTACHMENT, DOCUMENT, PERSON
from doanso.signing.models import Session
from doanso.signing.queries import open_session


@dataclass(frozen=True, slots=True)
class Unsealed:
    """One file that waits for the organisation's signature: a document's own, or one beside it."""

    document: Document
    attachment: Attachment | None = None

    @property
    def kind(self) -> str:
        """What it is, as signing calls its owner."""
        return DOCUMENT if self.attachment is None else ATTACHMENT

    @property
    def id(self) -> UUID:
        """Which one."""
        return self.document.pk if self.attachment is None else self.attachment.pk

    @property
    def name(self) -> str:
        """By which people know it."""
        return self.document.notation if self.attachment is None else self.attachment.name

    @property
    def size(self) -> int:
        """In bytes."""
        blob = self.document.signed if self.attachment is None else self.attachment.blob
        return blob.size if blob is not None else 0


def unsealed(issuing: Issuing) -> list[Unsealed]:
    """In the order in which they are sealed in one go: the document last, with which its number comes into force."""
    document = issuing.document
    beside = document.attachments.filter(signed=None).select_related("blob__key").order_by("added_at", "id")
    waiting = [Unsealed(document, attachment) for attachment in beside]
    if issuing.state == IssuingState.NUMBERED:
        waiting.append(Unsealed(document))
    return waiting


def own_signing(document: Document, user: User) -> Session | None:
    """The signature of the document's person that the user began, and neither ended nor gave up."""
    session = open_session(owner_kind=DOCUMENT, owner_id=document.pk, field=PERSON)
    is_own = session is not None and session.user_id == user.pk and session.base_id == document.base_id
    return session if is_own else None


def public_files_of_attachment(sha256: str) -> Iterable[UUID]:
    """The public files of the documents that went out with a sealed file of exactly these bytes."""
    attachments = Attachment.objects.filter(signed__sha256=sha256, document__public__issued_at__isnull=False)
    return attachments.values_list("document__public", flat=True)
