import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("places", "0004_recognition_unit"),
    ]

    operations = [
        migrations.AddField(
            model_name="place",
            name="made_from",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="repeats", to="places.place"
            ),
        ),
    ]
