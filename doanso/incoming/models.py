"""The book of incoming documents."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from doanso.documents.models import Delivery, Medium, Number, Urgency
from doanso.files.models import Blob
from doanso.lib.uuid7 import uuid7
from doanso.units.models import Unit

_USER = settings.AUTH_USER_MODEL


class ArrivalState(models.TextChoices):
    """The progress of an incoming document."""

    RECEIVED = "received", "Đã vào sổ"
    ASSIGNED = "assigned", "Đã giao xử lý"
    SETTLED = "settled", "Đã xử lý"
    RETURNED = "returned", "Trả lại nơi gửi"


class Arrival(models.Model):
    """An entry in a unit's book of incoming documents: a delivery from a unit of the system, or a file from outside."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="arrivals", db_index=False)
    number = models.OneToOneField(Number, on_delete=models.PROTECT, related_name="arrival")
    delivery = models.OneToOneField(Delivery, null=True, on_delete=models.PROTECT, related_name="arrival")
    arrived_on = models.DateField()
    issuer = models.CharField(max_length=200)
    notation = models.CharField(max_length=60, blank=True)
    dated = models.DateField(null=True)
    kind = models.CharField(max_length=40, blank=True)
    summary = models.CharField(max_length=400)
    folded = models.CharField(max_length=800)
    urgency = models.CharField(max_length=12, choices=Urgency, blank=True)
    medium = models.CharField(max_length=7, choices=Medium, default=Medium.DIGITAL)
    blob = models.ForeignKey(Blob, null=True, on_delete=models.PROTECT, related_name="+")
    # The verdict on the file's signatures at entry, as `signing.verification.Verdict` writes it.
    verdict = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=ArrivalState, default=ArrivalState.RECEIVED)
    assigned_to = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    answer_by = models.DateField(null=True)
    words = models.CharField(max_length=1000, blank=True)
    taken_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()
    settled_by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ArrivalState.values), name="incoming_arrival_state"),
            models.CheckConstraint(condition=~Q(state="returned") | ~Q(words=""), name="incoming_arrival_words"),
        ]
        indexes = [
            models.Index(fields=["unit", "-arrived_on", "-id"], name="incoming_arrival_register"),
            models.Index(fields=["unit", "notation"], name="incoming_arrival_notation"),
        ]
