"""A document with everything related to it, and look-ups of documents, mandates and people."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from doanso.access import queries as access
from doanso.accounts.models import User
from doanso.documents import policy
from doanso.documents.body.nodes import DocumentBody
from doanso.documents.body.schema import EMPTY, from_posted
from doanso.documents.drafts import Draft, from_json
from doanso.documents.kinds import kind_choices
from doanso.documents.links import link_of
from doanso.documents.models import (
    Comment,
    Delivery,
    Document,
    DocumentState,
    DocumentVersion,
    Issuing,
    Mandate,
    RoutingStep,
    Signature,
    WorkingCopy,
)
from doanso.files.models import Blob
from doanso.lib import clock
from doanso.units import queries as units
from doanso.units.models import Unit
from doanso.units.queries import NamedUnit


def all_documents() -> QuerySet[Document]:
    """Return all documents with the relations that pages show, to be narrowed by a policy."""
    return Document.objects.select_related("unit", "made_by", "mandate__user", "number", "public", "final", "signed")


def draft_of(document: Document, number: int | None = None) -> Draft:
    """Return the content of a version, by default of the newest."""
    return from_json(document.versions.get(number=number or document.version).content)


def working_copy(actor: User, subject_id: UUID) -> WorkingCopy | None:
    """Return what the actor typed and did not keep, of a document or of a unit's new one."""
    return WorkingCopy.objects.filter(user=actor, subject_id=subject_id).first()


def typed_body(copy: WorkingCopy | None, document: Document | None) -> DocumentBody:
    """Return the body that the editor shows: of the working copy, else of the newest version; empty of a new document."""
    saved = draft_of(document).body if document is not None else EMPTY
    posted = copy.content.get("body") if copy is not None else None
    return from_posted(posted, before=saved) if posted is not None else saved


def find_readable(actor: User, document_id: UUID) -> Document | None:
    """Return the document with what a page shows of it, if the actor may read it."""
    document = all_documents().filter(pk=document_id).first()
    return document if document is not None and policy.is_readable(actor, document) else None


def find_worked_on(actor: User, document_id: UUID) -> Document | None:
    """Return the document with what a page shows of it, if the actor works on it and does not only read it."""
    document = all_documents().filter(pk=document_id).first()
    return document if document is not None and policy.works_on(actor, document) else None


@dataclass(frozen=True, slots=True)
class DocumentDetails:
    """Everything that a document's own page shows."""

    document: Document
    unit: NamedUnit
    kind_name: str
    steps: list[RoutingStep]
    versions: list[DocumentVersion]
    comments: list[Comment]
    signatures: list[Signature]
    deliveries: list[Delivery]
    names: dict[UUID, NamedUnit]
    issuing: Issuing | None
    replaced_by: Document | None

    @property
    def is_file(self) -> bool:
        """Return whether it was uploaded or made as a file, so that no form prints it."""
        return bool(self.document.source_kind) or any(version.upload_id is not None for version in self.versions)


def read_details(document: Document) -> DocumentDetails:
    """Return a document's steps, versions, remarks, signatures and receivers in a bounded number of statements.

    Receivers and issuing are written when the number is drawn, so they are not searched before; giving a document up removes
    its number and leaves them.
    """
    was_numbered = document.number_id is not None or document.state == DocumentState.DISCARDED
    deliveries = list(document.deliveries.select_related("user").order_by("sent_at", "id")) if was_numbered else []
    ids = [delivery.unit_id for delivery in deliveries if delivery.unit_id is not None]
    return DocumentDetails(
        document=document,
        unit=units.named_unit(document.unit, document.dated or clock.today()),
        kind_name=kind_names().get(document.kind, document.kind),
        steps=list(document.steps.select_related("user", "decided_by").order_by("round", "place")),
        versions=list(document.versions.select_related("made_by").defer("content").order_by("-number")),
        comments=list(document.comments.select_related("by").order_by("at", "id")),
        signatures=list(
            document.signatures.filter(attachment=None).select_related("certificate", "by").order_by("made_at", "id")
        ),
        deliveries=deliveries,
        names=units.named_units_by_id(ids) if ids else {},
        issuing=all_issuings().filter(document=document).first() if was_numbered else None,
        replaced_by=(
            Document.objects.filter(replaces=document).first() if document.state == DocumentState.REPLACED else None
        ),
    )


@dataclass(frozen=True, slots=True)
class ReceiverLine:
    """One receiver on the document's page: its name and state, and for the clerk the link to hand over."""

    delivery: Delivery
    name: str
    word: str
    link: str = ""


_MOST_NAMED = 4


@dataclass(frozen=True, slots=True)
class SentSummary:
    """To how many an issued document went, the first of those who have not opened it by name, and the answers asked for."""

    units: int
    others: int
    unopened: str
    more: int
    asked: int
    answered: int
    answer_by: date | None

    @property
    def is_overdue(self) -> bool:
        """Whether an answer is missing although its day is past."""
        return self.answer_by is not None and self.answered < self.asked and self.answer_by < clock.today()


