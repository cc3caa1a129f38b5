"""Receivers of a document."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from doanso.documents.models.documents import Document
from doanso.lib.uuid7 import uuid7
from doanso.units.models import Unit

_USER = settings.AUTH_USER_MODEL


class Delivery(models.Model):
    """A document's delivery to one unit, one person or one name outside, and its handling by the receiver.

    The receiver sees it once the document is issued (`sent_at`). A reader outside opens it by a link of 128 random bits, found
    by its keyed hash.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="deliveries", db_index=False)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="deliveries", db_index=False)
    user = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="deliveries")
    outside = models.CharField(max_length=160, blank=True)
    link_encrypted = models.BinaryField(default=bytes)
    link_lookup = models.CharField(max_length=64, null=True, unique=True)
    # The purpose, as the list of recipients has it in brackets.
    purpose = models.CharField(max_length=20, blank=True)
    sent_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    opened_by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    # The business day of the last reminder; at most one a day, by hand or by the worker.
    reminded_on = models.DateField(null=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    assigned_to = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField(null=True)
    answer_by = models.DateField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=1000, blank=True)
    answer_document = models.ForeignKey(Document, null=True, on_delete=models.PROTECT, related_name="answers")
    # When the receiver noted that the document was recalled or replaced; outside, opening the link notes it.
    end_seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["document", "unit"], condition=Q(unit__isnull=False), name="documents_delivery_unit_once"
            ),
            models.UniqueConstraint(
                fields=["document", "user"], condition=Q(user__isnull=False), name="documents_delivery_user_once"
            ),
            models.CheckConstraint(
                condition=Q(unit__isnull=False, user__isnull=True, outside="")
                | Q(unit__isnull=True, user__isnull=False, outside="")
                | (Q(unit__isnull=True, user__isnull=True) & ~Q(outside="")),
                name="documents_delivery_one_receiver",
            ),
            models.CheckConstraint(
                condition=Q(opened_at=None) | Q(sent_at__isnull=False), name="documents_delivery_order"
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "-sent_at"], name="documents_delivery_unit"),
            models.Index(
                fields=["answer_by"],
                condition=Q(answered_at=None, answer_by__isnull=False),
                name="documents_delivery_unanswered",
            ),
        ]
