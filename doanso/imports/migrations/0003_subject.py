"""The one object that a list is about, such as a street."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("imports", "0002_reading"),
    ]

    operations = [
        migrations.AddField(
            model_name="import",
            name="subject",
            field=models.CharField(blank=True, db_default="", default="", max_length=40),
        ),
    ]
