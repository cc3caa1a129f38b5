from django.db import migrations


def open_difficulties(apps, _schema_editor):
    """Whoever was last seen with something in the way is stuck, as if it had been recorded today."""
    usages = apps.get_model("adoption", "Usage").objects.filter(taken_back_at=None)
    held_back = usages.exclude(obstacle=None).values("person_id")
    newest = {}
    for usage in usages.filter(person_id__in=held_back).order_by("happened_on", "recorded_at", "pk"):
        newest[usage.person_id, usage.service_id] = usage
    difficulty = apps.get_model("adoption", "Difficulty")
    difficulty.objects.bulk_create(
        [
            difficulty(
                person_id=usage.person_id,
                service_id=usage.service_id,
                obstacle_id=usage.obstacle_id,
                unit_id=usage.unit_id,
                told_on=usage.happened_on,
                recorded_at=usage.recorded_at,
                told_by_id=usage.seen_by_id,
            )
            for usage in newest.values()
            if usage.obstacle_id is not None
        ],
        batch_size=500,
    )


class Migration(migrations.Migration):
    dependencies = [("adoption", "0002_own_hand")]

    operations = [migrations.RunPython(open_difficulties, migrations.RunPython.noop)]
