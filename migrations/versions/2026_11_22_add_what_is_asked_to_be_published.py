"""add what is asked to be published

Follows 7b39c69ea1a4.

A migration runs unattended in villages. Before keeping this one:
- Expand, migrate, contract: add beside the old, move, and remove only in a later version.
- It runs in one transaction, on SQLite and on PostgreSQL; change tables inside `op.batch_alter_table`.
- Never touch `entry` or `log_line`. A projection may be dropped and made anew: `banhoc rebuild` refills it.
- Times are `BigInteger` UTC milliseconds, text is `Text`, every new table has `sqlite_strict=True`.
- It goes one way: what went wrong is put right by the next migration.
"""

import sqlalchemy as sa
from alembic import op

revision = "f09c6b40a092"
down_revision = "7b39c69ea1a4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "course_asking",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("course", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_asking")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("course_asking", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_course_asking_course"), ["course"], unique=False)
