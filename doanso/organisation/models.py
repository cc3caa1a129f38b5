"""Changes of the unit tree, each with the journal from which it can be undone."""

from django.conf import settings
from django.db import models

from doanso.lib.uuid7 import uuid7
from doanso.units.models import Unit


class ChangeKind(models.TextChoices):
    """Kinds of changes of units."""

    CREATE = "create", "Thành lập"
    MOVE = "move", "Chuyển đơn vị"
    RENAME = "rename", "Đổi tên"
    MERGE = "merge", "Hợp nhất"
    SPLIT = "split", "Tách"
    END = "end", "Kết thúc hoạt động"


class Change(models.Model):
    """One change of the tree, in effect from a business day on. `unit` is the root of its tree.

    `said` holds the codes and names of that day for the list, before and after. `journal` holds every step with both states of
    each row; it is read to undo the change, on the business day on which it was recorded.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=8, choices=ChangeKind)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    decision = models.CharField(max_length=120, blank=True)
    said = models.JSONField(default=dict)
    journal = models.JSONField(default=list)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_on = models.DateField()
    recorded_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=ChangeKind.values), name="organisation_change_kind"),
            models.CheckConstraint(
                condition=models.Q(on__lte=models.F("recorded_on")), name="organisation_change_not_ahead"
            ),
        ]
        indexes = [models.Index(fields=["unit", "-recorded_at"], name="organisation_change_unit")]
