"""The kinds of this app's objects in history, with the page of those that a reader may open."""

from collections.abc import Collection
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from doanso.access.ports import ObjectLink, register_object_kind
from doanso.accounts.models import User
from doanso.documents import policy
from doanso.documents.models import Delivery, Document
from doanso.units import queries as units


def register() -> None:
    """Register the kinds; called once at start-up."""
    register_object_kind("documents.document", _("Document"), _documents)
    register_object_kind("documents.delivery", _("Delivery of a document"), _deliveries)
    register_object_kind("documents.attachment", _("File beside a document"))
    register_object_kind("documents.comment", _("Remark on a document"))
    register_object_kind("documents.mandate", _("Right to sign"))
    register_object_kind("documents.standin", _("Stand-in"))
    register_object_kind("documents.letterhead", _("Letterhead"))
    register_object_kind("documents.number", _("Number of a document"))
    register_object_kind("documents.numbering", _("Way of numbering"))
    register_object_kind("documents.series", _("Series of numbers"))


def _documents(actor: User, ids: Collection[UUID]) -> dict[UUID, ObjectLink]:
    return {
        document.pk: ObjectLink(_name(document), reverse("documents:document", args=[document.pk]))
        for document in policy.readable_documents(actor).filter(pk__in=list(ids))
    }


def _deliveries(actor: User, ids: Collection[UUID]) -> dict[UUID, ObjectLink]:
    """Return the deliveries: for a receiver with the page of what came in, else with the document's own; three statements."""
    links = {}
    deliveries = Delivery.objects.filter(pk__in=list(ids)).select_related("document", "user")
    sent = list(deliveries.filter(document__in=policy.readable_documents(actor)))
    names = units.named_units_by_id({delivery.unit_id for delivery in sent if delivery.unit_id is not None})
    for delivery in sent:
        receiver = names[delivery.unit_id].short_name if delivery.unit_id in names else delivery.outside
        receiver = delivery.user.display_name if delivery.user is not None else receiver
        title = f"{_name(delivery.document)} → {receiver}"
        links[delivery.pk] = ObjectLink(title, reverse("documents:document", args=[delivery.document_id]))
    for delivery in policy.received_deliveries(actor).filter(pk__in=list(ids)).select_related("document"):
        links[delivery.pk] = ObjectLink(_name(delivery.document), reverse("documents:delivery", args=[delivery.pk]))
    return links


def _name(document: Document) -> str:
    return " · ".join(filter(None, [document.notation, document.summary]))
