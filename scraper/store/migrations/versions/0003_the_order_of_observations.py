"""Observations have an order of their own, which imported pages join; a reading may have no date, and has its file."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

MOMENT = sa.DateTime(timezone=True)

# What is current stays so, also where a clock was wrong: no observation is earlier than those of the readings before
# it, of which the last one counted until now.
FILL_READINGS = """
UPDATE readings SET observed_at = ordered.observed_at FROM (
    SELECT id, CASE WHEN before IS NULL OR before < seen_at THEN seen_at ELSE before END AS observed_at FROM (
        SELECT id, seen_at, max(last_at) OVER (
            PARTITION BY nct_id, site, layout ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS before FROM (
            SELECT readings.id, nct_id, site, layout, seen_at,
                CASE WHEN again.at IS NULL OR again.at < seen_at THEN seen_at ELSE again.at END AS last_at
            FROM readings LEFT JOIN (
                SELECT reading_id, max(at) AS at FROM pages WHERE reading_id IS NOT NULL GROUP BY reading_id
            ) AS again ON again.reading_id = readings.id
        ) AS seen
    ) AS after
) AS ordered WHERE ordered.id = readings.id
"""
FILL_PAGES = """
UPDATE pages SET observed_at = ordered.observed_at FROM (
    SELECT id, CASE WHEN at < read_at THEN read_at ELSE at END AS observed_at FROM (
        SELECT pages.id, readings.observed_at AS read_at,
            max(pages.at) OVER (PARTITION BY pages.reading_id ORDER BY pages.id) AS at
        FROM pages JOIN readings ON readings.id = pages.reading_id
    ) AS seen
) AS ordered WHERE ordered.id = pages.id
"""


def upgrade() -> None:
    """To this version."""
    # SQLite adds no column that must have a value without one for the rows that are there.
    no_date = "1970-01-01 00:00:00.000000"
    op.add_column("readings", sa.Column("observed_at", MOMENT, nullable=False, server_default=no_date))
    op.add_column("readings", sa.Column("file", sa.Text(), nullable=True))
    op.add_column("readings", sa.Column("file_offset", sa.BigInteger(), nullable=True))
    op.add_column("pages", sa.Column("observed_at", MOMENT, nullable=True))
    op.execute(FILL_READINGS)
    op.execute(FILL_PAGES)
    if op.get_context().dialect.name == "postgresql":
        op.alter_column("readings", "observed_at", server_default=None)
        op.alter_column("readings", "seen_at", existing_type=MOMENT, nullable=True)
    else:
        # SQLite would copy the table to change a column of it, and cannot do so with one that others refer to.
        op.execute("ALTER TABLE readings RENAME COLUMN seen_at TO dated")
        op.add_column("readings", sa.Column("seen_at", MOMENT, nullable=True))
        op.execute("UPDATE readings SET seen_at = dated")
        op.execute("ALTER TABLE readings DROP COLUMN dated")
    op.drop_index("ix_pages_reading_id", "pages")
    op.create_index("ix_pages_reading_id_observed_at", "pages", ["reading_id", "observed_at"])
    op.create_index("ix_readings_sha256", "readings", ["sha256"])
