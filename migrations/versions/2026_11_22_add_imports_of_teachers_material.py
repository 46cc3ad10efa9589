"""add imports of teachers material

Follows 6eb44cb567b4.

A migration runs unattended in villages. Before keeping this one:
- Expand, migrate, contract: add beside the old, move, and remove only in a later version.
- It runs in one transaction, on SQLite and on PostgreSQL; change tables inside `op.batch_alter_table`.
- Never touch `entry` or `log_line`. A projection may be dropped and made anew: `banhoc rebuild` refills it.
- Times are `BigInteger` UTC milliseconds, text is `Text`, every new table has `sqlite_strict=True`.
- It goes one way: what went wrong is put right by the next migration.
"""

import sqlalchemy as sa
from alembic import op

revision = "9a5c46ad3e97"
down_revision = "6eb44cb567b4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "material_import",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("found", sa.Text(), nullable=False),
        sa.Column("course", sa.Text(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("brought", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_material_import")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("material_import", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_material_import_by"), ["by"], unique=False)
        batch_op.create_index(batch_op.f("ix_material_import_file"), ["file"], unique=False)
