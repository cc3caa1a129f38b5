"""Nothing readable stays in what was erased, held by the database; what an erasure left behind is emptied first."""

from typing import Any

from django.db import migrations, models

_TEXTS = (
    *("name", "folded", "sort_key", "gender", "address", "tail_lookup", "near_key", "door_key"),
    *("phone_lookup", "citizen_id_lookup", "email_lookup"),
)
_NUMBERS = ("phone_encrypted", "citizen_id_encrypted", "email_encrypted")
_NULLS = ("birth_date", "birth_year", "neighbourhood", "household")


def empty_erased(apps: Any, schema_editor: Any) -> None:
    """What was written of somebody in the moment of their erasure goes, and an erased person signs in nowhere."""
    apps.get_model("people", "Contact").objects.exclude(erased_at=None).update(
        **dict.fromkeys(_TEXTS, ""), **dict.fromkeys(_NUMBERS, b""), **dict.fromkeys(_NULLS)
    )
    apps.get_model("people", "Person").objects.exclude(erased_at=None).update(user=None)


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0003_no_index_of_tails"),
    ]

    operations = [
        migrations.RunPython(empty_erased, migrations.RunPython.noop),
    ]
