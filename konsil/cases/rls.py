"""Row-level security as a migration step: a table with a tenant shows only the scope's rows."""

from django.db.migrations import RunSQL

SCOPE = "(SELECT string_to_array(nullif(current_setting('konsil.tenants', true), ''), ',')::uuid[])"
"""Written as a sub-select so that it is evaluated once a query, and an index can serve it."""


def protect(table: str, *, tenant: str = "tenant_id") -> RunSQL:
    """Force row-level security on `table`: the application's role sees its scope, the owner all."""
    return RunSQL(
        f"""
        ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
        CREATE POLICY {table}_scope ON {table} TO konsil_app
          USING ({tenant} = ANY ({SCOPE}::uuid[]))
          WITH CHECK ({tenant} = ANY ({SCOPE}::uuid[]));
        CREATE POLICY {table}_owner ON {table} TO CURRENT_USER USING (true) WITH CHECK (true);
        """,
        f"""
        DROP POLICY {table}_owner ON {table};
        DROP POLICY {table}_scope ON {table};
        ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
        ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
        """,
    )


def append_only(table: str) -> RunSQL:
    """Rows of `table` are written once: the application may neither change nor delete them."""
    return RunSQL(
        f"REVOKE UPDATE, DELETE ON {table} FROM konsil_app;",
        f"GRANT UPDATE, DELETE ON {table} TO konsil_app;",
    )