def sent_summary(details: DocumentDetails) -> SentSummary:
    """Return what became of an issued document, from what was read for its page."""
    sent = [delivery for delivery in details.deliveries if delivery.sent_at is not None]
    waiting = [_receiver_name(details, delivery) for delivery in sent if delivery.opened_at is None]
    asked = [delivery for delivery in sent if delivery.answer_by is not None]
    return SentSummary(
        units=sum(delivery.unit_id is not None for delivery in sent),
        others=sum(delivery.unit_id is None for delivery in sent),
        unopened=", ".join(waiting[:_MOST_NAMED]),
        more=max(len(waiting) - _MOST_NAMED, 0),
        asked=len(asked),
        answered=sum(delivery.answered_at is not None for delivery in asked),
        answer_by=min((day for delivery in asked if (day := delivery.answer_by) is not None), default=None),
    )


def _receiver_name(details: DocumentDetails, delivery: Delivery) -> str:
    if delivery.unit_id is not None:
        return details.names[delivery.unit_id].short_name if delivery.unit_id in details.names else ""
    return delivery.user.display_name if delivery.user is not None else delivery.outside


def receiver_lines(details: DocumentDetails, *, with_links: bool) -> list[ReceiverLine]:
    """Return a line per receiver: first those who answered, then those who noted its end, then those who opened it."""
    lines = []
    for delivery in sorted(details.deliveries, key=_progress_key):
        name = _receiver_name(details, delivery)
        link = reverse("documents:outside", args=[link_of(delivery)]) if with_links and delivery.link_encrypted else ""
        lines.append(ReceiverLine(delivery, name, _word(delivery), link))
    return lines


def _progress_key(delivery: Delivery) -> tuple[bool, bool, bool]:
    return delivery.answered_at is None, delivery.end_seen_at is None, delivery.opened_at is None


def _word(delivery: Delivery) -> str:
    if delivery.sent_at is None:
        return _("Not sent yet")
    if delivery.reminders:
        message = ngettext(
            "Not opened, reminded %(count)s time", "Not opened, reminded %(count)s times", delivery.reminders
        )
        return message % {"count": delivery.reminders}
    return _("Not opened yet")


def kind_names() -> dict[str, str]:
    """Return names of kinds by code."""
    return dict(kind_choices())


def mandates_for(unit: Unit, kind: str, on: date) -> list[Mandate]:
    """Return the mandates under which a kind of document may be signed for a unit on a day."""
    mandates = (
        Mandate.objects.filter(unit=unit, since__lte=on)
        .filter(Q(until=None) | Q(until__gte=on), user__is_active=True)
        .select_related("user")
        .order_by("given_at", "id")
    )
    return [mandate for mandate in mandates if not mandate.kinds or kind in mandate.kinds]


def mandate_in_effect(document: Document, on: date) -> Mandate | None:
    """Return the mandate under which a document's signer signs on a day.

    It is the one that the document was sent on with or, where that one has ended, the same authority given anew: of the same
    person for the same unit, in the words that the document prints. Where none is in effect it is the document's own.
    """
    own = document.mandate
    if own is None or (own.since <= on and (own.until is None or on <= own.until)):
        return own
    renewed = Mandate.objects.filter(
        unit=own.unit_id, user=own.user_id, wording=own.wording, body=own.body, post=own.post, since__lte=on
    )
    renewed = renewed.exclude(until__lt=on).select_related("user").order_by("given_at", "id")
    return next((mandate for mandate in renewed if not mandate.kinds or document.kind in mandate.kinds), own)


def reviewers_for(unit: Unit, *, but: User) -> list[User]:
    """Return the users who may review a unit's drafts: everybody who drafts there except `but`."""
    return list(policy.people_at(policy.DRAFT, unit).exclude(pk=but.pk))


def roles_in(unit: Unit) -> dict[UUID, str]:
    """Return the roles of a unit's officers in words, by person."""
    roles: dict[UUID, str] = {}
    for officer in access.officers_at(unit):
        earlier = roles.get(officer.role_assignment.user_id)
        roles[officer.role_assignment.user_id] = f"{earlier}, {officer.role}" if earlier else officer.role
    return roles


def remarks_on(document: Document) -> QuerySet[Comment]:
    """Return the remarks on a document."""
    return Comment.objects.filter(document=document)


def file_of(document: Document) -> Blob | None:
    """Return the document's newest file: sealed, signed or prepared for signing, else the uploaded one, else None."""
    blob = document.final or document.signed or document.base
    if blob is not None:
        return blob
    newest = document.versions.filter(number=document.version).select_related("upload__key").first()
    return newest.upload if newest is not None else None


def all_issuings() -> QuerySet[Issuing]:
    """Return all issuings with their certificates."""
    return Issuing.objects.select_related("certificate")


def document_with_notation(unit: Unit, notation: str) -> Document | None:
    """Return the newest issued document of a unit with this notation."""
    return (
        Document.objects.filter(unit=unit, notation__iexact=notation, state=DocumentState.ISSUED)
        .order_by("-issued_at")
        .first()
    )


def document_made_of(source_kind: str, source_id: UUID) -> Document | None:
    """Return the document that was made of another app's record and has not ended since."""
    ended = (DocumentState.DISCARDED, DocumentState.RECALLED, DocumentState.REPLACED)
    return all_documents().filter(source_kind=source_kind, source_id=source_id).exclude(state__in=ended).first()
