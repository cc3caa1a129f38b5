"""The end of a phone is compared, not looked up; the unit's own index finds nearly the same names in it: see decision 0030."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0002_names_and_doors"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="contact", name="people_contact_tail"),
        migrations.RemoveIndex(model_name="contact", name="people_contact_near"),
        migrations.RemoveIndex(model_name="contact", name="people_contact_unit"),
        migrations.AddIndex(
            model_name="contact", index=models.Index(fields=["unit", "near_key"], name="people_contact_near")
        ),
    ]
