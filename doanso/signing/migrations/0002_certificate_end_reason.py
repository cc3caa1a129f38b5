from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("signing", "0001_certificates"),
    ]

    operations = [
        migrations.AddField(
            model_name="certificate",
            name="end_reason",
            field=models.CharField(blank=True, max_length=300),
        ),
    ]
