"""A clinic's seat says whether its people read the report."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0008_spells_so_far")]

    operations = [
        migrations.AddField(
            model_name="seat",
            name="reads_report",
            field=models.BooleanField(
                default=True,
                help_text="A clinic's seat: whether the patient and the hospital let it read",
            ),
        ),
    ]
