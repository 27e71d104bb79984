"""A thread with the treating physician."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("messaging", "0002_walls")]

    operations = [
        migrations.AlterField(
            model_name="thread",
            name="audience",
            field=models.CharField(
                choices=[
                    ("patient", "The patient and the practice"),
                    ("referrer", "The referring institution and the practice"),
                    ("treating", "The treating physician and the practice"),
                    ("internal", "Only the practice and the reviewers"),
                ],
                max_length=10,
            ),
        ),
    ]
