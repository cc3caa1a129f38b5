"""Whoever any unit wrote down at a door is found by it, and a shop can be gone."""

from django.db import migrations, models

from doanso.people.rules.doors import door_key

PAGE = 2000


def fill(apps, _editor):
    contact_model = apps.get_model("people", "Contact")
    last = None
    while True:
        page = contact_model.objects.exclude(address="").order_by("pk").only("pk", "address")
        found = list((page if last is None else page.filter(pk__gt=last))[:PAGE])
        if not found:
            return
        for contact in found:
            contact.door_key = door_key(contact.address)
        contact_model.objects.bulk_update(found, ["door_key"], batch_size=200)
        last = found[-1].pk


class Migration(migrations.Migration):
    dependencies = [("people", "0004_doors")]
    operations = [
        migrations.AddField(
            model_name="contact",
            name="door_key",
            field=models.CharField(blank=True, db_default="", max_length=160),
        ),
        migrations.AddField(model_name="business", name="gone_at", field=models.DateTimeField(null=True)),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                condition=models.Q(("door_key", ""), _negated=True), fields=["door_key"], name="people_contact_door"
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
