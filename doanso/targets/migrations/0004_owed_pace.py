from datetime import timedelta

from django.db import migrations, models
from django.db.models import Max


def keep_frozen_figures(apps, schema_editor):
    """Let programmes that have frozen figures begin with the new rule on the day after the last of them."""
    programme_model, snapshot_model = apps.get_model("targets", "Programme"), apps.get_model("ledger", "Snapshot")
    last_days = snapshot_model.objects.values_list("book").annotate(last=Max("last_day")).order_by()
    for book_id, last_day in last_days:
        programme_model.objects.filter(book=book_id).update(owed_pace_since=last_day + timedelta(days=1))


class Migration(migrations.Migration):

    dependencies = [
        ("ledger", "0001_initial"),
        ("targets", "0003_publishing"),
    ]

    operations = [
        migrations.AddField(
            model_name="programme",
            name="owed_pace_since",
            field=models.DateField(null=True),
        ),
        migrations.RunPython(keep_frozen_figures, migrations.RunPython.noop),
    ]
