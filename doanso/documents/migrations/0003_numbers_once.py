"""No notation stands on two documents of a unit's era, and numbers go on where a unit changes how they run."""

from collections import Counter

from django.conf import settings
from django.db import migrations, models

_CHUNK = 500


def fill(apps, schema_editor):
    """Each numbered document is of its series' era. What bears a notation that was there before is told apart from it."""
    documents = apps.get_model("documents", "Document").objects.exclude(number=None)
    met, page = Counter(), []
    rows = documents.select_related("number__series").only("id", "unit_id", "notation", "era", "number__series__era")
    for one in rows.order_by("number__drawn_at", "id").iterator(chunk_size=_CHUNK):
        era = one.number.series.era
        before = met[one.unit_id, one.notation, era]
        met[one.unit_id, one.notation, era] += 1
        one.era = f"{era}/{before + 1}" if before else era
        page.append(one)
        if len(page) == _CHUNK:
            documents.bulk_update(page, ["era"])
            page = []
    documents.bulk_update(page, ["era"])


class Migration(migrations.Migration):

    dependencies = [
        ('documents', '0002_letterheads'),
        ('files', '0002_versions_and_words'),
        ('signing', '0003_verify_tries'),
        ('units', '0002_successors'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='document',
            name='era',
            field=models.CharField(max_length=24, null=True),
        ),
        migrations.AddField(
            model_name='numbering',
            name='new_term',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='series',
            name='begun_on',
            field=models.DateField(null=True),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.UniqueConstraint(fields=('unit', 'notation', 'era'), name='documents_document_notation_once'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(('number', None), ('era__isnull', False), _connector='OR'), name='documents_document_era'),
        ),
        migrations.AddConstraint(
            model_name='numbering',
            constraint=models.CheckConstraint(condition=models.Q(('new_term', False), models.Q(('era', ''), _negated=True), _connector='OR'), name='documents_numbering_term'),
        ),
    ]
