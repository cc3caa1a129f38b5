"""Numbering of documents: settings, series, and every number drawn from one."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from doanso.documents.models.letterheads import Profile
from doanso.lib.uuid7 import uuid7
from doanso.units.models import Unit

_USER = settings.AUTH_USER_MODEL


class NumberScope(models.TextChoices):
    """The documents that share one running number."""

    KIND = "kind", "Mỗi loại văn bản một dãy số"
    ALL = "all", "Mọi loại văn bản chung một dãy số"


class Numbering(models.Model):
    """A unit's numbering in one form from a day on: what shares a series, and through which era.

    The Union numbers per kind through one term of its committee ("2022-2027"), the state all kinds together per year: an empty
    era is the calendar year. Numbers go on from the highest one unless `new_term` says that a term begins.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="numberings")
    profile = models.CharField(max_length=4, choices=Profile)
    scope = models.CharField(max_length=4, choices=NumberScope)
    era = models.CharField(max_length=20, blank=True)
    since = models.DateField()
    new_term = models.BooleanField(default=False)
    set_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "profile", "since"], name="documents_numbering_once"),
            models.CheckConstraint(condition=Q(profile__in=Profile.values), name="documents_numbering_profile"),
            models.CheckConstraint(condition=Q(scope__in=NumberScope.values), name="documents_numbering_scope"),
            models.CheckConstraint(condition=Q(new_term=False) | ~Q(era=""), name="documents_numbering_term"),
        ]


class RegisterKind(models.TextChoices):
    """The register that a number is in: of outgoing, incoming or secret outgoing documents; the last have number and date
    alone.
    """

    OUT = "out", "Văn bản đi"
    IN = "in", "Văn bản đến"
    SECRET = "secret", "Văn bản mật đi"


class Series(models.Model):
    """One running number of a unit. Numbers are drawn under this row's lock: without gaps, none twice, none of an earlier day
    than the last.

    Series of outgoing documents that could print the same notation follow one another (see `rules.numbering`): the later one goes
    on from the highest number of the earlier ones, so its own first number need not be 1.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="series")
    direction = models.CharField(max_length=6, choices=RegisterKind)
    profile = models.CharField(max_length=4, choices=Profile, blank=True)
    # The kind's code if each kind has its own series, else "".
    kind = models.CharField(max_length=40, blank=True)
    era = models.CharField(max_length=20)
    # The day of the last number drawn, or of the last one of its paper book.
    last_value = models.PositiveIntegerField(default=0)
    last_dated = models.DateField(null=True)
    # The day on which the end of its paper book was entered.
    begun_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "direction", "profile", "kind", "era"], name="documents_series_once"
            ),
            models.CheckConstraint(condition=Q(direction__in=RegisterKind.values), name="documents_series_direction"),
            # The next number may not be of an earlier day.
            models.CheckConstraint(
                condition=Q(last_value=0) | Q(last_dated__isnull=False), name="documents_series_last_day"
            ),
        ]


class NumberState(models.TextChoices):
    """The state of a number; a void one is never given again."""

    USED = "used", "Đã cấp"
    RESERVED = "reserved", "Giữ chỗ"
    VOID = "void", "Bỏ"


class Number(models.Model):
    """A number drawn from a series, never deleted. A secret document's number has a date and nothing else."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="numbers")
    # Copied from the series, so that one index serves a unit's whole register.
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    direction = models.CharField(max_length=6, choices=RegisterKind)
    value = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=NumberState)
    dated = models.DateField()
    reason = models.CharField(max_length=200, blank=True)
    drawn_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "value"], name="documents_number_once"),
            models.CheckConstraint(condition=Q(state__in=NumberState.values), name="documents_number_state"),
            models.CheckConstraint(condition=Q(state="used") | ~Q(reason=""), name="documents_number_reason"),
        ]
        indexes = [
            models.Index(fields=["unit", "direction", "-dated", "-drawn_at", "-id"], name="documents_number_register")
        ]
