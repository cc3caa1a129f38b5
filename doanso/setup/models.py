"""What the setup and its pages keep: first code, checklist, approved words of consent, backups, erasures by age."""

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


class ConsentApproval(models.Model):
    """The committee approved the words of a version of the consent text; at most once for each version."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    text_version = models.SlugField(max_length=40, unique=True)
    # The body or officer that decided, with day or number of the decision, as the administrator wrote it.
    decided_by = models.CharField(max_length=160)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField()


class InstallationBackup(models.Model):
    """A backup of database and files: asked for, begun, then ended with what it holds or with a problem.

    The row is older than the copy of the database, so a restored database shows its own backup as begun.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # Empty where a command made it.
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    folder = models.CharField(max_length=400, blank=True)
    database_bytes = models.BigIntegerField(default=0)
    file_count = models.PositiveIntegerField(default=0)
    file_bytes = models.BigIntegerField(default=0)
    # Whether the copy was restored into an empty folder and checked there.
    is_tested = models.BooleanField(default=False)
    problem = models.CharField(max_length=600, blank=True)
    # The SHA-256 of each of the committee's own files in the data folder, by its path there. Known before the database is copied.
    committee_files = models.JSONField(default=dict)
    # The business day on which it was found begun and without a process: killed, or the database restored from it.
    interrupted_on = models.DateField(null=True)


class ErasureState(models.Model):
    """Under which period one kind of personal data was last erased by its age, and what waits for an administrator's yes."""

    # The code of a `ScheduledErasure`; periods are counted in its unit.
    code = models.SlugField(primary_key=True, max_length=40)
    period = models.PositiveIntegerField()
    # The period that was read last; shorter than `period` while that waits.
    read_period = models.PositiveIntegerField()
    looked_on = models.DateField()
    # Both empty where nothing waits.
    waiting_since = models.DateField(null=True)
    waiting_count = models.PositiveIntegerField(null=True)
    # How many may be erased at once after a yes; empty again when they are erased.
    approved_count = models.PositiveIntegerField(null=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
