"""Metrics that a workspace has agreed on."""

from alembic import op

from tablewright.migrations.tables import grant, guard

revision = "0006_metrics"
down_revision = "0005_access"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE metrics (
            id uuid PRIMARY KEY,
            workspace_id uuid NOT NULL REFERENCES workspaces,
            dataset_id uuid NOT NULL,
            name text NOT NULL,
            description text NOT NULL,
            definition jsonb NOT NULL,
            unit text,
            format text,
            owner_id uuid REFERENCES users,
            is_certified boolean NOT NULL,
            version integer NOT NULL,
            created_by uuid NOT NULL REFERENCES users,
            created_at timestamptz NOT NULL,
            updated_by uuid NOT NULL REFERENCES users,
            updated_at timestamptz NOT NULL,
            UNIQUE (workspace_id, id),
            FOREIGN KEY (workspace_id, dataset_id) REFERENCES datasets (workspace_id, id) ON DELETE CASCADE
        )""")
    op.execute("CREATE UNIQUE INDEX uq_metrics_name ON metrics (workspace_id, lower(name))")
    op.execute("CREATE INDEX ix_metrics_dataset ON metrics (workspace_id, dataset_id)")
    guard("metrics")
    grant("metrics")
