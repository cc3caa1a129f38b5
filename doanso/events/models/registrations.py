"""Tickets for an event."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from doanso.events.models.events import Event
from doanso.lib.uuid7 import uuid7
from doanso.members.models import Member
from doanso.units.models import Unit

_USER = settings.AUTH_USER_MODEL


class RegistrationState(models.TextChoices):
    """What became of a registration."""

    REGISTERED = "registered", "Có chỗ"
    WAITING = "waiting", "Danh sách chờ"
    CANCELLED = "cancelled", "Đã hủy"
    BLANK = "blank", "Phiếu giấy chưa dùng"


class RegistrationSource(models.TextChoices):
    """How somebody registered."""

    LINK = "link", "Đường dẫn, mã QR"
    CODE = "code", "Gõ mã"
    OFFICER = "officer", "Cán bộ ghi giúp"
    GATE = "gate", "Đến thẳng cổng"
    PAPER = "paper", "Phiếu giấy"


class Registration(models.Model):
    """A ticket for an event: `number` is unique in the event, `link_…` opens the holder's page without an account.

    Only what the event needs is kept: a name and a year of birth, a phone if the holder wants to be called, the name of a
    parent or guardian who agreed for somebody below that age. All of it is deleted when the ticket is cancelled, and some
    months after the event; the row stays, so that counts do not change. A registration is nobody's `Person`. A member who came
    without a ticket gets one at the gate (`member`); a paper ticket is blank until somebody comes with it.
    `gate_code` is the first 96 bits of a plain hash of the link, by which a phone without a network knows the ticket.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="registrations", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=RegistrationState)
    source = models.CharField(max_length=7, choices=RegistrationSource)
    name = models.CharField(max_length=120, blank=True)
    folded = models.CharField(max_length=120, blank=True)
    birth_year = models.PositiveSmallIntegerField(null=True)
    phone_encrypted = models.BinaryField(default=bytes)
    guardian_name = models.CharField(max_length=120, blank=True)
    link_encrypted = models.BinaryField()
    link_lookup = models.CharField(max_length=64, unique=True)
    gate_code = models.CharField(max_length=24)
    member = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="event_registrations")
    text_version = models.CharField(max_length=20, blank=True)
    made_on = models.DateField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    # When somebody of the waiting list got a place, and since when the holder's data are gone.
    moved_up_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "number"], name="events_registration_number"),
            # The code first: a scanned ticket may be one of another event.
            models.UniqueConstraint(fields=["gate_code", "event"], name="events_registration_gate_code"),
            models.UniqueConstraint(fields=["event", "member"], name="events_registration_member"),
            models.CheckConstraint(condition=Q(state__in=RegistrationState.values), name="events_registration_state"),
            models.CheckConstraint(
                condition=Q(erased_at=None) | Q(name="", folded="", birth_year=None, guardian_name=""),
                name="events_registration_erased",
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | Q(erased_at__isnull=False), name="events_registration_cancelled"
            ),
        ]
        indexes = [
            models.Index(fields=["event", "state", "number"], name="events_registration_event"),
        ]
