import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import doanso.lib.uuid7


class Migration(migrations.Migration):
    replaces = [("assignments", "0001_assignments")]

    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("units", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Assignment",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="units.unit",
                    ),
                ),
                ("kind", models.CharField(max_length=40)),
                ("parameters", models.JSONField(default=dict)),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("due_on", models.DateField()),
                ("opened_at", models.DateTimeField()),
                (
                    "opened_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("source_kind", models.CharField(max_length=40)),
                ("source_id", models.UUIDField()),
                ("first_due_on", models.DateField(null=True)),
                ("postpone_reason", models.CharField(blank=True, max_length=200)),
                ("progress_note", models.CharField(blank=True, max_length=300)),
                ("noted_at", models.DateTimeField(null=True)),
                (
                    "noted_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("completed_at", models.DateTimeField(null=True)),
                (
                    "completed_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("done", "Đã làm xong"), ("not-needed", "Đã xem, không cần làm gì thêm")],
                        max_length=10,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("completed_at__isnull", True)),
                        fields=["unit", "due_on", "id"],
                        name="assignments_open",
                    ),
                    models.Index(fields=["unit", "-completed_at", "-id"], name="assignments_unit"),
                    models.Index(
                        condition=models.Q(("completed_at__isnull", True)),
                        fields=["owner", "due_on"],
                        name="assignments_owner",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "source_kind", "source_id"), name="assignments_source"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("completed_at", None), ("outcome", "")),
                            models.Q(("completed_at__isnull", False), ("outcome__in", ["done", "not-needed"])),
                            _connector="OR",
                        ),
                        name="assignments_completed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("first_due_on", None), ("postpone_reason", "")),
                            models.Q(
                                ("due_on__gt", models.F("first_due_on")),
                                models.Q(("postpone_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="assignments_postponed",
                    ),
                ],
            },
        ),
    ]
