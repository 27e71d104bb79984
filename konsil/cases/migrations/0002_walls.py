"""The second wall: row-level security on every row of a case, and history that cannot be changed."""

from django.db import migrations

from konsil.cases.rls import append_only, protect

TENANTS = """
CREATE FUNCTION konsil_tenants(asking uuid, holding uuid) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT coalesce(string_agg(DISTINCT tenant::text, ','), '') FROM (
    SELECT coalesce(i.parent_id, i.id) AS tenant
      FROM people_membership m JOIN people_institution i ON i.id = m.institution_id
      WHERE m.user_id = asking AND m.since <= statement_timestamp() AND (m.until IS NULL OR m.until > statement_timestamp())
    UNION
    SELECT s.tenant_id FROM cases_seat s
      WHERE (s.user_id = asking OR s.held_id = holding)
        AND s.since <= statement_timestamp() AND (s.until IS NULL OR s.until > statement_timestamp())
  ) seated
$$;
REVOKE ALL ON FUNCTION konsil_tenants(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION konsil_tenants(uuid, uuid) TO konsil_app;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE cases_number START 2041", "DROP SEQUENCE cases_number"),
        protect("people_patient"),
        protect("cases_case"),
        protect("cases_seat"),
        protect("cases_event"),
        protect("cases_look"),
        protect("cases_exhibit"),
        protect("cases_question"),
        protect("cases_task"),
        append_only("cases_event"),
        append_only("cases_look"),
        migrations.RunSQL(TENANTS, "DROP FUNCTION konsil_tenants(uuid, uuid)"),
    ]
