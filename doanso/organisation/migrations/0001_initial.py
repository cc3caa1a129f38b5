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
    ]
