"""Wrong transfers and posts are taken back: rows that never were stay, apart from the constraints."""

import django.db.models.deletion
from django.db import migrations, models

import doanso.lib.uuid7


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0001_membership"),
    ]

    operations = [
        migrations.AddField(
            model_name="member",
            name="taken_back_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="member",
            name="previous",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.member"
            ),
        ),
        migrations.AddField(
            model_name="post",
            name="taken_back_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="post",
            name="stay",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.member"
            ),
        ),
        migrations.CreateModel(
            name="PostEnd",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("until_before", models.DateField(null=True)),
                ("recorded_at", models.DateTimeField()),
                ("taken_back_at", models.DateTimeField(null=True)),
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
            ],
        ),
        migrations.RemoveConstraint(model_name="member", name="members_member_one_active"),
        migrations.RemoveConstraint(model_name="member", name="members_member_card"),
        migrations.RemoveConstraint(model_name="post", name="members_post_once"),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "active"), ("taken_back_at", None), ("temporary", False)),
                fields=("person",),
                name="members_member_one_active",
            ),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("state", "active"), ("taken_back_at", None), models.Q(("card_number", ""), _negated=True)
                ),
                fields=("card_number",),
                name="members_member_card",
            ),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.UniqueConstraint(
                condition=models.Q(("taken_back_at", None)), fields=("previous",), name="members_member_one_next"
            ),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.UniqueConstraint(
                condition=models.Q(("taken_back_at", None)),
                fields=("person", "unit", "kind", "since"),
                name="members_post_once",
            ),
        ),
    ]
