"""Row-level security for threads, messages and readings; a message stays as it was sent."""

from django.db import migrations

from konsil.cases.rls import append_only, protect


class Migration(migrations.Migration):
    dependencies = [("messaging", "0001_initial")]

    operations = [
        protect("messaging_thread"),
        protect("messaging_message"),
        protect("messaging_reading"),
        append_only("messaging_message"),
    ]
