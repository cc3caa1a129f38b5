"""A recognition names the unit that is credited, because a place's unit may have ended before the decision."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def _credit_the_places_unit(apps, schema_editor):
    place = apps.get_model("places", "Place").objects.filter(pk=OuterRef("place_id"))
    apps.get_model("places", "Recognition").objects.update(unit=Subquery(place.values("unit_id")[:1]))


class Migration(migrations.Migration):
    dependencies = [
        ("places", "0003_points"),
    ]

    operations = [
        migrations.AddField(
            model_name="recognition",
            name="unit",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="units.unit",
            ),
        ),
        migrations.RunPython(_credit_the_places_unit, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="recognition",
            name="unit",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="units.unit"
            ),
        ),
    ]
