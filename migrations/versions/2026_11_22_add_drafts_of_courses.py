"""add drafts of courses

Follows 9a5c46ad3e97.

A migration runs unattended in villages. Before keeping this one:
- Expand, migrate, contract: add beside the old, move, and remove only in a later version.
- It runs in one transaction, on SQLite and on PostgreSQL; change tables inside `op.batch_alter_table`.
- Never touch `entry` or `log_line`. A projection may be dropped and made anew: `banhoc rebuild` refills it.
- Times are `BigInteger` UTC milliseconds, text is `Text`, every new table has `sqlite_strict=True`.
- It goes one way: what went wrong is put right by the next migration.
"""

import sqlalchemy as sa
from alembic import op

revision = "5b6eef925eb6"
down_revision = "9a5c46ad3e97"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "draft_course",
        sa.Column("course", sa.Text(), nullable=False),
        sa.Column("manifest", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("course", name=op.f("pk_draft_course")),
        sqlite_strict=True,
    )
    op.create_table(
        "draft_edit",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("seq", sa.Text(), nullable=False),
        sa.Column("course", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("base", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("into", sa.Text(), nullable=False),
        sa.Column("waiting", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_edit")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("draft_edit", schema=None) as batch_op:
        batch_op.create_index("ix_draft_edit_course_seq", ["course", "seq"], unique=False)

    op.create_table(
        "draft_part",
        sa.Column("course", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("course", "part", name=op.f("pk_draft_part")),
        sqlite_strict=True,
    )
    op.create_table(
        "draft_presence",
        sa.Column("course", sa.Text(), nullable=False),
        sa.Column("staff", sa.Text(), nullable=False),
        sa.Column("lesson", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("course", "staff", name=op.f("pk_draft_presence")),
        sqlite_strict=True,
    )
