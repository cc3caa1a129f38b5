"""Public points of a place with their plates, short links and scans; the words of its public page; corrections by residents."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from doanso.files.models import Blob
from doanso.lib.uuid7 import uuid7
from doanso.places.models.places import Place

_USER = settings.AUTH_USER_MODEL


class PointKind(models.TextChoices):
    """What a point is to the people who come there. A board tells of the place itself, so its code opens the place's page."""

    BOARD = "board", "Bảng thông tin của tuyến phố, chợ"
    OFFICE = "office", "Trụ sở, bộ phận một cửa"
    POLICE = "police", "Công an"
    HEALTH = "health", "Trạm y tế, nhà thuốc"
    SCHOOL = "school", "Trường học"
    CULTURE = "culture", "Nhà văn hóa, trụ sở khu phố"
    MARKET = "market", "Chợ, cổng chợ"
    TRANSPORT = "transport", "Bến xe, trạm xe buýt"
    PARK = "park", "Công viên, sân chơi"
    RELIC = "relic", "Di tích, nơi thờ tự"
    BANK = "bank", "ATM, ngân hàng, bưu điện"
    TOILET = "toilet", "Nhà vệ sinh công cộng"
    OTHER = "other", "Điểm khác"


class PublicPoint(models.Model):
    """A point on the plan of a place, in the list of points from `since` until it is removed.

    `number` is the one on plan and plate; boards have numbers of their own and are not on the plan. `code` is the end of the
    short link that its plate carries; it is never given to another point. `purpose` completes the plate's sentence "Quét mã
    để …". `checked_on` and `works` are those of the newest check.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="points", db_index=False)
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=9, choices=PointKind)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60, blank=True)
    purpose = models.CharField(max_length=80, blank=True)
    purpose_en = models.CharField(max_length=80, blank=True)
    address = models.CharField(max_length=120, blank=True)
    opening_hours = models.CharField(max_length=200, blank=True)
    contact = models.CharField(max_length=120, blank=True)
    wifi = models.CharField(max_length=40, blank=True)
    text = models.TextField(max_length=2000, blank=True)
    text_en = models.TextField(max_length=2000, blank=True)
    photo = models.ForeignKey(Blob, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    photo_small = models.ForeignKey(Blob, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    photo_alt = models.CharField(max_length=120, blank=True)
    code = models.SlugField(max_length=8, unique=True)
    since = models.DateField()
    # Why it was added after the survey had been closed.
    added_reason = models.CharField(max_length=300, blank=True)
    removed_on = models.DateField(null=True)
    removed_reason = models.CharField(max_length=300, blank=True)
    printed_on = models.DateField(null=True)
    put_up_on = models.DateField(null=True)
    checked_on = models.DateField(null=True)
    works = models.BooleanField(null=True)
    version = models.PositiveIntegerField(default=1)
    made_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    changed_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    changed_on = models.DateField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=PointKind.values), name="places_point_kind"),
            models.UniqueConstraint(
                fields=["place", "number"],
                condition=Q(removed_on=None) & ~Q(kind="board"),
                name="places_point_number",
            ),
            models.UniqueConstraint(
                fields=["place", "number"], condition=Q(removed_on=None, kind="board"), name="places_board_number"
            ),
            models.CheckConstraint(
                condition=Q(removed_on=None, removed_reason="") | (Q(removed_on__isnull=False) & ~Q(removed_reason="")),
                name="places_point_removed",
            ),
            models.CheckConstraint(
                condition=Q(checked_on=None, works=None) | Q(checked_on__isnull=False, works__isnull=False),
                name="places_point_checked",
            ),
        ]
        indexes = [models.Index(fields=["place", "number"], name="places_point_place")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_board(self) -> bool:
        """Return whether the point is a board about the place itself."""
        return self.kind == PointKind.BOARD


class PlateProblem(models.TextChoices):
    """Why a plate does not work."""

    MISSING = "missing", "Không còn biển"
    DAMAGED = "damaged", "Biển hỏng, mờ, bị che"
    OTHER_CODE = "other-code", "Bị dán mã khác đè lên"
    NOTHING = "nothing", "Quét không mở được trang"


class PlateCheck(models.Model):
    """What somebody saw who scanned a plate on a day: it opens its page, or what is wrong with it. The newest one holds."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    point = models.ForeignKey(PublicPoint, on_delete=models.PROTECT, related_name="plate_checks", db_index=False)
    checked_on = models.DateField()
    works = models.BooleanField()
    is_put_up = models.BooleanField(default=False)
    problem = models.CharField(max_length=10, choices=PlateProblem, blank=True)
    note = models.CharField(max_length=300, blank=True)
    photo = models.ForeignKey(Blob, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    made_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(works=True, problem="") | (Q(works=False) & ~Q(problem="")),
                name="places_platecheck_problem",
            ),
        ]
        indexes = [models.Index(fields=["point", "-checked_on", "-id"], name="places_platecheck_point")]


