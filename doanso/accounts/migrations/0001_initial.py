import django.db.models.deletion
from django.conf import settings
from django.core.management import call_command
from django.db import migrations, models

import doanso.lib.uuid7


def make_cache_table(apps, schema_editor):
    """Throttles of sign-in live in the shared cache; where that is the database, `migrate` alone must make its table."""
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    replaces = [("accounts", "0001_accounts"), ("accounts", "0002_cache_table"), ("accounts", "0003_name_keys")]

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("username", models.CharField(max_length=60, unique=True)),
                ("display_name", models.CharField(max_length=120)),
                ("folded", models.CharField(default="", max_length=120)),
                ("sort_key", models.CharField(default="", max_length=200)),
                ("phone_lookup", models.CharField(max_length=64, null=True, unique=True)),
                ("phone_encrypted", models.BinaryField(blank=True, default=bytes)),
                ("is_active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField()),
                ("theme", models.CharField(default="auto", max_length=5)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("theme__in", ["auto", "light", "dark"])), name="accounts_user_theme"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ResetCode",
            fields=[
                (
                    "id",
                    models.UUIDField(default=doanso.lib.uuid7.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reset_codes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "issued_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("code_hash", models.CharField(max_length=64)),
                ("issued_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                ("notified_at", models.DateTimeField(null=True)),
                ("failed_tries", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "indexes": [models.Index(fields=["user", "-issued_at"], name="accounts_reset_code_user")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("issued_at"))), name="accounts_reset_code_times"
                    )
                ],
            },
        ),
        migrations.RunPython(make_cache_table, migrations.RunPython.noop, elidable=False),
    ]
