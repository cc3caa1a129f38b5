"""Audit events. They are written in the transaction of their action and never change; the worker chains them."""

from django.conf import settings
from django.db import models


class AuditEvent(models.Model):
    """One action on one object: ids, the action and the *names* of the changed fields, never their values.

    `actor` is empty for the system itself (`actor_note` then names the worker or command).
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    # `audit_event_actor` below serves as its index.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    actor_note = models.CharField(max_length=40, blank=True)
    action = models.CharField(max_length=60)
    object_kind = models.CharField(max_length=60)
    object_id = models.UUIDField()
    # Without a foreign key: units is above audit in the layers, and events outlive the objects they are about.
    unit_id = models.UUIDField(null=True)
    changed = models.JSONField(default=list)
    hash = models.CharField(max_length=64)

    class Meta:
        indexes = [
            models.Index(fields=["object_kind", "object_id", "-id"], name="audit_event_object"),
            models.Index(fields=["unit_id", "-id"], name="audit_event_unit"),
            models.Index(fields=["actor", "-id"], name="audit_event_actor"),
        ]


class ChainLink(models.Model):
    """A link of the chain over the events it lists by id range, made seconds after they were committed.

    Ids may commit out of order, so a link names the exact ids it covers, and events are selected as unchained because no link
    covers them, never because their id is above a mark.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    event_count = models.PositiveIntegerField()
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)


class ChainedEvent(models.Model):
    """An event in a link, in the order in which the link hashed it."""

    event = models.OneToOneField(AuditEvent, primary_key=True, on_delete=models.PROTECT, related_name="chained")
    link = models.ForeignKey(ChainLink, on_delete=models.PROTECT, related_name="events")
