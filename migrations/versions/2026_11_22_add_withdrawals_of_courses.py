"""add withdrawals of courses

Follows 5b6eef925eb6.

A migration runs unattended in villages. Before keeping this one:
- Expand, migrate, contract: add beside the old, move, and remove only in a later version.
- It runs in one transaction, on SQLite and on PostgreSQL; change tables inside `op.batch_alter_table`.
- Never touch `entry` or `log_line`. A projection may be dropped and made anew: `banhoc rebuild` refills it.
- Times are `BigInteger` UTC milliseconds, text is `Text`, every new table has `sqlite_strict=True`.
- It goes one way: what went wrong is put right by the next migration.
"""

import sqlalchemy as sa
from alembic import op

revision = "307ead149350"
down_revision = "5b6eef925eb6"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "course_withdrawal",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("course", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_withdrawal")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("course_withdrawal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_course_withdrawal_course"), ["course"], unique=False)

    with op.batch_alter_table("publication", schema=None) as batch_op:
        batch_op.add_column(sa.Column("by", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("announced", sa.Boolean(), server_default=sa.false(), nullable=False))
