"""Bytes kept for their owners: sealed under a key per file, which erasure destroys. The owner says who may open one."""

from django.db import models

from doanso.lib.uuid7 import uuid7


class FileKey(models.Model):
    """The sealed key of one file; empty once destroyed, and then the bytes are noise."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sealed_key = models.BinaryField(default=bytes)
    created_at = models.DateTimeField()
    destroyed_at = models.DateTimeField(null=True)


class Blob(models.Model):
    """One stored file. The name on disk is the id; the name people gave it is metadata only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.OneToOneField(FileKey, on_delete=models.PROTECT, related_name="blob")
    name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField()
