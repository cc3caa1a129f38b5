"""Throttles of sign-in live in the shared cache; where that is the database, `migrate` alone must make its table."""

from django.core.management import call_command
from django.db import migrations


def make_cache_table(apps, schema_editor):
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_accounts")]

    operations = [migrations.RunPython(make_cache_table, migrations.RunPython.noop, elidable=False)]
