import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import doanso.lib.uuid7


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("documents", "0002_series_last_day"),
        ("files", "0002_by_bytes"),
        ("units", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Arrival",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("arrived_on", models.DateField()),
                ("issuer", models.CharField(max_length=200)),
                ("notation", models.CharField(blank=True, max_length=60)),
                ("dated", models.DateField(null=True)),
                ("kind", models.CharField(blank=True, max_length=40)),
                ("summary", models.CharField(max_length=400)),
                ("folded", models.CharField(max_length=800)),
                (
                    "urgency",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Thường"),
                            ("urgent", "Khẩn"),
                            ("very-urgent", "Thượng khẩn"),
                            ("express", "Hỏa tốc"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "medium",
                    models.CharField(
                        choices=[("digital", "Văn bản điện tử"), ("paper", "Văn bản giấy")],
                        default="digital",
                        max_length=7,
                    ),
                ),
                ("verdict", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "Đã vào sổ"),
                            ("assigned", "Đã giao xử lý"),
                            ("settled", "Đã xử lý"),
                            ("returned", "Trả lại nơi gửi"),
                        ],
                        default="received",
                        max_length=8,
                    ),
                ),
                ("answer_by", models.DateField(null=True)),
                ("words", models.CharField(blank=True, max_length=1000)),
                ("taken_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "assigned_to",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "blob",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.blob"
                    ),
                ),
                (
                    "delivery",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="arrival",
                        to="documents.delivery",
                    ),
                ),
                (
                    "number",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="arrival", to="documents.number"
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "taken_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="arrivals",
                        to="units.unit",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["unit", "-arrived_on", "-id"], name="incoming_arrival_register"),
                    models.Index(fields=["unit", "notation"], name="incoming_arrival_notation"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["received", "assigned", "settled", "returned"])),
                        name="incoming_arrival_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "returned"), _negated=True),
                            models.Q(("words", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="incoming_arrival_words",
                    ),
                ],
            },
        ),
    ]
