"""A unit's month from draft to closed, its estimates without records, and the reports made of it."""

from django.db import models

from doanso.accounts.models import User
from doanso.files.models import Blob
from doanso.ledger.models import Snapshot
from doanso.lib.uuid7 import uuid7
from doanso.targets.models import Indicator, Programme
from doanso.units.models import Unit


class PeriodState(models.TextChoices):
    """The state of a unit's month; only a sent one is accepted or returned, only an accepted one closes by itself."""

    DRAFT = "draft", "Nháp"
    SENT = "sent", "Đã gửi"
    RETURNED = "returned", "Trả lại"
    ACCEPTED = "accepted", "Đã duyệt"
    CLOSED = "closed", "Đã chốt"


class Period(models.Model):
    """One unit's month in a programme. A row is created by the first action on it; without a row it reads as a draft."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="periods", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    # Both days are inside; the month is cut to the programme's days.
    first_day = models.DateField()
    last_day = models.DateField()
    state = models.CharField(max_length=8, choices=PeriodState, default=PeriodState.DRAFT)
    # Sent after it was due, or closed with the unit above without having been accepted.
    late = models.BooleanField(default=False)
    # The business day, by which lateness is determined; the exact times are in the steps.
    sent_on = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)
    snapshot = models.ForeignKey(Snapshot, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "unit", "first_day"], name="reports_period_key"),
            models.CheckConstraint(condition=models.Q(state__in=PeriodState.values), name="reports_period_state"),
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("first_day")), name="reports_period_dates"
            ),
            models.CheckConstraint(
                condition=models.Q(state=PeriodState.CLOSED, closed_at__isnull=False, snapshot__isnull=False)
                | (~models.Q(state=PeriodState.CLOSED) & models.Q(closed_at=None, snapshot=None)),
                name="reports_period_closed",
            ),
        ]
        indexes = [models.Index(fields=["unit", "first_day"], name="reports_period_unit")]


class PeriodStep(models.Model):
    """An action on a period, its actor and a text; the newest last."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="steps")
    state = models.CharField(max_length=8, choices=PeriodState)
    words = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    at = models.DateTimeField()


class Reason(models.Model):
    """A unit's answer to a question about its month: why a figure fell, or why it does not wait for the units below."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="reasons", db_index=False)
    question = models.CharField(max_length=80)
    words = models.CharField(max_length=500)
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["period", "question"], name="reports_reason_once")]


class Estimate(models.Model):
    """A number that a unit states beyond its records. It is shown separately as "chưa có hồ sơ" and included in no figure."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="estimates")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="+")
    value = models.PositiveIntegerField()
    note = models.CharField(max_length=300)
    stated_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    stated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["period", "indicator"], name="reports_estimate_once")]


class ReportKind(models.TextChoices):
    """The kind of days a report covers."""

    WEEK = "week", "Báo cáo tuần"
    MONTH = "month", "Báo cáo tháng"
    QUARTER = "quarter", "Báo cáo quý"
    HALF_YEAR = "half-year", "Báo cáo 6 tháng"
    YEAR = "year", "Báo cáo năm"
    AD_HOC = "ad-hoc", "Báo cáo đột xuất"


class ReportForm(models.TextChoices):
    """The form that the document follows: the Union's (29-HD/2013) or the state's (Nghị định 30/2020)."""

    DOAN = "doan", "Thể thức văn bản của Đoàn"
    ND30 = "nd30", "Thể thức theo Nghị định 30/2020/NĐ-CP"


