"""Pictures on dashboards."""

from alembic import op

from tablewright.migrations.tables import grant, guard

revision = "0014_dashboard_images"
down_revision = "0010_sharing"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE dashboard_images (
            id uuid PRIMARY KEY,
            workspace_id uuid NOT NULL REFERENCES workspaces,
            digest bytea NOT NULL,
            width integer NOT NULL,
            height integer NOT NULL,
            byte_count integer NOT NULL,
            created_by uuid NOT NULL REFERENCES users,
            created_at timestamptz NOT NULL,
            CONSTRAINT uq_dashboard_images_digest UNIQUE (workspace_id, digest)
        )""")
    guard("dashboard_images")
    grant("dashboard_images", "SELECT, INSERT")
