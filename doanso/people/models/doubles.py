"""Pairs of rows that may be one and the same, and the decisions on them."""

from django.conf import settings
from django.db import models

from doanso.lib.uuid7 import uuid7
from doanso.people.models.persons import Business, Person
from doanso.units.models import Unit


class DuplicateState(models.TextChoices):
    """The decision on a pair; different ones are never asked about again."""

    OPEN = "open", "Chờ xem"
    LATER = "later", "Để sau"
    SAME = "same", "Là một"
    DIFFERENT = "different", "Khác nhau"


class Duplicate(models.Model):
    """A pair of persons, or of businesses, that look like one; the lesser key first, each pair once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    one = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    one_business = models.ForeignKey(Business, null=True, on_delete=models.PROTECT, related_name="+")
    other_business = models.ForeignKey(Business, null=True, on_delete=models.PROTECT, related_name="+")
    # The unit whose record raised the question.
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=9, choices=DuplicateState, default=DuplicateState.OPEN)
    score = models.PositiveSmallIntegerField()
    # Codes of the fields that agree, for the page; never a value.
    reasons = models.JSONField(default=list)
    found_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="people_duplicate_persons"),
            models.UniqueConstraint(fields=["one_business", "other_business"], name="people_duplicate_businesses"),
            models.CheckConstraint(
                condition=models.Q(one__isnull=False, other__isnull=False, one_business=None, other_business=None)
                | models.Q(one=None, other=None, one_business__isnull=False, other_business__isnull=False),
                name="people_duplicate_one_sort",
            ),
            models.CheckConstraint(condition=models.Q(state__in=DuplicateState.values), name="people_duplicate_state"),
        ]
        indexes = [models.Index(fields=["state", "-score", "id"], name="people_duplicate_queue")]


class Merge(models.Model):
    """A merge of two persons or businesses. Undone ones stay, with who undid it and when."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    gone = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="merges_away")
    kept = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="merges_in")
    gone_business = models.ForeignKey(Business, null=True, on_delete=models.PROTECT, related_name="merges_away")
    kept_business = models.ForeignKey(Business, null=True, on_delete=models.PROTECT, related_name="merges_in")
    # The pair that it resolved, to be opened again when the merge is undone.
    duplicate = models.ForeignKey(Duplicate, null=True, on_delete=models.SET_NULL, related_name="merges")
    merged_at = models.DateTimeField()
    merged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gone"], condition=models.Q(undone_at=None), name="people_merge_gone_once"),
            models.UniqueConstraint(
                fields=["gone_business"], condition=models.Q(undone_at=None), name="people_merge_business_gone_once"
            ),
            models.CheckConstraint(
                condition=models.Q(gone__isnull=False, kept__isnull=False, gone_business=None, kept_business=None)
                | models.Q(gone=None, kept=None, gone_business__isnull=False, kept_business__isnull=False),
                name="people_merge_one_sort",
            ),
        ]
