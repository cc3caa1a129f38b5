import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("signing", "0003_verify_tries"),
    ]

    operations = [
        migrations.AddField(
            model_name="session",
            name="leader",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="followers",
                to="signing.session",
            ),
        ),
    ]
