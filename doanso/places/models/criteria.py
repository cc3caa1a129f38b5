"""Criteria sets: what a place of a kind must reach, in versions. A published version never changes."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from doanso.lib.uuid7 import uuid7
from doanso.units.models import Unit

_USER = settings.AUTH_USER_MODEL


class ThresholdKind(models.TextChoices):
    """What a threshold is a number of: tenths of a percent, things, or nothing because the answer is yes or no."""

    SHARE = "share", "Tỷ lệ"
    COUNT = "count", "Số lượng"
    YES = "yes", "Có hoặc không"


class CriterionBasis(models.TextChoices):
    """Where a criterion comes from: a document states it, or the committee or the product assumed it."""

    STATED = "stated", "Văn bản nêu"
    ASSUMED = "assumed", "Tạm đặt"


class CriteriaSet(models.Model):
    """A version of the criteria of one kind of place; `kind` is a code of `programmes/places.toml`.

    `owner` is the committee that wrote it; the sets that the product ships have none. Without `published_at` it is the
    committee's draft, of which a kind has at most one.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.SlugField(max_length=40)
    owner = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField()
    note = models.CharField(max_length=500, blank=True)
    made_by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    published_by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "kind", "version"], name="places_criteriaset_version"),
            models.UniqueConstraint(
                fields=["kind", "version"], condition=Q(owner=None), name="places_criteriaset_shipped"
            ),
            models.UniqueConstraint(
                fields=["owner", "kind"], condition=Q(published_at=None), name="places_criteriaset_draft"
            ),
        ]


class Criterion(models.Model):
    """One criterion of a set.

    `formula` names what computes its value (`formulas.formula`), with `parameters`. `threshold` is in tenths of a percent for a
    share, a number for a count, and 1 for yes or no. A formula with a second measure of the same denominator (shops that
    accept and shops that used it) may have a second threshold.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    criteria_set = models.ForeignKey(CriteriaSet, on_delete=models.CASCADE, related_name="criteria")
    number = models.PositiveSmallIntegerField()
    group = models.CharField(max_length=120)
    title = models.CharField(max_length=200)
    help = models.CharField(max_length=1000, blank=True)
    formula = models.CharField(max_length=60)
    parameters = models.JSONField(default=dict)
    threshold_kind = models.CharField(max_length=5, choices=ThresholdKind)
    threshold = models.PositiveIntegerField(default=1)
    second_threshold = models.PositiveIntegerField(null=True)
    evidence = models.CharField(max_length=300, blank=True)
    basis = models.CharField(max_length=7, choices=CriterionBasis, default=CriterionBasis.ASSUMED)
    why = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["criteria_set", "number"], name="places_criterion_number"),
            models.CheckConstraint(
                condition=Q(threshold_kind__in=ThresholdKind.values), name="places_criterion_threshold_kind"
            ),
            models.CheckConstraint(
                condition=~Q(threshold_kind="share") | Q(threshold__lte=1000), name="places_criterion_share"
            ),
        ]
