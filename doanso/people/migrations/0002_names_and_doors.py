"""One index of names instead of two, and keys of doors that begin with the street: see decision 0029."""

from typing import Any

from django.db import migrations, models
from django.db.models import Value
from django.db.models.functions import Concat, Left, Length, Reverse, Right, StrIndex, Substr


def street_first(apps: Any, schema_editor: Any) -> None:
    """ "12 le loi" becomes "le loi 12"; a number has no spaces."""
    number_ends = StrIndex("door_key", Value(" "))
    moved = Concat(Substr("door_key", number_ends + 1), Value(" "), Left("door_key", number_ends - 1))
    apps.get_model("people", "Contact").objects.exclude(door_key="").update(door_key=moved)


def number_first(apps: Any, schema_editor: Any) -> None:
    """Back again."""
    number = StrIndex(Reverse("door_key"), Value(" ")) - 1
    street = Left("door_key", Length("door_key") - number - 1)
    with_door_key = apps.get_model("people", "Contact").objects.exclude(door_key="")
    with_door_key.update(door_key=Concat(Right("door_key", number), Value(" "), street))


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="contact", name="people_contact_folded"),
        migrations.RemoveIndex(model_name="contact", name="people_contact_name_year"),
        migrations.AddIndex(
            model_name="contact", index=models.Index(fields=["unit"], name="people_contact_unit")
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(fields=["folded", "birth_year", "unit", "name"], name="people_contact_name"),
        ),
        migrations.RunPython(street_first, number_first),
    ]
