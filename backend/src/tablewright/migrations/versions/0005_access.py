"""Groups and attributes of members, rules of access to datasets, and looking at the workspace as somebody else."""

from alembic import op

from tablewright.migrations.tables import grant, guard

revision = "0005_access"
down_revision = "0009_dashboards"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE member_groups (
            id uuid PRIMARY KEY,
            workspace_id uuid NOT NULL REFERENCES workspaces,
            name text NOT NULL,
            created_by uuid NOT NULL REFERENCES users,
            created_at timestamptz NOT NULL,
            UNIQUE (workspace_id, id)
        )""")
    op.execute("CREATE UNIQUE INDEX uq_member_groups_name ON member_groups (workspace_id, lower(name))")
    # Who leaves the workspace leaves its groups and attributes: a later return starts with none.
    op.execute("""
        CREATE TABLE group_members (
            workspace_id uuid NOT NULL REFERENCES workspaces,
            group_id uuid NOT NULL,
            user_id uuid NOT NULL,
            PRIMARY KEY (workspace_id, group_id, user_id),
            FOREIGN KEY (workspace_id, group_id) REFERENCES member_groups (workspace_id, id) ON DELETE CASCADE,
            FOREIGN KEY (workspace_id, user_id) REFERENCES members (workspace_id, user_id) ON DELETE CASCADE
        )""")
    op.execute("CREATE INDEX ix_group_members_user ON group_members (workspace_id, user_id)")
    op.execute("""
        CREATE TABLE member_attributes (
            workspace_id uuid NOT NULL REFERENCES workspaces,
            user_id uuid NOT NULL,
            name text NOT NULL,
            values jsonb NOT NULL,
            PRIMARY KEY (workspace_id, user_id, name),
            FOREIGN KEY (workspace_id, user_id) REFERENCES members (workspace_id, user_id) ON DELETE CASCADE
        )""")
    op.execute("""
        CREATE TABLE access_rules (
            dataset_id uuid PRIMARY KEY,
            workspace_id uuid NOT NULL REFERENCES workspaces,
            rules jsonb NOT NULL,
            version integer NOT NULL,
            saved_by uuid NOT NULL REFERENCES users,
            saved_at timestamptz NOT NULL,
            FOREIGN KEY (workspace_id, dataset_id) REFERENCES datasets (workspace_id, id) ON DELETE CASCADE
        )""")
    for table in ("member_groups", "group_members", "member_attributes", "access_rules"):
        guard(table)
        grant(table)
    op.execute("""
        ALTER TABLE sessions ADD view_as uuid,
            ADD FOREIGN KEY (workspace_id, view_as) REFERENCES members (workspace_id, user_id)
            ON DELETE SET NULL (view_as)""")
    # What an edition shows depends on who had it rendered: by dataset, the fingerprint of what they may see.
    op.execute("ALTER TABLE editions ADD seen_as jsonb NOT NULL DEFAULT '{}'")
    op.execute("ALTER TABLE exports ADD seen_as jsonb NOT NULL DEFAULT '{}'")
