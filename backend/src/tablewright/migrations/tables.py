"""Words that every migration shares: guarding a tenant's table, granting the application its rights."""

from alembic import op

APP_ROLE = "tablewright_app"
WORKSPACE = "workspace_id = nullif(current_setting('app.workspace', true), '')::uuid"
USER = "user_id = nullif(current_setting('app.user', true), '')::uuid"


def guard(table: str, using: str = WORKSPACE, check: str = WORKSPACE) -> None:
    """Force row level security on a tenant's table: also its owner sees only what the policy shows."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY workspace ON {table} USING ({using}) WITH CHECK ({check})")


def grant(table: str, rights: str = "SELECT, INSERT, UPDATE, DELETE") -> None:
    op.execute(f"GRANT {rights} ON {table} TO {APP_ROLE}")
