"""Jobs and their queue, the mail outbox, and what runs on a schedule."""

from alembic import op

from tablewright.migrations.tables import APP_ROLE, grant, guard

revision = "0002_jobs"
down_revision = "0001_identity"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE jobs (
            id uuid PRIMARY KEY,
            workspace_id uuid NOT NULL REFERENCES workspaces,
            kind text NOT NULL,
            label text NOT NULL DEFAULT '',
            state text NOT NULL DEFAULT 'queued'
                CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled', 'dead')),
            input jsonb NOT NULL,
            result jsonb,
            error jsonb,
            progress jsonb,
            log jsonb NOT NULL DEFAULT '[]',
            attempt integer NOT NULL DEFAULT 0,
            max_attempts integer NOT NULL DEFAULT 3,
            cancel_requested boolean NOT NULL DEFAULT false,
            created_by uuid,
            created_at timestamptz NOT NULL,
            started_at timestamptz,
            finished_at timestamptz
        )""")
    op.execute("CREATE INDEX ix_jobs_workspace_created ON jobs (workspace_id, created_at DESC, id)")
    op.execute("""
        CREATE INDEX ix_jobs_under_way ON jobs (workspace_id, created_at DESC) WHERE state IN ('queued', 'running')""")
    guard("jobs")
    grant("jobs")

    # The outbox and the leases in one: a row lives as long as the job is not over. It holds no user content,
    # so that a worker may look for work before it knows for whom.
    op.execute("""
        CREATE TABLE job_queue (
            job_id uuid PRIMARY KEY REFERENCES jobs ON DELETE CASCADE,
            workspace_id uuid NOT NULL,
            task text NOT NULL,
            created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            available_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            send_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            send_count integer NOT NULL DEFAULT 0,
            published_at timestamptz,
            lease_until timestamptz,
            leased_by text,
            fence bigint NOT NULL DEFAULT 0,
            attempts integer NOT NULL DEFAULT 0,
            max_attempts integer NOT NULL,
            deferrals integer NOT NULL DEFAULT 0
        )""")
    op.execute("CREATE INDEX ix_job_queue_send_at ON job_queue (send_at)")
    op.execute("CREATE INDEX ix_job_queue_workspace ON job_queue (workspace_id, available_at)")
    # One sequence for all jobs: a fence is never given twice, also when a job is queued again.
    op.execute("CREATE SEQUENCE job_fence")
    op.execute("""
        CREATE TABLE job_turns (
            workspace_id uuid PRIMARY KEY,
            served_at timestamptz NOT NULL
        )""")
    op.execute("""
        CREATE TABLE schedule_runs (
            name text PRIMARY KEY,
            next_at timestamptz NOT NULL,
            started_at timestamptz,
            finished_at timestamptz,
            failed_count integer NOT NULL DEFAULT 0
        )""")
    grant("job_queue")
    grant("job_turns")
    grant("schedule_runs")
    op.execute(f"GRANT USAGE ON SEQUENCE job_fence TO {APP_ROLE}")

    op.execute("""
        CREATE TABLE mails (
            id uuid PRIMARY KEY,
            workspace_id uuid NOT NULL REFERENCES workspaces,
            recipient text NOT NULL,
            subject text NOT NULL,
            body_text text NOT NULL,
            body_html text,
            job_id uuid,
            created_at timestamptz NOT NULL,
            sent_at timestamptz
        )""")
    op.execute("CREATE INDEX ix_mails_workspace_created ON mails (workspace_id, created_at DESC)")
    guard("mails")
    grant("mails")
