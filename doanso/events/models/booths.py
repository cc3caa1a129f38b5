"""What happens at an event's booths: codes for their staff, stamps on tickets, and what booths report in total."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from doanso.events.models.events import Booth, Shift
from doanso.events.models.registrations import Registration
from doanso.lib.uuid7 import uuid7
from doanso.members.models import Member
from doanso.outreach.models import Teammate
from doanso.support.models import SupportRecord

_USER = settings.AUTH_USER_MODEL


class BoothCode(models.Model):
    """What the staff of a booth, who have no account, work with during a shift: a secret link, and a code to be typed for it.

    It ends with its shift, and when it is ended by hand or replaced by another one. `member` or `teammate` is the volunteer on
    duty who helps there: the helper of what is recorded. Link and code are found by keyed hashes and stored encrypted.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="codes")
    booth = models.ForeignKey(Booth, on_delete=models.PROTECT, related_name="codes")
    member = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    teammate = models.ForeignKey(Teammate, null=True, on_delete=models.PROTECT, related_name="+")
    keys_encrypted = models.BinaryField()
    link_lookup = models.CharField(max_length=64, unique=True)
    code_lookup = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(member__isnull=False, teammate=None) | Q(member=None, teammate__isnull=False),
                name="events_booth_code_helper",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="events_booth_code_ended",
            ),
            models.UniqueConstraint(fields=["shift"], condition=Q(ended_at=None), name="events_booth_code_shift"),
        ]


class StampKind(models.TextChoices):
    """What a booth says that it has done for the holder of a ticket."""

    ACCOUNT = "account", "Đã mở tài khoản"
    PAYMENT = "payment", "Đã trả lần đầu"
    DONE = "done", "Đã giúp xong"


class StampState(models.TextChoices):
    """What became of a stamp."""

    WAITING = "waiting", "Chờ khách xác nhận"
    CONFIRMED = "confirmed", "Khách đã xác nhận"
    DENIED = "denied", "Khách nói không phải"
    UNDONE = "undone", "Gian đã hoàn tác"


class BoothStamp(models.Model):
    """A booth says that it has helped the holder of a ticket, or their shop. It counts nowhere until the holder confirms it.

    By the confirmation it leads to a support record: that of the same receiver, service and day if there is one already, or
    a new one. `is_certain`: the record was made by this very stamp or an earlier one of the ticket, so its receipt is the
    holder's own.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    booth = models.ForeignKey(Booth, on_delete=models.PROTECT, related_name="stamps")
    code = models.ForeignKey(BoothCode, on_delete=models.PROTECT, related_name="stamps")
    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="stamps")
    kind = models.CharField(max_length=7, choices=StampKind)
    to_business = models.BooleanField(default=False)
    state = models.CharField(max_length=9, choices=StampState, default=StampState.WAITING)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    support_record = models.ForeignKey(SupportRecord, null=True, on_delete=models.PROTECT, related_name="+")
    is_certain = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=StampKind.values), name="events_stamp_kind"),
            models.CheckConstraint(condition=Q(state__in=StampState.values), name="events_stamp_state"),
            models.CheckConstraint(
                condition=Q(state="waiting", ended_at=None) | (~Q(state="waiting") & Q(ended_at__isnull=False)),
                name="events_stamp_ended",
            ),
            models.CheckConstraint(
                condition=Q(state="confirmed", support_record__isnull=False)
                | (~Q(state="confirmed") & Q(support_record=None, is_certain=False)),
                name="events_stamp_record",
            ),
            models.UniqueConstraint(
                fields=["booth", "registration", "kind", "to_business"],
                condition=~Q(state="undone"),
                name="events_stamp_once",
            ),
        ]
        indexes = [models.Index(fields=["code", "-made_at"], name="events_stamp_code")]


class BoothReport(models.Model):
    """What a booth has done in total by its own books, as a partner or an officer reports it; the highest version holds.

    Of each figure None says that it was not reported. `other` is counted in `other_words`, for example giao dịch.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    booth = models.ForeignKey(Booth, on_delete=models.PROTECT, related_name="reports")
    version = models.PositiveIntegerField()
    accounts = models.PositiveIntegerField(null=True)
    payments = models.PositiveIntegerField(null=True)
    done = models.PositiveIntegerField(null=True)
    other = models.PositiveIntegerField(null=True)
    other_words = models.CharField(max_length=30, blank=True)
    made_on = models.DateField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    code = models.ForeignKey(BoothCode, null=True, on_delete=models.PROTECT, related_name="reports")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["booth", "version"], name="events_booth_report_version"),
            models.CheckConstraint(
                condition=Q(made_by=None, code__isnull=False) | Q(made_by__isnull=False, code=None),
                name="events_booth_report_by",
            ),
            models.CheckConstraint(
                condition=Q(other=None, other_words="") | (Q(other__isnull=False) & ~Q(other_words="")),
                name="events_booth_report_other",
            ),
        ]
