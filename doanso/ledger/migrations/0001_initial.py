import django.db.models.deletion
from django.db import migrations, models

import doanso.lib.uuid7


class Migration(migrations.Migration):
    replaces = [
        ("ledger", "0001_ledger"),
        ("ledger", "0002_claims"),
        ("ledger", "0003_closing"),
        ("ledger", "0004_slimmer_indexes"),
    ]

    initial = True

    dependencies = [
        ("units", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Book",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("code", models.SlugField(max_length=60, unique=True)),
                (
                    "root",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="units.unit"),
                ),
                ("first_day", models.DateField()),
                ("last_day", models.DateField()),
                ("closed_until", models.DateField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("last_day__gte", models.F("first_day"))), name="ledger_book_dates"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Snapshot",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "book",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="snapshot",
                        to="ledger.book",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="units.unit"
                    ),
                ),
                ("since", models.DateField()),
                ("last_day", models.DateField()),
                ("closes", models.BooleanField()),
                (
                    "with_parent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dragged",
                        to="ledger.snapshot",
                    ),
                ),
                ("mark", models.BigIntegerField()),
                ("made_at", models.DateTimeField()),
                ("tree", models.JSONField(default=list)),
                ("hash", models.CharField(blank=True, max_length=64)),
                ("completed_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["unit", "book", "last_day"], name="ledger_snapshot_unit")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("last_day__gte", models.F("since"))), name="ledger_snapshot_dates"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("completed_at", None), models.Q(("hash", ""), _negated=True), _connector="OR"),
                        name="ledger_snapshot_completed",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("closes", True)),
                        fields=("book", "unit", "last_day"),
                        name="ledger_snapshot_closed_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Measure",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "book",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="measures",
                        to="ledger.book",
                    ),
                ),
                ("code", models.SlugField(max_length=60)),
                (
                    "kind",
                    models.CharField(
                        choices=[("times", "Lượt"), ("helped", "Người"), ("state", "Trạng thái")], max_length=8
                    ),
                ),
                ("family", models.CharField(max_length=40)),
                ("topic", models.CharField(blank=True, max_length=60)),
                ("level", models.PositiveSmallIntegerField(default=0)),
                ("least_grade", models.PositiveSmallIntegerField(default=1)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("book", "code"), name="ledger_measure_code"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["times", "helped", "state"])), name="ledger_measure_kind"
                    ),
                    models.CheckConstraint(condition=models.Q(("least_grade__lte", 4)), name="ledger_measure_grade"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SnapshotFigure",
            fields=[
                ("g0", models.BigIntegerField(default=0)),
                ("g1", models.BigIntegerField(default=0)),
                ("g2", models.BigIntegerField(default=0)),
                ("g3", models.BigIntegerField(default=0)),
                ("g4", models.BigIntegerField(default=0)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "snapshot",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="figures",
                        to="ledger.snapshot",
                    ),
                ),
                (
                    "measure",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.measure",
                    ),
                ),
                ("whole", models.BooleanField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("snapshot", "measure", "whole"), name="ledger_snapshot_figure_key")
                ],
            },
        ),
        migrations.CreateModel(
            name="SnapshotEntries",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "snapshot",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="ledger.snapshot",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="units.unit"
                    ),
                ),
                (
                    "measure",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.measure",
                    ),
                ),
                ("count", models.PositiveIntegerField()),
                ("seqs", models.BinaryField()),
                ("hash", models.CharField(max_length=64)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("snapshot", "unit", "measure"), name="ledger_snapshot_entries_key")
                ],
            },
        ),
        migrations.CreateModel(
            name="Queue",
            fields=[
                ("g0", models.BigIntegerField(default=0)),
                ("g1", models.BigIntegerField(default=0)),
                ("g2", models.BigIntegerField(default=0)),
                ("g3", models.BigIntegerField(default=0)),
                ("g4", models.BigIntegerField(default=0)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "book",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.book"
                    ),
                ),
                (
                    "measure",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.measure",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="units.unit"
                    ),
                ),
                ("day", models.DateField()),
            ],
            options={
                "indexes": [models.Index(fields=["book", "unit"], name="ledger_queue_unit")],
            },
        ),
        migrations.CreateModel(
            name="Subject",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=30)),
                ("ref", models.UUIDField(null=True)),
                (
                    "merged_into",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged",
                        to="ledger.subject",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("merged_into__isnull", False)),
                        fields=["merged_into"],
                        name="ledger_subject_merged",
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("kind", "ref"), name="ledger_subject_ref")],
            },
        ),
        migrations.CreateModel(
            name="Placement",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "subject",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="placements",
                        to="ledger.subject",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="units.unit"
                    ),
                ),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
                ("arrived_on", models.DateField()),
                ("source_kind", models.CharField(max_length=40)),
                ("source_id", models.UUIDField()),
                ("content_hash", models.CharField(max_length=64)),
                ("taken_back", models.BooleanField(default=False)),
            ],
            options={
                "indexes": [models.Index(fields=["subject", "since"], name="ledger_placement_subject")],
                "constraints": [
                    models.UniqueConstraint(fields=("source_kind", "source_id"), name="ledger_placement_source"),
                    models.CheckConstraint(
                        condition=models.Q(("until", None), ("until__gte", models.F("since")), _connector="OR"),
                        name="ledger_placement_dates",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Fact",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("family", models.CharField(max_length=40)),
                ("topic", models.CharField(blank=True, max_length=60)),
                ("level", models.PositiveSmallIntegerField(default=0)),
                (
                    "subject",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="facts",
                        to="ledger.subject",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="units.unit",
                    ),
                ),
                ("happened_on", models.DateField()),
                ("arrived_on", models.DateField()),
                ("grade", models.PositiveSmallIntegerField()),
                ("amount", models.PositiveIntegerField(db_default=1)),
                ("source_kind", models.CharField(max_length=40)),
                ("source_id", models.UUIDField()),
                ("content_hash", models.CharField(max_length=64)),
                ("taken_back", models.BooleanField(default=False)),
                ("refused", models.BooleanField(db_default=False)),
            ],
            options={
                "indexes": [models.Index(fields=["subject", "family", "topic"], name="ledger_fact_subject")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("source_kind", "source_id", "family", "topic"), name="ledger_fact_source"
                    ),
                    models.CheckConstraint(condition=models.Q(("grade__lte", 4)), name="ledger_fact_grade"),
                    models.CheckConstraint(
                        condition=models.Q(("amount__range", (1, 1000000000))), name="ledger_fact_amount"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("seq", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "book",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="ledger.book",
                    ),
                ),
                (
                    "measure",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="ledger.measure",
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="ledger.subject",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="units.unit"
                    ),
                ),
                ("day", models.DateField()),
                ("happened_on", models.DateField()),
                ("arrived_on", models.DateField()),
                ("grade", models.PositiveSmallIntegerField()),
                ("amount", models.IntegerField()),
                ("moved_day", models.CharField(blank=True, max_length=10)),
                ("late_from", models.DateField(null=True)),
                ("source_kind", models.CharField(max_length=40)),
                ("source_id", models.UUIDField()),
                (
                    "takes_back",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="taken_back_by",
                        to="ledger.entry",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["subject", "measure"], name="ledger_entry_subject"),
                    models.Index(fields=["measure", "unit", "day"], name="ledger_entry_figure"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__range", (-1000000000, 1000000000))), name="ledger_entry_amount"
                    ),
                    models.CheckConstraint(condition=models.Q(("grade__lte", 4)), name="ledger_entry_grade"),
                    models.CheckConstraint(
                        condition=models.Q(("late_from", None), ("late_from__lt", models.F("day")), _connector="OR"),
                        name="ledger_entry_late",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("takes_back__isnull", False)),
                        fields=("takes_back",),
                        name="ledger_entry_taken_back_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Suspension",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "subject",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="suspensions",
                        to="ledger.subject",
                    ),
                ),
                ("measure_code", models.SlugField(blank=True, max_length=60)),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
                ("source_kind", models.CharField(max_length=40)),
                ("source_id", models.UUIDField()),
                ("taken_back", models.BooleanField(default=False)),
            ],
            options={
                "indexes": [models.Index(fields=["subject"], name="ledger_suspension_subject")],
                "constraints": [
                    models.UniqueConstraint(fields=("source_kind", "source_id"), name="ledger_suspension_source"),
                    models.CheckConstraint(
                        condition=models.Q(("until", None), ("until__gte", models.F("since")), _connector="OR"),
                        name="ledger_suspension_dates",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Total",
            fields=[
                ("g0", models.BigIntegerField(default=0)),
                ("g1", models.BigIntegerField(default=0)),
                ("g2", models.BigIntegerField(default=0)),
                ("g3", models.BigIntegerField(default=0)),
                ("g4", models.BigIntegerField(default=0)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "book",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.book"
                    ),
                ),
                (
                    "measure",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.measure",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="units.unit"
                    ),
                ),
                ("day", models.DateField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("unit", "measure", "day"), name="ledger_total_key")],
            },
        ),
    ]
