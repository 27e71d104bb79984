"""Cases that run already: their clock began when their stage did."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0007_clocks")]

    operations = [
        migrations.RunSQL(
            """
            UPDATE cases_case SET ball_since = stage_since;
            UPDATE cases_case SET ended_at = stage_since
              WHERE stage IN ('closed', 'declined', 'withdrawn', 'expired');
            INSERT INTO cases_spell (id, created_at, tenant_id, case_id, stage, ball, held, since,
                                     elapsed_seconds, active_seconds)
              SELECT gen_random_uuid(), now(), tenant_id, id, stage, ball, false, stage_since, 0, 0
              FROM cases_case WHERE ball <> '';
            """,
            "DELETE FROM cases_spell;",
        )
    ]
