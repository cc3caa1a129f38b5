from django.db import migrations, models

# The families of the release before this column: no programme that runs is proposed what its committee could have chosen.
KNOWN = [
    "adoption.state",
    "documents.issued",
    "documents.outgoing",
    "documents.papers",
    "documents.papers-stored",
    "documents.signed",
    "documents.stored",
    "events.held",
    "members.active",
    "outreach.pair-visits",
    "outreach.referred-two",
    "outreach.visits",
    "places.recognised",
    "results.reported",
    "support.businesses",
    "support.people",
]


def know_families(apps, schema_editor):
    """Let programmes know the families of the release before."""
    apps.get_model("targets", "Programme").objects.update(known_families=KNOWN)


class Migration(migrations.Migration):

    dependencies = [
        ("targets", "0004_owed_pace"),
    ]

    operations = [
        migrations.AddField(
            model_name="programme",
            name="known_families",
            field=models.JSONField(default=list),
        ),
        migrations.RunPython(know_families, migrations.RunPython.noop),
    ]
