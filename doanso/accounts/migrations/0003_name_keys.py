"""Accounts get the keys by which people are searched and ordered, made of the names that are there."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from doanso.lib import vietnamese


def fill(apps: Apps, _schema: BaseDatabaseSchemaEditor) -> None:
    """Write the keys of the accounts of before, in pages."""
    users = apps.get_model("accounts", "User").objects
    page = []
    for user in users.only("pk", "display_name").iterator(chunk_size=2000):
        user.folded, user.sort_key = vietnamese.fold(user.display_name), vietnamese.sort_key(user.display_name)
        page.append(user)
    users.bulk_update(page, ["folded", "sort_key"], batch_size=100)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_cache_table"),
    ]

    operations = [
        migrations.AddField(
            model_name="user", name="folded", field=models.CharField(default="", max_length=120)
        ),
        migrations.AddField(
            model_name="user", name="sort_key", field=models.CharField(default="", max_length=200)
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
