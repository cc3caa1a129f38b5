from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("signing", "0002_certificate_end_reason"),
    ]

    operations = [
        migrations.CreateModel(
            name="VerifyTries",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("count", models.PositiveIntegerField()),
                ("since", models.DateTimeField()),
            ],
        ),
    ]
