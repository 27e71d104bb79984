"""The application's role owns nothing: it is made before any table, and given only the use of them."""

from django.db import migrations

MAKE = """
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'konsil_app') THEN
    CREATE ROLE konsil_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
  END IF;
  IF NOT pg_has_role(current_user, 'konsil_app', 'MEMBER') THEN
    EXECUTE format('GRANT konsil_app TO %I', current_user);
  END IF;
END $$;
GRANT USAGE ON SCHEMA public TO konsil_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO konsil_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO konsil_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO konsil_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO konsil_app;
"""

CACHE = """
CREATE TABLE IF NOT EXISTS core_cache (
  cache_key varchar(255) PRIMARY KEY,
  value text NOT NULL,
  expires timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS core_cache_expires ON core_cache (expires);
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    run_before = [
        ("contenttypes", "0001_initial"),
        ("sessions", "0001_initial"),
        ("procrastinate", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(MAKE, migrations.RunSQL.noop),
        migrations.RunSQL(CACHE, "DROP TABLE core_cache"),
    ]
