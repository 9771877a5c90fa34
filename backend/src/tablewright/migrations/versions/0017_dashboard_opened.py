"""A dashboard knows when somebody looked at it last, so that those in use are asked ahead."""

from alembic import op

revision = "0017_dashboard_opened"
down_revision = "0016_time_zone"


def upgrade() -> None:
    op.execute("ALTER TABLE dashboards ADD COLUMN opened_at timestamptz")
