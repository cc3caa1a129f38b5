"""Tasks with an owner and a due day."""

from django.conf import settings
from django.db import models

from doanso.lib.uuid7 import uuid7
from doanso.units.models import Unit


class AssignmentOutcome(models.TextChoices):
    """The outcome of an assignment."""

    DONE = "done", "Đã làm xong"
    NOT_NEEDED = "not-needed", "Đã xem, không cần làm gì thêm"


class Assignment(models.Model):
    """A task of a unit with a due day. The app that assigned it stores its own key in `source_kind` and `source_id`.

    Parameters and texts hold no personal data: they link to a page that shows the person under its own policy. The sentence is
    made on reading, by the handler of the kind. An assignment without an owner waits for any user who may handle it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="assignments", db_index=False)
    kind = models.CharField(max_length=40)
    parameters = models.JSONField(default=dict)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="assignments", db_index=False
    )
    due_on = models.DateField()
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    source_kind = models.CharField(max_length=40)
    source_id = models.UUIDField()
    # Of a postponed assignment, which is postponed at most once: its first due day, and the reason.
    first_due_on = models.DateField(null=True)
    postpone_reason = models.CharField(max_length=200, blank=True)
    # The unit's report, of kinds that are completed from a unit above.
    progress_note = models.CharField(max_length=300, blank=True)
    noted_at = models.DateTimeField(null=True)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    completed_at = models.DateTimeField(null=True)
    completed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    outcome = models.CharField(max_length=10, choices=AssignmentOutcome, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "source_kind", "source_id"], name="assignments_source"),
            models.CheckConstraint(
                condition=models.Q(outcome="", completed_at=None)
                | models.Q(outcome__in=AssignmentOutcome.values, completed_at__isnull=False),
                name="assignments_completed",
            ),
            models.CheckConstraint(
                condition=models.Q(first_due_on=None, postpone_reason="")
                | (models.Q(due_on__gt=models.F("first_due_on")) & ~models.Q(postpone_reason="")),
                name="assignments_postponed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["unit", "due_on", "id"], name="assignments_open", condition=models.Q(completed_at__isnull=True)
            ),
            models.Index(fields=["unit", "-completed_at", "-id"], name="assignments_unit"),
            models.Index(
                fields=["owner", "due_on"], name="assignments_owner", condition=models.Q(completed_at__isnull=True)
            ),
        ]
