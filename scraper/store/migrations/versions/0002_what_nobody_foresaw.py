"""Failures that nobody foresaw have a traceback, and may concern no trial; a lease says how long it may be silent."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """To this version."""
    with op.batch_alter_table("failures") as failures:
        failures.alter_column("nct_id", existing_type=sa.Text(), nullable=True)
        failures.add_column(sa.Column("traceback", sa.Text(), nullable=True))
    with op.batch_alter_table("reports") as reports:
        reports.alter_column("report", existing_type=JSON, nullable=True)
    with op.batch_alter_table("lease") as lease:
        lease.add_column(sa.Column("seconds", sa.Float(), nullable=True))
