import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import doanso.lib.uuid7


class Migration(migrations.Migration):
    replaces = [
        ("documents", "0001_documents"),
        ("documents", "0002_letterheads"),
        ("documents", "0003_numbers_once"),
        ("documents", "0004_reminders"),
        ("documents", "0005_papers_counted"),
    ]

    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("files", "0001_initial"),
        ("signing", "0001_initial"),
        ("units", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Mandate",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="mandates", to="units.unit"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mandates",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "wording",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Ký trực tiếp"),
                            ("TM.", "Thay mặt (TM.)"),
                            ("TL.", "Thừa lệnh (TL.)"),
                            ("TUQ.", "Thừa ủy quyền (TUQ.)"),
                            ("KT.", "Ký thay (KT.)"),
                            ("Q.", "Quyền (Q.)"),
                        ],
                        max_length=4,
                    ),
                ),
                ("body", models.CharField(blank=True, max_length=80)),
                ("post", models.CharField(max_length=80)),
                ("kinds", models.JSONField(default=list)),
                ("paper", models.CharField(blank=True, max_length=120)),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
                (
                    "given_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("given_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("wording__in", ["", "TM.", "TL.", "TUQ.", "KT.", "Q."])),
                        name="documents_mandate_wording",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until", None), ("until__gte", models.F("since")), _connector="OR"),
                        name="documents_mandate_dates",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("wording", "TUQ."), _negated=True),
                            models.Q(("until__isnull", False), models.Q(("paper", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="documents_mandate_written",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Series",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="series", to="units.unit"
                    ),
                ),
                (
                    "direction",
                    models.CharField(
                        choices=[("out", "Văn bản đi"), ("in", "Văn bản đến"), ("secret", "Văn bản mật đi")],
                        max_length=6,
                    ),
                ),
                (
                    "profile",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("doan", "Thể thức văn bản của Đoàn"),
                            ("nd30", "Thể thức theo Nghị định 30/2020/NĐ-CP"),
                        ],
                        max_length=4,
                    ),
                ),
                ("kind", models.CharField(blank=True, max_length=40)),
                ("era", models.CharField(max_length=20)),
                ("last_value", models.PositiveIntegerField(default=0)),
                ("last_dated", models.DateField(null=True)),
                ("begun_on", models.DateField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("unit", "direction", "profile", "kind", "era"), name="documents_series_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("direction__in", ["out", "in", "secret"])),
                        name="documents_series_direction",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Number",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "series",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="numbers", to="documents.series"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="units.unit"
                    ),
                ),
                (
                    "direction",
                    models.CharField(
                        choices=[("out", "Văn bản đi"), ("in", "Văn bản đến"), ("secret", "Văn bản mật đi")],
                        max_length=6,
                    ),
                ),
                ("value", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[("used", "Đã cấp"), ("reserved", "Giữ chỗ"), ("void", "Bỏ")], max_length=8
                    ),
                ),
                ("dated", models.DateField()),
                ("reason", models.CharField(blank=True, max_length=200)),
                (
                    "drawn_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("drawn_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["unit", "direction", "-dated", "-drawn_at", "-id"], name="documents_number_register"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("series", "value"), name="documents_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["used", "reserved", "void"])), name="documents_number_state"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state", "used"), models.Q(("reason", ""), _negated=True), _connector="OR"),
                        name="documents_number_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Document",
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
                        related_name="documents",
                        to="units.unit",
                    ),
                ),
                (
                    "profile",
                    models.CharField(
                        choices=[
                            ("doan", "Thể thức văn bản của Đoàn"),
                            ("nd30", "Thể thức theo Nghị định 30/2020/NĐ-CP"),
                        ],
                        max_length=4,
                    ),
                ),
                ("kind", models.CharField(max_length=40)),
                (
                    "medium",
                    models.CharField(
                        choices=[("digital", "Văn bản điện tử"), ("paper", "Văn bản giấy")],
                        default="digital",
                        max_length=7,
                    ),
                ),
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
                ("summary", models.CharField(max_length=400)),
                ("folded", models.CharField(max_length=500)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Đang soạn"),
                            ("review", "Đang trình duyệt"),
                            ("signing", "Chờ ký"),
                            ("signed", "Đã ký, chờ văn thư"),
                            ("issuing", "Đang phát hành"),
                            ("issued", "Đã phát hành"),
                            ("recalled", "Đã thu hồi"),
                            ("replaced", "Đã thay thế"),
                            ("discarded", "Đã bỏ"),
                        ],
                        default="draft",
                        max_length=9,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=0)),
                (
                    "mandate",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="documents.mandate"
                    ),
                ),
                (
                    "number",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="document",
                        to="documents.number",
                    ),
                ),
                ("notation", models.CharField(blank=True, max_length=60)),
                ("era", models.CharField(max_length=24, null=True)),
                ("dated", models.DateField(null=True)),
                (
                    "base",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.blob"
                    ),
                ),
                (
                    "signed",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.blob"
                    ),
                ),
                (
                    "final",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.blob"
                    ),
                ),
                ("places", models.JSONField(default=dict)),
                (
                    "public",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="document",
                        to="signing.publicfile",
                    ),
                ),
                ("source_kind", models.CharField(blank=True, max_length=40)),
                ("source_id", models.UUIDField(null=True)),
                (
                    "replaces",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="documents.document",
                    ),
                ),
                ("answer_by", models.DateField(null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("issued_at", models.DateTimeField(null=True)),
                ("issued_on", models.DateField(null=True)),
                (
                    "issued_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("ended_reason", models.CharField(blank=True, max_length=300)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["unit", "state", "-changed_at"], name="documents_document_desk"),
                    models.Index(fields=["unit", "-issued_on", "-id"], name="documents_document_register"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("profile__in", ["doan", "nd30"])), name="documents_document_profile"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "draft",
                                    "review",
                                    "signing",
                                    "signed",
                                    "issuing",
                                    "issued",
                                    "recalled",
                                    "replaced",
                                    "discarded",
                                ],
                            )
                        ),
                        name="documents_document_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("medium__in", ["digital", "paper"])), name="documents_document_medium"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("urgency__in", ["", "urgent", "very-urgent", "express"])),
                        name="documents_document_urgency",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ("issued", "recalled", "replaced")), _negated=True),
                            models.Q(
                                ("dated__isnull", False),
                                ("issued_at__isnull", False),
                                ("issued_on__isnull", False),
                                ("number__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="documents_document_issued",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ("issued", "recalled", "replaced")), _negated=True),
                            ("medium", "paper"),
                            models.Q(("base__isnull", False), ("final__isnull", False), ("signed__isnull", False)),
                            _connector="OR",
                        ),
                        name="documents_document_sealed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ("recalled", "replaced", "discarded")), _negated=True),
                            models.Q(("ended_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="documents_document_ended",
                    ),
                    models.UniqueConstraint(
                        fields=("unit", "notation", "era"), name="documents_document_notation_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number", None), ("era__isnull", False), _connector="OR"),
                        name="documents_document_era",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("source_id__isnull", False),
                            models.Q(("state__in", ("discarded", "recalled", "replaced")), _negated=True),
                        ),
                        fields=("source_kind", "source_id"),
                        name="documents_document_source_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "document",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="documents.document",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="units.unit",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("outside", models.CharField(blank=True, max_length=160)),
                ("link_encrypted", models.BinaryField(default=bytes)),
                ("link_lookup", models.CharField(max_length=64, null=True, unique=True)),
                ("purpose", models.CharField(blank=True, max_length=20)),
                ("sent_at", models.DateTimeField(null=True)),
                ("opened_at", models.DateTimeField(null=True)),
                (
                    "opened_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("reminded_on", models.DateField(null=True)),
                ("reminders", models.PositiveSmallIntegerField(default=0)),
                (
                    "assigned_to",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("assigned_at", models.DateTimeField(null=True)),
                ("answer_by", models.DateField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("answer", models.CharField(blank=True, max_length=1000)),
                (
                    "answer_document",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="documents.document",
                    ),
                ),
                ("end_seen_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["unit", "-sent_at"], name="documents_delivery_unit"),
                    models.Index(
                        condition=models.Q(("answer_by__isnull", False), ("answered_at", None)),
                        fields=["answer_by"],
                        name="documents_delivery_unanswered",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("unit__isnull", False)),
                        fields=("document", "unit"),
                        name="documents_delivery_unit_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("user__isnull", False)),
                        fields=("document", "user"),
                        name="documents_delivery_user_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outside", ""), ("unit__isnull", False), ("user__isnull", True)),
                            models.Q(("outside", ""), ("unit__isnull", True), ("user__isnull", False)),
                            models.Q(
                                ("unit__isnull", True), ("user__isnull", True), models.Q(("outside", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="documents_delivery_one_receiver",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("opened_at", None), ("sent_at__isnull", False), _connector="OR"),
                        name="documents_delivery_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Comment",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="comments", to="documents.document"
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                ("quote", models.CharField(blank=True, max_length=300)),
                ("words", models.CharField(max_length=1000)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "settled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("settled_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="attachments", to="documents.document"
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                (
                    "blob",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.blob"),
                ),
                (
                    "signed",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.blob"
                    ),
                ),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("added_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Letterhead",
            fields=[
                (
                    "unit",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="letterhead",
                        serialize=False,
                        to="units.unit",
                    ),
                ),
                ("superior", models.CharField(blank=True, max_length=120)),
                ("issuer", models.CharField(max_length=120)),
                ("symbol", models.CharField(max_length=30)),
                ("place", models.CharField(max_length=80)),
                ("authority", models.CharField(blank=True, max_length=80)),
                ("post", models.CharField(max_length=80)),
                ("signer", models.CharField(blank=True, max_length=120)),
                ("recipients", models.TextField(blank=True)),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("set_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Numbering",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="numberings", to="units.unit"
                    ),
                ),
                (
                    "profile",
                    models.CharField(
                        choices=[
                            ("doan", "Thể thức văn bản của Đoàn"),
                            ("nd30", "Thể thức theo Nghị định 30/2020/NĐ-CP"),
                        ],
                        max_length=4,
                    ),
                ),
                (
                    "scope",
                    models.CharField(
                        choices=[("kind", "Mỗi loại văn bản một dãy số"), ("all", "Mọi loại văn bản chung một dãy số")],
                        max_length=4,
                    ),
                ),
                ("era", models.CharField(blank=True, max_length=20)),
                ("since", models.DateField()),
                ("new_term", models.BooleanField(default=False)),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("set_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("unit", "profile", "since"), name="documents_numbering_once"),
                    models.CheckConstraint(
                        condition=models.Q(("profile__in", ["doan", "nd30"])), name="documents_numbering_profile"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("scope__in", ["kind", "all"])), name="documents_numbering_scope"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("new_term", False), models.Q(("era", ""), _negated=True), _connector="OR"),
                        name="documents_numbering_term",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Signature",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="signatures", to="documents.document"
                    ),
                ),
                (
                    "attachment",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.attachment",
                    ),
                ),
                (
                    "certificate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="signing.certificate"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "blob",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.blob"),
                ),
                ("made_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="StandIn",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="units.unit"),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stand_ins",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "deputy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stands_in_for",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("since", models.DateField()),
                ("until", models.DateField()),
                ("reason", models.CharField(max_length=200)),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("set_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until__gte", models.F("since"))), name="documents_stand_in_dates"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("user", models.F("deputy")), _negated=True), name="documents_stand_in_other"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RoutingStep",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "document",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="documents.document",
                    ),
                ),
                ("round", models.PositiveSmallIntegerField()),
                ("place", models.PositiveSmallIntegerField()),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="document_steps",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("is_signer", models.BooleanField(default=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Chưa đến lượt"),
                            ("open", "Đang chờ"),
                            ("passed", "Đồng ý"),
                            ("returned", "Trả lại"),
                            ("dropped", "Thôi"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                ("opened_at", models.DateTimeField(null=True)),
                ("words", models.CharField(blank=True, max_length=1000)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["user", "state"], name="documents_step_desk")],
                "constraints": [
                    models.UniqueConstraint(fields=("document", "round", "place"), name="documents_step_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")), fields=("document",), name="documents_step_one_open"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "open", "passed", "returned", "dropped"])),
                        name="documents_step_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "returned"), _negated=True),
                            models.Q(("words", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="documents_step_words",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DocumentVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "document",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="documents.document",
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("content", models.JSONField()),
                (
                    "upload",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.blob"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("note", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("document", "number"), name="documents_version_once")],
            },
        ),
        migrations.CreateModel(
            name="Issuing",
            fields=[
                (
                    "document",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="issuing",
                        serialize=False,
                        to="documents.document",
                    ),
                ),
                (
                    "certificate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="signing.certificate"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("numbered", "Đã cấp số"),
                            ("sealed", "Đã đóng dấu"),
                            ("issued", "Đã phát hành"),
                            ("stuck", "Chưa xong"),
                        ],
                        default="numbered",
                        max_length=8,
                    ),
                ),
                ("problem", models.CharField(blank=True, max_length=300)),
                ("is_public", models.BooleanField(default=False)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("stepped_at", models.DateTimeField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "indexes": [models.Index(fields=["state", "stepped_at"], name="documents_issuing_silent")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["numbered", "sealed", "issued", "stuck"])),
                        name="documents_issuing_state",
                    )
                ],
            },
        ),
    ]
