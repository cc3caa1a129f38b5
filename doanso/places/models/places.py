"""Places: digital streets, cashless markets and what comes later, with their segments, assessments and recognitions."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from doanso.assignments.models import Assignment
from doanso.documents.models import Document
from doanso.lib.uuid7 import uuid7
from doanso.partners.models import Partner
from doanso.places.models.criteria import CriteriaSet, Criterion
from doanso.units.models import Unit

_USER = settings.AUTH_USER_MODEL


class PlaceState(models.TextChoices):
    """Where a place stands in its life cycle."""

    PREPARING = "preparing", "Đang lập danh sách"
    SURVEYED = "surveyed", "Đã khảo sát"
    IN_PROGRESS = "in-progress", "Đang thực hiện"
    SELF_ASSESSED = "self-assessed", "Chờ thẩm định"
    ASSESSED = "assessed", "Đã thẩm định"
    RECOGNISED = "recognised", "Đã công nhận"
    REFUSED = "refused", "Chưa đạt"
    WITHDRAWN = "withdrawn", "Đã thu hồi công nhận"
    STOPPED = "stopped", "Đã dừng"


class Place(models.Model):
    """A street, a market, or another kind of place that is brought to its criteria.

    `kind` is a code of `programmes/places.toml`; `slug` is its public address. From `surveyed_on` on the denominators are frozen:
    later changes of the register have a day and a reason. `version` grows with every change of the row, so that an action can
    tell whether its user has read the current one. `passed`, `criteria_count` and `counted_at` are the progress as it was last
    counted, for lists; the place's page computes it anew. `outline` is the drawing of the plan (`renderers.plan`).
    """

    # What a page has read of it; set by `page_reads.keep_page_reads`.
    page_reads: dict[tuple[Any, ...], Any]

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.SlugField(max_length=40)
    name = models.CharField(max_length=120)
    folded = models.CharField(max_length=120)
    slug = models.SlugField(max_length=80, unique=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="places", db_index=False)
    # The place of which it is made again, where it is.
    made_from = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="repeats")
    criteria_set = models.ForeignKey(CriteriaSet, on_delete=models.PROTECT, related_name="places")
    state = models.CharField(max_length=13, choices=PlaceState, default=PlaceState.PREPARING)
    version = models.PositiveIntegerField(default=1)
    started_on = models.DateField()
    surveyed_on = models.DateField(null=True)
    changed_on = models.DateField()
    # Why it is in this state: refused, sent back, withdrawn or stopped.
    state_reason = models.CharField(max_length=500, blank=True)
    note = models.CharField(max_length=1000, blank=True)
    outline = models.JSONField(default=dict)
    # Shown on public pages before it is recognised, because its committee chose so.
    is_shown = models.BooleanField(default=False)
    passed = models.PositiveSmallIntegerField(default=0)
    criteria_count = models.PositiveSmallIntegerField(default=0)
    counted_at = models.DateTimeField(null=True)
    made_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    changed_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=PlaceState.values), name="places_place_state"),
            models.CheckConstraint(
                condition=Q(state__in=["preparing", "stopped"]) | Q(surveyed_on__isnull=False),
                name="places_place_surveyed",
            ),
            models.CheckConstraint(condition=Q(passed__lte=F("criteria_count")), name="places_place_passed"),
        ]
        indexes = [
            models.Index(fields=["unit", "kind", "state"], name="places_place_unit"),
            models.Index(fields=["state", "changed_on"], name="places_place_waiting"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_frozen(self) -> bool:
        """Return whether the survey is done, so that changes of the register need a day and a reason."""
        return self.surveyed_on is not None


class Segment(models.Model):
    """A segment of a street between two crossings, or a section of a market. One that ended keeps what belonged to it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="segments", db_index=False)
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=80)
    begins_at = models.CharField(max_length=80, blank=True)
    ends_at = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["place", "number"], name="places_segment_number"),
        ]

    def __str__(self) -> str:
        return self.name


class AssessmentStage(models.TextChoices):
    """When a place's values were kept."""

    BASELINE = "baseline", "Khảo sát ban đầu"
    MID = "mid", "Giữa kỳ"
    SELF = "self", "Tự đánh giá"
    CITY = "city", "Thẩm định"
    RECHECK = "recheck", "Tái kiểm tra"


