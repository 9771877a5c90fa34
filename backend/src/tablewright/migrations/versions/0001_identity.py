"""People, workspaces, members, sessions and one-time links."""

from alembic import op

from tablewright.migrations.tables import USER, WORKSPACE, grant, guard

revision = "0001_identity"
down_revision = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE users (
            id uuid PRIMARY KEY,
            email text NOT NULL,
            name text NOT NULL,
            password_hash text,
            is_super_admin boolean NOT NULL DEFAULT false,
            created_at timestamptz NOT NULL,
            CONSTRAINT uq_users_email UNIQUE (email),
            CONSTRAINT ck_users_email_is_folded CHECK (email = lower(email))
        )""")
    op.execute("""
        CREATE TABLE workspaces (
            id uuid PRIMARY KEY,
            name text NOT NULL,
            created_at timestamptz NOT NULL
        )""")
    op.execute("""
        CREATE TABLE members (
            workspace_id uuid NOT NULL REFERENCES workspaces,
            user_id uuid NOT NULL REFERENCES users,
            role text NOT NULL CHECK (role IN ('admin', 'analyst', 'viewer')),
            created_at timestamptz NOT NULL,
            PRIMARY KEY (workspace_id, user_id)
        )""")
    op.execute("CREATE INDEX ix_members_user_id ON members (user_id)")
    # People see their own memberships before a workspace is chosen; nobody writes outside the chosen one.
    guard("members", using=f"{WORKSPACE} OR {USER}")
    op.execute("""
        CREATE TABLE sessions (
            id uuid PRIMARY KEY,
            user_id uuid NOT NULL REFERENCES users,
            workspace_id uuid REFERENCES workspaces,
            refresh_hash bytea NOT NULL,
            previous_refresh_hash bytea,
            rotated_at timestamptz NOT NULL,
            created_at timestamptz NOT NULL,
            seen_at timestamptz NOT NULL,
            ends_at timestamptz NOT NULL,
            ended_at timestamptz
        )""")
    op.execute("CREATE UNIQUE INDEX uq_sessions_refresh_hash ON sessions (refresh_hash)")
    op.execute("CREATE INDEX ix_sessions_previous_refresh_hash ON sessions (previous_refresh_hash)")
    op.execute("CREATE INDEX ix_sessions_user_id ON sessions (user_id)")
    op.execute("""
        CREATE TABLE one_time_links (
            token_hash bytea PRIMARY KEY,
            kind text NOT NULL CHECK (kind IN ('setup', 'join')),
            user_id uuid REFERENCES users,
            workspace_id uuid REFERENCES workspaces,
            created_at timestamptz NOT NULL,
            ends_at timestamptz NOT NULL,
            used_at timestamptz
        )""")
    op.execute("""
        CREATE TABLE sign_in_attempts (
            subject text PRIMARY KEY,
            failed_count integer NOT NULL,
            blocked_until timestamptz,
            last_at timestamptz NOT NULL
        )""")
    op.execute("""
        CREATE TABLE idempotency_keys (
            workspace_id uuid NOT NULL REFERENCES workspaces,
            user_id uuid NOT NULL REFERENCES users,
            key text NOT NULL,
            request_hash bytea NOT NULL,
            status integer NOT NULL,
            body jsonb NOT NULL,
            created_at timestamptz NOT NULL,
            PRIMARY KEY (workspace_id, user_id, key)
        )""")
    guard("idempotency_keys")
    op.execute("""
        CREATE TABLE audit_events (
            id bigint GENERATED ALWAYS AS IDENTITY,
            workspace_id uuid NOT NULL,
            user_id uuid,
            at timestamptz NOT NULL,
            action text NOT NULL,
            object_kind text NOT NULL,
            object_id text,
            outcome text NOT NULL,
            details jsonb NOT NULL DEFAULT '{}',
            PRIMARY KEY (id, at)
        ) PARTITION BY RANGE (at)""")
    op.execute("CREATE TABLE audit_events_rest PARTITION OF audit_events DEFAULT")
    op.execute("CREATE INDEX ix_audit_events_workspace ON audit_events (workspace_id, at DESC)")
    guard("audit_events")
    guard("audit_events_rest")
    for table in ("users", "workspaces", "members", "sessions", "one_time_links", "sign_in_attempts"):
        grant(table)
    grant("idempotency_keys")
    grant("alembic_version", "SELECT")  # readiness compares it with the code's newest migration
    grant("audit_events", "SELECT, INSERT")
