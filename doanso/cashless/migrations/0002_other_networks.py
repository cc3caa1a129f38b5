from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cashless", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="shopcheck",
            name="other_networks",
            field=models.BooleanField(default=False),
        ),
    ]
