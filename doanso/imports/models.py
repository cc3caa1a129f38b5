"""Tables of the importer: a comparison that writes nothing to the register, then its application, both in steps."""

from django.conf import settings
from django.db import models

from doanso.files.models import Blob
from doanso.lib.uuid7 import uuid7
from doanso.units.models import Unit


class ImportState(models.TextChoices):
    """The state of an import; after a crash it is that of the last finished step."""

    READING = "reading", "Đang đọc tệp"
    COMPARING = "comparing", "Đang so sánh"
    COMPARED = "compared", "Chờ xác nhận"
    APPLYING = "applying", "Đang ghi vào danh sách"
    APPLIED = "applied", "Đã ghi"
    REFUSED = "refused", "Không đọc được"
    CANCELLED = "cancelled", "Đã bỏ"


class Import(models.Model):
    """One uploaded list of one kind for one unit."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=30)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="imports")
    # Key of the one object that the list is about, such as a street; empty where its rows name theirs.
    subject = models.CharField(max_length=40, blank=True, default="", db_default="")
    file = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.READING)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    # When the last step was written: an import in progress without recent steps has lost its worker.
    stepped_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    # The number of this reading of the file: mapping its columns begins another, and a worker of an earlier one writes nothing.
    reading = models.PositiveSmallIntegerField(default=0, db_default=0)
    skip_rejected = models.BooleanField(default=False)
    # While the file is compared: the approximate number of rows in its sheets. Afterwards the rows of the list.
    row_count = models.PositiveIntegerField(default=0)
    compared_count = models.PositiveIntegerField(default=0)
    applied_count = models.PositiveIntegerField(default=0)
    # Position of the last row whose step was applied; written with the step, so that none is applied twice.
    applied_to = models.PositiveIntegerField(default=0)
    created_count = models.PositiveIntegerField(default=0)
    updated_count = models.PositiveIntegerField(default=0)
    unchanged_count = models.PositiveIntegerField(default=0)
    question_count = models.PositiveIntegerField(default=0)
    rejected_count = models.PositiveIntegerField(default=0)
    # Answered questions: those to be written as answered, and those to be left out.
    answered_count = models.PositiveIntegerField(default=0)
    skipped_count = models.PositiveIntegerField(default=0)
    warning_count = models.PositiveIntegerField(default=0)
    # Facts about the file: headings by column, ignored headings, sheets. Never a row's contents.
    layout = models.JSONField(default=dict)
    # The meanings of columns by the key of a heading row, as stored when this comparison began, so that a resumed one reads the
    # file in the same way.
    remembered = models.JSONField(default=dict)
    # Further counts of the list's owner, by phase: "compare" and "apply".
    figures = models.JSONField(default=dict)
    # Code and sentence of a refusal of the whole file; empty otherwise.
    problem_code = models.CharField(max_length=40, blank=True)
    problem_message = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["unit", "-started_at"], name="imports_import_unit")]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=ImportState.values), name="imports_import_state"),
        ]


class RowVerdict(models.TextChoices):
    """The verdict of the comparison on a row."""

    NEW = "new", "Thêm mới"
    CHANGED = "changed", "Thay đổi"
    UNCHANGED = "unchanged", "Không đổi"
    QUESTION = "question", "Cần xem lại"
    REJECTED = "rejected", "Không nhận"
    ANSWERED = "answered", "Đã trả lời"
    SKIPPED = "skipped", "Bỏ dòng"


WRITABLE = (RowVerdict.NEW, RowVerdict.CHANGED, RowVerdict.ANSWERED)
"""Verdicts of rows that an application takes up."""
ASKED = (RowVerdict.QUESTION, RowVerdict.ANSWERED, RowVerdict.SKIPPED)
"""Verdicts of rows that are or were asked about."""


class ImportRow(models.Model):
    """A row of the list with its verdict. `encrypted` holds values, differences and problems: they are personal data, and
    become unreadable when the file's key is destroyed.
    """

    id = models.BigAutoField(primary_key=True)
    job = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows")
    position = models.PositiveIntegerField()
    sheet = models.CharField(max_length=60, blank=True)
    row_number = models.PositiveIntegerField()
    verdict = models.CharField(max_length=9, choices=RowVerdict)
    # Code of the question that is or was asked about the row; empty otherwise.
    question = models.CharField(max_length=40, blank=True)
    warned = models.BooleanField(default=False)
    encrypted = models.BinaryField(default=bytes)
    applied = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["job", "position"], name="imports_row_position"),
            models.CheckConstraint(condition=models.Q(verdict__in=RowVerdict.values), name="imports_row_verdict"),
        ]
        indexes = [models.Index(fields=["job", "verdict", "position"], name="imports_row_verdict_order")]


class RememberedHead(models.Model):
    """The meanings of the columns below one row of headings, as mapped for the unit.

    The headings themselves are not stored, only a hash of them: a row that was taken for headings may name people.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30)
    key = models.CharField(max_length=64)
    # Per column from the left: the code of ours, or nothing.
    columns = models.JSONField(default=list)
    remembered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    remembered_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "kind", "key"], name="imports_head_once")]


class AppliedRow(models.Model):
    """A row of a list that was applied, by a keyed hash, with the record that was made of it.

    For lists of actions, whose rows have no number of their own. Deleted when the person of the record is erased.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=30)
    key = models.CharField(max_length=64)
    target = models.UUIDField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="imports_applied_row_once")]
