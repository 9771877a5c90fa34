"""A workspace says whose days are meant where a question names no time zone."""

from alembic import op

revision = "0016_time_zone"
down_revision = "0015_content_hash"


def upgrade() -> None:
    op.execute("ALTER TABLE workspaces ADD COLUMN time_zone text NOT NULL DEFAULT 'UTC'")
