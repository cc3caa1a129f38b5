"""Fill what finds duplicates for contacts that were written before it was kept."""

from django.db import migrations

from doanso.lib import sealing
from doanso.people.queries import seal_context, tail_lookup
from doanso.people.rules.names import near_key

PAGE = 2000


def fill(apps, _editor):
    contact_model = apps.get_model("people", "Contact")
    last = None
    while True:
        page = contact_model.objects.exclude(birth_year=None).filter(near_key="").order_by("pk")
        found = list((page if last is None else page.filter(pk__gt=last))[:PAGE])
        if not found:
            return
        for contact in found:
            phone = (
                sealing.unseal(contact.phone_sealed, context=seal_context("phone")) if contact.phone_sealed else ""
            )
            contact.tail_lookup = tail_lookup(phone, contact.birth_year)
            contact.near_key = near_key(contact.folded, contact.birth_year)
        contact_model.objects.bulk_update(found, ["tail_lookup", "near_key"], batch_size=200)
        last = found[-1].pk


class Migration(migrations.Migration):
    dependencies = [("people", "0002_residents")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
