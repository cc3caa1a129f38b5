import django.db.models.deletion
from django.db import migrations, models

import doanso.lib.uuid7


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("members", "0001_initial"),
        ("people", "0001_initial"),
        ("support", "0001_initial"),
        ("units", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReferralSlot",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="slots", to="members.member"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="slots", to="people.person"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="units.unit"
                    ),
                ),
                ("kind", models.CharField(choices=[("friend", "Bạn"), ("relative", "Người thân")], max_length=8)),
                ("keys_encrypted", models.BinaryField(default=bytes)),
                ("link_lookup", models.CharField(max_length=64, null=True, unique=True)),
                ("code_lookup", models.CharField(blank=True, db_index=True, max_length=64)),
                ("made_at", models.DateTimeField()),
                ("made_on", models.DateField()),
                ("expires_on", models.DateField()),
                (
                    "helped",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "support_record",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="support.supportrecord"
                    ),
                ),
                ("recorded_at", models.DateTimeField(null=True)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("confirmed_on", models.DateField(null=True)),
                ("replaced_at", models.DateTimeField(null=True)),
                ("doubled", models.BooleanField(db_default=False, default=False)),
            ],
            options={
                "indexes": [models.Index(fields=["unit", "kind"], name="referrals_slot_unit")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("replaced_at", None)),
                        fields=("member", "kind"),
                        name="referrals_slot_one_standing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["friend", "relative"])), name="referrals_slot_kind"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("confirmed_at", None), ("confirmed_on", None)),
                            models.Q(("confirmed_at__isnull", False), ("confirmed_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="referrals_slot_confirmed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Referral",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="referrals", to="people.person"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="units.unit"
                    ),
                ),
                (
                    "friend",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="referrals_as_friend",
                        to="referrals.referralslot",
                    ),
                ),
                (
                    "relative",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="referrals_as_relative",
                        to="referrals.referralslot",
                    ),
                ),
                ("happened_on", models.DateField()),
                ("arrived_on", models.DateField()),
                ("recorded_at", models.DateTimeField()),
                ("grade", models.PositiveSmallIntegerField()),
                ("taken_back_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("taken_back_at", None)),
                        fields=("friend",),
                        name="referrals_referral_friend_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("taken_back_at", None)),
                        fields=("relative",),
                        name="referrals_referral_relative_once",
                    ),
                ],
            },
        ),
    ]
