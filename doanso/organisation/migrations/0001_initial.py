import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import doanso.lib.uuid7


class Migration(migrations.Migration):
    replaces = [("organisation", "0001_changes")]

    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("units", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Change",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("create", "Thành lập"),
                            ("move", "Chuyển đơn vị"),
                            ("rename", "Đổi tên"),
                            ("merge", "Hợp nhất"),
                            ("split", "Tách"),
                            ("end", "Kết thúc hoạt động"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="units.unit"),
                ),
                ("on", models.DateField()),
                ("decision", models.CharField(blank=True, max_length=120)),
                ("said", models.JSONField(default=dict)),
                ("journal", models.JSONField(default=list)),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("recorded_on", models.DateField()),
                ("recorded_at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(null=True)),
                (
                    "undone_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["unit", "-recorded_at"], name="organisation_change_unit")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["create", "move", "rename", "merge", "split", "end"])),
                        name="organisation_change_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("on__lte", models.F("recorded_on"))), name="organisation_change_not_ahead"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UnitList",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("name", models.CharField(max_length=200)),
                ("sheet", models.CharField(max_length=80)),
                ("head", models.PositiveIntegerField()),
                ("headings", models.JSONField(default=list)),
                ("columns", models.JSONField(default=dict)),
                ("since", models.DateField()),
                ("cells", models.JSONField(default=list)),
                ("fixes", models.JSONField(default=dict)),
                ("left_out", models.JSONField(default=list)),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "change",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="unit_list",
                        to="organisation.change",
                    ),
                ),
                (
                    "started_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="units.unit"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["unit", "-started_at"], name="organisation_list_unit")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("change", None), ("finished_at__isnull", False), _connector="OR"),
                        name="organisation_list_finished",
                    )
                ],
            },
        ),
    ]
