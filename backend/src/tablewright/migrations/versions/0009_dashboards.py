"""Dashboards with their history, who marked them, and remarks on them."""

from alembic import op

from tablewright.migrations.tables import grant, guard

revision = "0009_dashboards"
down_revision = "0007_rules"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE dashboards (
            id uuid PRIMARY KEY,
            workspace_id uuid NOT NULL REFERENCES workspaces,
            title text NOT NULL,
            folder text NOT NULL,
            content jsonb NOT NULL,
            version integer NOT NULL,
            locked boolean NOT NULL,
            created_by uuid NOT NULL REFERENCES users,
            created_at timestamptz NOT NULL,
            updated_at timestamptz NOT NULL,
            deleted_at timestamptz,
            UNIQUE (workspace_id, id)
        )""")
    op.execute("CREATE INDEX ix_dashboards_created ON dashboards (workspace_id, created_at DESC, id)")
    op.execute("""
        CREATE TABLE dashboard_versions (
            dashboard_id uuid NOT NULL,
            number integer NOT NULL,
            workspace_id uuid NOT NULL REFERENCES workspaces,
            title text NOT NULL,
            content jsonb NOT NULL,
            said text NOT NULL,
            created_by uuid NOT NULL REFERENCES users,
            created_at timestamptz NOT NULL,
            PRIMARY KEY (dashboard_id, number),
            FOREIGN KEY (workspace_id, dashboard_id) REFERENCES dashboards (workspace_id, id) ON DELETE CASCADE
        )""")
    op.execute("""
        CREATE TABLE dashboard_favourites (
            dashboard_id uuid NOT NULL,
            user_id uuid NOT NULL REFERENCES users,
            workspace_id uuid NOT NULL REFERENCES workspaces,
            PRIMARY KEY (dashboard_id, user_id),
            FOREIGN KEY (workspace_id, dashboard_id) REFERENCES dashboards (workspace_id, id) ON DELETE CASCADE
        )""")
    op.execute("""
        CREATE TABLE dashboard_comments (
            id uuid PRIMARY KEY,
            workspace_id uuid NOT NULL REFERENCES workspaces,
            dashboard_id uuid NOT NULL,
            tile text,
            text text NOT NULL,
            created_by uuid NOT NULL REFERENCES users,
            created_at timestamptz NOT NULL,
            deleted_at timestamptz,
            FOREIGN KEY (workspace_id, dashboard_id) REFERENCES dashboards (workspace_id, id) ON DELETE CASCADE
        )""")
    op.execute("CREATE INDEX ix_dashboard_comments ON dashboard_comments (workspace_id, dashboard_id, created_at)")
    for table in ("dashboards", "dashboard_favourites", "dashboard_comments"):
        guard(table)
        grant(table)
    guard("dashboard_versions")
    grant("dashboard_versions", "SELECT, INSERT")  # history is written once
