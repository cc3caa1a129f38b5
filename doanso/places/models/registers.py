"""Registers of places: a street's addresses, a market's stalls with their tenancies, and what was seen there on a day."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from doanso.files.models import Blob
from doanso.lib.uuid7 import uuid7
from doanso.people.models import Business, Household
from doanso.places.models.criteria import Criterion
from doanso.places.models.places import Place, Segment

_USER = settings.AUTH_USER_MODEL


class AddressKind(models.TextChoices):
    """What is behind a door of the street."""

    HOUSEHOLD = "household", "Hộ dân"
    BUSINESS = "business", "Hộ kinh doanh"
    POINT = "point", "Điểm công cộng"


class Address(models.Model):
    """A door of a street's house list: a home, a shop or a public point, in the list from a day until a day.

    Number and street are those of the list: it names doors, never people, and keeps them when a home's people are erased.
    `added_reason` and `removed_reason` are required after the street's survey; the last day in the list is the one before
    `until`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="addresses", db_index=False)
    segment = models.ForeignKey(Segment, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=9, choices=AddressKind)
    number = models.CharField(max_length=40, blank=True)
    street = models.CharField(max_length=120, blank=True)
    label = models.CharField(max_length=160, blank=True)
    folded = models.CharField(max_length=330)
    walk_key = models.CharField(max_length=200)
    household = models.ForeignKey(Household, null=True, on_delete=models.PROTECT, related_name="+")
    business = models.ForeignKey(Business, null=True, on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True)
    added_reason = models.CharField(max_length=300, blank=True)
    added_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    added_at = models.DateTimeField()
    removed_reason = models.CharField(max_length=300, blank=True)
    removed_by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="household", household__isnull=False, business=None)
                | Q(kind="business", household=None, business__isnull=False)
                | Q(kind="point", household=None, business=None),
                name="places_address_kind",
            ),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="places_address_dates"),
            models.CheckConstraint(
                condition=Q(until=None, removed_by=None, removed_at=None)
                | Q(until__isnull=False, removed_by__isnull=False, removed_at__isnull=False),
                name="places_address_removed",
            ),
            models.UniqueConstraint(
                fields=["place", "household"], condition=Q(until=None), name="places_address_household"
            ),
            models.UniqueConstraint(
                fields=["place", "business"], condition=Q(until=None), name="places_address_business"
            ),
        ]
        indexes = [
            models.Index(fields=["place", "walk_key", "id"], name="places_address_walk"),
            models.Index(fields=["segment", "walk_key", "id"], name="places_address_segment"),
        ]

    def __str__(self) -> str:
        return self.label or f"{self.number} {self.street}".strip()


class Stall(models.Model):
    """A stall of a market, by the board's list: its section is a segment of the market."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="stalls", db_index=False)
    segment = models.ForeignKey(Segment, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(max_length=40)
    number_key = models.CharField(max_length=60)
    goods = models.CharField(max_length=120, blank=True)
    folded = models.CharField(max_length=330)
    walk_key = models.CharField(max_length=120)
    since = models.DateField()
    until = models.DateField(null=True)
    added_reason = models.CharField(max_length=300, blank=True)
    added_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    added_at = models.DateTimeField()
    removed_reason = models.CharField(max_length=300, blank=True)
    removed_by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="places_stall_dates"),
            models.CheckConstraint(
                condition=Q(until=None, removed_by=None, removed_at=None)
                | Q(until__isnull=False, removed_by__isnull=False, removed_at__isnull=False),
                name="places_stall_removed",
            ),
            models.UniqueConstraint(
                fields=["place", "number_key"], condition=Q(until=None), name="places_stall_number"
            ),
        ]
        indexes = [
            models.Index(fields=["place", "walk_key", "id"], name="places_stall_walk"),
            models.Index(fields=["segment", "walk_key", "id"], name="places_stall_segment"),
        ]

    def __str__(self) -> str:
        return self.number


class Tenancy(models.Model):
    """Who trades at a stall from a day until a day. `trader` is the name in the board's list; it is erased with the owner."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    stall = models.ForeignKey(Stall, on_delete=models.PROTECT, related_name="tenancies", db_index=False)
    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    trader = models.CharField(max_length=120, blank=True)
    since = models.DateField()
    until = models.DateField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    recorded_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="places_tenancy_dates"),
            models.UniqueConstraint(fields=["stall"], condition=Q(until=None), name="places_tenancy_one"),
        ]
        indexes = [models.Index(fields=["stall", "-since", "-id"], name="places_tenancy_stall")]

    def __str__(self) -> str:
        return str(self.id)


class SurveyOutcome(models.TextChoices):
    """What became of asking at an address."""

    ASKED = "asked", "Đã hỏi"
    NOT_HOME = "not-home", "Không có ai ở nhà"
    REFUSED = "refused", "Không trả lời"


class AddressCheck(models.Model):
    """What was seen or said at one address on a day. It never changes: a mistake is put right by a newer one of that day.

    `answers` holds yes or no by the question's code (`rules.survey`); a question without an answer is left out.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    address = models.ForeignKey(Address, on_delete=models.PROTECT, related_name="checks", db_index=False)
    checked_on = models.DateField()
    outcome = models.CharField(max_length=8, choices=SurveyOutcome)
    answers = models.JSONField(default=dict)
    recorded_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=SurveyOutcome.values), name="places_check_outcome"),
        ]
        indexes = [models.Index(fields=["address", "-checked_on", "-id"], name="places_check_address")]


class CriterionCheck(models.Model):
    """A dated check of one criterion: numbers that somebody counted, or yes or no as 1 or 0 of 1, with evidence.

    It never changes; a wrong one is `corrected_by` a new one and counts nowhere any more.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="checks", db_index=False)
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+", db_index=False)
    checked_on = models.DateField()
    numerator = models.PositiveIntegerField()
    denominator = models.PositiveIntegerField(null=True)
    note = models.CharField(max_length=1000, blank=True)
    corrects = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="corrected_by")
    recorded_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(denominator=None) | Q(numerator__lte=F("denominator")), name="places_check_numbers"
            ),
        ]
        indexes = [
            models.Index(fields=["place", "criterion", "-checked_on", "-id"], name="places_check_criterion"),
            # Places are compared by what is checked of a criterion.
            models.Index(fields=["criterion"], name="places_check_of"),
        ]


class CheckFile(models.Model):
    """A photo or paper that shows what a check says."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    check_of = models.ForeignKey(CriterionCheck, on_delete=models.PROTECT, related_name="files", db_index=False)
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["check_of", "position"], name="places_checkfile_position"),
        ]
