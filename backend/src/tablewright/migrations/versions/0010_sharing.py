"""Who in a workspace sees a dashboard, and links that show one to people outside."""

from alembic import op

from tablewright.migrations.tables import WORKSPACE, grant, guard

revision = "0010_sharing"
down_revision = "0008_engines"

# A visitor has no workspace: they see the one row that their secret or its number names, and nothing else.
_NAMED = (
    "token_hash = decode(nullif(current_setting('app.share', true), ''), 'hex')"
    " OR id::text = nullif(current_setting('app.embed', true), '')"
)


def upgrade() -> None:
    op.execute("ALTER TABLE dashboards ADD COLUMN audience jsonb")
    op.execute("CREATE INDEX ix_dashboards_audience ON dashboards USING gin (audience jsonb_path_ops)")
    op.execute("""
        CREATE TABLE sharing_settings (
            workspace_id uuid PRIMARY KEY REFERENCES workspaces,
            public_links boolean NOT NULL,
            changed_by uuid NOT NULL REFERENCES users,
            changed_at timestamptz NOT NULL
        )""")
    op.execute("""
        CREATE TABLE shares (
            id uuid PRIMARY KEY,
            workspace_id uuid NOT NULL REFERENCES workspaces,
            dashboard_id uuid NOT NULL,
            kind text NOT NULL CHECK (kind IN ('link', 'embed')),
            token_hash bytea,
            salt bytea NOT NULL,
            title text NOT NULL,
            description text NOT NULL,
            frozen jsonb NOT NULL,
            dashboard_version integer NOT NULL,
            open_filters jsonb NOT NULL,
            origins jsonb NOT NULL,
            indexed boolean NOT NULL,
            password_hash text,
            ends_at timestamptz,
            created_by uuid NOT NULL REFERENCES users,
            created_at timestamptz NOT NULL,
            revoked_at timestamptz,
            view_count bigint NOT NULL,
            viewed_at timestamptz,
            CONSTRAINT uq_shares_token_hash UNIQUE (token_hash),
            CONSTRAINT ck_shares_token CHECK ((kind = 'link') = (token_hash IS NOT NULL)),
            FOREIGN KEY (workspace_id, dashboard_id) REFERENCES dashboards (workspace_id, id) ON DELETE CASCADE
        )""")
    op.execute("CREATE INDEX ix_shares_dashboard ON shares (workspace_id, dashboard_id, created_at)")
    guard("sharing_settings")
    grant("sharing_settings", "SELECT, INSERT, UPDATE")
    guard("shares", using=f"{WORKSPACE} OR {_NAMED}")
    grant("shares", "SELECT, INSERT, UPDATE")
