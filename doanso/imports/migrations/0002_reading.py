"""Which reading of its file an import is at, so that a late worker of an earlier one is known."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("imports", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="import",
            name="reading",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
    ]
