"""A certificate of another name is confirmed by a second person; one that signs with another tool makes a trial signature."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("signing", "0002_publicfile_signer"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.AddField("certificate", "name_differs", models.BooleanField(default=False)),
        migrations.AddField(
            "certificate",
            "confirmed_by",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField("certificate", "confirmed_at", models.DateTimeField(null=True)),
        migrations.AddField("certificate", "trial_due", models.BooleanField(default=False)),
        migrations.AddField("certificate", "tried_at", models.DateTimeField(null=True)),
    ]
