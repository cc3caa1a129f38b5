"""What is once per person holds persons alone, what is once per shop only shops; nobody looks for slips by unit."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("adoption", "0003_open_difficulties"),
        ("members", "0003_cards_found"),
        ("people", "0006_fewer_indexes"),
        ("support", "0003_phone_receipts"),
        ("units", "0002_successors"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="help",
            name="support_help_person_once",
        ),
        migrations.RemoveConstraint(
            model_name="help",
            name="support_help_business_once",
        ),
        migrations.AlterField(
            model_name="receipt",
            name="unit",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="units.unit"
            ),
        ),
        migrations.AddConstraint(
            model_name="help",
            constraint=models.UniqueConstraint(
                condition=models.Q(("contact__isnull", False), ("taken_back_at", None)),
                fields=("contact", "happened_on", "service", "unit"),
                name="support_help_person_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="help",
            constraint=models.UniqueConstraint(
                condition=models.Q(("business__isnull", False), ("taken_back_at", None)),
                fields=("business", "happened_on", "service", "unit"),
                name="support_help_business_once",
            ),
        ),
    ]
