from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sync", "0001_phones")]

    operations = [
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                condition=models.Q(("settled_at__isnull", False)), fields=["settled_at"], name="sync_record_settled"
            ),
        ),
    ]
