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


class UnitList(models.Model):
    """A list of units from a workbook while it is mended. `unit` is the one below which its units are created.

    Until it is imported or discarded, `cells` holds Excel's number and the texts of each row below the headings, `columns` the
    place of each field, `fixes` the values that were mended, by number and field, and `left_out` the numbers of rows left out.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    sheet = models.CharField(max_length=80)
    head = models.PositiveIntegerField()
    headings = models.JSONField(default=list)
    columns = models.JSONField(default=dict)
    since = models.DateField()
    cells = models.JSONField(default=list)
    fixes = models.JSONField(default=dict)
    left_out = models.JSONField(default=list)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    change = models.OneToOneField(Change, null=True, on_delete=models.PROTECT, related_name="unit_list")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(change=None) | models.Q(finished_at__isnull=False), name="organisation_list_finished"
            ),
        ]
        indexes = [models.Index(fields=["unit", "-started_at"], name="organisation_list_unit")]
