"""An index by which cards are found, also of those who left; without it each step of an import read the whole table."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0002_taken_back"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="member",
            index=models.Index(fields=["card_number"], name="members_member_card_number"),
        ),
    ]
