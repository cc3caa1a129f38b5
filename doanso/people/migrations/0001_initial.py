import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import doanso.lib.uuid7


class Migration(migrations.Migration):
    replaces = [
        ("people", "0001_people"),
        ("people", "0002_residents"),
        ("people", "0003_likeness"),
        ("people", "0004_doors"),
        ("people", "0005_door_keys"),
        ("people", "0006_fewer_indexes"),
    ]

    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("units", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ConsentText",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.SlugField(max_length=40, unique=True)),
                ("since", models.DateField()),
                ("title", models.CharField(max_length=160)),
                ("body", models.TextField()),
                ("purposes", models.JSONField(default=list)),
                ("loaded_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged",
                        to="people.person",
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="person",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("erased_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("merged_into__isnull", False)),
                        fields=["merged_into"],
                        name="people_person_merged",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("merged_into", models.F("id")), _negated=True),
                        name="people_person_not_itself",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Business",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="businesses", to="units.unit"
                    ),
                ),
                ("name", models.CharField(max_length=160)),
                ("folded", models.CharField(max_length=160)),
                ("kind_of_trade", models.CharField(blank=True, max_length=80)),
                ("phone_encrypted", models.BinaryField(default=bytes)),
                ("phone_lookup", models.CharField(blank=True, max_length=64)),
                ("house_number", models.CharField(blank=True, db_default="", max_length=40)),
                ("street", models.CharField(blank=True, db_default="", max_length=120)),
                ("address", models.CharField(blank=True, max_length=300)),
                ("walk_key", models.CharField(blank=True, db_default="", max_length=200)),
                (
                    "neighbourhood",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="businesses",
                        to="units.neighbourhood",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="businesses",
                        to="people.person",
                    ),
                ),
                ("gone_at", models.DateTimeField(null=True)),
                (
                    "merged_into",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged",
                        to="people.business",
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                ("erased_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["folded", "unit"], name="people_business_folded"),
                    models.Index(
                        condition=models.Q(("phone_lookup", ""), _negated=True),
                        fields=["phone_lookup"],
                        name="people_business_phone",
                    ),
                    models.Index(
                        condition=models.Q(("walk_key", ""), _negated=True),
                        fields=["unit", "walk_key"],
                        name="people_business_walk",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("merged_into", models.F("id")), _negated=True),
                        name="people_business_not_itself",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Duplicate",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "one",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "one_business",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.business"
                    ),
                ),
                (
                    "other_business",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.business"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="units.unit"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Chờ xem"),
                            ("later", "Để sau"),
                            ("same", "Là một"),
                            ("different", "Khác nhau"),
                        ],
                        default="open",
                        max_length=9,
                    ),
                ),
                ("score", models.PositiveSmallIntegerField()),
                ("reasons", models.JSONField(default=list)),
                ("found_at", models.DateTimeField()),
                ("resolved_at", models.DateTimeField(null=True)),
                (
                    "resolved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["state", "-score", "id"], name="people_duplicate_queue")],
                "constraints": [
                    models.UniqueConstraint(fields=("one", "other"), name="people_duplicate_persons"),
                    models.UniqueConstraint(
                        fields=("one_business", "other_business"), name="people_duplicate_businesses"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("one__isnull", False),
                                ("one_business", None),
                                ("other__isnull", False),
                                ("other_business", None),
                            ),
                            models.Q(
                                ("one", None),
                                ("one_business__isnull", False),
                                ("other", None),
                                ("other_business__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="people_duplicate_one_sort",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "later", "same", "different"])),
                        name="people_duplicate_state",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Household",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="households", to="units.unit"
                    ),
                ),
                (
                    "neighbourhood",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="households",
                        to="units.neighbourhood",
                    ),
                ),
                ("house_number", models.CharField(blank=True, db_default="", max_length=40)),
                ("street", models.CharField(blank=True, db_default="", max_length=120)),
                ("address", models.CharField(blank=True, max_length=300)),
                ("place_key", models.CharField(blank=True, db_default="", max_length=200)),
                ("walk_key", models.CharField(blank=True, db_default="", max_length=200)),
                ("created_at", models.DateTimeField()),
                ("gone_at", models.DateTimeField(null=True)),
                ("erased_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("walk_key", ""), _negated=True),
                        fields=["unit", "walk_key"],
                        name="people_household_walk",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(models.Q(("place_key", ""), _negated=True), ("erased_at", None)),
                        fields=("unit", "place_key"),
                        name="people_household_door",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Merge",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "gone",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merges_away",
                        to="people.person",
                    ),
                ),
                (
                    "kept",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merges_in",
                        to="people.person",
                    ),
                ),
                (
                    "gone_business",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merges_away",
                        to="people.business",
                    ),
                ),
                (
                    "kept_business",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merges_in",
                        to="people.business",
                    ),
                ),
                (
                    "duplicate",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="merges",
                        to="people.duplicate",
                    ),
                ),
                ("merged_at", models.DateTimeField()),
                (
                    "merged_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
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
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at", None)), fields=("gone",), name="people_merge_gone_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at", None)),
                        fields=("gone_business",),
                        name="people_merge_business_gone_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("gone__isnull", False),
                                ("gone_business", None),
                                ("kept__isnull", False),
                                ("kept_business", None),
                            ),
                            models.Q(
                                ("gone", None),
                                ("gone_business__isnull", False),
                                ("kept", None),
                                ("kept_business__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="people_merge_one_sort",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Contact",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contacts",
                        to="people.person",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contacts",
                        to="units.unit",
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("folded", models.CharField(max_length=120)),
                ("sort_key", models.CharField(max_length=400)),
                ("gender", models.CharField(blank=True, choices=[("male", "Nam"), ("female", "Nữ")], max_length=6)),
                ("birth_date", models.DateField(null=True)),
                ("birth_year", models.PositiveSmallIntegerField(null=True)),
                ("phone_encrypted", models.BinaryField(default=bytes)),
                ("phone_lookup", models.CharField(blank=True, max_length=64)),
                ("tail_lookup", models.CharField(blank=True, db_default="", max_length=32)),
                ("citizen_id_encrypted", models.BinaryField(default=bytes)),
                ("citizen_id_lookup", models.CharField(blank=True, max_length=64)),
                ("email_encrypted", models.BinaryField(default=bytes)),
                ("email_lookup", models.CharField(blank=True, max_length=64)),
                ("address", models.CharField(blank=True, max_length=300)),
                ("near_key", models.CharField(blank=True, db_default="", max_length=40)),
                ("door_key", models.CharField(blank=True, db_default="", max_length=160)),
                (
                    "neighbourhood",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contacts",
                        to="units.neighbourhood",
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contacts",
                        to="people.household",
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                ("erased_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["unit", "folded"], name="people_contact_folded"),
                    models.Index(fields=["phone_lookup"], name="people_contact_phone"),
                    models.Index(fields=["citizen_id_lookup"], name="people_contact_citizen"),
                    models.Index(fields=["folded", "birth_year"], name="people_contact_name_year"),
                    models.Index(
                        condition=models.Q(("tail_lookup", ""), _negated=True),
                        fields=["tail_lookup"],
                        name="people_contact_tail",
                    ),
                    models.Index(
                        condition=models.Q(("near_key", ""), _negated=True),
                        fields=["near_key", "unit"],
                        name="people_contact_near",
                    ),
                    models.Index(
                        condition=models.Q(("door_key", ""), _negated=True),
                        fields=["door_key"],
                        name="people_contact_door",
                    ),
                    models.Index(
                        condition=models.Q(("neighbourhood__isnull", False)),
                        fields=["neighbourhood"],
                        name="people_contact_place",
                    ),
                    models.Index(
                        condition=models.Q(("household__isnull", False)),
                        fields=["household"],
                        name="people_contact_home",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("person", "unit"), name="people_contact_once_per_unit")
                ],
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="consents", to="people.person"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="units.unit"
                    ),
                ),
                ("purpose", models.SlugField(db_index=False, max_length=40)),
                ("text_version", models.SlugField(db_index=False, max_length=40)),
                (
                    "channel",
                    models.CharField(
                        choices=[("paper", "Trên giấy"), ("screen", "Trên màn hình"), ("voice", "Bằng lời nói")],
                        max_length=6,
                    ),
                ),
                ("guardian_name", models.CharField(blank=True, max_length=120)),
                ("by_guardian", models.BooleanField(default=False)),
                (
                    "taken_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("taken_on", models.DateField()),
                ("recorded_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "withdrawn_channel",
                    models.CharField(
                        blank=True,
                        choices=[("paper", "Trên giấy"), ("screen", "Trên màn hình"), ("voice", "Bằng lời nói")],
                        max_length=6,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at", None)),
                        fields=("person", "purpose", "text_version"),
                        name="people_consent_standing_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["paper", "screen", "voice"])), name="people_consent_channel"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Request",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="requests", to="people.person"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="units.unit"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("copy", "Xin bản sao"),
                            ("correct", "Đính chính"),
                            ("erase", "Xóa dữ liệu"),
                            ("withdraw", "Rút lại đồng ý"),
                            ("object", "Phản đối, hạn chế xử lý"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[("paper", "Trên giấy"), ("screen", "Trên màn hình"), ("voice", "Bằng lời nói")],
                        max_length=6,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Mới nhận"),
                            ("taken", "Đang xử lý"),
                            ("settled", "Đã xong"),
                            ("declined", "Không thực hiện được"),
                        ],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("detail_encrypted", models.BinaryField(default=bytes)),
                ("opened_on", models.DateField()),
                ("opened_at", models.DateTimeField()),
                ("answer_by", models.DateField()),
                ("due_on", models.DateField()),
                ("extended_at", models.DateTimeField(null=True)),
                ("extension_reason", models.CharField(blank=True, max_length=200)),
                (
                    "handler",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("answered_at", models.DateTimeField(null=True)),
                ("resolved_at", models.DateTimeField(null=True)),
                ("decline_reason", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["open", "taken"])),
                        fields=["unit", "due_on"],
                        name="people_request_waiting",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["open", "taken"])),
                        fields=("person", "kind"),
                        name="people_request_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["copy", "correct", "erase", "withdraw", "object"])),
                        name="people_request_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "taken", "settled", "declined"])),
                        name="people_request_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("due_on__gte", models.F("opened_on"))), name="people_request_dates"
                    ),
                ],
            },
        ),
    ]
