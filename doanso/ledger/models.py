"""The ledger: each thing is counted once, in entries that never change.

Subjects, facts, placements and suspensions are what owners stated; entries are what follows from them in each book; queue and
totals are the entries added up. Rules of the ledger: docs/architecture.md.
"""

from typing import ClassVar

from django.db import models

from doanso.lib.uuid7 import uuid7
from doanso.units.models import Unit

MOST_AMOUNT = 1_000_000_000
"""The largest amount of one fact."""


class MeasureKind(models.TextChoices):
    """What a measure counts; see the README."""

    TIMES = "times", "Lượt"
    HELPED = "helped", "Người"
    STATE = "state", "Trạng thái"


class Subject(models.Model):
    """The ledger's own row for a person or thing that is counted; its lock serialises actions on it. Erasure empties `ref`.

    A merged subject refers to the one it was merged into, which may be merged itself; only the last one refers to none.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=30)
    ref = models.UUIDField(null=True)
    # Few subjects are merged: the index below holds only those.
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "ref"], name="ledger_subject_ref")]
        indexes = [
            models.Index(
                fields=["merged_into"], name="ledger_subject_merged", condition=models.Q(merged_into__isnull=False)
            ),
        ]


class Book(models.Model):
    """One programme's account: root unit, first and last day (both inside).

    `closed_until` is the last day that any of its units has closed, so that most actions read no closings.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.SlugField(max_length=60, unique=True)
    root = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    first_day = models.DateField()
    last_day = models.DateField()
    closed_until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(last_day__gte=models.F("first_day")), name="ledger_book_dates"),
        ]


class Measure(models.Model):
    """What a book counts: facts of a family with that topic, at that level or above, of at least that grade.

    `code` is also what a suspension names to exempt a subject from this measure alone.
    """

    id = models.BigAutoField(primary_key=True)
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="measures", db_index=False)
    code = models.SlugField(max_length=60)
    kind = models.CharField(max_length=8, choices=MeasureKind)
    family = models.CharField(max_length=40)
    topic = models.CharField(max_length=60, blank=True)
    level = models.PositiveSmallIntegerField(default=0)
    least_grade = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["book", "code"], name="ledger_measure_code"),
            models.CheckConstraint(condition=models.Q(kind__in=MeasureKind.values), name="ledger_measure_kind"),
            models.CheckConstraint(condition=models.Q(least_grade__lte=4), name="ledger_measure_grade"),
        ]


class Fact(models.Model):
    """One counted fact as its owner stated it.

    Its id is its `seq`: drawn after the subject's lock, so on one subject it is the order of commits.
    """

    id = models.BigAutoField(primary_key=True)
    family = models.CharField(max_length=40)
    topic = models.CharField(max_length=60, blank=True)
    level = models.PositiveSmallIntegerField(default=0)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="facts", db_index=False)
    # Where Times took place; a state has no unit of its own, it follows the subject's placement.
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    happened_on = models.DateField()
    arrived_on = models.DateField()
    grade = models.PositiveSmallIntegerField()
    # What a time adds to its figure, such as trees planted; 1 for every other fact.
    amount = models.PositiveIntegerField(db_default=1)
    source_kind = models.CharField(max_length=40)
    source_id = models.UUIDField()
    content_hash = models.CharField(max_length=64)
    taken_back = models.BooleanField(default=False)
    # In dispute: it counts nowhere until an officer allows it again, and then in its old place in the line.
    refused = models.BooleanField(db_default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source_kind", "source_id", "family", "topic"], name="ledger_fact_source"),
            models.CheckConstraint(condition=models.Q(grade__lte=4), name="ledger_fact_grade"),
            models.CheckConstraint(condition=models.Q(amount__range=(1, MOST_AMOUNT)), name="ledger_fact_amount"),
        ]
        indexes = [models.Index(fields=["subject", "family", "topic"], name="ledger_fact_subject")]


class Placement(models.Model):
    """The unit to which a subject belongs over a span of days (half open); its states credit that unit."""

    id = models.BigAutoField(primary_key=True)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="placements", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    since = models.DateField()
    until = models.DateField(null=True)
    arrived_on = models.DateField()
    source_kind = models.CharField(max_length=40)
    source_id = models.UUIDField()
    content_hash = models.CharField(max_length=64)
    taken_back = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source_kind", "source_id"], name="ledger_placement_source"),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")), name="ledger_placement_dates"
            ),
        ]
        indexes = [models.Index(fields=["subject", "since"], name="ledger_placement_subject")]


class Suspension(models.Model):
    """Days on which a subject counts nowhere (`measure_code` empty) or not in one measure. Spans may overlap."""

    id = models.BigAutoField(primary_key=True)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="suspensions", db_index=False)
    measure_code = models.SlugField(max_length=60, blank=True)
    since = models.DateField()
    until = models.DateField(null=True)
    source_kind = models.CharField(max_length=40)
    source_id = models.UUIDField()
    taken_back = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source_kind", "source_id"], name="ledger_suspension_source"),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")),
                name="ledger_suspension_dates",
            ),
        ]
        indexes = [models.Index(fields=["subject"], name="ledger_suspension_subject")]


