"""How versions came about, versions that wait to be accepted, mappings, and what was told with an upload."""

from alembic import op

from tablewright.migrations.tables import grant, guard

revision = "0004_versions"
down_revision = "0003_data"


def upgrade() -> None:
    op.execute("ALTER TABLE uploads ADD load_order jsonb NOT NULL DEFAULT '{}'")
    op.execute("""
        ALTER TABLE dataset_versions
            ADD mode text NOT NULL DEFAULT 'replace'
                CHECK (mode IN ('replace', 'append', 'upsert', 'replay', 'restore')),
            ADD parent_id uuid,
            ADD object_id uuid,
            ADD load_order jsonb NOT NULL DEFAULT '{}',
            ADD mapping jsonb,
            ADD source jsonb,
            ADD keys jsonb NOT NULL DEFAULT '{}',
            ADD counts jsonb,
            ADD diff jsonb,
            ADD lineage jsonb,
            ADD note text,
            ADD quarantine_id uuid,
            ADD created_by uuid REFERENCES users""")
    op.execute("CREATE INDEX ix_dataset_versions_job ON dataset_versions (job_id)")
    op.execute("CREATE INDEX ix_dataset_versions_file ON dataset_versions (workspace_id, file_id)")
    op.execute("""
        CREATE TABLE pending_versions (
            id uuid PRIMARY KEY,
            workspace_id uuid NOT NULL REFERENCES workspaces,
            dataset_id uuid NOT NULL,
            base_version_id uuid NOT NULL,
            file_id uuid NOT NULL,
            format text NOT NULL,
            table_name text NOT NULL,
            row_count bigint NOT NULL,
            byte_count bigint NOT NULL,
            schema jsonb NOT NULL,
            profile jsonb NOT NULL,
            receipt jsonb NOT NULL,
            keys jsonb NOT NULL,
            load_order jsonb NOT NULL,
            diff jsonb NOT NULL,
            reasons jsonb NOT NULL,
            has_quarantine boolean NOT NULL,
            job_id uuid NOT NULL,
            created_by uuid NOT NULL REFERENCES users,
            created_at timestamptz NOT NULL,
            FOREIGN KEY (workspace_id, dataset_id) REFERENCES datasets (workspace_id, id),
            FOREIGN KEY (workspace_id, file_id) REFERENCES files (workspace_id, id)
        )""")
    op.execute("CREATE INDEX ix_pending_versions_dataset ON pending_versions (workspace_id, dataset_id)")
    op.execute("""
        CREATE TABLE dataset_mappings (
            dataset_id uuid PRIMARY KEY,
            workspace_id uuid NOT NULL REFERENCES workspaces,
            mapping jsonb NOT NULL,
            shape jsonb NOT NULL,
            version integer NOT NULL,
            saved_by uuid NOT NULL REFERENCES users,
            saved_at timestamptz NOT NULL,
            FOREIGN KEY (workspace_id, dataset_id) REFERENCES datasets (workspace_id, id)
        )""")
    for table in ("pending_versions", "dataset_mappings"):
        guard(table)
        grant(table)
    op.execute("REVOKE UPDATE ON pending_versions FROM tablewright_app")
    # A dataset that leaves the bin for good takes the questions with it that nobody can ask any more.
    op.execute("ALTER TABLE questions DROP CONSTRAINT questions_workspace_id_dataset_id_fkey")
    op.execute("""
        ALTER TABLE questions ADD CONSTRAINT questions_workspace_id_dataset_id_fkey
        FOREIGN KEY (workspace_id, dataset_id) REFERENCES datasets (workspace_id, id) ON DELETE CASCADE""")
