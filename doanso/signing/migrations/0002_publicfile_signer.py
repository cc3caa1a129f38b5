from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("signing", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="publicfile", name="signer", field=models.CharField(blank=True, default="", max_length=200)
        ),
    ]
