"""Row-level security for notices."""

from django.db import migrations

from konsil.cases.rls import protect


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_initial")]

    operations = [protect("notices_notice")]
