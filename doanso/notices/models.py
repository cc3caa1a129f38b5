"""Notices: something happened that a unit's officers, or one user, should know."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from doanso.lib.uuid7 import uuid7
from doanso.units.models import Unit

_USER = settings.AUTH_USER_MODEL


class Notice(models.Model):
    """One message to one receiver: the unit's officers, or the user if there is one (then the unit only says where).

    `source_id` is the object that it is about, `parameters` are what the kind's sentence needs: codes, numbers, ISO days and
    names of things, never personal data. `made_on` is the business day, `made_at` and `seen_at` are real time.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=60)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    user = models.ForeignKey(_USER, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    source_id = models.UUIDField()
    parameters = models.JSONField(default=dict)
    made_on = models.DateField()
    made_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    # Which of the unit's officers read it first; empty when that account was removed.
    seen_by = models.ForeignKey(_USER, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__isnull=False) | Q(user__isnull=False), name="notices_notice_receiver"
            ),
            # The same event tells a receiver once, however often its owner says it.
            models.UniqueConstraint(
                fields=["source_id", "kind", "unit"], condition=Q(user=None), name="notices_notice_unit"
            ),
            models.UniqueConstraint(
                fields=["source_id", "kind", "user"], condition=Q(user__isnull=False), name="notices_notice_user"
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "-made_at"], condition=Q(user=None), name="notices_notice_of_unit"),
            models.Index(fields=["user", "-made_at"], condition=Q(user__isnull=False), name="notices_notice_of_user"),
            models.Index(fields=["made_on"], condition=Q(seen_at=None), name="notices_notice_unseen"),
            models.Index(fields=["seen_at"], name="notices_notice_seen"),
        ]
