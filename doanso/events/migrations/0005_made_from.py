import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("events", "0004_volunteers_taken_off"),
    ]

    operations = [
        migrations.AddField(
            model_name="event",
            name="made_from",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="repeats", to="events.event"
            ),
        ),
    ]
