"""The version that a working copy was written from is called as in the actions."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("documents", "0003_working_copies")]

    operations = [migrations.RenameField("WorkingCopy", "read", "expected_version")]