class ScanMonth(models.Model):
    """How often a short link was opened in a month. Nothing is kept of who opened it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    point = models.ForeignKey(PublicPoint, on_delete=models.CASCADE, related_name="scan_months", db_index=False)
    month = models.DateField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["point", "month"], name="places_scanmonth_month")]


class PublicText(models.Model):
    """The words of a place's public page: where its name comes from, and whom to call, one line each."""

    place = models.OneToOneField(Place, primary_key=True, on_delete=models.CASCADE, related_name="public_text")
    text = models.TextField(max_length=3000, blank=True)
    text_en = models.TextField(max_length=3000, blank=True)
    contacts = models.TextField(max_length=1000, blank=True)
    version = models.PositiveIntegerField(default=1)


class CorrectionTopic(models.TextChoices):
    """What a resident says is wrong."""

    HOURS = "hours", "Giờ mở cửa, số điện thoại"
    NAME = "name", "Tên, địa chỉ, vị trí"
    PLATE = "plate", "Biển mã QR hỏng, mất, bị dán đè"
    VALUE = "value", "Số liệu của tiêu chí"
    OTHER = "other", "Việc khác"


class CorrectionOutcome(models.TextChoices):
    """What the unit did about a correction."""

    CORRECTED = "corrected", "Đã sửa"
    RIGHT = "right", "Thông tin đang đúng"
    PASSED_ON = "passed-on", "Đã chuyển nơi phụ trách"
    NOTHING = "nothing", "Không rõ, không làm gì"


class InformationCorrection(models.Model):
    """What somebody without an account says is wrong on a public page, and the unit's answer.

    The sender is not asked who they are; they read the answer under a secret link, of which only the hash is kept. The words of
    both are emptied half a year after the answer.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="corrections", db_index=False)
    point = models.ForeignKey(
        PublicPoint, null=True, on_delete=models.PROTECT, related_name="corrections", db_index=False
    )
    topic = models.CharField(max_length=5, choices=CorrectionTopic)
    text = models.CharField(max_length=1000, blank=True)
    link_lookup = models.CharField(max_length=64, unique=True)
    sent_on = models.DateField()
    made_at = models.DateTimeField()
    outcome = models.CharField(max_length=9, choices=CorrectionOutcome, blank=True)
    answer = models.CharField(max_length=500, blank=True)
    settled_by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True)
    emptied_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(topic__in=CorrectionTopic.values), name="places_correction_topic"),
            models.CheckConstraint(
                condition=Q(outcome="", answer="", settled_by=None, settled_at=None)
                | (Q(settled_by__isnull=False, settled_at__isnull=False) & ~Q(outcome="")),
                name="places_correction_settled",
            ),
        ]
        indexes = [
            models.Index(fields=["place", "-id"], name="places_correction_place"),
            models.Index(fields=["settled_at"], condition=Q(emptied_at=None), name="places_correction_open"),
        ]
