"""Letterheads go to `documents`: the table gets its new name and keeps its rows."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0001_periods_and_reports'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.AlterModelTable('letterhead', 'documents_letterhead')],
            state_operations=[migrations.DeleteModel('Letterhead')],
        ),
    ]
