"""The closing of an event: what its unit writes, the figures that were frozen for the report, and the report itself."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from doanso.documents.models import Document
from doanso.events.models.events import Event
from doanso.lib.uuid7 import uuid7
from doanso.units.models import Unit

_USER = settings.AUTH_USER_MODEL


class EventClosing(models.Model):
    """The report of an event; its id is the source in the ledger from the day on which the report is issued.

    `figures` are those of `rules.closing`, frozen under `content_hash` when the report was written. `unit` is credited. A report
    that is withdrawn ends its closing (`taken_back_on`), and the next report is another one.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="closings", db_index=False)
    incidents = models.CharField(max_length=2000, blank=True)
    remarks = models.CharField(max_length=2000, blank=True)
    version = models.PositiveIntegerField(default=1)
    figures = models.JSONField(null=True)
    hash_version = models.PositiveSmallIntegerField(null=True)
    content_hash = models.CharField(max_length=64, blank=True)
    frozen_at = models.DateTimeField(null=True)
    frozen_by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    document = models.ForeignKey(Document, null=True, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    counted_on = models.DateField(null=True)
    counted_at = models.DateTimeField(null=True)
    taken_back_on = models.DateField(null=True)
    taken_back_at = models.DateTimeField(null=True)
    taken_back_reason = models.CharField(max_length=300, blank=True)
    made_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["event"], condition=Q(taken_back_on=None), name="events_closing_one_in_force"
            ),
            models.CheckConstraint(
                condition=Q(figures__isnull=True, hash_version=None, content_hash="", frozen_at=None, frozen_by=None)
                | (
                    Q(figures__isnull=False, hash_version__isnull=False, frozen_at__isnull=False)
                    & Q(frozen_by__isnull=False)
                    & ~Q(content_hash="")
                ),
                name="events_closing_frozen",
            ),
            models.CheckConstraint(
                condition=Q(counted_on=None, counted_at=None, unit=None)
                | (
                    Q(counted_on__isnull=False, counted_at__isnull=False, unit__isnull=False)
                    & Q(document__isnull=False, figures__isnull=False)
                ),
                name="events_closing_counted",
            ),
            models.CheckConstraint(
                condition=Q(taken_back_on=None, taken_back_at=None, taken_back_reason="")
                | (Q(taken_back_on__isnull=False, taken_back_at__isnull=False) & Q(counted_on__isnull=False)),
                name="events_closing_taken_back",
            ),
        ]
        indexes = [models.Index(fields=["event", "made_at"], name="events_closing_event")]
