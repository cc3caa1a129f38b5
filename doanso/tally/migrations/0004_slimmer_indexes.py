"""What takes nothing back, and who was not merged, stands in no index of such."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tally", "0003_closing"),
        ("units", "0002_successors"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="entry",
            name="tally_entry_taken_back_once",
        ),
        migrations.AlterField(
            model_name="entry",
            name="takes_back",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="taken_back_by",
                to="tally.entry",
            ),
        ),
        migrations.AlterField(
            model_name="subject",
            name="merged_into",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged",
                to="tally.subject",
            ),
        ),
        migrations.AddIndex(
            model_name="subject",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", False)), fields=["merged_into"], name="tally_subject_merged"
            ),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("takes_back__isnull", False)),
                fields=("takes_back",),
                name="tally_entry_taken_back_once",
            ),
        ),
    ]
