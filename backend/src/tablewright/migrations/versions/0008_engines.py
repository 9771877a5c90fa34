"""Which engine answers questions about a dataset."""

from alembic import op

revision = "0008_engines"
down_revision = "0005_access"


def upgrade() -> None:
    op.execute(
        "ALTER TABLE datasets ADD COLUMN engine text NOT NULL DEFAULT 'auto' "
        "CHECK (engine IN ('auto', 'duckdb', 'spark'))"
    )
