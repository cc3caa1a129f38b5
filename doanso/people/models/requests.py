"""Requests of persons about their data, and their statutory days."""

from django.conf import settings
from django.db import models

from doanso.lib.uuid7 import uuid7
from doanso.people.models.consents import Channel
from doanso.people.models.persons import Person
from doanso.units.models import Unit


class RequestKind(models.TextChoices):
    """The kind of request."""

    COPY = "copy", "Xin bản sao"
    CORRECT = "correct", "Đính chính"
    ERASE = "erase", "Xóa dữ liệu"
    WITHDRAW = "withdraw", "Rút lại đồng ý"
    OBJECT = "object", "Phản đối, hạn chế xử lý"


class RequestState(models.TextChoices):
    """The state of a request."""

    OPEN = "open", "Mới nhận"
    TAKEN = "taken", "Đang xử lý"
    SETTLED = "settled", "Đã xong"
    DECLINED = "declined", "Không thực hiện được"


class Request(models.Model):
    """One request of one person, to be answered by `answer_by` and done by `due_on`; the term is extended once at most.

    The person's own words (`detail_encrypted`) are deleted when the person is erased.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="requests")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=RequestKind)
    channel = models.CharField(max_length=6, choices=Channel)
    state = models.CharField(max_length=8, choices=RequestState, default=RequestState.OPEN)
    detail_encrypted = models.BinaryField(default=bytes)
    opened_on = models.DateField()
    opened_at = models.DateTimeField()
    answer_by = models.DateField()
    due_on = models.DateField()
    extended_at = models.DateTimeField(null=True)
    extension_reason = models.CharField(max_length=200, blank=True)
    handler = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    decline_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"],
                condition=models.Q(state__in=["open", "taken"]),
                name="people_request_one_open",
            ),
            models.CheckConstraint(condition=models.Q(kind__in=RequestKind.values), name="people_request_kind"),
            models.CheckConstraint(condition=models.Q(state__in=RequestState.values), name="people_request_state"),
            models.CheckConstraint(condition=models.Q(due_on__gte=models.F("opened_on")), name="people_request_dates"),
        ]
        indexes = [
            models.Index(
                fields=["unit", "due_on"],
                name="people_request_waiting",
                condition=models.Q(state__in=["open", "taken"]),
            ),
        ]
