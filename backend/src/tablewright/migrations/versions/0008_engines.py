"""Which engine answers questions about a dataset."""

from alembic import op

revision = "0008_engines"
down_revision = "0006_metrics"


def upgrade() -> None:
    op.execute(
        "ALTER TABLE datasets ADD COLUMN engine text NOT NULL DEFAULT 'auto' "
        "CHECK (engine IN ('auto', 'duckdb', 'spark'))"
    )
