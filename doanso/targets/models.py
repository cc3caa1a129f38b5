"""Programmes as data: indicators, and what each unit owes."""

from django.db import models

from doanso.lib.uuid7 import uuid7
from doanso.tally.models import Book
from doanso.units.models import Unit


class Programme(models.Model):
    """Targets of a root unit over a period, and the book that counts for them."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    root = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="programmes")
    book = models.OneToOneField(Book, on_delete=models.PROTECT, related_name="programme")
    first_day = models.DateField()
    last_day = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("first_day")), name="targets_programme_dates"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class IndicatorKind(models.TextChoices):
    """How a figure stands against its target."""

    SHARE = "share", "Tỷ lệ"
    COUNT = "count", "Số lượng"
    MILESTONE = "milestone", "Mốc"
    RULE = "rule", "Quy tắc"


class IndicatorGroup(models.TextChoices):
    """The dashboard's headings."""

    MEMBERS = "members", "Đoàn viên, thanh niên"
    RESIDENTS = "residents", "Người dân và hộ kinh doanh"
    MODELS = "models", "Mô hình"
    OFFICE = "office", "Công tác Đoàn trên môi trường số"
    RULES = "rules", "Nguyên tắc 1+1 và chủ trương 1+2"


class Indicator(models.Model):
    """What is measured. `numerator`/`denominator`/`exempt` are measure codes of the book; a family that no app serves
    yet has no measure, and the indicator reads "chưa có số liệu"."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="indicators")
    code = models.SlugField(max_length=60)
    title = models.CharField(max_length=160)
    short_title = models.CharField(max_length=60)
    kind = models.CharField(max_length=9, choices=IndicatorKind)
    group = models.CharField(max_length=9, choices=IndicatorGroup)
    unit_of_count = models.CharField(max_length=60)
    family = models.CharField(max_length=40)
    parameters = models.JSONField(default=dict)
    numerator = models.SlugField(max_length=60, blank=True)
    denominator = models.SlugField(max_length=60, blank=True)
    exempt = models.SlugField(max_length=60, blank=True)
    denominator_text = models.CharField(max_length=200, blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "code"], name="targets_indicator_code"),
            models.CheckConstraint(condition=models.Q(kind__in=IndicatorKind.values), name="targets_indicator_kind"),
            models.CheckConstraint(condition=models.Q(group__in=IndicatorGroup.values), name="targets_indicator_group"),
        ]

    def __str__(self) -> str:
        return self.title


class Basis(models.TextChoices):
    """Whether the plan itself says the number."""

    STATED = "stated", "Theo kế hoạch"
    ASSUMED = "assumed", "Tạm tính"


class Target(models.Model):
    """What a unit owes for an indicator: a whole number, in percent for shares. `why` says why an assumed one is so.

    A share asked of the root holds for every unit below it; a count belongs to its unit until it is cascaded.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="targets")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="targets")
    value = models.PositiveIntegerField()
    basis = models.CharField(max_length=7, choices=Basis)
    why = models.CharField(max_length=300, blank=True)
    version = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["indicator", "unit", "version"], name="targets_target_version"),
            models.CheckConstraint(condition=models.Q(basis__in=Basis.values), name="targets_target_basis"),
            models.CheckConstraint(
                condition=models.Q(basis="stated") | ~models.Q(why=""), name="targets_target_assumed_why"
            ),
        ]
