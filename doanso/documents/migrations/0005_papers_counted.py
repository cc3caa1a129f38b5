"""The papers of an office that were there before they were counted as such: issued documents, and what came from outside."""

import hashlib

from django.db import migrations
from django.db.models import F, Q

_CHUNK = 500
_SOURCE, _SUBJECT, _GRADE = "documents.paper", "paper", 1


def fill(apps, schema_editor):
    """A fact for each, as the ledger would have kept it; no book asks for them yet, so none is booked."""
    documents = apps.get_model("documents", "Document").objects
    issued = documents.filter(state__in=("issued", "recalled", "replaced"))
    _keep(apps, issued.values_list("id", "unit_id", "dated", "issued_on", "final_id"))
    came = apps.get_model("documents", "Arrival").objects.filter(delivery=None)
    _keep(apps, came.values_list("id", "unit_id", "arrived_on", F("arrived_on"), "blob_id"))


def _keep(apps, rows):
    after = None
    while True:
        page = list(rows.filter(Q() if after is None else Q(id__gt=after)).order_by("id")[:_CHUNK])
        if not page:
            return
        after = page[-1][0]
        _count(apps, page)


def _count(apps, page):
    Subject, Fact = apps.get_model("tally", "Subject"), apps.get_model("tally", "Fact")
    wanted = [one for one, *_rest in page]
    Subject.objects.bulk_create([Subject(kind=_SUBJECT, ref=one) for one in wanted], ignore_conflicts=True)
    subjects = dict(Subject.objects.filter(kind=_SUBJECT, ref__in=wanted).values_list("ref", "id"))
    facts = [
        Fact(
            family=family, topic="", level=0, subject_id=subjects[one], unit_id=unit, happened_on=happened_on,
            arrived_on=arrived_on, grade=_GRADE, source_kind=_SOURCE, source_id=one,
            content_hash=_hash((one, 0, unit, happened_on, arrived_on, _GRADE)), taken_back=False,
        )
        for one, unit, happened_on, arrived_on, file in page
        for family in (("documents.papers", "documents.papers-stored") if file else ("documents.papers",))
    ]  # fmt: skip
    Fact.objects.bulk_create(facts, ignore_conflicts=True)


def _hash(said):
    return hashlib.sha256("|".join(map(str, said)).encode()).hexdigest()


class Migration(migrations.Migration):

    dependencies = [
        ('documents', '0004_reminders'),
        ('tally', '0004_slimmer_indexes'),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
