"""The one-time code of the first setup, and whether the checklist was put away."""

from django.conf import settings
from django.db import models

from doanso.lib.uuid7 import uuid7
from doanso.units.models import Unit


class SetupCode(models.Model):
    """A code that opens the first setup in a browser; only its hash is stored. At most one is unused."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code_hash = models.CharField(max_length=64)
    issued_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class ChecklistDismissal(models.Model):
    """The checklist of a committee was put away by an administrator; the row is deleted to show it again."""

    unit = models.OneToOneField(Unit, primary_key=True, on_delete=models.PROTECT, related_name="+")
    dismissed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    dismissed_at = models.DateTimeField()
