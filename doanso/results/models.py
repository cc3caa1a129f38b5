"""Results that units report for indicators which no feature counts, each in versions that never change."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from doanso.files.models import Blob
from doanso.ledger.models import MOST_AMOUNT
from doanso.lib.uuid7 import uuid7
from doanso.targets.models import Indicator
from doanso.units.models import Unit

_USER = settings.AUTH_USER_MODEL


class ResultState(models.TextChoices):
    """Where a result stands: it is in figures of grade 1 only while it is attested."""

    WAITING = "waiting", "Chờ xác nhận"
    ATTESTED = "attested", "Đã xác nhận"
    RETURNED = "returned", "Trả lại để sửa"
    WITHDRAWN = "withdrawn", "Đã rút"


class Result(models.Model):
    """Something a unit did on a day that an indicator counts; what is said of it is in its versions.

    `topic` is what counts it in the ledger, of its indicator when it was reported. `state` is that of the newest version,
    `changed_on` the business day since which it has that state, `changed_by` who wrote the newest version.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="results", db_index=False)
    topic = models.SlugField(max_length=60)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="results", db_index=False)
    state = models.CharField(max_length=9, choices=ResultState, default=ResultState.WAITING)
    version = models.PositiveSmallIntegerField(default=1)
    folded = models.CharField(max_length=1000)
    made_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    changed_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    changed_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ResultState.values), name="results_result_state"),
        ]
        indexes = [
            models.Index(fields=["unit", "state"], name="results_result_unit"),
            models.Index(fields=["indicator", "state"], name="results_result_indicator"),
            models.Index(fields=["state", "changed_on"], name="results_result_waiting"),
        ]


class Outcome(models.TextChoices):
    """How a version ended."""

    CORRECTED = "corrected", "Được thay bằng bản sửa"
    RETURNED = "returned", "Trả lại để sửa"
    WITHDRAWN = "withdrawn", "Đã rút"


class ResultVersion(models.Model):
    """What was reported of a result at one time; its id is the source in the ledger. Only its decision is added later.

    `happened_on` is the day it happened, `arrived_on` the business day on which the version was written, `quantity` a whole
    number in the indicator's unit of count. `why` is the reason of a correction, `reason` that of a return or withdrawal.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="versions", db_index=False)
    number = models.PositiveSmallIntegerField()
    is_latest = models.BooleanField(default=True)
    happened_on = models.DateField()
    arrived_on = models.DateField()
    quantity = models.PositiveIntegerField()
    text = models.CharField(max_length=1000)
    why = models.CharField(max_length=500, blank=True)
    made_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    attested_by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    attested_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=9, choices=Outcome, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    ended_by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["result", "number"], name="results_version_number"),
            models.UniqueConstraint(fields=["result"], condition=Q(is_latest=True), name="results_version_latest"),
            models.CheckConstraint(condition=Q(quantity__range=(1, MOST_AMOUNT)), name="results_version_quantity"),
            models.CheckConstraint(condition=~Q(text=""), name="results_version_text"),
            # Nobody attests what they wrote themselves.
            models.CheckConstraint(
                condition=Q(attested_by=None, attested_at=None)
                | (Q(attested_by__isnull=False, attested_at__isnull=False) & ~Q(attested_by=F("made_by"))),
                name="results_version_attested",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", reason="", ended_by=None, ended_at=None)
                | Q(outcome="corrected", reason="", ended_by__isnull=False, ended_at__isnull=False)
                | (
                    Q(outcome__in=["returned", "withdrawn"], ended_by__isnull=False, ended_at__isnull=False)
                    & ~Q(reason="")
                ),
                name="results_version_outcome",
            ),
        ]
        indexes = [
            models.Index(fields=["-happened_on", "-id"], condition=Q(is_latest=True), name="results_version_list"),
        ]


class ResultFile(models.Model):
    """A file that shows a result; a correction that keeps it names the same stored file."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(ResultVersion, on_delete=models.PROTECT, related_name="files", db_index=False)
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="results_file_position"),
            models.UniqueConstraint(fields=["version", "blob"], name="results_file_blob"),
        ]
