"""add role grants

Follows first.

A migration runs unattended in villages. Before keeping this one:
- Expand, migrate, contract: add beside the old, move, and remove only in a later version.
- It runs in one transaction, on SQLite and on PostgreSQL; change tables inside `op.batch_alter_table`.
- Never touch `entry` or `log_line`. A projection may be dropped and made anew: `banhoc rebuild` refills it.
- Times are `BigInteger` UTC milliseconds, text is `Text`, every new table has `sqlite_strict=True`.
- It goes one way: what went wrong is put right by the next migration.
"""

import sqlalchemy as sa
from alembic import op

revision = "5f547c1a5c39"
down_revision = "first"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "role_grant",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("granted_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_role_grant_place"), ["place"], unique=False)
        batch_op.create_index(batch_op.f("ix_role_grant_staff_id"), ["staff_id"], unique=False)
