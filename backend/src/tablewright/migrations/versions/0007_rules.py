"""Rule sets with their history, formats of tables beside questions, versions that a contract does not let through."""

from alembic import op

from tablewright.migrations.tables import grant, guard

revision = "0007_rules"
down_revision = "0004_versions"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE rule_sets (
            id uuid PRIMARY KEY,
            workspace_id uuid NOT NULL REFERENCES workspaces,
            dataset_id uuid NOT NULL,
            number integer NOT NULL,
            rules jsonb NOT NULL,
            said text NOT NULL,
            created_by uuid NOT NULL REFERENCES users,
            created_at timestamptz NOT NULL,
            UNIQUE (dataset_id, number),
            FOREIGN KEY (workspace_id, dataset_id) REFERENCES datasets (workspace_id, id) ON DELETE CASCADE
        )""")
    op.execute("CREATE INDEX ix_rule_sets_workspace ON rule_sets (workspace_id, dataset_id, number DESC)")
    guard("rule_sets")
    grant("rule_sets", "SELECT, INSERT")  # history is written once
    op.execute("ALTER TABLE questions ADD formats jsonb")
    op.execute("ALTER TABLE pending_versions ADD refused_by jsonb NOT NULL DEFAULT '[]'")
