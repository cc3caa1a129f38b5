from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outreach", "0002_visit_amendments")]

    operations = [
        migrations.AddField(
            model_name="slot",
            name="doubled",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
