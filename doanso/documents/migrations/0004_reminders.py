"""A receiver is reminded once a business day, and the worker finds those whose answer is awaited by one index."""

from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import TruncDate

from doanso.lib.clock import VIETNAM


def fill(apps, schema_editor):
    """The day of the last reminder on Vietnam's clock."""
    deliveries = apps.get_model("documents", "Delivery").objects.exclude(reminded_at=None)
    deliveries.update(reminded_on=TruncDate("reminded_at", tzinfo=VIETNAM))


class Migration(migrations.Migration):

    dependencies = [
        ('documents', '0003_numbers_once'),
        ('units', '0002_successors'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='delivery',
            name='reminded_on',
            field=models.DateField(null=True),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RemoveField(
            model_name='delivery',
            name='reminded_at',
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('answer_by__isnull', False), ('answered_at', None)), fields=['answer_by'], name='documents_delivery_unanswered'),
        ),
    ]
