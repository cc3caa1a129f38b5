"""Letterheads move here from `reports`, with the rows they have."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('documents', '0001_documents'),
        ('reports', '0002_letterheads_leave'),
        ('units', '0001_unit_tree'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[
            migrations.CreateModel(
                name='Letterhead',
                fields=[
                    ('unit', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='letterhead', serialize=False, to='units.unit')),
                    ('superior', models.CharField(blank=True, max_length=120)),
                    ('issuer', models.CharField(max_length=120)),
                    ('symbol', models.CharField(max_length=30)),
                    ('place', models.CharField(max_length=80)),
                    ('authority', models.CharField(blank=True, max_length=80)),
                    ('post', models.CharField(max_length=80)),
                    ('signer', models.CharField(blank=True, max_length=120)),
                    ('recipients', models.TextField(blank=True)),
                    ('set_at', models.DateTimeField()),
                    ('set_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
            ),
        ]),
    ]
