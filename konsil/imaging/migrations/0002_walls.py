"""Row-level security for studies, series, instances and marks."""

from django.db import migrations

from konsil.cases.rls import protect


class Migration(migrations.Migration):
    dependencies = [("imaging", "0001_initial")]

    operations = [protect(f"imaging_{name}") for name in ("study", "series", "instance", "marks")]