class Assessment(models.Model):
    """The values of all criteria on a day, kept for good; `content_hash` is over all of them (`rules.frozen`).

    `number` counts the assessments of a place. An assessment taken back keeps its values and says why.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="assessments", db_index=False)
    criteria_set = models.ForeignKey(CriteriaSet, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    stage = models.CharField(max_length=8, choices=AssessmentStage)
    on = models.DateField()
    note = models.CharField(max_length=1000, blank=True)
    passed = models.PositiveSmallIntegerField()
    criteria_count = models.PositiveSmallIntegerField()
    hash_version = models.PositiveSmallIntegerField(default=1)
    content_hash = models.CharField(max_length=64)
    made_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    taken_back_reason = models.CharField(max_length=500, blank=True)
    taken_back_by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place", "number"], name="places_assessment_number"),
            models.CheckConstraint(condition=Q(stage__in=AssessmentStage.values), name="places_assessment_stage"),
            models.CheckConstraint(
                condition=Q(taken_back_reason="", taken_back_by=None, taken_back_at=None)
                | (Q(taken_back_by__isnull=False, taken_back_at__isnull=False) & ~Q(taken_back_reason="")),
                name="places_assessment_taken_back",
            ),
        ]

    @property
    def is_passed(self) -> bool:
        """Return whether every criterion was passed."""
        return self.criteria_count > 0 and self.passed == self.criteria_count


class KnownFrom(models.TextChoices):
    """How a value is known."""

    RECORDS = "records", "Từ sổ của hệ thống"
    CHECK = "check", "Từ lần kiểm tra"
    NOTHING = "nothing", "Chưa có số liệu"


class AssessedValue(models.Model):
    """The value of one criterion in an assessment; it never changes. `check_id` is the dated check it rests on, if one does."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="values", db_index=False)
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    numerator = models.PositiveIntegerField(null=True)
    second_numerator = models.PositiveIntegerField(null=True)
    denominator = models.PositiveIntegerField(null=True)
    passed = models.BooleanField()
    known_from = models.CharField(max_length=7, choices=KnownFrom)
    known_on = models.DateField(null=True)
    check_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "criterion"], name="places_value_criterion"),
        ]


class Recognition(models.Model):
    """The decision that a place meets all criteria of its assessment; its id is the source in the ledger.

    `unit` is credited: the place's own, or the one that went on with its work where that had ended by the day of the decision.
    `decision` is the paper's number as somebody typed it, `document` the official document made here. Only the re-check, the
    document and the end are added later.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="recognitions", db_index=False)
    assessment = models.OneToOneField(Assessment, on_delete=models.PROTECT, related_name="recognition")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    decided_on = models.DateField()
    arrived_on = models.DateField()
    decision = models.CharField(max_length=60, blank=True)
    document = models.ForeignKey(Document, null=True, on_delete=models.PROTECT, related_name="+")
    recheck_due = models.DateField()
    decided_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    withdrawn_on = models.DateField(null=True)
    withdrawn_reason = models.CharField(max_length=500, blank=True)
    withdrawn_by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place"], condition=Q(withdrawn_on=None), name="places_recognition_one"),
            models.CheckConstraint(
                condition=Q(withdrawn_on=None, withdrawn_reason="", withdrawn_by=None, withdrawn_at=None)
                | (
                    Q(withdrawn_on__isnull=False, withdrawn_by__isnull=False, withdrawn_at__isnull=False)
                    & ~Q(withdrawn_reason="")
                ),
                name="places_recognition_withdrawn",
            ),
        ]
        indexes = [
            models.Index(fields=["recheck_due"], condition=Q(withdrawn_on=None), name="places_recognition_due"),
        ]


class PlaceGap(models.Model):
    """A criterion that a place does not reach yet, given to a unit as an assignment; its id is the assignment's source."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="gaps", db_index=False)
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    assignment = models.OneToOneField(Assignment, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["place", "-made_at"], name="places_gap_place")]


class PlacePartner(models.Model):
    """A partner with its part in a place, from a day until another; a market has its board among them (`is_board`)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="partners", db_index=False)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="places")
    role = models.CharField(max_length=120)
    is_board = models.BooleanField(default=False)
    since = models.DateField()
    # The first day on which it has no part any more.
    until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place", "partner"], condition=Q(until=None), name="places_partner_once"),
            models.UniqueConstraint(
                fields=["place"], condition=Q(until=None, is_board=True), name="places_partner_board"
            ),
            models.CheckConstraint(condition=~Q(role=""), name="places_partner_role"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="places_partner_days"),
        ]
