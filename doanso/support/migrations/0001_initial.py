import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import doanso.lib.uuid7


class Migration(migrations.Migration):
    replaces = [
        ("support", "0001_helps"),
        ("support", "0002_rechecks"),
        ("support", "0003_phone_receipts"),
        ("support", "0004_slimmer_indexes"),
    ]

    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("adoption", "0001_initial"),
        ("members", "0001_initial"),
        ("people", "0001_initial"),
        ("units", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="DaySalt",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("salt", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="EarlyConfirmation",
            fields=[
                ("link_lookup", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("made_at", models.DateTimeField(db_index=True)),
                ("staff_browser", models.BooleanField()),
                ("device", models.CharField(blank=True, max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="Tries",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("count", models.PositiveIntegerField()),
                ("since", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="units.unit"
                    ),
                ),
                ("keys_encrypted", models.BinaryField(default=bytes)),
                ("link_lookup", models.CharField(max_length=64, null=True, unique=True)),
                ("code_lookup", models.CharField(blank=True, max_length=64)),
                ("made_at", models.DateTimeField()),
                ("shown_until", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["code_lookup"], name="support_receipt_code")],
            },
        ),
        migrations.CreateModel(
            name="SupportRecord",
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
                        related_name="helps",
                        to="units.unit",
                    ),
                ),
                ("named", models.BooleanField()),
                (
                    "person",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="helps", to="people.person"
                    ),
                ),
                (
                    "business",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="helps",
                        to="people.business",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="helps",
                        to="people.contact",
                    ),
                ),
                ("to_business", models.BooleanField(default=False)),
                (
                    "service",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="helps",
                        to="adoption.service",
                    ),
                ),
                ("happened_on", models.DateField()),
                ("arrived_on", models.DateField()),
                ("recorded_at", models.DateTimeField()),
                ("grade", models.PositiveSmallIntegerField()),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("office", "Ghi tại đơn vị"),
                            ("import", "Nhập từ danh sách"),
                            ("visit", "Đến nhà"),
                            ("booth", "Bàn hỗ trợ"),
                            ("referral", "Lan tỏa 1+2"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "helper",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.member",
                    ),
                ),
                ("helper_name", models.CharField(blank=True, max_length=120)),
                (
                    "helper_kind",
                    models.CharField(
                        blank=True,
                        choices=[("youth", "Đoàn viên, thanh niên"), ("official", "Cán bộ khu phố, ấp, hội, đoàn thể")],
                        max_length=8,
                    ),
                ),
                (
                    "second_helper",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.member",
                    ),
                ),
                ("second_helper_name", models.CharField(blank=True, max_length=120)),
                (
                    "second_helper_kind",
                    models.CharField(
                        blank=True,
                        choices=[("youth", "Đoàn viên, thanh niên"), ("official", "Cán bộ khu phố, ấp, hội, đoàn thể")],
                        max_length=8,
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "receipt",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="helps",
                        to="support.receipt",
                    ),
                ),
                ("content_hash", models.CharField(blank=True, max_length=64)),
                ("refused_at", models.DateTimeField(null=True)),
                ("taken_back_at", models.DateTimeField(null=True)),
                (
                    "corrects",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrected_by",
                        to="support.supportrecord",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["unit", "-happened_on", "-id"], name="support_record_unit"),
                    models.Index(fields=["-happened_on", "-id"], name="support_record_day"),
                    models.Index(
                        condition=models.Q(("helper__isnull", False)), fields=["helper"], name="support_record_helper"
                    ),
                    models.Index(
                        condition=models.Q(("second_helper__isnull", False)),
                        fields=["second_helper"],
                        name="support_record_second",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("grade__lte", 4)), name="support_record_grade"),
                    models.CheckConstraint(
                        condition=models.Q(("source__in", ["office", "import", "visit", "booth", "referral"])),
                        name="support_record_source",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("named", True),
                            models.Q(("business", None), ("contact", None), ("person", None), ("receipt", None)),
                            _connector="OR",
                        ),
                        name="support_record_unnamed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("business", None),
                            models.Q(("contact", None), ("person", None), ("to_business", True)),
                            _connector="OR",
                        ),
                        name="support_record_one_receiver",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("contact__isnull", False), ("taken_back_at", None)),
                        fields=("contact", "happened_on", "service", "unit"),
                        name="support_record_person_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("business__isnull", False), ("taken_back_at", None)),
                        fields=("business", "happened_on", "service", "unit"),
                        name="support_record_business_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Confirmation",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "receipt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="confirmations", to="support.receipt"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="units.unit"
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("made_on", models.DateField()),
                ("staff_browser", models.BooleanField()),
                ("device", models.CharField(blank=True, max_length=64)),
                ("flags", models.JSONField(default=list)),
                ("looked_at", models.DateTimeField(null=True)),
                (
                    "looked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["unit", "made_at"], name="support_confirmation_unit"),
                    models.Index(fields=["device", "made_on"], name="support_confirmation_device"),
                    models.Index(
                        condition=models.Q(("device", ""), _negated=True),
                        fields=["made_at"],
                        name="support_confirmation_kept",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReceiptLink",
            fields=[
                ("link_lookup", models.CharField(max_length=64, primary_key=True, serialize=False)),
                (
                    "receipt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="links", to="support.receipt"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RecheckRound",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="recheck_rounds", to="units.unit"
                    ),
                ),
                ("since", models.DateField()),
                ("until", models.DateField()),
                ("seed", models.CharField(max_length=64)),
                ("listed", models.TextField()),
                ("list_hash", models.CharField(max_length=64)),
                ("share", models.PositiveSmallIntegerField()),
                ("least", models.PositiveSmallIntegerField()),
                ("helps", models.PositiveIntegerField()),
                ("receivers", models.PositiveIntegerField()),
                ("size", models.PositiveIntegerField()),
                ("opened_at", models.DateTimeField()),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("drawn_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("since__lt", models.F("until"))), name="support_round_dates"
                    ),
                    models.UniqueConstraint(fields=("unit", "since"), name="support_round_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Recheck",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "round",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rechecks",
                        to="support.recheckround",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rechecks", to="units.unit"
                    ),
                ),
                (
                    "support_record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rechecks", to="support.supportrecord"
                    ),
                ),
                ("place", models.PositiveIntegerField()),
                ("shown_at", models.DateTimeField(null=True)),
                (
                    "shown_to",
                    models.ForeignKey(
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
                        choices=[
                            ("confirmed", "Đúng như đã ghi"),
                            ("wrong", "Không đúng"),
                            ("unreached", "Không gặp được"),
                            ("refused", "Không muốn trả lời"),
                        ],
                        max_length=9,
                    ),
                ),
                (
                    "wrong",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("nobody-came", "Không có ai đến giúp"),
                            ("other-help", "Được giúp việc khác"),
                            ("had-already", "Đã tự làm được từ trước"),
                        ],
                        max_length=12,
                    ),
                ),
                ("settled_on", models.DateField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("round", "place"), name="support_recheck_place"),
                    models.UniqueConstraint(fields=("round", "support_record"), name="support_recheck_help"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", ""), ("settled_on", None)),
                            models.Q(
                                models.Q(("outcome", ""), _negated=True), models.Q(("settled_on", None), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="support_recheck_settled",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome", "wrong"), ("wrong", ""), _connector="XOR"),
                        name="support_recheck_what_is_wrong",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Dispute",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "receipt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="disputes", to="support.receipt"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="units.unit"
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("nobody-came", "Không có ai đến"),
                            ("not-me", "Không phải tôi"),
                            ("other-help", "Được giúp việc khác"),
                            ("had-already", "Đã có từ trước"),
                        ],
                        max_length=12,
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("opened_on", models.DateField()),
                (
                    "recheck",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disputes",
                        to="support.recheck",
                    ),
                ),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[("upheld", "Khiếu nại đúng, không tính"), ("rejected", "Việc giúp có thật, tính lại")],
                        max_length=8,
                    ),
                ),
                ("explanation", models.CharField(blank=True, max_length=300)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["unit", "decided_at"], name="support_dispute_unit")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("decided_at", None)), fields=("receipt",), name="support_dispute_one_open"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RecheckAttempt",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "recheck",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="attempts", to="support.recheck"
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("made_on", models.DateField()),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("confirmed", "Đúng như đã ghi"),
                            ("wrong", "Không đúng"),
                            ("unreached", "Không gặp được"),
                            ("refused", "Không muốn trả lời"),
                        ],
                        max_length=9,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("outcome", "unreached")),
                        fields=("recheck", "made_on"),
                        name="support_attempt_once_a_day",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Remark",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "receipt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="remarks", to="support.receipt"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="units.unit"
                    ),
                ),
                ("parts", models.JSONField()),
                ("made_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "settled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["unit", "settled_at"], name="support_remark_unit")],
            },
        ),
    ]