class Report(models.Model):
    """A unit's report of some days. A draft reads current figures; once frozen, figures and text do not change.

    `content` is `content.ReportContent` as JSON once it is frozen, with the hash of its numbers alone in `numbers_hash`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="reports")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=9, choices=ReportKind)
    form = models.CharField(max_length=4, choices=ReportForm, default=ReportForm.DOAN)
    first_day = models.DateField()
    last_day = models.DateField()
    # Incremented on every saved text and choice of the form, so that no editor overwrites or freezes what another one stored
    # meanwhile.
    version = models.PositiveIntegerField(default=1)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    # The snapshot of a freezing under way, taken for this report; if interrupted, the next freezing replaces it.
    freezing = models.ForeignKey(Snapshot, null=True, on_delete=models.PROTECT, related_name="+")
    snapshot = models.ForeignKey(Snapshot, null=True, on_delete=models.PROTECT, related_name="+")
    frozen_at = models.DateTimeField(null=True)
    # The business day on which it was frozen, which is the document's date.
    frozen_on = models.DateField(null=True)
    content = models.JSONField(null=True)
    numbers_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=ReportKind.values), name="reports_report_kind"),
            models.CheckConstraint(condition=models.Q(form__in=ReportForm.values), name="reports_report_form"),
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("first_day")), name="reports_report_dates"
            ),
            models.CheckConstraint(
                condition=models.Q(frozen_at=None, content__isnull=True, snapshot=None)
                | models.Q(frozen_at__isnull=False, content__isnull=False, snapshot__isnull=False),
                name="reports_report_frozen",
            ),
            models.CheckConstraint(
                condition=models.Q(frozen_at=None) | models.Q(freezing=None), name="reports_report_freezing"
            ),
            # Two users who begin the same report at once share one draft.
            models.UniqueConstraint(
                fields=["programme", "unit", "kind", "first_day", "last_day"],
                condition=models.Q(frozen_at=None),
                name="reports_report_one_draft",
            ),
        ]
        indexes = [models.Index(fields=["unit", "-last_day"], name="reports_report_unit")]


class Passage(models.Model):
    """The text of officers under one heading of a report (`sections.py` names the headings)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="passages", db_index=False)
    section = models.SlugField(max_length=30)
    text = models.TextField(blank=True)
    # The report's version after this text was saved: a reader of an older version has not seen it.
    version = models.PositiveIntegerField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "section"], name="reports_passage_once")]


class ReportFormat(models.TextChoices):
    """The file formats of a report."""

    PDF = "pdf", "PDF"
    DOCX = "docx", "Word"
    XLSX = "xlsx", "Excel"
    CSV = "csv", "CSV"
    JSON = "json", "JSON"
    TEXT = "txt", "Tin nhắn"


class RenderState(models.TextChoices):
    """The progress of making a file."""

    WAITING = "waiting", "Đang chờ"
    RUNNING = "running", "Đang làm"
    DONE = "done", "Đã xong"
    FAILED = "failed", "Không thành"


UNDER_WAY = (RenderState.WAITING, RenderState.RUNNING)
"""States of a file that the worker is still to make."""


class Rendering(models.Model):
    """A report's file in one format: requested, being made, made. A frozen report has permanently one per format.

    `base` is the address of this installation as used in the request: the file's links begin with it. `stepped_at` is when a
    worker last started it, by which a stalled one is detected.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="renderings", db_index=False)
    format = models.CharField(max_length=4, choices=ReportFormat)
    # The superior's layout that an .xlsx fills; none for our own.
    layout = models.ForeignKey("Layout", null=True, on_delete=models.PROTECT, related_name="+")
    base = models.CharField(max_length=200)
    state = models.CharField(max_length=7, choices=RenderState, default=RenderState.WAITING)
    problem = models.CharField(max_length=300, blank=True)
    blob = models.ForeignKey(Blob, null=True, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    stepped_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(format__in=ReportFormat.values), name="reports_rendering_format"),
            models.CheckConstraint(condition=models.Q(state__in=RenderState.values), name="reports_rendering_state"),
            # A file that is done always has its bytes.
            models.CheckConstraint(
                condition=~models.Q(state="done") | models.Q(blob__isnull=False), name="reports_rendering_done"
            ),
        ]
        indexes = [models.Index(fields=["report", "format", "-asked_at"], name="reports_rendering_report")]


class Layout(models.Model):
    """A superior's own Excel layout, uploaded by a unit: a workbook whose named cells say which figure belongs where."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="layouts")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)


class UnitExport(models.Model):
    """The whole data of a unit and the units below, as one person may read it: requested, being made, made, deleted after a week.

    `lists` has the name of each list and its number of rows; `stepped_at` is when a worker last started it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=7, choices=RenderState, default=RenderState.WAITING)
    problem = models.CharField(max_length=300, blank=True)
    blob = models.ForeignKey(Blob, null=True, on_delete=models.PROTECT, related_name="+")
    lists = models.JSONField(default=list)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    stepped_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=RenderState.values), name="reports_export_state"),
            models.CheckConstraint(
                condition=~models.Q(state="done") | models.Q(blob__isnull=False), name="reports_export_done"
            ),
            # One at a time for each person and unit.
            models.UniqueConstraint(
                fields=["unit", "asked_by"],
                condition=models.Q(state__in=["waiting", "running"]),
                name="reports_export_moving",
            ),
        ]
        indexes = [models.Index(fields=["asked_by", "unit", "-asked_at"], name="reports_export_asked")]
