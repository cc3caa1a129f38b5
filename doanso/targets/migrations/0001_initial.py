import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import doanso.lib.uuid7


class Migration(migrations.Migration):
    replaces = [("targets", "0001_programmes"), ("targets", "0002_cascade")]

    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("people", "0001_initial"),
        ("ledger", "0001_initial"),
        ("units", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Programme",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("code", models.SlugField(max_length=60, unique=True)),
                ("title", models.CharField(max_length=200)),
                (
                    "root",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="programmes", to="units.unit"
                    ),
                ),
                (
                    "book",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="programme", to="ledger.book"
                    ),
                ),
                ("first_day", models.DateField()),
                ("last_day", models.DateField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("last_day__gte", models.F("first_day"))), name="targets_programme_dates"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Indicator",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="indicators", to="targets.programme"
                    ),
                ),
                ("code", models.SlugField(max_length=60)),
                ("title", models.CharField(max_length=160)),
                ("short_title", models.CharField(max_length=60)),
                (
                    "kind",
                    models.CharField(
                        choices=[("share", "Tỷ lệ"), ("count", "Số lượng"), ("milestone", "Mốc"), ("rule", "Quy tắc")],
                        max_length=9,
                    ),
                ),
                (
                    "group",
                    models.CharField(
                        choices=[
                            ("members", "Đoàn viên, thanh niên"),
                            ("residents", "Người dân và hộ kinh doanh"),
                            ("models", "Mô hình"),
                            ("office", "Công tác Đoàn trên môi trường số"),
                            ("rules", "Nguyên tắc 1+1 và chủ trương 1+2"),
                        ],
                        max_length=9,
                    ),
                ),
                ("unit_of_count", models.CharField(max_length=60)),
                ("family", models.CharField(max_length=40)),
                ("parameters", models.JSONField(default=dict)),
                ("numerator", models.SlugField(blank=True, max_length=60)),
                ("denominator", models.SlugField(blank=True, max_length=60)),
                ("exempt", models.SlugField(blank=True, max_length=60)),
                ("denominator_text", models.CharField(blank=True, max_length=200)),
                ("position", models.PositiveSmallIntegerField()),
            ],
            options={
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(fields=("programme", "code"), name="targets_indicator_code"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["share", "count", "milestone", "rule"])),
                        name="targets_indicator_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("group__in", ["members", "residents", "models", "office", "rules"])),
                        name="targets_indicator_group",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Allocation",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "indicator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="allocations", to="targets.indicator"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="allocations", to="units.unit"
                    ),
                ),
                (
                    "split",
                    models.CharField(
                        choices=[
                            ("members", "Theo số đoàn viên"),
                            ("households", "Theo số hộ dân"),
                            ("shops", "Theo số cửa hàng"),
                            ("equal", "Chia đều"),
                            ("previous", "Chia như năm trước"),
                            ("hand", "Nhập từng đơn vị"),
                        ],
                        max_length=10,
                    ),
                ),
                ("adjusted", models.BooleanField(default=False)),
                ("counted_on", models.DateField()),
                ("owed", models.PositiveIntegerField()),
                ("decision_number", models.CharField(max_length=60)),
                ("decided_on", models.DateField()),
                ("since", models.DateField()),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="allocations",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("split__in", ["members", "households", "shops", "equal", "previous", "hand"])),
                        name="targets_allocation_split",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("decision_number", ""), _negated=True), name="targets_allocation_decision"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Target",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "indicator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="targets", to="targets.indicator"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="targets", to="units.unit"
                    ),
                ),
                ("value", models.PositiveIntegerField()),
                (
                    "basis",
                    models.CharField(choices=[("stated", "Theo kế hoạch"), ("assumed", "Tạm tính")], max_length=7),
                ),
                ("why", models.CharField(blank=True, max_length=300)),
                ("version", models.PositiveSmallIntegerField(default=1)),
                ("since", models.DateField(null=True)),
                (
                    "allocation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="targets",
                        to="targets.allocation",
                    ),
                ),
                ("weight", models.PositiveIntegerField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("indicator", "unit", "version"), name="targets_target_version"),
                    models.CheckConstraint(
                        condition=models.Q(("basis__in", ["stated", "assumed"])), name="targets_target_basis"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("basis", "stated"), models.Q(("why", ""), _negated=True), _connector="OR"),
                        name="targets_target_assumed_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="targets.target"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("accepted", "Nhận chỉ tiêu"), ("countered", "Đề nghị con số khác")], max_length=9
                    ),
                ),
                ("value", models.PositiveIntegerField(null=True)),
                ("reason", models.CharField(blank=True, max_length=500)),
                (
                    "answered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="target_answers",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("answered_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "accepted"), ("value", None)),
                            models.Q(
                                ("kind", "countered"), ("value__isnull", False), models.Q(("reason", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="targets_answer_counter",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FrozenList",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "indicator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="frozen_lists", to="targets.indicator"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="frozen_lists", to="units.unit"
                    ),
                ),
                ("on", models.DateField()),
                ("asked", models.PositiveIntegerField()),
                ("exempt", models.PositiveIntegerField()),
                ("note", models.CharField(blank=True, max_length=200)),
                (
                    "taken_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="frozen_lists",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("taken_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("indicator", "unit", "on"), name="targets_frozen_list_day")
                ],
            },
        ),
        migrations.CreateModel(
            name="Settlement",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "answer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="settlement", to="targets.answer"
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[("taken", "Đồng ý con số đề nghị"), ("kept", "Giữ nguyên chỉ tiêu")], max_length=5
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=500)),
                (
                    "target",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="settled_by",
                        to="targets.target",
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="target_settlements",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("settled_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "taken"), ("target__isnull", False)),
                            models.Q(("outcome", "kept"), ("target", None), models.Q(("words", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="targets_settlement_outcome",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="UnitSize",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sizes", to="units.unit"
                    ),
                ),
                (
                    "neighbourhood",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sizes",
                        to="units.neighbourhood",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("households", "Hộ dân"), ("shops", "Cửa hàng, hộ kinh doanh")], max_length=10
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("since", models.DateField()),
                (
                    "stated_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stated_sizes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("stated_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["households", "shops"])), name="targets_size_kind"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FrozenPerson",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="people", to="targets.frozenlist"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="units.unit"),
                ),
                ("exempt", models.BooleanField()),
                ("reason", models.CharField(blank=True, max_length=200)),
                (
                    "person",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                ("source_kind", models.CharField(blank=True, max_length=40)),
                ("source", models.UUIDField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["list", "exempt", "id"], name="targets_frozen_page")],
            },
        ),
    ]
