import django.db.models.deletion
from django.db import migrations, models

import doanso.lib.uuid7


class Migration(migrations.Migration):
    replaces = [("members", "0001_membership"), ("members", "0002_taken_back"), ("members", "0003_cards_found")]

    initial = True

    dependencies = [
        ("people", "0001_initial"),
        ("units", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Member",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="memberships", to="people.person"
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="memberships", to="people.contact"
                    ),
                ),
                (
                    "branch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="members", to="units.unit"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("active", "Đang sinh hoạt"),
                            ("transferred", "Đã chuyển sinh hoạt"),
                            ("grown-out", "Trưởng thành Đoàn"),
                            ("struck-off", "Xóa tên"),
                            ("died", "Đã mất"),
                        ],
                        default="active",
                        max_length=12,
                    ),
                ),
                ("temporary", models.BooleanField(default=False)),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
                ("joined_on", models.DateField(null=True)),
                ("card_number", models.CharField(blank=True, max_length=30)),
                ("arrived_on", models.DateField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "previous",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.member"
                    ),
                ),
                ("taken_back_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["branch", "state"], name="members_member_branch"),
                    models.Index(fields=["person", "-since"], name="members_member_person"),
                    models.Index(fields=["card_number"], name="members_member_card_number"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "active"), ("taken_back_at", None), ("temporary", False)),
                        fields=("person",),
                        name="members_member_one_active",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("state", "active"), ("taken_back_at", None), models.Q(("card_number", ""), _negated=True)
                        ),
                        fields=("card_number",),
                        name="members_member_card",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("taken_back_at", None)),
                        fields=("previous",),
                        name="members_member_one_next",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until", None), ("until__gte", models.F("since")), _connector="OR"),
                        name="members_member_dates",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "active"), ("until", None)),
                            models.Q(models.Q(("state", "active"), _negated=True), ("until__isnull", False)),
                            _connector="OR",
                        ),
                        name="members_member_ended",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["active", "transferred", "grown-out", "struck-off", "died"])),
                        name="members_member_state",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Post",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="posts", to="people.person"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="posts", to="units.unit"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("secretary", "Bí thư"),
                            ("deputy", "Phó Bí thư"),
                            ("standing", "Ủy viên Ban Thường vụ"),
                            ("committee", "Ủy viên Ban Chấp hành"),
                        ],
                        max_length=10,
                    ),
                ),
                ("decision", models.CharField(blank=True, max_length=80)),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
                (
                    "stay",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.member"
                    ),
                ),
                ("taken_back_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("taken_back_at", None)),
                        fields=("person", "unit", "kind", "since"),
                        name="members_post_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until", None), ("until__gt", models.F("since")), _connector="OR"),
                        name="members_post_dates",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["secretary", "deputy", "standing", "committee"])),
                        name="members_post_kind",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PostEnd",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="ends", to="members.post"
                    ),
                ),
                (
                    "stay",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.member"
                    ),
                ),
                ("until_before", models.DateField(null=True)),
                ("recorded_at", models.DateTimeField()),
                ("taken_back_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Absence",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="absences", to="people.person"
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("study", "Đi học xa"),
                            ("work", "Đi làm xa"),
                            ("military", "Nghĩa vụ quân sự, công an"),
                            ("other", "Lý do khác"),
                        ],
                        max_length=10,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200)),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
                ("arrived_on", models.DateField()),
                ("recorded_at", models.DateTimeField()),
                ("taken_back_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until", None), ("until__gte", models.F("since")), _connector="OR"),
                        name="members_absence_dates",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason__in", ["study", "work", "military", "other"])),
                        name="members_absence_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Exemption",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="exemptions", to="people.person"
                    ),
                ),
                ("indicator", models.SlugField(max_length=60)),
                ("reason", models.CharField(max_length=200)),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
                ("review_on", models.DateField()),
                ("arrived_on", models.DateField()),
                ("recorded_at", models.DateTimeField()),
                ("taken_back_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until", None), ("until__gte", models.F("since")), _connector="OR"),
                        name="members_exemption_dates",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="members_exemption_reason"
                    ),
                ],
            },
        ),
    ]
