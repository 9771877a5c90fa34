"""The address of a file's bytes is called what it is: it is BLAKE3 now, and of files that are here already SHA-256."""

from alembic import op

revision = "0015_content_hash"
down_revision = "0014_dashboard_images"


def upgrade() -> None:
    op.execute("ALTER TABLE files RENAME COLUMN sha256 TO content_hash")
    op.execute("ALTER INDEX ix_files_sha256 RENAME TO ix_files_content_hash")
