"""Whoever is erased has no account, and what was written down about them holds nothing readable; few were erased, by an index."""

from typing import Any

from django.conf import settings
from django.db import migrations, models

_TEXTS = (
    *("name", "folded", "sort_key", "address", "tail_lookup", "near_key", "door_key"),
    *("phone_lookup", "citizen_id_lookup", "email_lookup"),
)
_NULLS: dict[str, Any] = dict.fromkeys(("birth_date", "birth_year", "neighbourhood", "household"))


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0004_erased_is_empty"),
        ("units", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                fields=["erased_at"], name="people_person_erased", condition=models.Q(erased_at__isnull=False)
            ),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.CheckConstraint(
                condition=models.Q(erased_at=None) | models.Q(**dict.fromkeys(_TEXTS, ""), **_NULLS),
                name="people_contact_erased_is_empty",
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(erased_at=None) | models.Q(user=None), name="people_person_erased_has_no_user"
            ),
        ),
    ]