class Entry(models.Model):
    """One booking. Never changed and never deleted: a correction is a new entry that names the one it takes back. Only a measure
    that was never shown, because its programme was refused in the end, goes with its entries (`books.drop_measures`).

    `seq` is drawn after the subject's lock; over all subjects it has gaps and commits out of order, so it is no high-water mark.
    `amount` is what it adds: 1, or a time's own amount; negative where it takes away. A claim that waits in line has amount 0:
    the `seq` of a claim's first entry, whatever its amount, is its place in the line.
    """

    seq = models.BigAutoField(primary_key=True)
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="entries", db_index=False)
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="entries", db_index=False)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="entries", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    happened_on = models.DateField()
    arrived_on = models.DateField()
    grade = models.PositiveSmallIntegerField()
    amount = models.IntegerField()
    # Why the day is not the day on which it happened: the device's clock was ahead.
    moved_day = models.CharField(max_length=10, blank=True)
    # The day it belongs to, if that was closed before it was booked; `day` is then the first open one.
    late_from = models.DateField(null=True)
    source_kind = models.CharField(max_length=40)
    source_id = models.UUIDField()
    # The unique constraint below is also the index that finds them.
    takes_back = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="taken_back_by", db_index=False
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__range=(-MOST_AMOUNT, MOST_AMOUNT)), name="ledger_entry_amount"
            ),
            models.CheckConstraint(condition=models.Q(grade__lte=4), name="ledger_entry_grade"),
            models.CheckConstraint(
                condition=models.Q(late_from=None) | models.Q(late_from__lt=models.F("day")), name="ledger_entry_late"
            ),
            models.UniqueConstraint(
                fields=["takes_back"],
                condition=models.Q(takes_back__isnull=False),
                name="ledger_entry_taken_back_once",
            ),
        ]
        indexes = [
            models.Index(fields=["subject", "measure"], name="ledger_entry_subject"),
            models.Index(fields=["measure", "unit", "day"], name="ledger_entry_figure"),
        ]


class Grades(models.Model):
    """Counts per evidence grade, as columns of queue and totals."""

    g0 = models.BigIntegerField(default=0)
    g1 = models.BigIntegerField(default=0)
    g2 = models.BigIntegerField(default=0)
    g3 = models.BigIntegerField(default=0)
    g4 = models.BigIntegerField(default=0)
    COLUMNS: ClassVar[tuple[str, ...]] = ("g0", "g1", "g2", "g3", "g4")

    class Meta:
        abstract = True


class Queue(Grades):
    """What a transaction added to a unit's own day, waiting to be folded into the totals of the unit's ancestors."""

    id = models.BigAutoField(primary_key=True)
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="+", db_index=False)
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["book", "unit"], name="ledger_queue_unit")]


class Total(Grades):
    """A unit's count with its subtree on one day; the row of all days together has the day `ALL_DAYS`."""

    id = models.BigAutoField(primary_key=True)
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="+", db_index=False)
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "measure", "day"], name="ledger_total_key"),
        ]


class Snapshot(models.Model):
    """A snapshot: entries, tree and figures of one unit over some days, which can be reproduced permanently.

    One that closes covers every day of its unit that was not closed before, up to `last_day`; no entry is ever booked on them
    again. Others (a week, a quarter, a year, an ad hoc report) close nothing. The figures are those of `since` to `last_day` and
    those of all days up to `last_day`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="snapshot", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    since = models.DateField()
    last_day = models.DateField()
    closes = models.BooleanField()
    # The closing of the unit above with which it was closed; None if it was closed by itself.
    with_parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="dragged")
    # The last `seq` written before the snapshot; no later entry is in it.
    mark = models.BigIntegerField()
    made_at = models.DateTimeField()
    # The hash is empty until the snapshot is completed.
    tree = models.JSONField(default=list)
    hash = models.CharField(max_length=64, blank=True)
    completed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(last_day__gte=models.F("since")), name="ledger_snapshot_dates"),
            models.CheckConstraint(
                condition=models.Q(completed_at=None) | ~models.Q(hash=""), name="ledger_snapshot_completed"
            ),
            # A unit closes a day only once.
            models.UniqueConstraint(
                fields=["book", "unit", "last_day"], condition=models.Q(closes=True), name="ledger_snapshot_closed_once"
            ),
        ]
        indexes = [models.Index(fields=["unit", "book", "last_day"], name="ledger_snapshot_unit")]


class SnapshotEntries(models.Model):
    """The entries of one unit itself that a snapshot adds in one measure: their `seq`, packed (`snapshots.pack`)."""

    id = models.BigAutoField(primary_key=True)
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="entries", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="+", db_index=False)
    count = models.PositiveIntegerField()
    seqs = models.BinaryField()
    # Hash of the entries' content, by which a changed row is detected.
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "unit", "measure"], name="ledger_snapshot_entries_key"),
        ]


class SnapshotFigure(Grades):
    """A figure of a snapshot per grade: of its own days, or (`whole`) of all days up to its last. Used for comparison only."""

    id = models.BigAutoField(primary_key=True)
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="figures", db_index=False)
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="+", db_index=False)
    whole = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "measure", "whole"], name="ledger_snapshot_figure_key"),
        ]
