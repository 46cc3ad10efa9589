"""add reviews of translations

Follows 307ead149350.

A migration runs unattended in villages. Before keeping this one:
- Expand, migrate, contract: add beside the old, move, and remove only in a later version.
- It runs in one transaction, on SQLite and on PostgreSQL; change tables inside `op.batch_alter_table`.
- Never touch `entry` or `log_line`. A projection may be dropped and made anew: `banhoc rebuild` refills it.
- Times are `BigInteger` UTC milliseconds, text is `Text`, every new table has `sqlite_strict=True`.
- It goes one way: what went wrong is put right by the next migration.
"""

import sqlalchemy as sa
from alembic import op

revision = "fc530913c55a"
down_revision = "307ead149350"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "words_review",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("course", sa.Text(), nullable=False),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_words_review")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("words_review", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_words_review_by"), ["by"], unique=False)
        batch_op.create_index("ix_words_review_course_lang", ["course", "lang"], unique=False)
