"""A series that reached a number says of which day it is, so that the next one bears no earlier day."""

from django.db import migrations, models
from django.db.models import F, Q


def date_paper_books(apps, _schema_editor):
    """Books that were entered without the day of their last number: that day is when they were entered."""
    series = apps.get_model("documents", "Series")
    series.objects.filter(last_value__gt=0, last_dated=None).update(last_dated=F("begun_on"))


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial")]

    operations = [
        migrations.RunPython(date_paper_books, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="series",
            constraint=models.CheckConstraint(
                condition=Q(last_value=0) | Q(last_dated__isnull=False), name="documents_series_last_day"
            ),
        ),
    ]
