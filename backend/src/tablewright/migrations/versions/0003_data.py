"""Uploads, files, datasets and their versions, questions, reports and editions, exports, downloads.

Foreign keys between tenant tables start with the workspace, so that no reference can cross tenants.
"""

from alembic import op

from tablewright.migrations.tables import grant, guard

revision = "0003_data"
down_revision = "0002_jobs"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE files (
            id uuid PRIMARY KEY,
            workspace_id uuid NOT NULL REFERENCES workspaces,
            filename text NOT NULL,
            size bigint NOT NULL,
            sha256 text NOT NULL,
            created_by uuid NOT NULL REFERENCES users,
            created_at timestamptz NOT NULL,
            UNIQUE (workspace_id, id)
        )""")
    op.execute("CREATE INDEX ix_files_sha256 ON files (workspace_id, sha256)")
    op.execute("""
        CREATE TABLE uploads (
            id uuid PRIMARY KEY,
            workspace_id uuid NOT NULL REFERENCES workspaces,
            filename text NOT NULL,
            size bigint NOT NULL CHECK (size >= 0),
            dataset_id uuid,
            state text NOT NULL CHECK (state IN ('receiving', 'stored')),
            file_id uuid,
            job_id uuid,
            created_by uuid NOT NULL REFERENCES users,
            created_at timestamptz NOT NULL,
            FOREIGN KEY (workspace_id, file_id) REFERENCES files (workspace_id, id)
        )""")
    op.execute("""
        CREATE TABLE datasets (
            id uuid PRIMARY KEY,
            workspace_id uuid NOT NULL REFERENCES workspaces,
            name text NOT NULL,
            current_version_id uuid,
            created_by uuid NOT NULL REFERENCES users,
            created_at timestamptz NOT NULL,
            updated_at timestamptz NOT NULL,
            deleted_at timestamptz,
            UNIQUE (workspace_id, id)
        )""")
    op.execute("CREATE INDEX ix_datasets_created ON datasets (workspace_id, created_at DESC, id)")
    op.execute("""
        CREATE TABLE dataset_versions (
            id uuid PRIMARY KEY,
            workspace_id uuid NOT NULL REFERENCES workspaces,
            dataset_id uuid NOT NULL,
            number integer NOT NULL,
            file_id uuid,
            format text NOT NULL,
            table_name text NOT NULL,
            row_count bigint NOT NULL,
            byte_count bigint NOT NULL,
            schema jsonb NOT NULL,
            profile jsonb NOT NULL,
            receipt jsonb NOT NULL,
            job_id uuid NOT NULL,
            created_at timestamptz NOT NULL,
            UNIQUE (workspace_id, id),
            UNIQUE (dataset_id, number),
            FOREIGN KEY (workspace_id, dataset_id) REFERENCES datasets (workspace_id, id),
            FOREIGN KEY (workspace_id, file_id) REFERENCES files (workspace_id, id)
        )""")
    op.execute("""
        ALTER TABLE datasets ADD FOREIGN KEY (workspace_id, current_version_id)
        REFERENCES dataset_versions (workspace_id, id)""")
    op.execute("""
        CREATE TABLE questions (
            id uuid PRIMARY KEY,
            workspace_id uuid NOT NULL REFERENCES workspaces,
            dataset_id uuid NOT NULL,
            name text NOT NULL,
            question jsonb NOT NULL,
            chart jsonb,
            version integer NOT NULL,
            created_by uuid NOT NULL REFERENCES users,
            created_at timestamptz NOT NULL,
            updated_at timestamptz NOT NULL,
            deleted_at timestamptz,
            UNIQUE (workspace_id, id),
            FOREIGN KEY (workspace_id, dataset_id) REFERENCES datasets (workspace_id, id)
        )""")
    op.execute("CREATE INDEX ix_questions_created ON questions (workspace_id, created_at DESC, id)")
    op.execute("""
        CREATE TABLE reports (
            id uuid PRIMARY KEY,
            workspace_id uuid NOT NULL REFERENCES workspaces,
            title text NOT NULL,
            sections jsonb NOT NULL,
            version integer NOT NULL,
            created_by uuid NOT NULL REFERENCES users,
            created_at timestamptz NOT NULL,
            updated_at timestamptz NOT NULL,
            deleted_at timestamptz,
            UNIQUE (workspace_id, id)
        )""")
    op.execute("CREATE INDEX ix_reports_created ON reports (workspace_id, created_at DESC, id)")
    op.execute("""
        CREATE TABLE editions (
            id uuid PRIMARY KEY,
            workspace_id uuid NOT NULL REFERENCES workspaces,
            report_id uuid NOT NULL,
            report_version integer NOT NULL,
            title text NOT NULL,
            page_count integer NOT NULL,
            byte_count bigint NOT NULL,
            dataset_versions jsonb NOT NULL,
            created_by uuid NOT NULL REFERENCES users,
            created_at timestamptz NOT NULL,
            FOREIGN KEY (workspace_id, report_id) REFERENCES reports (workspace_id, id)
        )""")
    op.execute("CREATE INDEX ix_editions_report ON editions (workspace_id, report_id, created_at DESC)")
    op.execute("""
        CREATE TABLE exports (
            id uuid PRIMARY KEY,
            workspace_id uuid NOT NULL REFERENCES workspaces,
            filename text NOT NULL,
            format text NOT NULL,
            byte_count bigint NOT NULL,
            created_by uuid NOT NULL REFERENCES users,
            created_at timestamptz NOT NULL
        )""")
    op.execute("""
        CREATE TABLE downloads (
            id uuid PRIMARY KEY,
            workspace_id uuid NOT NULL REFERENCES workspaces,
            user_id uuid NOT NULL REFERENCES users,
            kind text NOT NULL,
            what jsonb NOT NULL,
            ends_at timestamptz NOT NULL
        )""")
    for table in (
        "files",
        "uploads",
        "datasets",
        "dataset_versions",
        "questions",
        "reports",
        "editions",
        "exports",
        "downloads",
    ):
        guard(table)
        grant(table)
    # Versions are immutable: the application may add and read them, never change them.
    op.execute("REVOKE UPDATE ON dataset_versions FROM tablewright_app")
