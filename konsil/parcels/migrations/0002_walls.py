"""Row-level security for everything that comes in."""

from django.db import migrations

from konsil.cases.rls import protect


class Migration(migrations.Migration):
    dependencies = [("parcels", "0001_initial")]

    operations = [
        protect(f"parcels_{name}")
        for name in ("parcel", "upload", "holding", "filing", "identitydecision")
    ]
