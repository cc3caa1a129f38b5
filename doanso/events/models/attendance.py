"""Who came to an event: what was seen at its gates, and what follows for each ticket."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from doanso.events.models.events import Event
from doanso.events.models.registrations import Registration
from doanso.lib.uuid7 import uuid7

_USER = settings.AUTH_USER_MODEL


class CheckInMethod(models.TextChoices):
    """How somebody was known at a gate."""

    TICKET = "ticket", "Mã vé"
    CARD = "card", "Thẻ đoàn viên"
    NAME = "name", "Tìm tên"
    WALK_IN = "walk-in", "Khách không có mã"


class CheckInDirection(models.TextChoices):
    """Whether somebody came or went."""

    IN = "in", "Vào"
    OUT = "out", "Ra"


class Attendance(models.Model):
    """Somebody with a ticket was at the event; follows from the ticket's check-ins, whatever the order in which they arrived.

    `first_seen_at` is None when every check-in was undone: such a row is no attendance.
    """

    registration = models.OneToOneField(Registration, primary_key=True, on_delete=models.PROTECT)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="attendances", db_index=False)
    first_seen_at = models.DateTimeField(null=True)
    last_seen_at = models.DateTimeField(null=True)
    is_inside = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(first_seen_at=None, last_seen_at=None, is_inside=False)
                | Q(first_seen_at__isnull=False, last_seen_at__isnull=False),
                name="events_attendance_seen",
            ),
        ]
        indexes = [models.Index(fields=["event", "first_seen_at"], name="events_attendance_event")]


class CheckIn(models.Model):
    """A ticket was seen at a gate. `id` is that of the phone's record, or made at the desk. One that was undone stays."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    attendance = models.ForeignKey(Attendance, on_delete=models.PROTECT, related_name="check_ins")
    method = models.CharField(max_length=7, choices=CheckInMethod)
    direction = models.CharField(max_length=3, choices=CheckInDirection)
    gate = models.CharField(max_length=60, blank=True)
    seen_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(method__in=CheckInMethod.values), name="events_check_in_method"),
            models.CheckConstraint(
                condition=Q(direction__in=CheckInDirection.values), name="events_check_in_direction"
            ),
        ]
