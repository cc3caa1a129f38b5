import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import doanso.lib.uuid7


class Migration(migrations.Migration):
    replaces = [
        ("outreach", "0001_outreach"),
        ("outreach", "0002_visit_amendments"),
        ("outreach", "0003_doubled_places"),
    ]

    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("adoption", "0001_initial"),
        ("members", "0001_initial"),
        ("people", "0001_initial"),
        ("support", "0001_initial"),
        ("units", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Drive",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="drives", to="units.unit"
                    ),
                ),
                ("name", models.CharField(max_length=160)),
                ("since", models.DateField()),
                ("until", models.DateField()),
                ("goal", models.PositiveIntegerField()),
                ("made_at", models.DateTimeField()),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("ended_at", models.DateTimeField(null=True)),
                ("services", models.ManyToManyField(related_name="+", to="adoption.service")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("unit", "name"), name="outreach_drive_name"),
                    models.CheckConstraint(
                        condition=models.Q(("until__gt", models.F("since"))), name="outreach_drive_dates"
                    ),
                    models.CheckConstraint(condition=models.Q(("goal__gte", 1)), name="outreach_drive_goal"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Door",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "drive",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="doors", to="outreach.drive"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="units.unit"
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="doors",
                        to="people.household",
                    ),
                ),
                (
                    "business",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="doors",
                        to="people.business",
                    ),
                ),
                (
                    "neighbourhood",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="doors",
                        to="units.neighbourhood",
                    ),
                ),
                ("walk_key", models.CharField(max_length=200)),
                (
                    "taken_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="doors",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("taken_at", models.DateTimeField(null=True)),
                ("due_back_at", models.DateTimeField(null=True)),
                ("visits", models.PositiveIntegerField(default=0)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("helped", "Đã hỗ trợ"),
                            ("had-already", "Đã có sẵn"),
                            ("follow-up", "Hẹn hôm khác"),
                            ("refused", "Không đồng ý"),
                            ("not-home", "Không có ai ở nhà"),
                        ],
                        max_length=11,
                    ),
                ),
                ("visited_on", models.DateField(null=True)),
                ("follow_up_on", models.DateField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["drive", "walk_key"], name="outreach_door_walk"),
                    models.Index(
                        condition=models.Q(("follow_up_on__isnull", False)),
                        fields=["unit", "follow_up_on"],
                        name="outreach_door_follow_up",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("household__isnull", True), ("business__isnull", True), _connector="XOR"),
                        name="outreach_door_one",
                    ),
                    models.UniqueConstraint(fields=("drive", "household"), name="outreach_door_household"),
                    models.UniqueConstraint(fields=("drive", "business"), name="outreach_door_business"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("due_back_at", None), ("taken_at", None), ("taken_by", None)),
                            models.Q(
                                ("due_back_at__isnull", False), ("taken_at__isnull", False), ("taken_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="outreach_door_taken",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Team",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="teams", to="units.unit"
                    ),
                ),
                (
                    "neighbourhood",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="teams",
                        to="units.neighbourhood",
                    ),
                ),
                ("name", models.CharField(max_length=160)),
                ("decision_number", models.CharField(blank=True, max_length=60)),
                ("decided_on", models.DateField(null=True)),
                ("decided_by", models.CharField(blank=True, max_length=160)),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
                ("services", models.ManyToManyField(related_name="+", to="adoption.service")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until", None)), fields=("unit", "name"), name="outreach_team_name"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until", None), ("until__gte", models.F("since")), _connector="OR"),
                        name="outreach_team_dates",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Teammate",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="teammates", to="outreach.team"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="units.unit"
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("sort_key", models.CharField(max_length=400)),
                (
                    "kind",
                    models.CharField(
                        choices=[("youth", "Đoàn viên, thanh niên"), ("official", "Cán bộ khu phố, ấp, hội, đoàn thể")],
                        max_length=8,
                    ),
                ),
                (
                    "body",
                    models.CharField(
                        choices=[
                            ("youth-union", "Đoàn Thanh niên"),
                            ("neighbourhood", "Ban quản lý khu phố, ấp"),
                            ("women", "Hội Phụ nữ"),
                            ("veterans", "Hội Cựu chiến binh"),
                            ("farmers", "Hội Nông dân"),
                            ("front", "Mặt trận Tổ quốc"),
                            ("police", "Công an"),
                            ("school", "Trường học"),
                            ("health", "Y tế"),
                            ("telco", "Doanh nghiệp viễn thông, công nghệ"),
                            ("bank", "Ngân hàng"),
                            ("other", "Khác"),
                        ],
                        max_length=14,
                    ),
                ),
                ("is_head", models.BooleanField(default=False)),
                (
                    "member",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="teammates",
                        to="members.member",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="teammates",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("trained_on", models.DateField(null=True)),
                ("training", models.CharField(blank=True, max_length=160)),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_head", True), ("until", None)),
                        fields=("team",),
                        name="outreach_team_one_head",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("until", None), ("user__isnull", False)),
                        fields=("team", "user"),
                        name="outreach_teammate_user_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["youth", "official"])), name="outreach_teammate_kind"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "body__in",
                                [
                                    "youth-union",
                                    "neighbourhood",
                                    "women",
                                    "veterans",
                                    "farmers",
                                    "front",
                                    "police",
                                    "school",
                                    "health",
                                    "telco",
                                    "bank",
                                    "other",
                                ],
                            )
                        ),
                        name="outreach_teammate_body",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until", None), ("until__gte", models.F("since")), _connector="OR"),
                        name="outreach_teammate_dates",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Card",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "teammate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="cards", to="outreach.teammate"
                    ),
                ),
                ("keys_encrypted", models.BinaryField(default=bytes)),
                ("secret_lookup", models.CharField(max_length=64, unique=True)),
                ("code_lookup", models.CharField(max_length=64)),
                ("phone_hash", models.CharField(max_length=16)),
                ("since", models.DateField()),
                ("until", models.DateField()),
                ("issued_at", models.DateTimeField()),
                (
                    "issued_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("revoked_at", models.DateTimeField(null=True)),
                ("misses", models.PositiveSmallIntegerField(default=0)),
                ("missed_on", models.DateField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at", None)), fields=("teammate",), name="outreach_card_one_valid"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until__gt", models.F("since"))), name="outreach_card_dates"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AwaitedConfirmation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("visit_id", models.UUIDField()),
                (
                    "teammate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="outreach.teammate"
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("confirmed_at", models.DateTimeField()),
                ("confirmed_on", models.DateField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("visit_id", "teammate"), name="outreach_awaited_once")],
            },
        ),
        migrations.CreateModel(
            name="Visit",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visits",
                        to="units.unit",
                    ),
                ),
                (
                    "drive",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="outreach.drive",
                    ),
                ),
                (
                    "door",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="outreach.door"
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visits",
                        to="people.household",
                    ),
                ),
                (
                    "business",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visits",
                        to="people.business",
                    ),
                ),
                (
                    "neighbourhood",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="units.neighbourhood",
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("helped", "Đã hỗ trợ"),
                            ("had-already", "Đã có sẵn"),
                            ("follow-up", "Hẹn hôm khác"),
                            ("refused", "Không đồng ý"),
                            ("not-home", "Không có ai ở nhà"),
                        ],
                        max_length=11,
                    ),
                ),
                ("follow_up_on", models.DateField(null=True)),
                ("in_area", models.BooleanField(null=True)),
                ("happened_on", models.DateField()),
                ("arrived_on", models.DateField()),
                ("recorded_at", models.DateTimeField()),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField()),
                (
                    "recorded_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("device_id", models.UUIDField(null=True)),
                (
                    "team",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="outreach.team",
                    ),
                ),
                (
                    "first",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="outreach.teammate"
                    ),
                ),
                ("first_name", models.CharField(max_length=120)),
                (
                    "first_kind",
                    models.CharField(
                        choices=[("youth", "Đoàn viên, thanh niên"), ("official", "Cán bộ khu phố, ấp, hội, đoàn thể")],
                        max_length=8,
                    ),
                ),
                (
                    "first_how",
                    models.CharField(
                        choices=[
                            ("sign-in", "Đăng nhập trên máy"),
                            ("card", "Quét thẻ"),
                            ("code", "Mã 6 số"),
                            ("signature", "Ký trên màn hình"),
                            ("none", "Chưa xác nhận"),
                        ],
                        max_length=9,
                    ),
                ),
                (
                    "second",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="outreach.teammate"
                    ),
                ),
                ("second_name", models.CharField(blank=True, max_length=120)),
                (
                    "second_kind",
                    models.CharField(
                        blank=True,
                        choices=[("youth", "Đoàn viên, thanh niên"), ("official", "Cán bộ khu phố, ấp, hội, đoàn thể")],
                        max_length=8,
                    ),
                ),
                (
                    "second_how",
                    models.CharField(
                        choices=[
                            ("sign-in", "Đăng nhập trên máy"),
                            ("card", "Quét thẻ"),
                            ("code", "Mã 6 số"),
                            ("signature", "Ký trên màn hình"),
                            ("none", "Chưa xác nhận"),
                        ],
                        default="none",
                        max_length=9,
                    ),
                ),
                ("second_problem", models.CharField(blank=True, max_length=40)),
                ("signature_encrypted", models.BinaryField(default=bytes)),
                ("paired", models.BooleanField()),
                ("paired_on", models.DateField(null=True)),
                ("content_hash", models.CharField(max_length=64)),
                ("counted_as", models.UUIDField(default=doanso.lib.uuid7.uuid7, unique=True)),
                ("taken_back_at", models.DateTimeField(null=True)),
                ("taken_back_reason", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["unit", "-happened_on", "-id"], name="outreach_visit_unit"),
                    models.Index(fields=["recorded_by", "-id"], name="outreach_visit_recorder"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("outcome__in", ["helped", "had-already", "follow-up", "refused", "not-home"])
                        ),
                        name="outreach_visit_outcome",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("household", None), ("business", None), _connector="OR"),
                        name="outreach_visit_one_door",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("paired", False), ("paired_on", None)),
                            models.Q(("paired", True), ("paired_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="outreach_visit_paired",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="VisitAmendment",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="amendments",
                        to="outreach.visit",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("amended_at", models.DateTimeField()),
                (
                    "amended_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("reason", models.CharField(max_length=200)),
                ("note", models.CharField(blank=True, max_length=300)),
                ("changed", models.JSONField()),
                ("before_encrypted", models.BinaryField(default=bytes)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("visit", "number"), name="outreach_amendment_number")],
            },
        ),
        migrations.CreateModel(
            name="VisitSupportRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "support_record",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visit_helps",
                        related_query_name="visit_help",
                        to="support.supportrecord",
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="helps", to="outreach.visit"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("guide", "Hướng dẫn"), ("recovery", "Khôi phục mật khẩu")], max_length=8
                    ),
                ),
                (
                    "before",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="adoption.adoptionstage",
                    ),
                ),
                (
                    "after",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="adoption.adoptionstage",
                    ),
                ),
                (
                    "obstacle",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="adoption.obstacle",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("support_record", "visit"), name="outreach_visit_help_once")],
            },
        ),
    ]
